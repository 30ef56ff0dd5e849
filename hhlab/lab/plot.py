"""The figures of the course: readable in print, without colour, and at the back of the room."""

from collections.abc import Sequence
from typing import Any

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from numpy.typing import ArrayLike, NDArray

from ..channel.language import Text
from ..check.drawn import families, word
from ..reference.stimulus import Stimulus
from .pictures import untouched

TIME, POTENTIAL = Text("time (ms)"), Text("membrane potential V (mV)")
GATE, TRUTH = Text("gating variable (0 to 1)"), Text("the equations")

# Six steps near cividis that differ in lightness, darkest last, each with a line style of its own.
# All stand out from white by 3 to 1, as WCAG asks of what one must see in a figure.
COLOURS = ("#998c3c", "#7f7a5c", "#66707a", "#4f5f86", "#2f4a80", "#00204d")
STYLES = ((0, (3, 1)), (0, (5, 2)), "-.", (0, (1, 1)), (0, (7, 2, 1, 2, 1, 2)), "-")
GATE_LOOKS = {"m": ("#d55e00", "-"), "h": ("#0072b2", (0, (5, 2))), "n": ("#009e73", "-.")}


def potentials(t: ArrayLike, V: ArrayLike, stimulus: Stimulus) -> Figure:
    """Draw the membrane potential of each neuron, above the current that was injected.

    Parameters
    ----------
    t : array_like, shape (steps,)
        The times at which the potentials hold, ms.
    V : array_like, shape (steps, neurons)
        Membrane potentials, mV.
    stimulus : Stimulus
        The injected current, one column per neuron.

    Returns
    -------
    Figure

    Raises
    ------
    ValueError
        If `V` has not one row per time and one column per neuron of the stimulus.
    """
    t, V = np.asarray(t), np.asarray(V)
    if V.shape != (len(t), stimulus.size):
        raise ValueError(
            f"V must have shape (steps, neurons) = {(len(t), stimulus.size)}: got {V.shape}"
        )
    figure, (above, below) = frame(8.8, 5.6, rows=2, sharex=True, height_ratios=(5, 1))
    edges = np.concatenate([[0.0], np.cumsum(stimulus.durations)])
    for i in range(stimulus.size):
        look: dict[str, Any] = {"color": COLOURS[i % 6], "linestyle": STYLES[i % 6]}
        above.plot(t, V[:, i], **look)
        below.stairs(stimulus.currents[:, i], edges, baseline=None, **look)
    begins, ends = edges[1], edges[2] if len(edges) > 2 else edges[-1]
    below.set(xlabel=word(TIME), ylabel="I (µA/cm²)")
    below.set_xlim(max(0.0, begins - 2), min(stimulus.duration, ends + 13))
    above.set(ylabel=word(POTENTIAL), ylim=(-90, 75))
    _label(above, t, V, stimulus)
    tidy(above, below)
    shape = [stimulus.durations, stimulus.currents]
    return untouched(figure, [word(POTENTIAL), t, list(V.T), shape])


def _label(axes: Axes, t: NDArray[Any], V: NDArray[Any], stimulus: Stimulus) -> None:
    """Write at each line its current; those without a spike are shown larger in a free corner."""
    peaks = [int(np.argmax(np.nan_to_num(own, nan=-np.inf))) for own in V.T]
    firing = sorted((i for i, peak in enumerate(peaks) if V[peak, i] > 0), key=peaks.__getitem__)
    still = [i for i in range(len(peaks)) if i not in firing and np.isfinite(V[:, i]).all()]
    current = stimulus.currents[np.abs(stimulus.currents).argmax(axis=0), np.arange(len(peaks))]

    def write(panel: Axes, i: int, dx: float, dy: float, unit: bool) -> None:
        at = (t[peaks[i]], V[peaks[i], i])
        line = {"arrowstyle": "-", "color": COLOURS[i % 6], "linewidth": 0.8}
        panel.annotate(
            f"{current[i]:g}{' µA/cm²' if unit else ''}",
            at,
            (at[0] + dx, at[1] + dy),
            color=COLOURS[i % 6],
            weight="bold",
            va="center",
            arrowprops=line if panel is axes else None,
        )

    for k, i in enumerate(firing):
        first = peaks[firing[0]]
        write(axes, i, t[first] - t[peaks[i]] - 0.3 + 0.9 * k, 64 - V[peaks[i], i], i == firing[-1])
    late = V[t > axes.get_xlim()[1] - 8]
    if still and np.nan_to_num(late).max(initial=-90) < -40:
        corner = axes.inset_axes((0.6, 0.42, 0.39, 0.54))
        for i in still:
            corner.plot(t, V[:, i], color=COLOURS[i % 6], linestyle=STYLES[i % 6])
            write(corner, i, 0.2, 0.8, unit=i == still[-1])
        begin = axes.get_xlim()[0] + 1
        seen = V[(t > begin) & (t < begin + 12)][:, still]
        corner.set(xlim=(begin, begin + 12), ylim=(seen.min() - 1, seen.max() + 2))
        corner.locator_params(nbins=4)
        tidy(corner)


def gates(t: ArrayLike, m: ArrayLike, h: ArrayLike, n: ArrayLike, title: str = "") -> Figure:
    """Draw the three gating variables of one neuron.

    Parameters
    ----------
    t : array_like, shape (steps,)
        Times, ms.
    m, h, n : array_like, shape (steps,)
        Gating variables, between 0 and 1.
    title : str
        What is shown.

    Returns
    -------
    Figure
    """
    names = {
        "m": Text("m  sodium activation"),
        "h": Text("h  sodium inactivation"),
        "n": Text("n  potassium activation"),
    }
    figure, (axes,) = frame(8.8, 4.2)
    for gate, values in (("m", m), ("h", h), ("n", n)):
        colour, style = GATE_LOOKS[gate]
        axes.plot(t, values, color=colour, linestyle=style, label=word(names[gate]))
    axes.set(xlabel=word(TIME), ylabel=word(GATE), ylim=(-0.02, 1.02), title=title)
    axes.set_xlim(0, float(np.asarray(t)[-1]))
    legend(axes)
    tidy(axes)
    return untouched(figure, [word(GATE), title, t, m, h, n])


def refinement(
    traces: Sequence[tuple[float, ArrayLike, ArrayLike]], truth: tuple[ArrayLike, ArrayLike]
) -> Figure:
    """Draw one neuron simulated with several time steps over the true solution.

    Parameters
    ----------
    traces : sequence of (dt, t, V)
        Time step (ms), times (ms) and potentials (mV), each of shape (steps,).
    truth : (t, V)
        The solution of the equations.

    Returns
    -------
    Figure
    """
    figure, (axes,) = frame(8.8, 4.4)
    axes.plot(*truth, color="0.55", linewidth=5, label=word(TRUTH))
    looks = zip(traces, COLOURS[1::2], STYLES[1::2], strict=False)
    for (dt, t, V), colour, style in reversed(list(looks)):  # the nearest to the truth comes first
        axes.plot(t, V, color=colour, linestyle=style, label=f"dt = {dt:g} ms")
    axes.set(xlabel=word(TIME), ylabel=word(POTENTIAL))
    axes.set_xlim(0, float(np.asarray(truth[0])[-1]))
    legend(axes)
    tidy(axes)
    return untouched(figure, [word(TRUTH), *truth, *traces])


def settle() -> None:
    """Set what holds for all figures."""
    import matplotlib.pyplot as plt  # late: a command that draws nothing starts sooner

    plt.rcParams.update({"font.size": 12, "lines.linewidth": 2.2, "font.family": families()})


def frame(
    width: float, height: float, rows: int = 1, columns: int = 1, **how: Any
) -> tuple[Figure, list[Axes]]:
    """Return a figure and its empty panels.

    Margins, and the places of labels and titles, are lengths, not found by one of matplotlib's
    layout engines or from what is drawn: for that, everything is laid out twice, which takes as
    long as drawing it.

    Parameters
    ----------
    width, height : float
        Inches.
    rows, columns : int
        How many panels.
    **how
        Further arguments of ``pyplot.subplots``.

    Returns
    -------
    Figure
    list of Axes
        Row by row.
    """
    import matplotlib.pyplot as plt

    settle()
    figure, axes = plt.subplots(rows, columns, figsize=(width, height), squeeze=False, **how)
    left, right, below, above, between = 0.95, 0.15, 0.62, 0.4, 0.2
    figure.subplots_adjust(left / width, below / height, 1 - right / width, 1 - above / height)
    panel_width = (width - left - right - (columns - 1) * left) / columns
    panel_height = (height - below - above - (rows - 1) * between) / rows
    figure.subplots_adjust(wspace=left / panel_width, hspace=between / panel_height)
    for each in axes.flat:
        place = each.get_position()
        each.yaxis.set_label_coords(-0.68 / (place.width * width), 0.5)
        each.xaxis.set_label_coords(0.5, -0.38 / (place.height * height))
        each.set_title("", y=1 + 0.08 / (place.height * height))
        each.locator_params(axis="y", nbins=6)
    return figure, list(axes.flat)


def legend(axes: Axes) -> None:
    """Name the lines in rows above all of them, where room is made for it."""
    lines, names = axes.get_legend_handles_labels()
    width = axes.get_window_extent().width / 100
    columns = max(1, min(len(names), int(width / (0.7 + 0.1 * max(map(len, names))))))
    rows = -(-len(names) // columns)
    scale = axes.yaxis.get_transform()
    bottom, top = scale.transform(axes.get_ylim())
    top += (0.05 + 0.09 * rows) * (top - bottom)
    axes.set_ylim(top=float(scale.inverted().transform(top)))
    # matplotlib goes down the columns, readers along the rows
    order = [k for first in range(columns) for k in range(first, len(names), columns)]
    entries = [lines[k] for k in order], [names[k] for k in order]
    room: dict[str, Any] = {"handlelength": 2.4, "columnspacing": 1.0}
    axes.legend(*entries, ncols=columns, frameon=False, loc="upper center", **room)


def tidy(*panels: Axes) -> None:
    """Leave of a frame what is needed, and add a grid."""
    for axes in panels:
        axes.spines[["top", "right"]].set_visible(False)
        axes.grid(alpha=0.25)
