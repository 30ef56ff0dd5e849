"""Gather an answer in words out of the cells that it was split into, copied to, or written in."""

from collections.abc import Iterable
from dataclasses import replace

from nbformat import NotebookNode

from ...channel.language import Text, said
from .matching import Places, beside, edited, key_of, loose, parsed, together
from .reading import Own

ELSEWHERE = Text("(Nothing was written here. Is the answer elsewhere in this notebook?)")


def gather_words(
    cells: list[list[Own]], places: Places, master: NotebookNode, blank: NotebookNode
) -> list[str]:
    """Have an answer in words hold what was written under its name, or beside its cell.

    Where that is nothing, but there is text of the student's elsewhere, the cell says so, and is no
    longer the blank: so a human looks.
    """
    key, above = key_of(blank), master.cells[master.cells.index(blank) - 1]
    found, question = places.get(key, []), places.get(key_of(above), [])[-1:]
    if not (at := [*found[:1], *question]):
        return []
    known = {n for numbers in places.values() for n in numbers} - set(found)
    near = beside(found or question, known, len(cells))
    answer = cells[found[0]][0] if found else Own("markdown", "", key, blank.id)
    parts = [own for n in question for own in cells[n][1:]]
    parts += [own for n in near for own in cells[n] if n in found or own.kind != "code"]
    parts = [own for own in parts if own.source.strip() not in ("", blank.source.strip())]
    told: list[str] = []
    if len(parts) > 1:
        told = [together(key, len(parts))]
    elif parts and parts[0] is not answer:
        told = [Text("The answer '{key}' was beside its cell; it was put there.", key=key)]
    elif not parts and _may_be_elsewhere(cells, places, master, near):
        told = [Text("The answer '{key}' is blank, but there is text elsewhere.", key=key)]
        parts = [loose(answer, source=blank.source), loose(answer, source=said(ELSEWHERE))]
    for n in near:
        cells[n] = [own for own in cells[n] if own.kind == "code" and n not in found]
    for n in question:
        del cells[n][1:]
    if found or told:
        untouched = blank.source if answer.source.strip() else ""  # emptied is not untouched
        text = "\n\n".join(own.source for own in parts) or untouched
        cells[at[0]].append(replace(answer, source=text, cell_id=blank.id))
    return told


def _may_be_elsewhere(
    cells: list[list[Own]], places: Places, master: NotebookNode, near: Iterable[int]
) -> bool:
    """Return whether there is text of the student's that could be the answer to any question."""
    known = {n: cell for cell in master.cells for n in places.get(key_of(cell), [])}
    own = [own for n, each in enumerate(cells) for own in (each[1:] if n in known else each)]
    return (
        any(
            each.source.strip() and (each.kind != "code" or not parsed(each.source)) for each in own
        )
        or any(each.source.strip() for n in near if n not in known for each in cells[n])
        or any(
            edited(cells[n][0], cell)
            for n, cell in known.items()
            if cells[n] and cell.cell_type != "code" and "nbgrader" not in cell.metadata
        )
    )
