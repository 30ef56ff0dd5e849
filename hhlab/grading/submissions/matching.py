"""Find the cells of a released notebook in what was handed in."""

import ast
import functools
import warnings
from collections.abc import Mapping, Sequence
from dataclasses import replace

from nbformat import NotebookNode
from nbgrader.utils import is_solution

from ...channel.language import Text
from ..opening import is_opening
from ..regions import COMMAND, visible
from .reading import Own

LONGEST = 20_000
"""Characters of a cell that is looked into."""

Places = dict[str, list[int]]
"""The numbers of the submitted cells for each master cell, by its key."""


def key_of(cell: NotebookNode) -> str:
    """Return the name by which a master cell is found again: its grade id, else its cell id."""
    return str(cell.metadata.get("nbgrader", {}).get("grade_id", "")) or f"#{cell.id}"


def matched(submitted: Sequence[Own], master: NotebookNode) -> Places:
    """Return which submitted cells are a master cell.

    It is known by its grade id, else by its cell id, else by the text that was given in it.
    """
    places: Places = {}
    taken: set[int] = set()
    cells = {key_of(cell): cell for cell in master.cells}

    def take(names: Sequence[str], asked: Mapping[str, str]) -> None:
        """Let each master cell have the submitted ones that go by the name it is asked for."""
        there: dict[str, list[int]] = {}
        for n, name in enumerate(names):
            there.setdefault(name, []).append(n)
        for key, name in asked.items():
            left = () if key in places else there.get(name, ())
            if found := [n for n in left if n not in taken]:
                places[key] = found
                taken.update(found)

    names = {key: key for key in cells}
    by_id = {cell.id: key for key, cell in cells.items()}
    sure = [own.grade_id == by_id.get(own.cell_id, own.grade_id) for own in submitted]
    take([own.grade_id if yes else "" for own, yes in zip(submitted, sure, strict=True)], names)
    take([own.cell_id for own in submitted], {key: cell.id for key, cell in cells.items()})
    take([own.grade_id for own in submitted], names)
    given = {key: _given(cell.source) for key, cell in cells.items()}
    take([own.source.strip() for own in submitted], given)
    return places


def edited(own: Own, cell: NotebookNode) -> bool:
    """Return whether a cell says something else than was given in it.

    How code is laid out makes no difference, nor what its comments say: editors change the one, and
    editions in other languages the other.
    """
    mine, ours = own.source.strip(), _given(cell.source)
    if mine in (ours, cell.source.strip()):  # the author's own notebook has it whole
        return False
    if cell.cell_type != "code":
        return True
    read = parsed(mine)
    return read is None or ast.dump(read) != ast.dump(ast.parse(ours))


def is_blank(submitted: Sequence[Own], master: NotebookNode) -> bool:
    """Return whether a notebook has neither an answer nor a cell of the student's own."""
    places = matched(submitted, master)
    known = {n for found in places.values() for n in found}
    own = [each for n, each in enumerate(submitted) if n not in known and each.source.strip()]
    opening = all(is_opening(each.source) for each in own)
    return opening and not _is_answered(submitted, places, master)


def has_no_answer(submitted: Sequence[Own], master: NotebookNode) -> bool:
    """Return whether no cell is an answer to what the master asks."""
    return not _is_answered(submitted, matched(submitted, master), master)


def _is_answered(submitted: Sequence[Own], places: Places, master: NotebookNode) -> bool:
    blanks = [cell for cell in master.cells if is_solution(cell)]
    return any(edited(submitted[n], c) for c in blanks for n in places.get(key_of(c), ()))


@functools.lru_cache(1000)
def _given(source: str) -> str:
    """Return what students were given of a master's cell."""
    return visible(source).strip()


@functools.lru_cache(20)
def parsed(source: str) -> ast.Module | None:
    """Return a cell as Python reads it; nothing if it is not Python."""
    if len(source) > LONGEST:
        return None
    try:
        with warnings.catch_warnings(action="ignore"):
            tree = ast.parse(COMMAND.sub(r"\1pass", source))
            ast.dump(tree)  # one that is nested too deeply is nothing to look into
            return tree
    except (SyntaxError, ValueError, MemoryError, RecursionError):
        return None


def beside(numbers: Sequence[int], known: set[int], count: int) -> list[int]:
    """Return numbers and those around them, up to the next cells that were given.

    What is before a number that is itself known is not beside it.
    """
    low, high = numbers[0], numbers[-1] + 1
    while numbers[0] not in known and low > 0 and low - 1 not in known:
        low -= 1
    while high < count and high not in known:
        high += 1
    return [n for n in range(low, high) if n not in known]


def loose(own: Own, **other: str) -> Own:
    """Return a cell as one of the student's own, with another kind or source if that is named."""
    return replace(own, grade_id="", cell_id="", marks=None, **other)


def together(key: str, count: int) -> Text:
    """Say that an answer was in several cells."""
    return Text("The answer '{key}' was in {count} cells; all of them count.", key=key, count=count)
