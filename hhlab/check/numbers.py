"""Draw the numbers that an experiment should give, and those that it gave."""

from collections.abc import Sequence
from typing import Any

import numpy as np
from matplotlib.axes import Axes
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure

from ..channel.expect import Compared
from ..channel.language import Text
from .drawn import OWN, word

EXPECTED: dict[str, Any] = {"color": "0.45", "marker": "o", "linestyle": "none", "markersize": 9}
CURVE, MOST = 20, 10_000
"""So many numbers are a curve, and so many of them are drawn."""
TRUTH, YOURS = Text("the equations"), Text("yours")
LARGEST = 1e6
"""What is beyond needs no picture."""


def compared(found: Compared) -> tuple[Figure, Text] | None:
    """Draw what a test compared, and say the same in words; nothing where numbers run away.

    Parameters
    ----------
    found : Compared
        Many numbers are drawn as a curve with those expected on it, few on a line of numbers.
    """
    if not all((np.abs(values) < LARGEST).all() for values in (found.got, found.expected)):
        return None
    places = found.at or range(found.got.size)
    if len(places) != found.expected.size:
        return None  # the sentence says how many there are, and should be
    if found.got.size >= CURVE:
        return _curve(found, places)
    return _line(found) if found.got.size == found.expected.size else None


def _curve(found: Compared, places: Sequence[int]) -> tuple[Figure, Text]:
    figure, axes = _figure(found, 3.2)
    axes.plot(list(places), found.expected, label=word(TRUTH), **EXPECTED)
    axes.plot(found.got[:MOST], label=word(YOURS), **OWN)
    axes.set(xlabel=word(Text("number in the array")), ylabel=found.unit.strip())
    axes.legend(frameon=False)
    alt = Text("{call}: your curve, and points that it should go through.", call=found.question)
    return figure, alt


def _line(found: Compared) -> tuple[Figure, Text]:
    figure, axes = _figure(found, 1.5)
    for right, most in zip(found.expected, found.most, strict=True):
        axes.axvspan(right - most, right + most, color="0.8")
    axes.plot(found.expected, [1] * found.expected.size, **EXPECTED)
    axes.plot(found.got, [0] * found.got.size, "D", color=OWN["color"])
    axes.set(yticks=[0, 1], yticklabels=[word(YOURS), word(TRUTH)], ylim=(-0.6, 1.6))
    axes.set_xlabel(found.unit.strip())
    alt = Text("{call} on a line of numbers: yours, and what it should be.", call=found.question)
    return figure, alt


def _figure(found: Compared, height: float) -> tuple[Figure, Axes]:
    figure = Figure(figsize=(6.4, height), dpi=135, layout="constrained")
    FigureCanvasAgg(figure)
    axes = figure.subplots()
    axes.set_title(found.question, loc="left", fontsize=11)
    axes.spines[["top", "right"]].set_visible(False)
    axes.grid(alpha=0.45)
    return figure, axes
