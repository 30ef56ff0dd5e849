"""Gather an answer in code out of the cells that it was split into, copied to, or written in."""

import ast
import functools
from collections.abc import Iterable, Sequence
from dataclasses import replace

from nbformat import NotebookNode
from nbgrader.utils import is_grade, is_locked, is_solution

from ...channel.language import Text
from ..regions import BLANK
from .matching import Places, beside, key_of, loose, parsed, together
from .reading import Own

MOST_PIECES = 12
"""Of an answer that is put together again."""

SEE_ABOVE = "see the cell above"


def cells_elsewhere(
    submitted: Sequence[Own], places: Places, master: NotebookNode, blank: NotebookNode
) -> list[int]:
    """Return other cells that define what is asked for, if none with the answer's name does.

    They have no name, or that of a cell into which the answer was merged.
    """
    asked = _defines(blank.source)
    found = [submitted[n].source for n in places.get(key_of(blank), [])]
    if any(_defines(source) & asked and source != blank.source for source in found):
        return []
    given = {n: cell.source for cell in master.cells for n in places.get(key_of(cell), [])}
    return [
        n
        for n, own in enumerate(submitted)
        if own.kind == "code"
        and asked & _defines(own.source, anew=True)
        and not asked & _defines(given.get(n, ""))
    ]


def take_elsewhere(
    cells: list[list[Own]],
    elsewhere: list[int],
    places: Places,
    master: NotebookNode,
    blank: NotebookNode,
) -> str:
    """Let other cells be the answer, and no blank come after what they define."""
    key, found = key_of(blank), places.get(key_of(blank), [])
    ours = {cell.id for cell in master.cells}
    locked = {n for cell in master.cells if is_locked(cell) for n in places.get(key_of(cell), [])}
    free = [n for n in elsewhere if cells[n] and cells[n][-1].cell_id not in ours]
    if free:
        gather_code(cells, sorted([*found, *free]), blank, first_test_of(places, master, blank))
    else:  # they are something else as well
        for n in found:
            cells[n] = []
        if (at := elsewhere[-1]) in locked:
            cells[at].insert(0, replace(loose(cells[at][0]), cell_id=blank.id))
        else:
            cells[at].append(Own("code", f"# {key}: {SEE_ABOVE}", "", blank.id))
    names = ", ".join(sorted(_defines(blank.source)))
    return Text("The answer '{key}' is another cell, which defines {names}.", key=key, names=names)


def gather_code(
    cells: list[list[Own]], found: Sequence[int], blank: NotebookNode, first_test: float
) -> str:
    """Leave one of several cells with an answer's name: the best definition of what is asked for.

    What else stands in cells of this name stays where it is, as the student's own; but no lesser
    definition comes after the one that counts.
    """
    key = key_of(blank)
    submitted = {n: cells[n][0] for n in found}
    written = {n: own for n, own in submitted.items() if own.source != blank.source} or submitted
    code = {n: own for n, own in written.items() if own.kind == "code"}
    units = _joined(code or written)
    asked = _defines(blank.source)
    best = _best(units, asked, first_test)
    chosen = max(best or units)
    lesser = [n for n in units if n not in best and _defines(units[n].source) & asked]
    for n in found:
        kept = units[n] if n in units else written[n] if n in written and n not in code else None
        cells[n] = [loose(kept)] if kept else []
    before = [own for n in lesser if n > chosen for own in cells[n]]
    for n in lesser:
        cells[n] = [] if n > chosen else cells[n]
    cells[chosen] = [*before, replace(units[chosen], cell_id=blank.id)]
    if len(written) > 1 and not lesser:
        return together(key, len(written))
    return Text(
        "The answer '{key}' was there {count} times; the most complete one counts.",
        key=key,
        count=len(found),
    )


def with_halves(cells: list[list[Own]], places: Places, found: list[int]) -> list[int]:
    """Return an answer's cells, and nameless ones beside them that are no Python without them."""
    known = {n for numbers in places.values() for n in numbers} - set(found)
    near = beside(found, known, len(cells)) if found else []
    pieces = {n: cells[n][0] for n in near if n in found or cells[n][0].kind == "code"}
    return list(pieces) if len(_joined(pieces)) < len(pieces) else found


def first_test_of(places: Places, master: NotebookNode, answer: NotebookNode) -> float:
    """Return the number of the first test that was handed in, of those that follow an answer."""
    below = master.cells[master.cells.index(answer) + 1 :]
    tests = (cell for cell in below if is_grade(cell) and not is_solution(cell))
    return min((n for cell in tests for n in places.get(key_of(cell), [])), default=float("inf"))


def _joined(pieces: dict[int, Own]) -> dict[int, Own]:
    """Return pieces by their numbers; those that are no Python without each other as one."""
    if len(pieces) > MOST_PIECES:
        return pieces
    units, left = {}, list(pieces.items())
    while left:
        texts = [own.source for _, own in left]
        whole = (
            (end, glue.join(texts[:end]))
            for end in range(1, len(left) + 1)
            for glue in ("\n", "")  # between lines, or within one
            if parsed(glue.join(texts[:end])) and (end == len(left) or parsed(texts[end]))
        )
        end, source = next(whole, (1, texts[0]))
        first, own = left[0]
        units[first] = replace(own, source=source)
        del left[:end]
    return units


def _best(units: dict[int, Own], asked: Iterable[str], first_test: float) -> set[int]:
    """Return the pieces that define best what is asked for: complete, or seen by the tests."""
    best = set()
    for name in asked:
        defining = [n for n, own in units.items() if name in _defines(own.source)]
        if defining:
            best.add(min(defining, key=lambda n: (_stubs(units[n]), n > first_test, -n)))
    return best


def _stubs(own: Own) -> int:
    return len(BLANK.findall(own.source))


@functools.lru_cache(1000)
def _defines(source: str, anew: bool = False) -> frozenset[str]:
    """Return the classes and functions that a cell defines; `anew`: none that extends itself."""
    read = parsed(source)
    kinds = (ast.ClassDef, ast.FunctionDef, ast.AsyncFunctionDef)
    found = [node for node in read.body if isinstance(node, kinds)] if read else []
    return frozenset(
        node.name
        for node in found
        if not anew or node.name not in _names(getattr(node, "bases", ()))
    )


def _names(expressions: Iterable[ast.expr]) -> set[str]:
    """Return those expressions that are a name alone."""
    return {each.id for each in expressions if isinstance(each, ast.Name)}
