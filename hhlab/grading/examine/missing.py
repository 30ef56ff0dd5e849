"""Say why there is nothing of a name that a test asks for: what became of its cell."""

import ast
import contextlib
import itertools
import re
from collections.abc import Sequence
from typing import Any

from nbformat import NotebookNode
from nbgrader.utils import is_solution

from ...channel.language import Text
from ...channel.wire import printable
from ..regions import is_test

DEFINED = re.compile(r"^(?:class|def|async def)[ \t]+(\w+)", re.M)
LINE = re.compile(r" \((?:[^()]*, )?line (\d+)\)$")
"""How Python ends a syntax error: with a file that no student has seen, and the line."""
LONGEST = 200
"""Characters of a name or an error that are quoted."""


def why_none_of(cells: Sequence[NotebookNode], name: str) -> Text | None:
    """Return why a name stands for nothing, if the student's cells say so.

    Parameters
    ----------
    cells : sequence of NotebookNode
        All of the notebook's, as they have run.
    name : str
        What a test asks for.
    """
    own = [cell for cell in cells if cell.cell_type == "code" and not is_test(cell)]
    defining = [cell for cell in own if name in DEFINED.findall(cell.source)]
    for cell in reversed(defining):
        for output in cell.outputs:
            if output.get("output_type") == "error":
                return _stopped(name, _quoted(output.ename), _quoted(output.evalue))
    others = _instead(cells, name)
    if others and not defining:
        return Text(
            "there is no {name}: its cell defines {others}",
            name=name,
            others=", ".join(map(_quoted, others[:3])),
        )
    return None


def _instead(cells: Sequence[NotebookNode], name: str) -> list[str]:
    """Return what the cell that should define a name defines, and no test asks for.

    It is the last one to be filled in before the first test that asks for the name.
    """
    asked = [_names_in(cell.source) if is_test(cell) else set() for cell in cells]
    before = itertools.takewhile(lambda both: name not in both[1], zip(cells, asked, strict=True))
    filled = [cell for cell, _ in before if cell.cell_type == "code" and is_solution(cell)]
    known = set[str]().union(*asked)
    defined = DEFINED.findall(filled[-1].source) if filled else []
    return [each for each in defined if each not in known]


def _names_in(source: str) -> set[str]:
    with contextlib.suppress(SyntaxError):
        return {node.id for node in ast.walk(ast.parse(source)) if isinstance(node, ast.Name)}
    return set()


def _quoted(said: Any) -> str:
    """Return what a student chose as one short line that can be shown anywhere."""
    return printable(str(said).strip().split("\n")[0][:LONGEST])


def _stopped(name: str, kind: str, what: str) -> Text:
    if line := LINE.search(what):
        return Text(
            "there is no {name}: {kind} in line {line} of its cell ({what})",
            name=name,
            kind=kind,
            line=line[1],
            what=what[: line.start()],
        )
    return Text(
        "there is no {name}: its cell stopped with {kind}: {what}", name=name, kind=kind, what=what
    )
