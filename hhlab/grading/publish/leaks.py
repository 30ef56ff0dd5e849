"""Search texts for what is private in a course: answers, hidden tests, mark schemes, and the key.

All of it is read from source/, so that a new assignment is covered as soon as it is there.
"""

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import nbformat
from nbformat import NotebookNode
from nbgrader.utils import is_solution, is_task

from ..regions import region

REGIONS = {
    "SOLUTION": "an answer",
    "HIDDEN TESTS": "a hidden test",
    "MARK SCHEME": "a mark scheme",
}
"""nbgrader's regions that students do not get, and what a line in one is part of."""

WORDS = re.compile(r"\w+|[^\w\s]")
FEWEST_WORDS = 4
"""A line of fewer words and signs, such as ``return x``, gives nothing away."""
FEWEST_ASSIGNED = 10
"""Of what stands right of a ``=`` or a ``return`` alone: short formulas stand in many places."""
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
    """

    key: str
    lines: dict[str, str] = field(default_factory=dict)

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
            assigned = ASSIGNED.match(line) if kind == "SOLUTION" else None
            if assigned and len(words(assigned[1])) >= FEWEST_ASSIGNED:
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


def leaks(text: str, secrets: Secrets) -> Iterator[str]:
    """Yield what a text gives away, in words; nothing if it gives nothing away."""
    readings = [text, *_strings(text)]
    if any(secrets.key in each for each in readings):
        yield "the course key"
    everything = "\n".join(joined(each) for each in readings)
    for line, what in secrets.lines.items():
        if joined(line) in everything:
            yield f"{what}: {line}"


def _strings(text: str) -> list[str]:
    """Return the strings in a JSON document, such as a notebook; lists of lines as one string."""
    try:
        return list(_inside(json.loads(text)))
    except ValueError:
        return [text.replace('\\"', '"')]  # a difference between two notebooks, for one


def _inside(part: Any) -> Iterator[str]:
    if isinstance(part, str):
        yield part
    elif isinstance(part, list) and all(isinstance(each, str) for each in part):
        yield "".join(part)
    elif isinstance(part, (list, dict)):
        for each in part.values() if isinstance(part, dict) else part:
            yield from _inside(each)
