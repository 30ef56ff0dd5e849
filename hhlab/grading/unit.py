"""The seam: what a course tells a grader that knows nothing of the course's subject."""

import functools
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import numpy as np
from nbformat import NotebookNode
from traitlets import import_item

from ..channel.call import call, value
from ..channel.expect import expect
from ..channel.hidden import hidden_number


def _of_functions() -> dict[str, Any]:
    functions = (call, expect, hidden_number, value)
    return {"np": np, **{each.__name__: each for each in functions}}


def _without_cache(folder: str, filling: bool) -> Mapping[str, str]:
    return {}


def _nothing_told() -> str:
    return ""


def _nothing_learnt(told: str) -> None:
    pass


def _without_picture(evidence: Any, sentence: str) -> NotebookNode | None:
    return None


@dataclass(frozen=True)
class Unit:
    """What the grader has to know of a course; as it is, tests ask functions for numbers.

    Attributes
    ----------
    names : mapping
        What test cells may use without importing it.
    checks : tuple
        Those of them that judge, and ask nothing: while questions are foreseen, anything passes.
    explains : tuple of str
        Packages whose explanations of a failure are told (:mod:`hhlab.channel.mistake`); they are
        imported with whatever `names` holds.
    answers : str
        Who answers questions in the student's kernel, as ``module:function``.
    preload : tuple of str
        Modules that the process which kernels are forked from imports.
    warm_up : str
        A function, ``module:function``, that this process then calls once: what takes time is to do
        something for the first time. It returns why forks would not be safe, or nothing.
    prepare : str
        A function, ``module:function``, that every kernel calls before the student's first cell,
        with the language of the notebook.
    environment : mapping
        Variables of every kernel.
    compile_cache : callable
        Takes the folder of what was compiled before, and whether the kernel may write there;
        returns variables that tell a kernel of it.
    tell, learn : callable
        What the tests of a rehearsal have computed, as text, and what makes use of that text in
        another process that grades: it need not compute it again. No kernel sees it.
    depends_on : tuple of str
        Distributions whose versions decide results.
    hidden : tuple of str
        Packages that students neither get nor see in the jail, apart from the grader itself.
    assignments : tuple of str
        How the names of assignments begin, in the order in which students are to see them.
    finished : tuple of str
        Regular expressions of what would answer in a student's place; the report lists who writes
        more of it than the notebook and the solution have.
    picture : callable
        Takes what a failed check had looked at, and its sentence; returns an output that is shown
        beside the sentence, or None.
    """

    names: Mapping[str, Any] = field(default_factory=_of_functions)
    checks: tuple[Any, ...] = (expect,)
    explains: tuple[str, ...] = ()
    answers: str = "hhlab.channel.reply:replies"
    preload: tuple[str, ...] = ("numpy", "hhlab.channel.reply")
    warm_up: str = ""
    prepare: str = ""
    environment: Mapping[str, str] = field(default_factory=dict)
    compile_cache: Callable[[str, bool], Mapping[str, str]] = _without_cache
    tell: Callable[[], str] = _nothing_told
    learn: Callable[[str], None] = _nothing_learnt
    depends_on: tuple[str, ...] = ("numpy",)
    hidden: tuple[str, ...] = ()
    assignments: tuple[str, ...] = ()
    finished: tuple[str, ...] = ()
    picture: Callable[[Any, str], NotebookNode | None] = _without_picture

    def hidden_folders(self) -> list[Path]:
        """Return where the hidden packages are."""
        specs = filter(None, map(find_spec, self.hidden))
        return [Path(place) for spec in specs for place in spec.submodule_search_locations or ()]


@functools.cache
def load(name: str) -> Unit:
    """Return the unit that a setting names, as ``module:object``; one of the defaults for none.

    Raises
    ------
    ValueError
        If there is no such unit.
    """
    if not name:
        return Unit()
    try:
        unit = import_item(name.replace(":", "."))
    except ImportError as error:
        raise ValueError(f"c.Examine.unit = {name!r} cannot be imported: {error}") from error
    if not isinstance(unit, Unit):
        raise ValueError(f"c.Examine.unit = {name!r} is no hhlab.grading.unit.Unit")
    return unit
