"""The grader's end of a probe: questions to the student's kernel, and data back."""

import json
from collections.abc import Callable, Sequence
from typing import Any, NamedTuple

from ...channel import wire
from ...channel.ask import Handle
from ...channel.call import as_raised, call
from ...channel.failure import CheckFailed, ModelError
from ...channel.fault import Fault
from ...channel.language import Text
from ...channel.reply import NO_SUBJECT, coded

Send = Callable[[str], dict[str, Any]]
"""Evaluate an expression in the student's kernel; return its Jupyter ``user_expressions`` entry."""


class KernelGone(Exception):
    """The kernel died or did not answer in time; it has to be replaced."""


class Question(NamedTuple):
    """What a model is asked.

    Attributes
    ----------
    name : str
        A name in the student's namespace.
    probe : str
        What is asked of it.
    arguments : str
        Its arguments, as :func:`hhlab.channel.wire.encode` writes them.
    place : int
        Where in the notebook it is asked: after so many of the student's cells.
    """

    name: str
    probe: str
    arguments: str
    place: int = 0


Ask = Callable[[Question], dict[str, Any]]
"""Answer a question."""


class Interview:
    """The questions to one student's kernel. None is asked twice.

    Parameters
    ----------
    send : callable
        How an expression reaches the kernel.
    answers : str
        Who answers there, as ``module:function``.
    why_none : callable, optional
        Says why there is nothing of a name, if that is known.
    """

    def __init__(
        self, send: Send, answers: str, why_none: Callable[[str], Text | None] = lambda _: None
    ) -> None:
        self._send, (self._module, self._function) = send, answers.split(":")
        self._why_none = why_none
        self._answers: dict[Question, dict[str, Any]] = {}

    def ask(self, question: Question) -> dict[str, Any]:
        """Return the answer to a question.

        Raises
        ------
        ModelError
            If the kernel's answer is malformed, or there is known to be nothing of that name.
        Fault
            If it could not answer.
        KernelGone
            If there is no answer.
        """
        if question not in self._answers:
            (self._answers[question],) = self._put([question])
        answer = self._answers[question]
        none = answer.get("error") == coded(NO_SUBJECT, question.name)
        if none and (why := self._why_none(question.name)):
            raise ModelError(why)
        return answer

    def ask_together(self, questions: Sequence[Question]) -> None:
        """Have questions answered in one go; what comes of it is there when they are asked.

        Where that fails nothing is lost: each is asked by itself in its turn.

        Raises
        ------
        KernelGone
            If there is no answer.
        """
        new = [each for each in dict.fromkeys(questions) if each not in self._answers]
        if len(new) < 2:
            return
        try:
            both = zip(new, self._put(new), strict=True)
            self._answers |= {each: answer for each, answer in both if "fault" not in answer}
        except (ModelError, Fault):
            return

    def _put(self, questions: Sequence[Question]) -> list[dict[str, Any]]:
        expression = (
            f"__import__({self._module!r}, fromlist=[{self._function!r}])"
            f".{self._function}(get_ipython().user_ns, {json.dumps(questions)})"
        )
        entry = self._send(expression)
        if not isinstance(entry, dict) or entry.get("status") != "ok":
            raise Fault(_why_not(entry))
        data = entry.get("data")
        text = data.get(wire.MIME) if isinstance(data, dict) else None
        try:
            return wire.decode_all(text if isinstance(text, str) else "", len(questions))
        except wire.BadMessage as bad:
            said = Text("what the model returned cannot be used: {why}", why=str(bad))
            raise ModelError(said) from None


class RemoteHandle(Handle):
    """A name in the student's namespace.

    Parameters
    ----------
    name : str
        The name, as a test cell uses it.
    ask : callable
        What answers the questions.
    place : int
        Where in the notebook the name is used.
    """

    def __init__(self, name: str, ask: Ask, place: int) -> None:
        self.name, self.place = name, place
        self._ask = ask

    def ask(self, probe: str, arguments: dict[str, Any]) -> dict[str, Any]:
        """Have a probe performed on the student's object of this name.

        Raises
        ------
        ModelError, Fault, KernelGone
            As :meth:`Interview.ask`.
        """
        return self._ask(Question(self.name, probe, wire.encode(arguments), self.place))

    def __call__(self, *arguments: Any, **named: Any) -> Any:
        """Call the student's function: numbers, words and arrays in, numbers and arrays out.

        Raises
        ------
        CheckFailed
            If it returns anything else, or raises: then it is an error of that name as well.
        """
        try:
            answer = call(self, *arguments, **named)
        except CheckFailed as failed:
            raise as_raised(failed) from None
        values = [each.item() if each.ndim == 0 else each for each in answer.values]
        return values[0] if len(values) == 1 else tuple(values)

    def __repr__(self) -> str:
        return f"<{self.name}, in the student's kernel>"


def _why_not(entry: Any) -> str:
    """Return why the kernel has no answer: an error that is ours, as a probe caught none."""
    named = [entry.get(key) for key in ("ename", "evalue")] if isinstance(entry, dict) else []
    shown = wire.printable(": ".join(part for part in named if isinstance(part, str)))
    shown = shown[: wire.LONGEST_SENTENCE]
    return shown.strip(": ") or "no answer"
