"""Choose among the notebooks that somebody has handed in."""

import os
from collections.abc import Callable, Mapping
from pathlib import Path

from nbformat import NotebookNode

from ...channel.language import Text
from .matching import has_no_answer, is_blank
from .reading import read, shown

MOST_NAMES = 5
"""How many files beside the assignment's are looked into, or named."""
MISSING, UNREADABLE, BLANK, FILLED = range(4)


def chosen(folder: Path, masters: Mapping[str, NotebookNode]) -> tuple[dict[str, Path], list[str]]:
    """Find the assignment's notebooks in a submission's folder.

    One that is missing, can't be read or has nothing filled in may have another name: browsers
    and people number their copies. It is taken where nothing else could be meant.

    Parameters
    ----------
    folder : Path
        The submission's.
    masters : mapping of str to NotebookNode
        The assignment's notebooks by their names.

    Returns
    -------
    notebooks : dict of str to Path
        The file for each, which may be missing.
    sentences : list of str
        Which was taken instead of the one with the right name.
    """
    notebooks = {name: folder / f"{name}.ipynb" for name in masters}
    found = folder.glob("[!.]*.ipynb", case_sensitive=False)
    others = [path for path in found if path not in notebooks.values()]
    if not 0 < len(others) <= MOST_NAMES:
        return notebooks, []
    worth = {name: _worth(path, masters[name], is_blank) for name, path in notebooks.items()}
    for least in (FILLED, BLANK, UNREADABLE):
        lacking = [name for name in worth if worth[name] < least]
        fitting = [
            path
            for path in others
            if lacking and _worth(path, masters[lacking[0]], has_no_answer) >= least
        ]
        if fitting:
            break
    if (len(lacking), len(fitting)) != (1, 1):
        return notebooks, []
    [name], [other] = lacking, fitting
    sentences: list[str] = [
        Text(
            "The notebook is called {name}; it should be '{right}.ipynb'.",
            name=shown(other.name),
            right=name,
        )
    ]
    if worth[name] == BLANK:
        sentences.append(
            Text("'{right}.ipynb' has nothing filled in, and was left out.", right=name)
        )
    return {**notebooks, name: other}, sentences


def _worth(path: Path, master: NotebookNode, blank: Callable[..., bool]) -> int:
    if not os.path.lexists(path):
        return MISSING
    try:
        cells, _ = read(path)
        return BLANK if blank(cells, master) else FILLED
    except Exception:  # whatever is in a file: it is said when that file is read to be graded
        return UNREADABLE
