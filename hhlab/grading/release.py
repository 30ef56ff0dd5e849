"""What students get: blanks that name their TODO, tests without their hidden regions."""

import re
from typing import Any, ClassVar

from nbformat import NotebookNode
from nbgrader.preprocessors import ClearSolutions

TODO = re.compile(r"#\s*(TODO \d+[^:：]*)[:：]")
STUB = "raise NotImplementedError()"


class NameBlanks(ClearSolutions):
    """nbgrader's ClearSolutions, whose stubs say which TODO they stand for."""

    code_stub: ClassVar = {"python": STUB}

    def preprocess_cell(
        self, cell: NotebookNode, resources: Any, cell_index: int
    ) -> tuple[NotebookNode, Any]:
        """Replace the solution regions of one cell.

        Raises
        ------
        ValueError
            If a blank has no ``# TODO n, name: …`` comment above it.
        """
        cell, resources = super().preprocess_cell(cell, resources, cell_index)
        if cell.cell_type == "code":
            cell.source = name_blanks(cell.source)
        return cell, resources


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


def name_blanks(source: str) -> str:
    """Return code in which every bare stub names the nearest TODO comment above it."""
    lines, todo = source.split("\n"), None
    for number, line in enumerate(lines):
        if found := TODO.search(line):
            todo = found.group(1).strip()
        elif line.strip() == STUB:
            if todo is None:
                raise ValueError(
                    f"line {number + 1}: a blank needs a comment '# TODO n, name: …' above it"
                )
            lines[number] = line.replace("()", f'("{todo}")')
            todo = None
    return "\n".join(lines)
