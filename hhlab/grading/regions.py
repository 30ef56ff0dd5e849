"""Test cells, blanks, and the regions of a cell that nbgrader takes out before students get it."""

import re

from nbformat import NotebookNode
from nbgrader.utils import is_grade, is_locked, is_solution, is_task

BLANK = re.compile(r'^[ \t]*raise NotImplementedError\b(?:\("(TODO \d+))?', re.M)
"""A blank that nobody filled in, and which TODO it stands for."""
COMMAND = re.compile(r"^([ \t]*)[%!].*", re.M)
"""A line that is IPython's, not Python's."""
POINTS = r"[(（](?P<points>\d+(?:\.\d+)?) (?:points?|分)[)）]"
"""How the first line of a test ends, in English and in Chinese."""


def is_test(cell: NotebookNode) -> bool:
    """Return whether a cell is a locked one that gives points for code."""
    return bool(cell.cell_type == "code" and is_grade(cell) and is_locked(cell))


def is_kept(cell: NotebookNode) -> bool:
    """Return whether nbgrader keeps a cell in its gradebook, by its name."""
    return any(kind(cell) for kind in (is_grade, is_solution, is_locked, is_task))


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
