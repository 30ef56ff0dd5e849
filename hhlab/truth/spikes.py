"""Spikes of one neuron under a current that is constant for a while, then another, and so on."""

import math
from collections.abc import Iterator, Sequence

import numpy as np

from ..reference.equations import Array
from ..reference.parameters import HOMEWORK, Parameters
from ..reference.solution import follow
from ..reference.trace import STATES, crossings
from .steady import rest

SPACING = 0.01
"""Of the states between which a spike is looked for, ms; less where warmth makes spikes steeper."""

CHUNK = 5.0
"""How far to go before looking, ms: who has seen enough spikes need not go on."""

RTOL = 1e-8
"""Of the solver. Thresholds then are right to six digits."""

Segments = Sequence[tuple[float, float]]
"""Durations (ms) and the current in each of them (µA/cm²)."""

Start = dict[str, float]


def spikes(
    segments: Segments,
    parameters: Parameters = HOMEWORK,
    start: Start | None = None,
    patience: float = math.inf,
) -> Iterator[float]:
    """Yield the times of upward crossings of ``V_th``, as they are found.

    A crossing is interpolated linearly over 0.01 ms, which errs by 1e-4 ms at most.

    Parameters
    ----------
    segments : sequence of (duration, current)
        ms and µA/cm².
    parameters : Parameters
        The membrane.
    start : dict, optional
        ``V``, ``m``, ``h``, ``n`` at time 0; the resting state if not given.
    patience : float
        How long to wait for the first spike, and for the next one, ms.

    Yields
    ------
    float
        ms after the start.
    """
    last = 0.0
    for first, times, V in _stretches(segments, parameters, start):
        (found,) = crossings(times, V[:, None], parameters.V_th)
        for time in (first + found).tolist():
            last = time
            yield time
        if first - last > patience:
            return


def fires(
    segments: Segments,
    parameters: Parameters = HOMEWORK,
    start: Start | None = None,
    count: int = 1,
) -> bool:
    """Return whether there are (at least) `count` spikes. The rest is as for :func:`spikes`."""
    found = spikes(segments, parameters, start)
    return sum(1 for _ in zip(range(count), found, strict=False)) == count


def state_after(
    segments: Segments, parameters: Parameters = HOMEWORK, start: Start | None = None
) -> Start:
    """Return the state at the end of the last segment. The rest is as for :func:`spikes`."""
    y = _first(parameters, start)
    for duration, current in segments:
        y = follow(y, current, np.array([0.0, duration]), parameters, RTOL)[-1]
    return dict(zip(STATES, y.tolist(), strict=True))


def _first(parameters: Parameters, start: Start | None) -> Array:
    state = rest(parameters) if start is None else start
    return np.array([state[name] for name in STATES])


def _stretches(
    segments: Segments, parameters: Parameters, start: Start | None
) -> Iterator[tuple[float, Array, Array]]:
    """Yield pieces of the solution: when they begin, times from there, and V at these times."""
    y, t = _first(parameters, start), 0.0
    spacing = SPACING / max(1.0, parameters.phi)
    for duration, current in segments:
        chunks = max(1, round(duration / CHUNK))
        count = max(1, round(duration / chunks / spacing))
        times = np.linspace(0.0, duration / chunks, count + 1)
        for _ in range(chunks):
            states = follow(y, current, times, parameters, RTOL)
            yield t, times, states[:, 0]
            y, t = states[-1], t + float(times[-1])
