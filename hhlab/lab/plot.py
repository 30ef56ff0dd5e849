"""The figures of the course: readable in print, without colour, and at the back of the room."""

from collections.abc import Sequence
from typing import Any

import matplotlib.pyplot as plt
import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from numpy.typing import ArrayLike

from ..reference.stimulus import Stimulus

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
    figure, (above, below) = frame(8, 5, rows=2, sharex=True, height_ratios=(5, 1))
    peak = stimulus.currents[np.abs(stimulus.currents).argmax(axis=0), np.arange(stimulus.size)]
    edges = np.concatenate([[0.0], np.cumsum(stimulus.durations)])
    for i in range(stimulus.size):
        look: dict[str, Any] = {"color": COLOURS[i % 6], "linestyle": STYLES[i % 6]}
        look["linewidth"] = 1.8
        above.plot(t, V[:, i], label=f"{peak[i]:g}", **look)
        below.stairs(stimulus.currents[:, i], edges, baseline=None, **look)
    above.set_ylabel("membrane potential V (mV)")
    above.legend(title="I (µA/cm²)", frameon=False, loc="upper right", handlelength=3.5)
    below.set(xlabel="time (ms)", ylabel="I (µA/cm²)", xlim=(0, stimulus.duration))
    tidy(above, below)
    return figure


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
        "m": "m  sodium activation",
        "h": "h  sodium inactivation",
        "n": "n  potassium activation",
    }
    figure, (axes,) = frame(8, 3.4)
    for gate, values in (("m", m), ("h", h), ("n", n)):
        colour, style = GATE_LOOKS[gate]
        axes.plot(t, values, color=colour, linestyle=style, linewidth=1.8, label=names[gate])
    axes.set(xlabel="time (ms)", ylabel="gating variable (0 to 1)", ylim=(-0.02, 1.02), title=title)
    axes.set_xlim(0, float(np.asarray(t)[-1]))
    axes.legend(frameon=False, loc="center right", handlelength=3.5)
    tidy(axes)
    return figure


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
    figure, (axes,) = frame(8, 3.8)
    axes.plot(*truth, color="0.55", linewidth=5, label="the equations")
    for (dt, t, V), colour, style in zip(traces, COLOURS[1::2], STYLES[1::2], strict=False):
        axes.plot(t, V, color=colour, linestyle=style, linewidth=1.8, label=f"dt = {dt:g} ms")
    axes.set(xlabel="time (ms)", ylabel="membrane potential V (mV)")
    axes.set_xlim(0, float(np.asarray(truth[0])[-1]))
    axes.legend(frameon=False, loc="upper right", handlelength=3.5)
    tidy(axes)
    return figure


def circuit() -> Figure:
    """Draw the membrane's equivalent circuit: a capacitor beside three channels with batteries.

    Takes nothing: the circuit is always the same.

    Returns
    -------
    Figure
    """
    figure, axes = plt.subplots(figsize=(7.2, 3.6), layout="constrained")
    line: dict[str, Any] = {"color": "black", "linewidth": 1.6, "solid_capstyle": "butt"}
    branches = {"$C_m$": 1.0, "$g_{Na}\\,m^3h$": 3.2, "$g_K\\,n^4$": 5.4, "$g_L$": 7.6}
    batteries = {3.2: ("$E_{Na}$", 1), 5.4: ("$E_K$", -1), 7.6: ("$E_L$", -1)}
    axes.plot([-0.6, 7.6], [4, 4], **line)
    axes.plot([-0.6, 7.6], [0, 0], **line)
    for label, x in branches.items():
        if x == 1.0:
            for y0, y1 in ((4, 2.1), (1.9, 0)):
                axes.plot([x, x], [y0, y1], **line)
            for y in (2.1, 1.9):
                axes.plot([x - 0.35, x + 0.35], [y, y], **line)
            axes.text(x + 0.45, 2, label, va="center", size=13)
            continue
        axes.plot([x, x], [4, 3.4], **line)
        axes.add_patch(plt.Rectangle((x - 0.17, 2.4), 0.34, 1.0, fill=False, linewidth=1.6))
        axes.text(x + 0.3, 2.9, label, va="center", size=13)
        if x != 7.6:  # voltage-gated: the conductance changes
            arrow = {"arrowstyle": "->", "linewidth": 1.4}
            axes.annotate("", (x + 0.34, 3.45), (x - 0.4, 2.3), arrowprops=arrow)
        name, sign = batteries[x]
        axes.plot([x, x], [2.4, 1.35], **line)
        axes.plot([x, x], [1.15, 0], **line)
        for y, half in ((1.35, 0.3 if sign > 0 else 0.15), (1.15, 0.15 if sign > 0 else 0.3)):
            axes.plot([x - half, x + half], [y, y], **line)
        axes.text(x + 0.42, 1.25, name, va="center", size=13)
    axes.plot([-0.6, -0.6], [0, 4], **line)
    axes.plot(-0.6, 2, marker="^", color="black", markersize=9)
    axes.text(-0.85, 2, "$I$", va="center", ha="right", size=13)
    axes.text(8.6, 4, "inside", va="center", size=12)
    axes.text(8.6, 0, "outside", va="center", size=12)
    axes.set(xlim=(-1.4, 9.8), ylim=(-0.4, 4.4))
    axes.set_axis_off()
    return figure


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
    figure, axes = plt.subplots(rows, columns, figsize=(width, height), squeeze=False, **how)
    left, right, below, above, between = 0.75, 0.15, 0.55, 0.35, 0.2
    figure.subplots_adjust(left / width, below / height, 1 - right / width, 1 - above / height)
    panel_width = (width - left - right - (columns - 1) * left) / columns
    panel_height = (height - below - above - (rows - 1) * between) / rows
    figure.subplots_adjust(wspace=left / panel_width, hspace=between / panel_height)
    for each in axes.flat:
        place = each.get_position()
        each.yaxis.set_label_coords(-0.6 / (place.width * width), 0.5)
        each.xaxis.set_label_coords(0.5, -0.34 / (place.height * height))
        each.set_title("", y=1 + 0.08 / (place.height * height))
        each.locator_params(axis="y", nbins=6)
    return figure, list(axes.flat)


def tidy(*panels: Axes) -> None:
    """Leave of a frame what is needed, and add a grid."""
    for axes in panels:
        axes.spines[["top", "right"]].set_visible(False)
        axes.grid(alpha=0.25)
