"""Pictures that a grader's rehearsal has drawn, for figures that look the same.

The course's figures of a right answer look like the instructor's, and drawing them takes longer
than the experiments in them. In a student's own kernel there are no such pictures.
"""

import hashlib
import json
import os
from collections.abc import Callable, Mapping
from numbers import Number
from pathlib import Path
from typing import Any

import matplotlib.pyplot as plt
import numpy as np
from IPython.core.getipython import get_ipython
from IPython.display import publish_display_data
from matplotlib.figure import Figure
from matplotlib_inline.config import InlineBackend

from . import DRAWN, READ

FINEST = 1e-4
"""The part of a figure's height or width that nobody sees: a twentieth of a pixel."""


def shown(draw: Callable[[], Figure], look: Callable[[], Any]) -> None:
    """Show a figure, which is drawn if there is no picture of the same look.

    Parameters
    ----------
    draw : callable
        Makes the figure.
    look : callable
        Returns what tells it from others: texts, numbers, arrays, sequences and mappings of such.
    """
    folder = os.environ.get(READ) or os.environ.get(DRAWN)
    # what a student has begun to draw beside it is shown with it, and in its turn
    name = "" if not folder or plt.get_fignums() else _name(look)
    file = Path(folder or "") / f"{name}.picture"
    if name and file.exists():
        publish_display_data(**json.loads(file.read_text()))
        return
    figure = draw()
    if name and DRAWN in os.environ:
        shell: Any = get_ipython()
        data, metadata = shell.display_formatter.format(figure)
        part = file.with_suffix(".part")
        part.write_text(json.dumps({"data": data, "metadata": metadata}))
        part.rename(file)  # whole, also where the disk is full
        publish_display_data(data, metadata)
        plt.close(figure)
        return
    plt.show()


def _name(look: Callable[[], Any]) -> str:
    """Return a name that only figures share that look the same; nothing if that is not known."""
    inline = InlineBackend.instance()
    settings = [dict(plt.rcParams), inline.figure_formats, inline.print_figure_kwargs]
    try:
        return hashlib.sha256(repr([settings, _seen(look())]).encode()).hexdigest()
    except (TypeError, ValueError):  # no array: drawing it will say so
        return ""


def _seen(look: Any) -> Any:
    """Return what one sees of something: numbers that lie closer than `FINEST` are the same."""
    if isinstance(look, (str, bool)) or look is None:
        return look
    if isinstance(look, Mapping):
        return [(name, _seen(part)) for name, part in look.items()]
    if isinstance(look, (list, tuple)) and not all(isinstance(part, Number) for part in look):
        return [_seen(part) for part in look]
    values = np.asarray(look, float)
    finite = values[np.isfinite(values)]
    low, high = (float(finite.min()), float(finite.max())) if finite.size else (0.0, 0.0)
    unit = FINEST * float(f"{high - low or abs(high) or 1.0:.3g}")
    places = np.nan_to_num(values / unit, nan=np.pi * 1e15, posinf=1e16, neginf=-1e16)
    return values.shape, unit, hashlib.sha256(np.rint(places).tobytes()).digest()
