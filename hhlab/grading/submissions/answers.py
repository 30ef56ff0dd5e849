"""Gather each answer out of the cells that it was split into, copied to, or written beside.

What comes out has each answer once, and all else that is the student's as cells of their own.
"""

from collections.abc import Sequence

from nbformat import NotebookNode
from nbgrader.utils import is_solution

from ...channel.language import language_of, speaking
from .code_answers import cells_elsewhere, first_test_of, gather_code, take_elsewhere, with_halves
from .matching import edited, key_of, loose, matched
from .reading import Own
from .word_answers import gather_words


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
            if elsewhere := cells_elsewhere(submitted, places, master, cell):
                sentences.append(take_elsewhere(cells, elsewhere, places, master, cell))
            elif len(pieces := with_halves(cells, places, found)) > 1:
                first_test = first_test_of(places, master, cell)
                sentences.append(gather_code(cells, pieces, cell, first_test))
        elif "nbgrader" in cell.metadata and not is_solution(cell):
            for number in found:
                if cells[number] == [submitted[number]] and edited(submitted[number], cell):
                    # what was written into it may be the answer
                    cells[number].append(loose(submitted[number], kind="markdown"))
    with speaking(language_of(master.metadata)):
        for cell in master.cells:
            if is_solution(cell) and cell.cell_type != "code":
                sentences += gather_words(cells, places, master, cell)
    return [own for each in cells for own in each], sentences
