"""Find out what test cells will ask, without asking: so that it can be asked in one go.

A cell is run once with questions that are noted rather than put, and with checks that check
nothing. Where a cell decides by an answer what to ask next, only the questions before that are
found in advance; the others are asked when their turn comes.
"""

import builtins
import contextlib
import io
from collections.abc import Callable, Sequence
from functools import wraps
from types import CodeType, FunctionType
from typing import Any

from .interview import Ask, Question, RemoteHandle


class _Noted(BaseException):
    """A question was noted; there is no answer."""


class _Nothing:
    """Stands for answers and for checks: has every attribute, and takes every argument."""

    def __getattr__(self, name: str) -> "_Nothing":
        if name.startswith("__"):
            raise AttributeError(name)
        return self

    def __call__(self, *args: Any, **kwargs: Any) -> "_Nothing":
        return self


def foresee(
    codes: Sequence[tuple[CodeType, int]], namespace: dict[str, Any], checks: Sequence[Any]
) -> list[Question]:
    """Return what test cells will ask, as far as that can be told in advance.

    Parameters
    ----------
    codes : sequence of (code, int)
        The cells', one after the other, and their places in the notebook.
    namespace : dict
        What they will find; names that are neither there nor Python's own are the student's.
    checks : sequence
        Those of them that judge, and ask nothing.

    Returns
    -------
    list of Question
        In the order in which they will be asked.
    """
    questions: list[Question] = []

    def note(question: Question) -> dict[str, Any]:
        questions.append(question)
        raise _Noted

    stage = {name: _unasked(thing, note, checks) for name, thing in namespace.items()}
    for code, place in codes:
        look_up(code, stage, note, place)
        with contextlib.suppress(Exception, _Noted), contextlib.redirect_stdout(io.StringIO()):
            exec(code, stage)
    return questions


def look_up(code: CodeType, namespace: dict[str, Any], ask: Ask, place: int) -> None:
    """Put into a namespace what code looks up there and does not find: things of the student's."""
    for name, thing in list(namespace.items()):
        if isinstance(thing, RemoteHandle) and thing.name == name:
            del namespace[name]  # as it was at the place of an earlier cell
    for name in unknown(code, namespace):
        namespace[name] = RemoteHandle(name, ask, place)


def unknown(code: CodeType, namespace: dict[str, Any]) -> set[str]:
    """Return the names that code looks up outside itself and that are not known here."""
    inner = (const for const in code.co_consts if isinstance(const, CodeType))
    names = set(code.co_names).union(*(unknown(nested, namespace) for nested in inner))
    return names - namespace.keys() - set(dir(builtins))


def _unasked(thing: Any, note: Callable[[Question], dict[str, Any]], checks: Sequence[Any]) -> Any:
    """Return what stands for a thing of the namespace while questions are only noted."""
    if any(thing is check for check in checks):
        return _Nothing()
    if isinstance(thing, RemoteHandle):
        return RemoteHandle(thing.name, note, thing.place)
    return _noting(thing) if isinstance(thing, FunctionType) else thing


def _noting(function: FunctionType) -> Callable[..., Any]:
    """Return a function that gives nothing, once what it asks is noted."""

    @wraps(function)
    def noted(*args: Any, **kwargs: Any) -> Any:
        try:
            return function(*args, **kwargs)
        except _Noted:
            return _Nothing()

    return noted
