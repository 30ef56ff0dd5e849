"""Rebuild what a student handed in from the master: only what is the student's own is taken over.

Whatever was handed in, what comes out is a notebook that can be graded, and sentences that say what
was wrong.
"""

import difflib
import re
from collections.abc import Iterable

import nbformat
from nbformat import NotebookNode
from nbgrader.utils import is_grade, is_solution

from ...channel.language import Text, language_of, said, speaking
from ..marks import Remarks, write
from ..opening import is_opening
from .answers import gather
from .matching import edited, key_of, matched
from .reading import MARKS, Own

ALIKE = 0.5
"""How much of a blank answer cell a nameless cell must share to be taken for the answer."""
PASSED_OVER = "skip-execution"
"""Tag of cells that nbclient does not run: sliders, which nobody moves while they are graded."""


def rebuild(submitted: Iterable[Own], master: NotebookNode) -> tuple[NotebookNode, list[str]]:
    """Return the master with the student's answers and own cells in it.

    Parameters
    ----------
    submitted : iterable of Own
        The cells that were handed in; none if there is nothing to be read.
    master : NotebookNode
        The released notebook with the hidden tests put back in.

    Returns
    -------
    notebook : NotebookNode
        Every master cell once, in its place; the student's own cells follow the cell they followed.
    sentences : list of str
        What differed from a notebook that was merely filled in.
    """
    handed_in = [each for each in submitted if not is_opening(each.source)]
    submitted, sentences = gather(handed_in, master)
    assigned, oddities = _assign(submitted, master)
    sentences += oddities + _differences(submitted, master, assigned)
    followers = _followers(submitted, master, assigned)
    cells = [_plain(own, f"own-{k}-0") for k, own in enumerate(followers.pop("", []))]
    for cell in nbformat.from_dict(master).cells:
        key = key_of(cell)
        own = submitted[assigned[key]] if key in assigned else None
        if own is not None and own.source != cell.source and not _is_ours(cell):
            cell.source = own.source if cell.cell_type == "code" else _inert(own.source)
            if PASSED_OVER in cell.metadata.get("tags", ()):
                cell.metadata.tags.remove(PASSED_OVER)  # it is the student's own now
        cells.append(cell)
        cells += [_plain(own, f"{cell.id}-{k}") for k, own in enumerate(followers.get(key, []))]
    notebook = nbformat.v4.new_notebook(cells=cells, metadata=master.metadata)
    return notebook, sentences


def note(notebook: NotebookNode, sentences: Iterable[str], unread: str = "") -> None:
    """Write into a notebook's metadata, in its language, what was odd about it."""
    with speaking(language_of(notebook.metadata)):
        write(notebook, Remarks(tuple(said(sentence) for sentence in sentences), said(unread)))


def _is_ours(cell: NotebookNode) -> bool:
    """Return whether a master cell stays as it is: tests, and everything else that is locked."""
    return "nbgrader" in cell.metadata and not is_solution(cell)


def _assign(submitted: list[Own], master: NotebookNode) -> tuple[dict[str, int], list[str]]:
    """Find the submitted cell for each master cell; return their indices and what was odd."""
    assigned: dict[str, int] = {}
    sentences: list[str] = []
    places = matched(submitted, master)
    taken = {number for found in places.values() for number in found}
    for cell in master.cells:
        key, graded = key_of(cell), "nbgrader" in cell.metadata
        found = places.get(key, [])
        if is_solution(cell) and not found:
            found = _look_alike(submitted, taken, cell)
            if found:
                sentences.append(
                    Text(
                        "The cell '{key}' had lost its name; the cell most like it was taken.",
                        key=key,
                    )
                )
        if graded and not found:
            sentences.append(
                Text("The cell '{key}' was missing; the original was put back.", key=key)
            )
        if graded and len(found) > 1:
            sentences.append(
                Text(
                    "The cell '{key}' was there {count} times; one was used.",
                    key=key,
                    count=len(found),
                )
            )
        if not found:
            continue
        assigned[key] = found[0]
        taken.update(found)
        if graded and submitted[assigned[key]].kind != cell.cell_type:
            sentences.append(
                Text(
                    "The cell '{key}' was no longer a {kind} cell; it was made one.",
                    key=key,
                    kind=cell.cell_type,
                )
            )
    return assigned, sentences


def _differences(submitted: list[Own], master: NotebookNode, assigned: dict[str, int]) -> list[str]:
    """Return sentences on what the assigned cells do not have in common with the master's."""
    sentences: list[str] = []
    order = [assigned[key_of(cell)] for cell in master.cells if key_of(cell) in assigned]
    if order != sorted(order):
        sentences.append(Text("The cells were in another order; the original order was restored."))
    graded = [
        (key_of(cell), cell, submitted[assigned[key_of(cell)]])
        for cell in master.cells
        if "nbgrader" in cell.metadata and key_of(cell) in assigned
    ]
    if lost := [key for key, _, own in graded if own.grade_id != key]:
        sentences.append(
            Text("Cells had lost their names and got them back: {cells}.", cells=", ".join(lost))
        )
    if forged := [key for key, cell, own in graded if _forged(own, cell)]:
        sentences.append(
            Text(
                "What cells say about their grading (such as their points) is not what the "
                "assignment says now, which counts: {cells}.",
                cells=", ".join(forged),
            )
        )
    tests = [(key, cell, own) for key, cell, own in graded if is_grade(cell) and _is_ours(cell)]
    if changed := [key for key, cell, own in tests if edited(own, cell)]:
        sentences.append(
            Text(
                "Tests are not as the assignment has them now, which count: {cells}.",
                cells=", ".join(changed),
            )
        )
    return sentences


def _forged(own: Own, cell: NotebookNode) -> bool:
    """Return whether a cell has other marks than the master's; a missing one says no."""
    grading = cell.metadata.nbgrader
    return own.marks is not None and any(
        (own.marks[name] or 0) != (grading.get(name) or 0) for name in MARKS
    )


def _look_alike(submitted: list[Own], taken: set[int], blank: NotebookNode) -> list[int]:
    """Return the nameless cell that shares most lines with a blank answer cell, if any does."""
    lines = [line for line in blank.source.split("\n") if line.strip()]
    best, share = [], ALIKE
    for i, own in enumerate(submitted):
        if i in taken or len(own.source) > 10 * len(blank.source):
            continue
        matcher = difflib.SequenceMatcher(None, lines, own.source.split("\n"), autojunk=False)
        common = sum(block.size for block in matcher.get_matching_blocks()) / max(1, len(lines))
        if common > share:
            best, share = [i], common
    return best


def _followers(
    submitted: list[Own], master: NotebookNode, assigned: dict[str, int]
) -> dict[str, list[Own]]:
    """Return the student's own cells by the master cell they come after ('' at the start).

    Where an answer stood further down, what was between it and the cell before goes along with it.
    """
    keys = ["", *map(key_of, master.cells)]
    by_index = {index: key for key, index in assigned.items()}
    copies = {n for found in matched(submitted, master).values() for n in found} - set(by_index)
    followers: dict[str, list[Own]] = {}
    between: list[Own] = []
    last = ""
    for i, own in enumerate(submitted):
        if i in by_index:
            key = by_index[i]
            at = min(keys.index(last), keys.index(key) - 1)
            followers.setdefault(keys[at], []).extend(between)
            last, between = key, []
        elif i not in copies and own.source.strip():
            between.append(own)
    followers.setdefault(last, []).extend(between)
    return followers


def _plain(own: Own, cell_id: str) -> NotebookNode:
    """Return one of the student's own cells, with nothing of its metadata."""
    cell_id = re.sub(r"[^A-Za-z0-9_-]", "-", cell_id)[:64]
    if own.kind == "code":
        return nbformat.v4.new_code_cell(own.source, id=cell_id)
    return nbformat.v4.new_markdown_cell(_inert(own.source), id=cell_id)


def _inert(markdown: str) -> str:
    """Return text that a browser shows as it was written: no tag, link or formula in it."""
    longest = max((len(run) for run in re.findall("`+", markdown)), default=0)
    fence = "`" * max(3, longest + 1)
    return f"{fence}text\n{markdown}\n{fence}"
