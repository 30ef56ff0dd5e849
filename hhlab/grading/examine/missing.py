"""Say why there is nothing of a name that a test asks for: what became of its cell."""

import re
from collections.abc import Sequence

from nbformat import NotebookNode
from nbgrader.utils import is_solution

from ...channel.language import Text

DEFINED = re.compile(r"^(?:class|def|async def)[ \t]+(\w+)", re.M)
LINE = re.compile(r" \((?:[^()]*, )?line (\d+)\)$")
"""How Python ends a syntax error: with a file that no student has seen, and the line."""
LONGEST = 200
"""Characters of an error that are quoted."""


def why_none_of(cells: Sequence[NotebookNode], name: str) -> Text | None:
    """Return why a name stands for nothing, if the student's cells say so.

    Parameters
    ----------
    cells : sequence of NotebookNode
        As they have run.
    name : str
        What a test asks for.
    """
    defining = [cell for cell in cells if name in DEFINED.findall(cell.source)]
    for cell in reversed(defining):
        for output in cell.outputs:
            if output.get("output_type") == "error":
                return _stopped(name, output.ename, output.evalue)
    others = [each for cell in cells if is_solution(cell) for each in DEFINED.findall(cell.source)]
    if others and not defining:
        return Text(
            "there is no {name}: what your cell defines is called {others}",
            name=name,
            others=", ".join(others[:3]),
        )
    return None


def _stopped(name: str, kind: str, what: str) -> Text:
    what = what.strip().split("\n")[0][:LONGEST]
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
