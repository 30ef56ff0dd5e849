"""Read what somebody else wrote: any file at all, without waiting for it or believing it."""

import json
import os
import re
import stat
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from ...channel.language import Text

LARGEST = 20 * 2**20
MOST_CELLS = 400
MOST_PARTS = 300_000
"""Lists and dictionaries in a file; 20 MB full of them would take 3.6 GB and a minute to parse."""
MOST_TEXT = 1_000_000
"""Characters of its cells; the answers are looked for in all of them, more than once."""
STRING = re.compile(r'"[^"\\]*+(?:\\.[^"\\]*+)*+"?', re.S)
KINDS = ("code", "markdown", "raw")
LONGEST_NAME = 60
CONFLICT = re.compile(r"^(<{7}|>{7}) ", re.M)
MARKS = ("grade", "solution", "locked", "task", "points")
"""What nbgrader's metadata of a cell say about its grading, apart from its name."""
FORMATS = (1, 2, 3, 4)
"""Of notebooks: up to the third, cells lie in worksheets, have `input`, and may be headings."""
DEEPEST_HEADING = 6


@dataclass(frozen=True)
class Own:
    """A cell as the student left it: nothing but text is ever taken over."""

    kind: str
    source: str
    grade_id: str
    cell_id: str
    marks: dict[str, Any] | None = field(default=None, compare=False)
    """What it says about its grading, to be compared with the master's; None if nothing."""


class Unreadable(Exception):
    """The file is no notebook; the message says why, to the student."""


def read(path: str | Path) -> tuple[list[Own], list[str]]:
    """Read the cells of a submitted notebook.

    Parameters
    ----------
    path : str or Path
        A file that somebody else wrote.

    Returns
    -------
    cells : list of Own
        What can be used of them.
    sentences : list of str
        What was odd about the notebook as a whole.

    Raises
    ------
    Unreadable
        If it is missing, no plain file, too large, or no notebook.
    """
    try:
        content = read_bytes(Path(path), LARGEST)
        text = content.decode(json.detect_encoding(content))
    except UnicodeDecodeError:
        raise Unreadable(Text("it is not text in UTF-8")) from None
    if _parts(text) > MOST_PARTS < (parts := _parts(STRING.sub("", text))):
        raise Unreadable(
            Text("it has {count} parts, more than {most}", count=parts, most=MOST_PARTS)
        )
    try:
        notebook = json.loads(text)
        own = [each for each in map(_own, _cells(notebook)) if each is not None]
        languages = _foreign_languages(notebook)
    except Unreadable:
        raise
    except Exception as error:  # a hostile file may make the parser raise anything
        if CONFLICT.search(text):
            raise Unreadable(Text("git left its conflict marks in it")) from None
        kind = type(error).__name__
        raise Unreadable(Text("it is not a Jupyter notebook ({kind})", kind=kind)) from None
    if (length := sum(len(each.source) for each in own)) > MOST_TEXT:
        raise Unreadable(
            Text(
                "its cells have {count} characters, more than {most}", count=length, most=MOST_TEXT
            )
        )
    sentences: list[str] = [
        Text(
            "The notebook was set to run {language}; it was graded with Python.",
            language=shown(language),
        )
        for language in languages
    ]
    return own, sentences


def _parts(text: str) -> int:
    return text.count("{") + text.count("[")


def _cells(notebook: dict[str, Any]) -> list[Any]:
    """Return the cells of a notebook of any format, valid or not.

    nbformat would check and convert what nobody looks at, which can take minutes and all memory.

    Raises
    ------
    Unreadable
        If it has too many cells.
    Exception
        If it is none.
    """
    if notebook.get("nbformat", 4) not in FORMATS:
        raise ValueError("a format that is not known")
    sheets = [notebook, *notebook.get("worksheets", [])]
    found = [sheet["cells"] for sheet in sheets if "cells" in sheet]
    if not found:
        raise KeyError("cells")
    if (count := sum(map(len, found))) > MOST_CELLS:
        raise Unreadable(
            Text("it has {count} cells, more than {most}", count=count, most=MOST_CELLS)
        )
    return [cell for cells in found for cell in cells]


def read_bytes(path: Path, largest: int) -> bytes:
    """Read a file of <student>/<assignment>/ that may be anything, without waiting for it.

    Raises
    ------
    Unreadable
        If it is missing, no plain file, reached by a link, or larger than ``largest`` bytes.
    """
    for folder in (path.parent, path.parent.parent):
        if os.path.islink(folder):
            said = Text("its folder {name} is a link to somewhere else", name=folder.name)
            raise Unreadable(said)
    try:
        with open(path, "rb", opener=_open_without_waiting) as file:
            status = os.fstat(file.fileno())
            if not stat.S_ISREG(status.st_mode):
                raise Unreadable(Text("it is not a file"))
            if status.st_size > largest:
                size = status.st_size / 2**20
                most = largest // 2**20
                raise Unreadable(
                    Text("it has {size:.0f} MB, more than {most} MB", size=size, most=most)
                )
            return file.read(largest)
    except FileNotFoundError:
        raise Unreadable(Text("there is no such file")) from None
    except IsADirectoryError:
        raise Unreadable(Text("it is not a file")) from None
    except OSError as error:
        if os.path.islink(path):
            said = Text("it cannot be opened (it is a link): {why}", why=error.strerror)
        else:
            said = Text("it cannot be opened: {why}", why=error.strerror)
        raise Unreadable(said) from None


def _open_without_waiting(path: str, flags: int) -> int:
    return os.open(path, flags | os.O_NOFOLLOW | os.O_NONBLOCK)


def _foreign_languages(notebook: dict[str, Any]) -> set[str]:
    sections = (("kernelspec", "language"), ("language_info", "name"))
    metadata = _mapping(notebook.get("metadata"))
    named = [_mapping(metadata.get(section)).get(key) for section, key in sections]
    return {name for name in named if isinstance(name, str) and name.lower() != "python"}


def _own(cell: Any) -> Own | None:
    """Return what can be used of a cell of any kind, if there is any text in it."""
    source = _mapping(cell).get("source", _mapping(cell).get("input"))
    if isinstance(source, list) and all(isinstance(line, str) for line in source):
        source = "".join(source)
    if not isinstance(source, str):
        return None
    source = source.encode("utf-8", "replace").decode()  # lone surrogates could not be written
    source = source.replace("\r\n", "\n").replace("\r", "\n")
    kind = cell.get("cell_type") if cell.get("cell_type") in KINDS else "raw"
    if cell.get("cell_type") == "heading":
        kind, source = "markdown", f"{_hashes(cell.get('level'))} {source}"
    grading = _mapping(_mapping(cell.get("metadata")).get("nbgrader"))
    marks = {name: grading.get(name) for name in MARKS} if grading else None
    names = (grading.get("grade_id"), cell.get("id"))
    grade_id, cell_id = (name if isinstance(name, str) else "" for name in names)
    return Own(kind, source, grade_id, cell_id, marks)


def _hashes(level: Any) -> str:
    return "#" * (int(level) if level in range(1, DEEPEST_HEADING + 1) else 1)


def _mapping(found: Any) -> dict[str, Any]:
    return found if isinstance(found, dict) else {}


def shown(name: str) -> str:
    """Return a name that anybody may have chosen, in quotes, as short text that does nothing."""
    return repr(name if len(name) <= LONGEST_NAME else name[:LONGEST_NAME] + "…")
