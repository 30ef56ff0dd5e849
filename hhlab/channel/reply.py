"""Answer questions where the student's code runs: look a name up, call a function, send data."""

import re
from collections.abc import Callable, Mapping, Sequence
from typing import Any

import numpy as np

from . import wire

Answer = dict[str, Any]
Questions = Sequence[tuple[str, dict[str, Any]]]
"""Probes with their arguments."""

MOST_VALUES = 8
"""How many values a function may return."""
NO_SUBJECT = "no-subject"
CODED = re.compile(r"code:(?P<code>[a-z-]+):(?P<detail>.*)")
"""An error that quotes nothing: :mod:`hhlab.channel.ask` says what it means."""


class Reply:
    """Answers as IPython hands them to whoever asked: one mime type, text that is data."""

    def __init__(self, text: str) -> None:
        self.text = text

    def _repr_mimebundle_(self, **_: Any) -> dict[str, str]:
        return {wire.MIME: self.text}


def one_by_one(subject: Any, questions: Questions) -> list[Answer]:
    """Answer questions about one thing of the student's in turn."""
    return [perform(subject, probe, arguments) for probe, arguments in questions]


def replies(
    namespace: Mapping[str, Any],
    questions: Sequence[Sequence[str]],
    answers: Callable[[Any, Questions], list[Answer]] = one_by_one,
) -> Reply:
    """Answer questions that came over the wire.

    Parameters
    ----------
    namespace : mapping
        The student's.
    questions : sequence of (str, str, str)
        A name in the namespace, a probe, and its arguments as :func:`hhlab.channel.wire.encode`
        writes them.
    answers : callable
        Answers all questions about one thing.
    """
    found: list[Answer] = [{}] * len(questions)
    for name in dict.fromkeys(name for name, _, _ in questions):
        mine = [index for index, question in enumerate(questions) if question[0] == name]
        if name in namespace:
            asked = [(questions[index][1], wire.decode(questions[index][2])) for index in mine]
            given = answers(namespace[name], asked)
        else:
            given = [{"error": coded(NO_SUBJECT, name)}] * len(mine)
        for index, answer in zip(mine, given, strict=True):
            found[index] = answer
    return Reply(wire.encode_all(found))


def value(thing: Any) -> Answer:
    """Report a number or an array that the student computed."""
    return {"value": plain(thing)}


def call(function: Any, arguments: dict[str, Any], named: dict[str, Any]) -> Answer:
    """Call a student's function; report the numbers it returns, and how many arrays they are."""
    given = [_own(arguments[str(k)]) for k in range(len(arguments))]
    returned = function(*given, **{name: _own(value) for name, value in named.items()})
    several = isinstance(returned, tuple) and len(returned) <= MOST_VALUES
    values = returned if several else (returned,)
    return {"count": len(values), **{str(k): plain(each) for k, each in enumerate(values)}}


PROBES: dict[str, Callable[..., Answer]] = {"value": value, "call": call}


def perform(
    subject: Any,
    probe: str,
    arguments: dict[str, Any],
    probes: Mapping[str, Callable[..., Answer]] = PROBES,
) -> Answer:
    """Run one probe; what it raises becomes its ``error``."""
    try:
        return probes[probe](subject, **arguments)
    except (Exception, SystemExit) as error:
        return {"error": sentence(error)}


def plain(values: Any) -> Any:
    """Return the values as a NumPy array of numbers or truth values.

    Raises
    ------
    TypeError
        If they are anything else.
    """
    array = np.asarray(values)
    if array.dtype.kind not in "biuf":
        raise TypeError(f"expected numbers, got an array of {array.dtype}")
    return array


def coded(code: str, detail: str) -> str:
    """Return an error that is no quotation, so that it can be said in any language."""
    return f"code:{code}:{detail}"


def sentence(error: BaseException) -> str:
    """Return the kind and the first line of an error, short enough to be read."""
    first = (str(error).strip().splitlines() or [""])[0]
    return f"{type(error).__name__}: {first}"[:300].removesuffix(": ")


def _own(argument: Any) -> Any:
    """Return an argument that a student's function may write into."""
    return np.array(argument) if isinstance(argument, np.ndarray) else argument
