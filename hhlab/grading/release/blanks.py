"""Have each blank that students get say which TODO it stands for."""

import re
from typing import Any, ClassVar

from nbformat import NotebookNode
from nbgrader.preprocessors import ClearSolutions

TODO = re.compile(r"#\s*(TODO \d+[^:：]*)[:：]")
STUB = "raise NotImplementedError()"
NO_TODO = "line {line}: a blank needs a comment '# TODO n, name: …' above it"


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


def name_blanks(source: str) -> str:
    """Return code in which every bare stub names the nearest TODO comment above it.

    Raises
    ------
    ValueError
        If a stub has none above it, or only that of another stub.
    """
    lines, todo = source.split("\n"), None
    for number, line in enumerate(lines):
        if found := TODO.search(line):
            todo = found.group(1).strip()
        elif line.strip() == STUB:
            if todo is None:
                raise ValueError(NO_TODO.format(line=number + 1))
            lines[number] = line.replace("()", f'("{todo}")')
            todo = None
    return "\n".join(lines)
