"""A notebook as students get it: what it opens with, and what their README says of it."""

import base64
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import PurePosixPath

import nbformat
from nbformat import NotebookNode

from ..opening import opened_with
from .links import links, web_address

PICTURES = "pictures/"
"""Where the README's pictures are, which are attached to the notebooks."""
ROW = re.compile(r"^\|.*\| *(\d+) *\| *[\d–]+ *\|$", re.M)
"""A row of the table in a first cell that ends with minutes and points."""


@dataclass(frozen=True)
class Published:
    """A notebook that students get.

    Attributes
    ----------
    path : str
        Where it is in their repository.
    content : bytes
        The file.
    links : mapping of str to str
        What opens it, by name.
    title : str
        Its first heading.
    minutes : int
        What its parts take, as its first cell says; 0 where that says nothing.
    points : float
        Of all its tests, and of what humans read.
    picture : bytes
        The first that is attached to it, as PNG; empty if none is.
    """

    path: str
    content: bytes
    links: Mapping[str, str]
    title: str
    minutes: int
    points: float
    picture: bytes

    @property
    def picture_path(self) -> str:
        """Where its picture is in the students' repository."""
        return f"{PICTURES}{PurePosixPath(self.path).stem}.png"


def published(path: str, content: bytes, repository: str, hub: str) -> Published:
    """Return a released notebook as it is published.

    Parameters
    ----------
    path : str
        Where it will be.
    content : bytes
        The file in the release.
    repository, hub : str
        Addresses for links; nothing is added where they are empty.
    """
    notebook = nbformat.reads(content.decode(), as_version=4)
    found = links(repository, path, hub) if repository else {}
    if found:
        whole = opened_with(notebook, found, web_address(repository))
        content = f"{nbformat.writes(whole)}\n".encode()
    first = notebook.cells[0].source if notebook.cells else ""
    heading = re.search(r"^# +(.+)$", first, re.M)
    return Published(
        path,
        content,
        found,
        heading[1].strip() if heading else PurePosixPath(path).stem,
        sum(map(int, ROW.findall(first))),
        sum(cell.metadata.get("nbgrader", {}).get("points", 0) for cell in notebook.cells),
        next(_pictures(notebook), b""),
    )


def _pictures(notebook: NotebookNode) -> Iterator[bytes]:
    for cell in notebook.cells:
        for picture in cell.get("attachments", {}).values():
            if "image/png" in picture:
                yield base64.b64decode(picture["image/png"])
