"""Look for what is hidden in a notebook that students would get."""

import re
from collections.abc import Iterator

from nbformat import NotebookNode
from nbgrader.converters.base import NbGraderException

MARKS = (
    ("ClearSolutions", "solution", "SOLUTION"),
    ("ClearHiddenTests", "test", "HIDDEN TESTS"),
    ("ClearMarkScheme", "mark_scheme", "MARK SCHEME"),
)
"""nbgrader's steps, how each calls its marks, and their words."""
HIDDEN = re.compile(rf"\b(?:BEGIN|END) (?:{'|'.join(words for *_, words in MARKS)})\b")


def hidden_in(notebook: NotebookNode) -> Iterator[str]:
    """Yield the marks that a released notebook must not have, with their cells."""
    for cell in notebook.cells:
        for mark in sorted(set(HIDDEN.findall(cell.source))):
            yield f"{mark} in cell {cell.id}"


def check(notebook: NotebookNode, name: str) -> None:
    """Look for what is hidden in a notebook that students would get.

    Raises
    ------
    NbGraderException
        If there is any.
    """
    if found := list(hidden_in(notebook)):
        raise NbGraderException(
            f"{name} still holds what students must not get ({', '.join(found)}): nothing was "
            "released. See that each mark has its other half, and that steps of "
            "c.GenerateAssignment.preprocessors are as in this course's nbgrader_config.py"
        )
