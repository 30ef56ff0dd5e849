"""What of a graded notebook may be shown: to students, and in anybody's browser."""

import base64
import binascii
import io
import itertools
import json
from dataclasses import dataclass
from typing import Any

from nbformat import NotebookNode
from nbgrader.preprocessors import NbGraderPreprocessor
from PIL import Image

from ..regions import is_test, visible

PICTURES = {"image/png": b"\x89PNG\r\n\x1a\n", "image/jpeg": b"\xff\xd8\xff"}


MOST_PIXELS = 16_000_000
"""Of a picture, which takes four bytes for each in a browser, however small its file is."""
MOST_SCANS = 100
"""Of a JPEG: decoders go through all its pixels for each, and 30 bytes are enough for one."""
SCAN = b"\xff\xda"
LEAST_OUTPUT = 8_000
"""Characters for which any output counts but a stream, of which few are left: each is checked many
times, and has an element in a page, however little is in it."""


class HideTests(NbGraderPreprocessor):
    """Take the hidden tests out of what a student gets, whatever makes a page of it.

    Set in ``c.GenerateFeedback.preprocessors``.
    """

    def preprocess_cell(
        self, cell: NotebookNode, resources: Any, cell_index: int
    ) -> tuple[NotebookNode, Any]:
        """Leave the visible part of a test cell."""
        if is_test(cell):
            cell.source = visible(cell.source)
        return cell, resources


@dataclass
class Room:
    """How much outputs may take, and what is said where that ends.

    Attributes
    ----------
    left : int
        Characters as they are stored.
    end : NotebookNode
        An output.
    """

    left: int
    end: NotebookNode

    def has(self, output: NotebookNode) -> bool:
        """Return whether there is room for an output, and take it."""
        size = len(json.dumps(output))
        if output.output_type != "stream":
            size = max(size, LEAST_OUTPUT)
        fits = size <= self.left
        self.left -= size if fits else 0
        return fits


def inert(outputs: list[NotebookNode], room: Room | None = None) -> list[NotebookNode]:
    """Return a student's outputs as text and pictures only: nothing a browser would run.

    Parameters
    ----------
    outputs : list of NotebookNode
        As they came from the kernel.
    room : Room, optional
        How much they may take.

    Returns
    -------
    list of NotebookNode
        New outputs: streams, errors, plain text, PNG and JPEG whose bytes are what they say.
    """
    safe: list[NotebookNode] = []
    for output in filter(None, map(_inert, outputs)):
        if room and not room.has(output):
            safe.append(room.end)
            break
        safe.append(output)
    return [each for run in _runs(safe) for each in _merged(run)]


def _inert(output: NotebookNode) -> NotebookNode | None:
    """Return an output as a new one, or None; the notebook that it gets into is validated whole."""
    kind = output.get("output_type")
    if kind == "stream":
        name = "stderr" if output.get("name") == "stderr" else "stdout"
        return NotebookNode(output_type="stream", name=name, text=_text(output.get("text")))
    if kind == "error":
        lines = output.get("traceback")
        return NotebookNode(
            output_type="error",
            ename=_text(output.get("ename")),
            evalue=_text(output.get("evalue")),
            traceback=[_text(line) for line in lines] if isinstance(lines, list) else [],
        )
    if kind in ("display_data", "execute_result") and (data := _data(output.get("data"))):
        return NotebookNode(
            output_type="display_data", metadata=NotebookNode(), data=NotebookNode(data)
        )
    return None


def _runs(outputs: list[NotebookNode]) -> list[list[NotebookNode]]:
    """Return the outputs in runs of streams and runs of others."""
    runs = itertools.groupby(outputs, key=lambda output: output.output_type == "stream")
    return [list(run) for _, run in runs]


def _merged(run: list[NotebookNode]) -> list[NotebookNode]:
    """Return a run of streams as one stdout and one stderr; others as they are.

    In what order their pieces come is chance, and the same code should leave the same notebook.
    """
    if run[0].output_type != "stream":
        return run
    texts = {
        name: "".join(each.text for each in run if each.name == name)
        for name in ("stdout", "stderr")
    }
    return [
        NotebookNode(output_type="stream", name=name, text=text)
        for name, text in texts.items()
        if text
    ]


def _data(data: Any) -> dict[str, str]:
    if not isinstance(data, dict):
        return {}
    safe = {}
    if isinstance(data.get("text/plain"), str):
        safe["text/plain"] = _text(data["text/plain"])
    for mime, magic in PICTURES.items():
        try:
            raw = base64.b64decode(data.get(mime, ""), validate=False)
        except (binascii.Error, TypeError, ValueError):
            continue
        if raw.startswith(magic) and 0 < pixels(raw) <= MOST_PIXELS:
            safe[mime] = base64.b64encode(raw).decode()
    return safe


def pixels(picture: bytes) -> int:
    """Return how many pixels a picture has, as it says itself; 0 where it is none, or a trap."""
    if picture.startswith(PICTURES["image/jpeg"]) and picture.count(SCAN) > MOST_SCANS:
        return 0
    try:
        with Image.open(io.BytesIO(picture), formats=("PNG", "JPEG")) as opened:
            return int(opened.width * opened.height)
    except Exception:  # a hostile file may make the parser raise anything
        return 0


def _text(text: Any) -> str:
    return text.encode("utf-8", "replace").decode() if isinstance(text, str) else ""
