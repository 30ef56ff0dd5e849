"""The figures of hh-explore: curves side by side, and a bench with sliders."""

import base64
import io
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import ipywidgets
import matplotlib.pyplot as plt
import numpy as np
from IPython.display import display
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.ticker import LogLocator, NullFormatter
from numpy.typing import ArrayLike

from ..channel.language import Text, said
from ..check.drawn import word
from .bench import Lab
from .pictures import shown
from .plot import COLOURS, GATE_LOOKS, POTENTIAL, STYLES, TIME, frame, legend, settle, tidy

ALT = Text("V of a neuron that gets a pulse; sliders change the pulse and the neuron.")

DARK_FIRST = (5, 1, 3, 0, 4, 2)
"""The order in which curves take their looks: neighbours differ much in lightness."""


@dataclass(frozen=True)
class Panel:
    """Curves over one axis; see :func:`panel`."""

    x: Any
    curves: Mapping[str, ArrayLike]
    xlabel: str
    ylabel: str
    title: str
    log: str
    points: bool
    mark: float | None
    level: float | None
    xlim: tuple[float, float] | None
    ylim: tuple[float, float] | None
    shade: Sequence[tuple[float, float]]


def panel(
    x: Any,
    curves: Mapping[str, ArrayLike],
    xlabel: str,
    ylabel: str,
    *,
    title: str = "",
    log: str = "",
    points: bool = False,
    mark: float | None = None,
    level: float | None = None,
    xlim: tuple[float, float] | None = None,
    ylim: tuple[float, float] | None = None,
    shade: Sequence[tuple[float, float]] = (),
) -> Panel:
    """Return a panel for :func:`show`.

    Parameters
    ----------
    x : array_like
        Positions along the axis.
    curves : mapping
        Names with values, each of the shape of `x`; a value of nan leaves a gap.
    xlabel, ylabel : str
        What the axes measure, with units.
    title : str
        What is shown.
    log : str
        ``x``, ``y`` or ``xy``: which axes are logarithmic.
    points : bool
        Whether to mark the single values.
    mark, level : float, optional
        Where to draw a thin line upright, or across.
    xlim, ylim : (float, float), optional
        What part is shown.
    shade : sequence of (float, float)
        Stretches of `x` that are marked, such as pulses.
    """
    return Panel(x, curves, xlabel, ylabel, title, log, points, mark, level, xlim, ylim, shade)


def show(*panels: Panel) -> None:
    """Draw panels side by side and show the figure.

    Parameters
    ----------
    *panels : Panel
        From :func:`panel`; two fit into the width of a notebook.
    """
    settle()  # what a figure looks like depends on it
    shown(lambda: _figure(*panels), lambda: [_look(panel) for panel in panels])


def say(sentence: str, **values: Any) -> None:
    """Print a sentence of a notebook, its values filled in, in the language of the notebook.

    Parameters
    ----------
    sentence : str
        With fields as in :meth:`str.format`.
    **values
        What goes into them; an array of one number is that number.
    """
    print(said(Text(sentence, **{name: _alone(value) for name, value in values.items()})))


def _alone(value: Any) -> Any:
    return value if isinstance(value, str) or np.size(value) != 1 else np.asarray(value).item()


def _figure(*panels: Panel) -> Figure:
    width = 8.8 if len(panels) == 1 else 5.4 * len(panels)
    figure, axes = frame(width, 4.4, columns=len(panels))
    for each, panel in zip(axes, panels, strict=True):
        _draw(each, panel)
    return figure


def _look(panel: Panel) -> dict[str, Any]:
    """Return what one sees of a panel: along a logarithmic axis, the logarithms."""
    x, y = (np.log if each in panel.log else np.asarray for each in "xy")
    words = [word(each) for each in (panel.xlabel, panel.ylabel, panel.title)]
    with np.errstate(all="ignore"):
        curves = {word(name): y(values) for name, values in panel.curves.items()}
        return vars(panel) | {"x": x(panel.x), "curves": curves, "words": words}


def _draw(axes: Axes, panel: Panel) -> None:
    if panel.level is not None:
        axes.axhline(panel.level, color="0.5", linewidth=1)
    for begin, end in panel.shade:
        axes.axvspan(begin, end, color="0.88", zorder=0)
    if panel.mark is not None:
        axes.axvline(panel.mark, color="0.5", linewidth=1)
    for k, (name, y) in enumerate(panel.curves.items()):
        look = DARK_FIRST[k % 6]
        colour, style = GATE_LOOKS.get(name, (COLOURS[look], STYLES[look]))
        marker = "osD^vP"[k % 6] if panel.points else ""
        axes.plot(panel.x, y, color=colour, linestyle=style, marker=marker, label=word(name))
    for each in panel.log:
        axes.set(**{f"{each}scale": "log"})
        axis = axes.xaxis if each == "x" else axes.yaxis
        axis.set_major_locator(LogLocator(subs=(1, 2, 5)))
        axis.set_major_formatter("{x:g}")
        axis.set_minor_formatter(NullFormatter())
    axes.set(xlabel=word(panel.xlabel), ylabel=word(panel.ylabel), title=word(panel.title))
    axes.set(xlim=panel.xlim, ylim=panel.ylim)
    if len(panel.curves) > 1:
        legend(axes)
    tidy(axes)


def play(neuron: Lab, gL: float = 0.3) -> None:
    """Show a bench with sliders for a pulse's current and width, the temperature and the leak.

    Where sliders do not run (in a printed page), the figure alone is there.

    Parameters
    ----------
    neuron : Lab
        What is stimulated.
    gL : float
        The leak that it begins with, mS/cm².
    """
    sliders = {
        "current": _slider(Text("current (µA/cm²)"), -10, 40, 0.5, 8),
        "width": _slider(Text("width (ms)"), 0.5, 60, 0.5, 2),
        "T": _slider(Text("temperature (°C)"), 0, 30, 0.1, 6.3),
        "gL": _slider(Text("leak gL (mS/cm²)"), 0.01, 0.6, 0.01, gL),
    }
    values = {name: slider.value for name, slider in sliders.items()}
    picture = ipywidgets.Image(value=_response(neuron, **values), format="png", width=760)

    def draw(_: Any) -> None:
        values = {name: slider.value for name, slider in sliders.items()}
        picture.value = _response(neuron, **values)

    for slider in sliders.values():
        slider.observe(draw, "value")
    box = ipywidgets.VBox([*sliders.values(), picture])
    widget = {"version_major": 2, "version_minor": 0, "model_id": box.model_id}
    bundle = {
        "application/vnd.jupyter.widget-view+json": widget,
        "image/png": base64.b64encode(picture.value).decode(),
        "text/plain": said(ALT),
    }
    display(bundle, raw=True)


def _slider(description: str, least: float, most: float, step: float, value: float) -> Any:
    return ipywidgets.FloatSlider(
        value,
        min=least,
        max=most,
        step=step,
        description=said(description),
        continuous_update=False,
        style={"description_width": "12em"},
        layout={"width": "34em"},
    )


def _response(neuron: Lab, current: float, width: float, T: float, gL: float) -> bytes:
    """Return a picture of how a neuron responds to a pulse, as PNG."""
    recording = neuron.record((5, width, current), duration=80, T=T, gL=gL)
    title = Text(
        "{current:g} µA/cm² for {width:g} ms; {T:g} °C, gL = {gL:g} mS/cm²",
        current=current,
        width=width,
        T=T,
        gL=gL,
    )
    response = panel(
        recording.t,
        {"V": recording.V[:, 0]},
        TIME,
        POTENTIAL,
        title=title,
        ylim=(-95, 60),
        shade=[(5, 5 + width)],
    )
    figure = _figure(response)
    png = io.BytesIO()
    figure.savefig(png, format="png", dpi=150)
    plt.close(figure)
    return png.getvalue()
