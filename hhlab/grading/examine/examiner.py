"""Run the master's test cells in the grader's own process, and give each its verdict."""

import contextlib
import functools
import io
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from traceback import extract_tb
from types import CodeType
from typing import Any

import numpy as np
from traitlets.log import get_logger

from ...channel.failure import CheckFailed
from ...channel.fault import Fault
from ...channel.language import Text
from ..regions import hidden_lines
from ..unit import Unit
from .foresee import foresee, look_up
from .interview import Interview, KernelGone, Question, RemoteHandle, Send


@dataclass(frozen=True)
class Verdict:
    """What a test cell is worth, and why.

    Attributes
    ----------
    passed : bool
        All or nothing.
    sentence : str
        For the student: nothing secret is in it. What checks say is in the language spoken.
    technical : bool
        The test could not be carried out: a dead kernel, a timeout, an error in the test itself.
    printed : str
        What the visible part of the test printed.
    evidence : object
        What the check that failed had looked at, where students may see it.
    mistakes : tuple of str
        Names of the mistakes that explain the failure, each as well as the others, in English.
    fault : str
        What is wrong with the test itself, for who wrote it: it may quote what is hidden.
    """

    passed: bool
    sentence: str = ""
    technical: bool = False
    printed: str = ""
    evidence: Any = None
    mistakes: tuple[str, ...] = ()
    fault: str = ""


class Examiner:
    """Run test cells against the names of one student's kernel, visible parts before hidden ones.

    A model may remember what it was asked and tell it in its next error message. So every visible
    part of a notebook is run before the first hidden one, whose sentences are fixed.

    Parameters
    ----------
    send : callable
        How an expression reaches that kernel.
    unit : Unit
        The course's.
    places : mapping, optional
        After how many of the student's cells each test cell stands. What a name means to a test is
        what it meant there.
    why_none : callable, optional
        Says why there is nothing of a name.
    """

    def __init__(
        self,
        send: Send,
        unit: Unit,
        places: Mapping[str, int] | None = None,
        why_none: Callable[[str], Text | None] = lambda _: None,
    ) -> None:
        self._places = places or {}
        self._interview, self._checks = Interview(send, unit.answers, why_none), unit.checks
        self._namespace: dict[str, Any] = dict(unit.names)
        self._after_visible: dict[str, dict[str, Any]] = {}

    def visible(self, source: str) -> Verdict:
        """Run the visible part of a test cell.

        Parameters
        ----------
        source : str
            The master's cell, hidden tests and all.

        Returns
        -------
        Verdict
            Passed if every visible statement ran to its end; its sentence may quote the model.

        Raises
        ------
        KernelGone
            If the student's kernel has to be replaced before anything more can be asked.
        """
        verdict = self._run(_visible(source), self._namespace, self._place(source), _openly)
        self._after_visible[source] = dict(self._namespace)
        return verdict

    def hidden(self, source: str) -> Verdict:
        """Run the hidden part of a test cell whose visible part has passed.

        Takes, returns and raises what :meth:`visible` does; the sentence holds nothing of the
        question, and nothing that the model could choose.
        """
        after, place = self._after_visible[source], self._place(source)
        return self._run(_hidden(source), after, place, _discreetly)

    def ask_visible(self, sources: Sequence[str]) -> None:
        """Have the kernel answer in one go what the visible parts of these cells will ask.

        That changes no verdict: it only saves time.

        Raises
        ------
        KernelGone
            As :meth:`visible`.
        """
        with contextlib.suppress(SyntaxError):  # it will be said when the cell is run
            visible = [(_compiled(_visible(source)), self._place(source)) for source in sources]
            self._interview.ask_together(foresee(visible, self._namespace, self._checks))

    def ask_hidden(self, sources: Sequence[str]) -> None:
        """Do as :meth:`ask_visible` for the hidden parts of cells whose visible parts have run."""
        questions: list[Question] = []
        for source in sources:
            with contextlib.suppress(SyntaxError):
                hidden, after = _compiled(_hidden(source)), self._after_visible[source]
                questions += foresee([(hidden, self._place(source))], after, self._checks)
        self._interview.ask_together(questions)

    def _place(self, source: str) -> int:
        return self._places.get(source, 0)

    def _run(
        self,
        source: str,
        namespace: dict[str, Any],
        place: int,
        failing: Callable[[CheckFailed], Verdict],
    ) -> Verdict:
        printed = io.StringIO()
        try:
            code = _compiled(source)
            look_up(code, namespace, self._interview.ask, place)
            # what a student's numbers come to is said in sentences, not on the terminal
            with contextlib.redirect_stdout(printed), np.errstate(all="ignore"):
                exec(code, namespace)
        except KernelGone:
            raise
        except AssertionError as failed:
            said = failed if isinstance(failed, CheckFailed) else _asserted(failed, source)
            return replace(failing(said), printed=printed.getvalue())
        except Fault as fault:
            get_logger().warning("A test could not be carried out: %r", str(fault))
            named = str(fault)[:LONGEST] if failing is _openly else type(fault).__name__
            return Verdict(False, Text(FAULT, kind=named), technical=True)
        except Exception as error:
            kind, line = type(error).__name__, _line(error, source)
            get_logger().warning("A test fails by itself: %r, at: %s", error, line)
            return Verdict(
                False,
                Text(FAULT, kind=kind),
                technical=True,
                fault=_fault(error, source, namespace),
            )
        return Verdict(True, printed=printed.getvalue())


CELL = "<test cell>"
DISCREET = Text("It passes the tests that you can see, but not one with other values.")
LONGEST = 200
"""Characters of what is said of a fault; it comes from the student's kernel."""
FAULT = Text(
    "The test itself failed. This is not your fault; your instructor has been told. ({kind})"
)


def _asserted(failed: AssertionError, source: str) -> CheckFailed:
    """Return what an ``assert`` says: its own message, or the line that should hold."""
    line = _line(failed, source)
    return CheckFailed(str(failed) or Text("This should hold, and does not: {line}", line=line))


def _line(error: Exception, source: str) -> str:
    """Return the line of a test cell that raised an error."""
    lines = [frame.lineno for frame in extract_tb(error.__traceback__) if frame.filename == CELL]
    return source.split("\n")[(lines[-1] or 1) - 1].strip() if lines else ""


def _fault(error: Exception, source: str, namespace: Mapping[str, Any]) -> str:
    """Return what is wrong with a test, for who wrote it."""
    said = f"the test itself fails: {type(error).__name__}: {str(error).split('\n')[0]}"
    if line := _line(error, source):
        said += f", in the line {line}"
    if RemoteHandle.__name__ in str(error):
        there = [name for name, it in namespace.items() if isinstance(it, RemoteHandle)]
        names = ", ".join(name for name in sorted(there) if re.search(rf"\b{name}\b", line))
        said += (
            f". In a test, names that it does not make or import are the student's ({names}): they "
            "can be called, and value(…) of one is a number"
        )
    return said


def _openly(failed: CheckFailed) -> Verdict:
    return Verdict(False, str(failed), evidence=failed.evidence, mistakes=_names_of(failed))


def _discreetly(failed: CheckFailed) -> Verdict:
    return Verdict(False, failed.discreet or DISCREET, mistakes=_names_of(failed))


def _names_of(failed: CheckFailed) -> tuple[str, ...]:
    return tuple(mistake.name for mistake in failed.mistakes)


def _visible(source: str) -> str:
    return _without(source, hidden_lines(source))


def _hidden(source: str) -> str:
    every = set(range(1, source.count("\n") + 2))
    return _without(source, every - hidden_lines(source))


def _without(source: str, lines: set[int]) -> str:
    """Return a cell with some lines emptied, so that the others keep their numbers."""
    kept = enumerate(source.split("\n"), start=1)
    return "\n".join("" if number in lines else line for number, line in kept)


@functools.cache
def _compiled(source: str) -> CodeType:
    return compile(source, CELL, "exec")
