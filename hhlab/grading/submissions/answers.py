"""Gather each answer out of the cells that it was split into, copied to, or written beside.

What comes out has each answer once, and all else that is the student's as cells of their own.
"""

import ast
import functools
import re
import warnings
from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace

from nbformat import NotebookNode
from nbgrader.utils import is_grade, is_solution

from ...channel.language import Text, language_of, said, speaking
from ..regions import visible
from .reading import Own

STUB = re.compile(r"^[ \t]*raise NotImplementedError\b", re.M)
COMMAND = re.compile(r"^([ \t]*)[%!].*", re.M)
"""A line that is IPython's, not Python's."""
LONGEST = 50_000
"""Characters of a cell that is looked into."""
MOST_PIECES = 12
"""Of an answer that is put together again."""
ELSEWHERE = Text("(Nothing was written here. Is the answer elsewhere in this notebook?)")

SEE_ABOVE = "see the cell above"

Places = dict[str, list[int]]
"""The numbers of the submitted cells for each master cell, by its key."""


def gather(submitted: Sequence[Own], master: NotebookNode) -> tuple[list[Own], list[str]]:
    """Return the submitted cells with each answer in one of them, and what was odd.

    Parameters
    ----------
    submitted : sequence of Own
        The cells that were handed in.
    master : NotebookNode
        The released notebook with the hidden tests put back in.
    """
    cells = [[own] for own in submitted]
    places = matched(submitted, master)
    sentences: list[str] = []
    for cell in master.cells:
        found = places.get(key_of(cell), [])
        if is_solution(cell) and cell.cell_type == "code":
            if nameless := _nameless(submitted, places, cell):
                sentences.append(_take_nameless(cells, nameless, places, master, cell))
            elif len(pieces := _with_halves(cells, places, found)) > 1:
                first_test = _first_test(places, master, cell)
                sentences.append(_gather_code(cells, pieces, cell, first_test))
        elif "nbgrader" in cell.metadata and not is_solution(cell):
            for number in found:
                if edited(submitted[number], cell):  # what was written into it may be the answer
                    cells[number].append(_loose(submitted[number], kind="markdown"))
    with speaking(language_of(master.metadata)):
        for cell in master.cells:
            if is_solution(cell) and cell.cell_type != "code":
                sentences += _gather_words(cells, places, master, cell)
    return [own for each in cells for own in each], sentences


def key_of(cell: NotebookNode) -> str:
    """Return the name by which a master cell is found again: its grade id, else its cell id."""
    return str(cell.metadata.get("nbgrader", {}).get("grade_id", "")) or f"#{cell.id}"


def matched(submitted: Sequence[Own], master: NotebookNode) -> Places:
    """Return which submitted cells are a master cell.

    It is known by its grade id, else by its cell id, else by the text that was given in it.
    """
    places: Places = {}
    taken: set[int] = set()
    ids = {cell.id for cell in master.cells}

    def take(fits: Callable[[Own, NotebookNode], bool]) -> None:
        for cell in master.cells:
            left = () if key_of(cell) in places else enumerate(submitted)
            if found := [n for n, own in left if n not in taken and fits(own, cell)]:
                places[key_of(cell)] = found
                taken.update(found)

    take(lambda o, cell: o.grade_id == key_of(cell) and o.cell_id not in ids - {cell.id})
    take(lambda own, cell: own.cell_id == cell.id)
    take(lambda own, cell: own.grade_id == key_of(cell))
    take(lambda own, cell: own.source.strip() == _given(cell.source))
    return places


def edited(own: Own, cell: NotebookNode) -> bool:
    """Return whether a cell says something else than was given in it.

    How code is laid out makes no difference, nor what its comments say: editors change the one, and
    editions in other languages the other.
    """
    mine, ours = own.source.strip(), _given(cell.source)
    if mine == ours or cell.cell_type != "code":
        return mine != ours
    read = _read(mine)
    return read is None or ast.dump(read) != ast.dump(ast.parse(ours))


@functools.lru_cache(1000)
def _given(source: str) -> str:
    """Return what students were given of a master's cell."""
    return visible(source).strip()


@functools.lru_cache(100)
def _read(source: str) -> ast.Module | None:
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


def _loose(own: Own, **other: str) -> Own:
    """Return a cell as one of the student's own, with another kind or source if that is named."""
    return replace(own, grade_id="", cell_id="", marks=None, **other)


def _together(key: str, count: int) -> Text:
    return Text("The answer '{key}' was in {count} cells; all of them count.", key=key, count=count)


# -- code -----------------------------------------------------------------------------------------


def _nameless(submitted: Sequence[Own], places: Places, blank: NotebookNode) -> list[int]:
    """Return the cells without a name that define what is asked for, if none with the name does."""
    asked, known = _defines(blank.source), {n for found in places.values() for n in found}
    found = [submitted[n].source for n in places.get(key_of(blank), [])]
    if any(_defines(source) & asked and source != blank.source for source in found):
        return []
    return [
        n
        for n, own in enumerate(submitted)
        if n not in known and own.kind == "code" and asked & _defines(own.source, anew=True)
    ]


def _take_nameless(
    cells: list[list[Own]],
    nameless: list[int],
    places: Places,
    master: NotebookNode,
    blank: NotebookNode,
) -> str:
    """Let cells without a name be the answer, and no blank come after what they define."""
    key, found = key_of(blank), places.get(key_of(blank), [])
    ours = {cell.id for cell in master.cells}
    free = [n for n in nameless if cells[n] and cells[n][-1].cell_id not in ours]
    if free:
        _gather_code(cells, sorted([*found, *free]), blank, _first_test(places, master, blank))
    else:  # they are another answer as well
        for n in found:
            cells[n] = []
        cells[nameless[-1]].append(Own("code", f"# {key}: {SEE_ABOVE}", "", blank.id))
    names = ", ".join(sorted(_defines(blank.source)))
    return Text(
        "The answer '{key}' is the cell without a name that defines {names}.", key=key, names=names
    )


def _gather_code(
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
        cells[n] = [_loose(kept)] if kept else []
    before = [own for n in lesser if n > chosen for own in cells[n]]
    for n in lesser:
        cells[n] = [] if n > chosen else cells[n]
    cells[chosen] = [*before, replace(units[chosen], cell_id=blank.id)]
    if len(written) > 1 and not lesser:
        return _together(key, len(written))
    return Text(
        "The answer '{key}' was there {count} times; the most complete one counts.",
        key=key,
        count=len(found),
    )


def _with_halves(cells: list[list[Own]], places: Places, found: list[int]) -> list[int]:
    """Return an answer's cells, and nameless ones beside them that are no Python without them."""
    known = {n for numbers in places.values() for n in numbers} - set(found)
    near = _beside(found, known, len(cells)) if found else []
    pieces = {n: cells[n][0] for n in near if n in found or cells[n][0].kind == "code"}
    return list(pieces) if len(_joined(pieces)) < len(pieces) else found


def _first_test(places: Places, master: NotebookNode, answer: NotebookNode) -> float:
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
            if _read(glue.join(texts[:end])) and (end == len(left) or _read(texts[end]))
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
    return len(STUB.findall(own.source))


def _defines(source: str, anew: bool = False) -> set[str]:
    """Return the classes and functions that a cell defines; `anew`: none that extends itself."""
    read = _read(source)
    kinds = (ast.ClassDef, ast.FunctionDef, ast.AsyncFunctionDef)
    found = [node for node in read.body if isinstance(node, kinds)] if read else []
    return {
        node.name
        for node in found
        if not anew or node.name not in map(ast.unparse, getattr(node, "bases", ()))
    }


# -- words ----------------------------------------------------------------------------------------


def _gather_words(
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
    near = _beside(found or question, known, len(cells))
    answer = cells[found[0]][0] if found else Own("markdown", "", key, blank.id)
    parts = [own for n in question for own in cells[n][1:]]
    parts += [own for n in near for own in cells[n] if n in found or own.kind != "code"]
    parts = [own for own in parts if own.source.strip() not in ("", blank.source.strip())]
    told: list[str] = []
    if len(parts) > 1:
        told = [_together(key, len(parts))]
    elif parts and parts[0] is not answer:
        told = [Text("The answer '{key}' was beside its cell; it was put there.", key=key)]
    elif not parts and _may_be_elsewhere(cells, places, master, near):
        told = [Text("The answer '{key}' is blank, but there is text elsewhere.", key=key)]
        parts = [_loose(answer, source=blank.source), _loose(answer, source=said(ELSEWHERE))]
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
        any(each.source.strip() and (each.kind != "code" or not _read(each.source)) for each in own)
        or any(each.source.strip() for n in near if n not in known for each in cells[n])
        or any(
            edited(cells[n][0], cell)
            for n, cell in known.items()
            if cells[n] and cell.cell_type != "code" and "nbgrader" not in cell.metadata
        )
    )


def _beside(numbers: Sequence[int], known: set[int], count: int) -> list[int]:
    """Return numbers and those around them, up to the next cells that were given.

    What is before a number that is itself known is not beside it.
    """
    low, high = numbers[0], numbers[-1] + 1
    while numbers[0] not in known and low > 0 and low - 1 not in known:
        low -= 1
    while high < count and high not in known:
        high += 1
    return [n for n in range(low, high) if n not in known]
