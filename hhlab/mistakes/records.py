"""Mistakes in ``spike`` and ``t_last_spike``, the neuron's own notes of its spikes."""

from collections.abc import Iterator

import numpy as np
from numpy.typing import NDArray

from ..channel.language import Text
from ..channel.mistake import Mistake
from ..probe.evidence import Run
from ..reference.homework import NEVER

Flags = NDArray[np.bool_]
FLAG = Text(
    "self.spike.value = bm.logical_and(self.V < self.V_th, V >= self.V_th), before the write-back."
)
NOTE = Text("self.t_last_spike.value = bm.where(self.spike, t, self.t_last_spike).")


def of_records(run: Run) -> tuple[Mistake, ...]:
    """Return the mistakes that explain a neuron's own notes of its spikes.

    Parameters
    ----------
    run : Run
        Whose notes do not fit its potential.

    Returns
    -------
    tuple of Mistake
        Those that fit in every neuron.
    """
    V, threshold = run.trace.V, run.parameters.V_th
    before = np.vstack([np.full((1, V.shape[1]), run.start["V"]), V[:-1]])
    right = (before < threshold) & (threshold <= V)
    flags, last = run.trace.spike, run.trace.t_last_spike
    assert flags is not None and last is not None
    if not np.array_equal(flags, right):
        fitting = [m for m, wrong in _flags(before, V, threshold) if np.array_equal(flags, wrong)]
        return tuple(fitting or _elsewhere(before, V, flags))
    begins = run.trace.t - run.dt
    return tuple(
        mistake
        for mistake, wrong in _notes(right, threshold <= V, begins, run.dt)
        if np.allclose(last, wrong, rtol=1e-5, atol=0.1 * run.dt)
    )


def _flags(
    before: NDArray[np.float64], V: NDArray[np.float64], threshold: float
) -> Iterator[tuple[Mistake, Flags]]:
    low, high = before < threshold, threshold <= V
    event = Text("A spike is one event: the step in which V crosses the threshold upwards.")
    yield Mistake(Text("spike as long as V is high"), event, FLAG), high
    yield Mistake(Text("spike as long as V was high"), event, FLAG), ~low
    yield Mistake(Text("spike before and after, both high"), event, FLAG), ~low & high
    yield Mistake(Text("spike if either is so, 'or' in place of 'and'"), event, FLAG), low | high
    yield Mistake(Text("spike as long as V is low"), event, FLAG), ~high
    yield Mistake(Text("spike on the way down"), event, FLAG), ~low & ~high
    yield Mistake(Text("spike whenever it does not cross"), event, FLAG), ~(low & high)
    yield (
        Mistake(
            Text("spike never noted"),
            Text("If V is written back before the comparison, the old and the new V are the same."),
            FLAG,
        ),
        np.zeros_like(high),
    )
    shifted = np.vstack([np.zeros_like(high[:1]), (low & high)[:-1]])
    yield (
        Mistake(
            Text("spike noted a step late"),
            Text("The flag belongs to the step that crosses."),
            FLAG,
        ),
        shifted,
    )
    yield Mistake(Text("spike always"), event, FLAG), np.ones_like(high)


def _elsewhere(
    before: NDArray[np.float64], V: NDArray[np.float64], flags: Flags
) -> Iterator[Mistake]:
    """Yield that the flags are those of another threshold, if there is one they are those of."""
    if not flags.any():
        return
    threshold = (before[flags].max() + V[flags].min()) / 2
    if np.array_equal(flags, (before < threshold) & (threshold <= V)):
        yield Mistake(
            Text("spike at another threshold than V_th"),
            Text("It is True once for each crossing, but of another potential."),
            Text("V_th=0. in __init__, self.V_th = V_th, and self.V_th in update."),
        )


def _notes(
    right: Flags, high: Flags, begins: NDArray[np.float64], dt: float
) -> Iterator[tuple[Mistake, NDArray[np.float64]]]:
    """Yield what ``t_last_spike`` ends with, of each neuron."""

    def last(flags: Flags, never: float = NEVER) -> NDArray[np.float64]:
        at = [np.flatnonzero(flags[:, i]) for i in range(flags.shape[1])]
        return np.array([begins[k[-1]] if len(k) else never for k in at])

    since = Text("It holds the time t of the step in which the neuron last fired.")
    fired = right.any(axis=0)
    yield (
        Mistake(Text("time of the last spike never noted"), since, NOTE),
        np.full(right.shape[1], NEVER),
    )
    yield Mistake(Text("end of the step noted"), since, NOTE), last(right) + dt * fired
    yield Mistake(Text("time noted later than it was"), since, NOTE), last(right) + 2 * dt * fired
    yield Mistake(Text("time noted earlier than it was"), since, NOTE), last(right) - dt * fired
    yield Mistake(Text("last spike forgotten, 0 in its place"), since, NOTE), last(right, 0.0) * 0
    yield Mistake(Text("0 where no spike was"), since, NOTE), last(right, 0.0)
    yield Mistake(Text("the present time noted when there is no spike"), since, NOTE), last(~right)
    yield Mistake(Text("time of the last step in which V was high"), since, NOTE), last(high)
    yield Mistake(Text("number of the step in place of its time"), since, NOTE), last(right) / dt
