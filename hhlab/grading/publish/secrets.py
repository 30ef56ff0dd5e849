"""What is private in a course: answers, hidden tests, the values they draw, and the key.

All of it is read from source/, so that a new assignment is covered as soon as it is there.
"""

import ast
import importlib
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import nbformat
import numpy as np
from nbformat import NotebookNode
from nbgrader.utils import is_solution, is_task

from ...stimulus import course_key
from ..release import region

REGIONS = {
    "SOLUTION": "an answer",
    "HIDDEN TESTS": "a hidden test",
    "MARK SCHEME": "a mark scheme",
}
"""nbgrader's regions that students do not get, and what a line in one is part of."""

WORDS = re.compile(r"\w+|[^\w\s]")
FEWEST_WORDS = 4
"""A line of fewer words and signs, such as ``return x``, gives nothing away."""
ASSIGNED = re.compile(r"(?:return|[^=(]+ =) (.+)")
"""What a line of an answer computes, whatever it is called."""


@dataclass
class Secrets:
    """What no student may be given.

    Attributes
    ----------
    key : str
        What the hidden values follow from.
    lines : dict of str to str
        Lines of code or text, and what each is part of.
    draws : dict of str to list of ndarray, shape (values,)
        The rows of numbers that each call in a hidden test draws.
    """

    key: str
    lines: dict[str, str] = field(default_factory=dict)
    draws: dict[str, list[Any]] = field(default_factory=dict)

    def count(self, part: str) -> int:
        """Return how many lines are part of this, one of the values of :data:`REGIONS`."""
        return sum(each.startswith(part) for each in self.lines.values())


def secrets(source: Path, key: str) -> Secrets:
    """Read what is private in the notebooks of a course.

    A line that the students of the same notebook are given as well is not private.

    Parameters
    ----------
    source : Path
        The course's folder of authored notebooks.
    key : str
        The course key.

    Raises
    ------
    ValueError
        If a hidden test draws values in a way that cannot be followed.
    """
    found = Secrets(key)
    for path in sorted(source.glob("*/*.ipynb")):
        notebook = nbformat.read(path, as_version=4)
        given = joined("\n".join(_given(cell) for cell in notebook.cells))
        for cell in notebook.cells:
            for kind, line in _private(cell):
                if len(words(line)) >= FEWEST_WORDS and joined(line) not in given:
                    what = f"{REGIONS[kind]} of {path.parent.name}, cell {cell.id}"
                    found.lines.setdefault(line, what)
            if cell.cell_type == "code" and region(cell.source, "HIDDEN TESTS"):
                found.draws |= _draws(cell.source, key)
    return found


def words(text: str) -> list[str]:
    """Return the words, numbers and signs of a text; how it is spaced does not matter."""
    return WORDS.findall(text)


def joined(text: str) -> str:
    """Return a text's words in a form in which one text is looked for in another."""
    return f" {' '.join(words(text))} "


def _private(cell: NotebookNode) -> Iterator[tuple[str, str]]:
    """Yield the private lines of a cell, with their kind."""
    lines = cell.source.split("\n")
    if _is_answer(cell):
        yield from (("SOLUTION", line.strip()) for line in lines)
    for kind in REGIONS:
        for number in sorted(region(cell.source, kind)):
            line = lines[number - 1].strip()
            yield kind, line
            if kind == "SOLUTION" and (assigned := ASSIGNED.match(line)):
                yield kind, assigned[1]


def _given(cell: NotebookNode) -> str:
    """Return what students get of a cell."""
    if _is_answer(cell):
        return ""
    hidden = set().union(*(region(cell.source, kind) for kind in REGIONS))
    lines = enumerate(cell.source.split("\n"), start=1)
    return "\n".join(line for number, line in lines if number not in hidden)


def _is_answer(cell: NotebookNode) -> bool:
    """Return whether nbgrader replaces the whole cell: an answer without regions."""
    marked = any(region(cell.source, kind) for kind in REGIONS)
    return bool(is_solution(cell) and not is_task(cell) and not marked)


def _draws(code: str, key: str) -> dict[str, list[Any]]:
    """Return the numbers that each call of a ``hidden_…`` function in some code draws."""
    tree = ast.parse(code)
    known: dict[str, Any] = {}
    found: dict[str, list[Any]] = {}
    for node in ast.walk(tree):
        if isinstance(node, ast.ImportFrom) and (node.module or "").startswith("hhlab"):
            module = importlib.import_module(str(node.module))
            known |= {(each.asname or each.name): getattr(module, each.name) for each in node.names}
    for node in ast.walk(tree):
        if not (isinstance(node, ast.Call) and isinstance(node.func, ast.Name)):
            continue
        if not node.func.id.startswith("hidden_"):
            continue
        call = ast.unparse(node)
        token = course_key.set(key)
        try:
            given = [ast.literal_eval(each) for each in node.args]
            named = {str(each.arg): ast.literal_eval(each.value) for each in node.keywords}
            found[call] = list(_rows(known[node.func.id](*given, **named)))
        except (KeyError, ValueError) as unknown:
            raise ValueError(
                f"what {call} draws cannot be worked out, and so not be searched for: import the "
                "function from hhlab in the same cell, and call it with plain numbers and names"
            ) from unknown
        finally:
            course_key.reset(token)
    return found


def _rows(drawn: Any) -> Iterator[Any]:
    """Yield rows of numbers of whatever a draw returns: numbers, arrays, or what holds such."""
    if isinstance(drawn, dict):
        single = [value for value in drawn.values() if np.ndim(value) == 0]
        yield np.array(single, float)
        yield from (row for value in drawn.values() if np.ndim(value) for row in _rows(value))
    elif hasattr(drawn, "__dict__"):
        yield from _rows(vars(drawn))
    else:
        yield from np.atleast_2d(np.asarray(drawn, float))
