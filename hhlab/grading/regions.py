"""Test cells, blanks, and the regions of a cell that nbgrader takes out before students get it."""

import re
from collections.abc import Iterator
from difflib import get_close_matches

from nbformat import NotebookNode
from nbgrader.utils import is_grade, is_locked

BLANK = re.compile(r'^[ \t]*raise NotImplementedError\b(?:\("(TODO \d+))?', re.M)
"""A blank that nobody filled in, and which TODO it stands for."""
COMMAND = re.compile(r"^([ \t]*)[%!].*", re.M)
"""A line that is IPython's, not Python's."""
KINDS = ("SOLUTION", "HIDDEN TESTS", "MARK SCHEME")
"""The regions, as nbgrader's marks name them."""
POINTS = r"[(（](?P<points>[\d.]+) (?:points?|分)[)）]"
"""How the first line of a test ends, in English and in Chinese."""
ALIKE = 0.82
"""How much of a mark a comment may share that is none."""


def is_test(cell: NotebookNode) -> bool:
    """Return whether a cell is a locked one that gives points for code."""
    return bool(cell.cell_type == "code" and is_grade(cell) and is_locked(cell))


def tests(notebook: NotebookNode) -> list[NotebookNode]:
    """Return a notebook's locked grade cells."""
    return [cell for cell in notebook.cells if is_test(cell)]


def region(source: str, kind: str) -> set[int]:
    """Return the numbers of the lines, from 1, that lie in a cell's regions of a kind.

    Parameters
    ----------
    source : str
        The cell's text.
    kind : str
        As nbgrader's marks name it: ``SOLUTION``, ``HIDDEN TESTS`` or ``MARK SCHEME``.
    """
    lines, inside = set(), False
    for number, line in enumerate(source.split("\n"), start=1):
        inside = inside or f"BEGIN {kind}" in line
        if inside:
            lines.add(number)
        inside = inside and f"END {kind}" not in line
    return lines


def hidden_lines(source: str) -> set[int]:
    """Return the numbers of the lines, from 1, that lie in hidden regions of a test cell."""
    return region(source, "HIDDEN TESTS")


def visible(source: str) -> str:
    """Return a locked cell without its hidden regions, as nbgrader releases it."""
    hidden = hidden_lines(source) | region(source, "MARK SCHEME")
    lines = enumerate(source.split("\n"), start=1)
    return "\n".join(line for number, line in lines if number not in hidden)


def astray(source: str) -> Iterator[str]:
    """Yield what is wrong with the marks of a cell: nbgrader passes over what it does not know.

    What an author meant to be hidden would then be in what students get.
    """
    marks = [f"{edge} {kind}" for kind in KINDS for edge in ("BEGIN", "END")]
    for number, line in enumerate(source.split("\n"), start=1):
        comment = line.strip().lstrip("#").strip() if line.lstrip().startswith("#") else ""
        if not any(mark in line for mark in marks) and (
            meant := get_close_matches(comment.upper(), marks, 1, ALIKE)
        ):
            yield f"line {number}: '{line.strip()}' is no mark; '### {meant[0]}' is"
    for kind in KINDS:
        yield from _unpaired(source, kind)


def _unpaired(source: str, kind: str) -> Iterator[str]:
    opened = 0
    for number, line in enumerate(source.split("\n"), start=1):
        if f"BEGIN {kind}" in line:
            if opened:
                yield f"line {opened}: '### BEGIN {kind}' has no '### END {kind}'"
            opened = number
        elif f"END {kind}" in line:
            if not opened:
                yield f"line {number}: '### END {kind}' has no '### BEGIN {kind}' above it"
            opened = 0
    if opened:
        yield f"line {opened}: '### BEGIN {kind}' has no '### END {kind}'"
