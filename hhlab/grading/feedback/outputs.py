"""Show code and what it put out in a page: as text and pictures, and no more than there is room."""

import base64
import io
import time
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from markupsafe import Markup, escape
from nbconvert.filters import strip_ansi
from nbformat import NotebookNode
from PIL import Image
from pygments.lexers import PythonLexer
from pygments.token import Comment, Keyword, String
from pygments.token import Text as Plain

from ...channel.language import Text, said
from .inert import MOST_PIXELS, pixels

LONGEST_OUTPUT = 10_000
CUT = Text("… (cut off: this page would become too long)")
LEAST_SHARE = 1_000
LONGEST_LINE = 1_000
"""Characters of a line in which keywords are looked for: for a single one Pygments may go through a
line as often as it is long."""
SMALLER = ((1152, 32), (768, 16), (576, 16), (384, 8))
"""Widths in pixels and numbers of colours that are tried, until a picture fits into its share."""
CLASSES = {Comment: "c", Keyword: "k", String: "s"}


@dataclass
class Allowance:
    """How much of what a student wrote and drew a page takes up, in characters of HTML.

    Attributes
    ----------
    text, pictures : int
        What is left of each.
    pixels : int
        What is left of those that pictures have.
    to_come : int
        How many pictures there are, which have equal shares of what is left.
    seconds : float
        What is left of the time to find out what is a keyword: some texts would take minutes.
    """

    text: int
    pictures: int
    seconds: float = 3.0
    pixels: int = 3 * MOST_PIXELS
    to_come: int = 1

    def write(self, text: str, most: int = 10**9) -> str:
        """Return a text, cut off at `most` characters of HTML, or where the allowance ends."""
        size, room = len(escape(text)), min(self.text, most)
        if size <= room:
            self.text -= size
            return text
        self.text -= room
        return f"{text[: room // 5]}\n{said(CUT)}"  # escaped, a character becomes five at most

    def show(self, mime: str, encoded: str) -> str:
        """Return the address of a picture, made smaller if it has to be; empty if nothing helps."""
        share = max(self.pictures, 0) // max(self.to_come, 1)
        self.to_come -= 1
        address = f"data:{mime};base64,{''.join(encoded.split())}"
        raw = base64.b64decode(encoded)
        size = pixels(raw)
        if size > self.pixels or share < LEAST_SHARE:
            return ""
        self.pixels -= size
        if len(address) > share:
            address = _smaller(raw, share)
        self.pictures -= len(address)
        return address


def _smaller(raw: bytes, most: int) -> str:
    """Return a picture in few colours as an address of at most so many characters, or nothing."""
    try:
        with Image.open(io.BytesIO(raw), formats=("PNG", "JPEG")) as opened:
            colours = opened.convert("RGBA")
    except Exception:  # a hostile file may make the parser raise anything
        return ""
    paper = Image.new("RGB", colours.size, "white")
    paper.paste(colours, mask=colours)
    for width, count in SMALLER:
        paper.thumbnail((width, 2 * width))
        file = io.BytesIO()
        paper.quantize(count, dither=Image.Dither.NONE).save(file, "PNG", optimize=True)
        address = f"data:image/png;base64,{base64.b64encode(file.getvalue()).decode()}"
        if len(address) <= most:
            return address
    return ""


@dataclass(frozen=True)
class Output:
    """Something that a cell put out.

    Attributes
    ----------
    text : str
        The text, or the description of the picture.
    kind : str
        ``picture``, ``error``, or anything else.
    picture : str
        The picture as a data address.
    """

    text: str
    kind: str = "text"
    picture: str = ""


def outputs(cell: NotebookNode, allowance: Allowance) -> Iterator[Output]:
    """Yield what is shown of a cell's outputs, which have been made inert."""
    for output in cell.get("outputs", []):
        if output.output_type == "stream":
            yield Output(allowance.write(strip_ansi(output.text), LONGEST_OUTPUT), output.name)
        elif output.output_type == "error":
            trace = strip_ansi("\n".join(output.traceback))
            yield Output(allowance.write(trace, LONGEST_OUTPUT), "error")
        else:
            yield from _display(output, allowance)


def _display(output: NotebookNode, allowance: Allowance) -> Iterator[Output]:
    data = output.get("data", {})
    for mime in ("image/png", "image/jpeg"):
        if mime in data:
            alt = output.get("metadata", {}).get(mime, {}).get("alt")
            if address := allowance.show(mime, data[mime]):
                yield Output(alt or said(Text("What this cell drew.")), "picture", address)
            else:
                yield Output(said(Text("(a picture that is too large for this page)")))
            return
    if "text/plain" in data:
        yield Output(allowance.write(data["text/plain"], LONGEST_OUTPUT))


def tokens(source: str, allowance: Allowance) -> Iterator[tuple[Any, str]]:
    """Yield the parts of code with their kinds; where time runs out, the rest as one part."""
    if max(map(len, source.split("\n"))) > LONGEST_LINE:
        yield Plain, source
        return
    began, end = time.monotonic(), 0
    for start, kind, text in PythonLexer().get_tokens_unprocessed(source):
        yield kind, text
        end = start + len(text)
        if time.monotonic() - began > allowance.seconds:
            break
    yield Plain, source[end:]
    allowance.seconds -= time.monotonic() - began


def highlighted(source: str, allowance: Allowance, given: set[str] | None = None) -> Markup:
    """Return code with its comments, keywords and texts set off, if there is room for that.

    Parameters
    ----------
    source : str
        Python, or anything else.
    allowance : Allowance
        Of the page.
    given : set of str, optional
        Lines, without indents, that the student was given: all others are marked.
    """
    source = source.replace("\r\n", "\n").replace("\r", "\n")  # as Pygments does
    lines: list[list[Markup]] = [[]]
    for kind, text in tokens(source, allowance):
        css = next((name for token, name in CLASSES.items() if kind in token), "")
        for k, piece in enumerate(text.split("\n")):
            if k:
                lines.append([])
            shown = Markup('<span class="{}">{}</span>').format(css, piece)
            lines[-1].append(shown if css and piece else escape(piece))
    shown = Markup("\n").join(
        Markup('<span class="own">{}</span>').format(Markup("").join(pieces))
        if given and raw.strip() and raw.strip() not in given
        else Markup("").join(pieces)
        for raw, pieces in zip(source.split("\n"), lines, strict=True)
    )
    bare = escape(source)
    marks = len(shown) - len(bare)
    if marks > allowance.text:
        return bare
    allowance.text -= marks
    return shown
