"""Run the master's test cells in the grader's own process, and give each its verdict."""

import builtins
import contextlib
import io
import traceback
from dataclasses import dataclass
from types import CodeType
from typing import Any

import numpy as np

import hhlab

from ..verdict import CheckFailed
from .release import hidden_lines
from .remote import KernelGone, RemoteHandle, Send


@dataclass(frozen=True)
class Verdict:
    """What a test cell is worth, and why.

    Attributes
    ----------
    passed : bool
        All or nothing.
    sentence : str
        For the student: nothing secret is in it.
    technical : bool
        The test could not be carried out: a dead kernel, a timeout, an error in the test itself.
    printed : str
        What the visible part of the test printed.
    """

    passed: bool
    sentence: str = ""
    technical: bool = False
    printed: str = ""


class Examiner:
    """Run test cells against the names of one student's kernel.

    Parameters
    ----------
    send : callable
        How an expression reaches that kernel.
    """

    def __init__(self, send: Send) -> None:
        self._send = send
        self._namespace: dict[str, Any] = {name: getattr(hhlab, name) for name in hhlab.__all__}
        self._namespace["np"] = np

    def examine(self, source: str) -> Verdict:
        """Run one test cell.

        Parameters
        ----------
        source : str
            The master's cell, hidden tests and all.

        Returns
        -------
        Verdict
            Passed only if every statement ran to its end.

        Raises
        ------
        KernelGone
            If the student's kernel has to be replaced before anything more can be asked.
        """
        code = compile(source, "<test cell>", "exec")
        for name in _names(code) - self._namespace.keys() - set(dir(builtins)):
            self._namespace[name] = RemoteHandle(name, self._send)
        printed = io.StringIO()
        try:
            with contextlib.redirect_stdout(printed):
                exec(code, self._namespace)
        except KernelGone:
            raise
        except CheckFailed as failed:
            hidden = _line(failed) in hidden_lines(source)
            sentence = (failed.discreet or DISCREET) if hidden else str(failed)
            return Verdict(False, sentence, printed=printed.getvalue())
        except Exception as error:
            return Verdict(False, f"{FAULT} ({type(error).__name__})", technical=True)
        return Verdict(True, printed=printed.getvalue())


DISCREET = "It passes the tests that you can see, but not one with other values."
FAULT = "The test itself failed. This is not your fault; your instructor has been told."


def _line(error: BaseException) -> int:
    """Return the line of the test cell at which an exception left it."""
    frames = traceback.extract_tb(error.__traceback__)
    return next(frame.lineno or 0 for frame in frames if frame.filename == "<test cell>")


def _names(code: CodeType) -> set[str]:
    """Return the names that code looks up outside itself."""
    inner = (const for const in code.co_consts if isinstance(const, CodeType))
    return set(code.co_names).union(*(_names(nested) for nested in inner))
