"""Make small PNG pictures of figures."""

import base64
import functools
import io
from collections.abc import Sequence
from typing import Any

import numpy as np
from matplotlib.artist import Artist
from matplotlib.axes import Axes
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.colors import to_rgb
from matplotlib.figure import Figure
from matplotlib.font_manager import fontManager
from PIL import Image

from ..channel.language import Text, said

TRUTH: dict[str, Any] = {"color": "0.55", "linewidth": 5.5, "solid_capstyle": "butt"}
OWN: dict[str, Any] = {"color": "#00204d", "linewidth": 1.4}
"""How the equations look, and the student's neuron."""
SHADES = 8
"""How many of each hue there are in a picture."""


CHINESE = "\N{CJK RADICAL REPEAT}"
"""The first of the characters that matplotlib's own font lacks."""


@functools.cache
def _chinese() -> str:
    """Return a font of this machine that has Chinese characters, or nothing."""
    fonts = {font.name for font in fontManager.ttflist}
    wanted = ("Noto Sans CJK SC", "Noto Sans CJK JP", "Source Han Sans SC", "SimHei", "PingFang SC")
    return next((name for name in wanted if name in fonts), "")


def families() -> list[str]:
    """Return the fonts of figures: the second has the letters that the first lacks."""
    return [*filter(None, ("DejaVu Sans", _chinese()))]


def word(text: str) -> str:
    """Return a word of a figure in the language spoken, where there is a font for it."""
    text = text if isinstance(text, Text) else _plain(text)
    words = said(text)
    return words if max(words, default="") < CHINESE or _chinese() else str(text)


def _plain(text: str) -> Text:
    """Return a string as a text without fields."""
    return Text("{text}", text=text) if "{" in text else Text(text)


def png(figure: Figure) -> str:
    """Return a figure as a small PNG, base64."""
    canvas = _canvas(figure)
    canvas.draw()
    return _encoded(canvas)


def png_again(figure: Figure) -> str:
    """Return the same of a figure that one picture after the other is drawn in."""
    canvas = _canvas(figure)
    panels = tuple(figure.axes)
    shown = [*drawn(panels), *filter(None, (each.legend_ for each in panels))]
    for each in shown:
        each.set_visible(False)
    canvas.restore_region(_empty(figure, tuple(each.get_xlim() for each in panels)))
    for each in sorted(shown, key=lambda artist: artist.zorder):
        each.set_visible(True)
        figure.draw_artist(each)
    return _encoded(canvas)


def _canvas(figure: Figure) -> FigureCanvasAgg:
    canvas = figure.canvas
    assert isinstance(canvas, FigureCanvasAgg)
    return canvas


def _encoded(canvas: FigureCanvasAgg) -> str:
    image = Image.fromarray(np.asarray(canvas.buffer_rgba())).convert("RGB")
    made = io.BytesIO()
    image.quantize(palette=_palette(), dither=Image.Dither.NONE).save(made, "PNG")
    return base64.b64encode(made.getvalue()).decode()


def drawn(panels: Sequence[Axes]) -> list[Artist]:
    """Return what a picture has that an empty figure has not, but for the legend."""
    return [each for axes in panels for each in (*axes.lines, *axes.texts, *axes.collections)]


@functools.lru_cache(maxsize=16)
def _empty(figure: Figure, limits: tuple[tuple[float, float], ...]) -> Any:
    """Return what is the same in all pictures with these limits: panels, ticks and grid.

    They take longer to draw than what is in them.
    """
    canvas = _canvas(figure)
    canvas.draw()
    return canvas.copy_from_bbox(figure.bbox)


@functools.cache
def _palette() -> Image.Image:
    """Return what colours there are: from white to black, and to that of the student's neuron.

    So few are enough for lines and letters, and to find them for each picture takes longer than to
    draw it.
    """
    hues = np.array([to_rgb("black"), to_rgb(OWN["color"])])
    colours = 1 - np.linspace(0, 1, SHADES)[:, None, None] * (1 - hues)
    palette = Image.new("P", (1, 1))
    palette.putpalette((255 * colours).round().astype(np.uint8).tobytes())
    return palette
