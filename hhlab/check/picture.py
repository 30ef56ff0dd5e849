"""Draw what a failed test looked at: the student's neuron over the neuron of the equations."""

import functools
import logging
import re
import threading
from typing import Any

import nbformat
import numpy as np
from matplotlib import rcParams
from matplotlib.axes import Axes
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure
from nbformat import NotebookNode
from numpy.typing import NDArray

from ..channel.expect import Compared
from ..channel.language import Text, said
from ..probe.evidence import Run
from ..reference import HOMEWORK
from ..reference.trace import GATES, STATES, Trace
from .drawn import OWN, TRUTH, drawn, families, png, png_again, word
from .numbers import compared
from .simulation import GATE_TOLERANCE, V_TOLERANCE, envelope

LIMITS = {"V": V_TOLERANCE, **dict.fromkeys(GATES, GATE_TOLERANCE)}
RANGES = {"V": (-114.0, 92.0), **dict.fromkeys(GATES, (-0.1, 1.1))}
"""What is shown of each variable; what lies beyond is drawn at the edge."""
MARKED = 20
"""How many spikes of a neuron are marked; a broken one may have thousands."""
log = logging.getLogger(__name__)
_drawing = threading.Lock()
"""Held while a picture is made: all are made in the same figures."""


def picture(evidence: object, sentence: str = "") -> NotebookNode | None:
    """Return an output that shows what went wrong, or None where words say it better.

    Parameters
    ----------
    evidence : Run, Compared or anything else
        What the check looked at; simulations and finite numbers are drawn.
    sentence : str
        What the check said. The neuron whose current it names is the one that is shown.

    Returns
    -------
    NotebookNode or None
        A PNG picture, its words in the language spoken if this machine has a font for it. The
        alternative text is in the metadata, where nbconvert looks for it. None also where drawing
        fails: a picture is an extra, and must cost nobody a verdict.
    """
    try:
        return _made(evidence, sentence)
    except Exception:
        log.debug("a picture could not be drawn", exc_info=True)
        return None


def _made(evidence: object, sentence: str) -> NotebookNode | None:
    """Return the picture, or None where words say it better."""
    with _drawing:
        rcParams["font.family"] = families()
        if isinstance(evidence, Run):
            found, encoded = _neuron(evidence, sentence), png_again
        elif isinstance(evidence, Compared):
            found, encoded = compared(evidence), png
        else:
            return None
        if found is None:
            return None
        figure, alt = found
        words, made = said(alt), encoded(figure)
    data = {"image/png": made, "text/plain": words}
    return nbformat.v4.new_output("display_data", data, metadata={"image/png": {"alt": words}})


def _neuron(run: Run, sentence: str) -> tuple[Figure, Text] | None:
    """Draw where a neuron leaves the equations; nothing where neither state nor flags do."""
    truth = run.truth
    apart = _apart(run, truth)
    i = _telling(run, truth, apart, sentence)
    if apart[:, i].any():
        return _states(run, truth, i, apart[:, i])
    return _flags(run, i) if _extra_flags(run, i) else None


def _apart(run: Run, truth: Trace) -> NDArray[np.bool_]:
    """Return when each neuron is outside the tolerances, shape (steps, neurons)."""
    apart = np.zeros(truth.V.shape, dtype=bool)
    for name, limit in LIMITS.items():
        own, (low, high) = getattr(run.trace, name), envelope(getattr(truth, name), run.dt)
        apart |= (own < low - limit) | (own > high + limit)
    return apart


def _telling(run: Run, truth: Trace, apart: NDArray[np.bool_], sentence: str) -> int:
    """Return the neuron to show: the one that is spoken of, or the one that goes wrong first.

    Where several go wrong within a millisecond, it is the one whose spikes are off most.
    """
    scores = []
    first = np.where(apart.any(axis=0), apart.argmax(axis=0) * run.dt, np.inf)
    for i, (own, true) in enumerate(zip(*_spike_times(run, truth), strict=True)):
        named = bool(re.search(rf"(?<![\d.-]){_current(run, i):g} µA/cm²", sentence))
        miscounted = len(own) != len(true)
        late = 0.0 if miscounted or not len(own) else float(np.abs(own - true).max())
        soon = bool(first[i] <= first.min() + 1)
        scores.append((named, soon, miscounted, late, abs(_extra_flags(run, i))))
    return max(range(truth.size), key=scores.__getitem__)


def _extra_flags(run: Run, i: int) -> int:
    """Return in how many more steps than V rises through V_th the model's spike flag is up."""
    if run.trace.spike is None:
        return 0
    return int(run.trace.spike[:, i].sum()) - len(run.trace.spike_times(run.parameters.V_th)[i])


def _spike_times(run: Run, truth: Trace) -> tuple[list[Any], list[Any]]:
    threshold = run.parameters.V_th
    return run.trace.spike_times(threshold), truth.spike_times(threshold)


def _states(run: Run, truth: Trace, i: int, apart: NDArray[np.bool_]) -> tuple[Figure, Text]:
    """Draw V and the gates of one neuron, both ways, and say the same in words."""
    figure, panels = _figure(run, i, (3.2, 1, 1, 1), ("V (mV)", *GATES))
    for axes, name in zip(panels, STATES, strict=True):
        axes.plot(truth.t, getattr(truth, name)[:, i], label=word(Text("the equations")), **TRUTH)
        own = np.clip(getattr(run.trace, name)[:, i], *RANGES[name])
        axes.plot(truth.t, own, label=word(Text("your neuron")), **OWN)
        axes.set_ylim(*RANGES[name])
    own, true = (times[i] for times in _spike_times(run, truth))
    late = _late(own[0] - true[0]) if len(own) == len(true) == 1 else ""
    _mark(panels[0], true, 82, "0.4", Text("should be at {when:.2f} ms", when=_first(true)))
    yours = Text("yours at {when:.2f} ms", when=_first(own))
    _mark(panels[0], own, 64, OWN["color"], yours, word(late))
    panels[0].legend(loc="center right", frameon=True, framealpha=0.85, edgecolor="none")
    when = truth.t[int(np.argmax(apart))]
    for axes in panels:
        axes.axvline(when, color="0.3", linewidth=0.9, linestyle=(0, (2, 2)), zorder=0)
    _write(panels[0], when, -104, word(Text("they part at {when:.2f} ms", when=when)), "0.3")
    distances = ", ".join(
        f"{name} {np.abs(getattr(run.trace, name)[:, i] - getattr(truth, name)[:, i]).max():.2g}"
        for name in STATES
    )
    alt = Text(
        "{title}: V, m, h and n over {length:.0f} ms, yours over the equations'. Yours fires "
        "{own}; it should fire {true}{late}. They part at {when:.2f} ms. Largest distances: "
        "{distances}.",
        title=_title(run, i),
        length=truth.t[-1],
        own=_times(own),
        true=_times(true),
        late=late,
        when=when,
        distances=distances,
    )
    return figure, alt


def _flags(run: Run, i: int) -> tuple[Figure, Text]:
    """Draw a neuron whose V is right and whose spike flag is not, around its first spike."""
    assert run.trace.spike is not None
    flags, times = run.trace.spike[:, i], run.trace.spike_times(run.parameters.V_th)[i]
    figure, (above, below) = _figure(run, i, (3, 1), ("V (mV)", "spike"))
    around = times[0] if len(times) else run.trace.t[int(np.argmax(flags))]
    above.set_xlim(max(0.0, around - 3), min(around + 6, run.trace.t[-1]))
    above.set_ylim(*RANGES["V"])
    above.plot(run.trace.t, np.clip(run.trace.V[:, i], *RANGES["V"]), **OWN)
    above.axhline(run.parameters.V_th, color="0.4", linewidth=0.9, linestyle=(0, (4, 3)))
    above.text(above.get_xlim()[1], run.parameters.V_th + 3, "V_th", ha="right")
    risen = Text("V rises through V_th at {when:.2f} ms", when=_first(times))
    _mark(above, times, 72, "0.4", risen)
    below.vlines(times[:MARKED], 1.15, 1.9, color="0.6", linewidth=5.5)
    below.fill_between(run.trace.t, 0.1, np.where(flags, 0.85, 0.1), step="post", color="#00204d")
    below.set(
        yticks=[0.5, 1.5], yticklabels=[word(Text("yours")), word(Text("right"))], ylim=(0, 2)
    )
    below.grid(visible=False)
    alt = Text(
        "{title}: V is right and rises through V_th {times}. Time steps in which self.spike is "
        "True: yours {own}, should be {right}.",
        title=_title(run, i),
        times=_times(times),
        own=flags.sum(),
        right=len(times),
    )
    return figure, alt


def _figure(
    run: Run, i: int, heights: tuple[float, ...], labels: tuple[str, ...]
) -> tuple[Figure, tuple[Axes, ...]]:
    figure, panels = _panels(heights, labels, word(Text("time (ms)")))
    for each in drawn(panels):
        each.remove()
    top = panels[0]
    top.text(0, 1.03, _title(run, i), transform=top.transAxes, fontsize=11, va="bottom")
    panels[-1].set_xlim(0, run.stimulus.duration)
    return figure, panels


@functools.cache
def _panels(
    heights: tuple[float, ...], labels: tuple[str, ...], time: str
) -> tuple[Figure, tuple[Axes, ...]]:
    """Return the figure that all pictures of a kind are drawn in, in turn.

    To make panels and their ticks takes as long as to draw what is in them.
    """
    height = 1 + 0.72 * sum(heights)
    figure = Figure(figsize=(6.4, height), dpi=135)
    FigureCanvasAgg(figure)
    panels: list[Axes] = list(figure.subplots(len(heights), 1, sharex=True, height_ratios=heights))
    figure.subplots_adjust(0.13, 0.5 / height, 0.98, 1 - 0.35 / height, hspace=0.18)
    for axes, label in zip(panels, labels, strict=True):
        axes.set_ylabel(label)
        axes.spines[["top", "right"]].set_visible(False)
        axes.grid(alpha=0.45)
    panels[-1].set_xlabel(time)
    return figure, tuple(panels)


def _current(run: Run, i: int) -> float:
    """Return the strongest current that a neuron gets, µA/cm²."""
    currents = run.stimulus.currents[:, i]
    return float(currents[np.abs(currents).argmax()])


def _title(run: Run, i: int) -> str:
    other = [
        f"{name} = {value:g}"
        for name, value in vars(run.parameters).items()
        if value != getattr(HOMEWORK, name)
    ]
    return ", ".join([f"I = {_current(run, i):g} µA/cm²", *other])


def _first(times: Any) -> float:
    return float(times[0]) if len(times) else np.nan


def _mark(axes: Axes, times: Any, height: float, colour: str, first: Text, after: str = "") -> None:
    """Mark spike times with a triangle, and write out the first one."""
    axes.plot(times[:MARKED], [height] * len(times[:MARKED]), "v", color=colour, markersize=6)
    if len(times):
        more = word(Text(" and {more} more", more=len(times) - 1)) if len(times) > 1 else ""
        _write(axes, times[0], height, word(first) + more + after, colour)


def _write(axes: Axes, time: float, height: float, text: str, colour: str) -> None:
    """Write a text beside a point, on the side where there is room."""
    left, right = axes.get_xlim()
    side = "right" if time > left + 0.6 * (right - left) else "left"
    text = f"{text}   " if side == "right" else f"   {text}"
    axes.text(time, height, text, color=colour, ha=side, va="center", fontsize=9.5)


def _late(by: float) -> Text:
    late, early = Text(", {by:.2f} ms late", by=by), Text(", {by:.2f} ms early", by=-by)
    return late if by > 0 else early


def _times(times: Any) -> Text:
    if not len(times):
        return Text("not at all")
    if len(times) == 1:
        return Text("at {when:.2f} ms", when=times[0])
    return Text("at {when:.2f} ms and {more} times more", when=times[0], more=len(times) - 1)
