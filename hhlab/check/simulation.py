"""Check a whole simulation against the equations solved: potentials, gates, spikes, records.

The tolerances are derived from the measured error of the schemes that count as right; tests assert
the margin on both sides.
"""

import numpy as np
from numpy.typing import NDArray

from ..channel.failure import CheckFailed
from ..channel.language import Text
from ..mistakes.diagnosis import of_run
from ..mistakes.records import of_records
from ..probe.evidence import Run
from ..reference.homework import NEVER
from ..reference.trace import GATES, STATES, Trace
from .explained import explained_by, listed
from .variable import UNITS

SPIKE_TIME_TOLERANCE = 0.08
"""ms. At dt 0.01 the exponential Euler scheme is late by up to 0.039 ms."""
V_TOLERANCE = 0.2
"""mV, after shifting the reference by up to the spike-time tolerance."""
GATE_TOLERANCE = 0.01


def parameters(run: Run) -> None:
    """Check that the neuron could be made with the parameters that it was asked to have.

    Parameters
    ----------
    run : Run
        From :func:`hhlab.simulate`.

    Raises
    ------
    CheckFailed
        If the constructor does not take one of them.
    """
    if run.refused:
        said = Text(
            "__init__ does not take {names}: no neuron can be made with another value",
            names=listed(run.refused),
        )
        hint = Text("a parameter of __init__, with the usual value as its default.")
        raise CheckFailed(said, hint, said)


@explained_by(of_run)
def gates(run: Run) -> None:
    """Check V, m, h and n along a whole simulation.

    Parameters
    ----------
    run : Run
        From :func:`hhlab.simulate`.

    Raises
    ------
    CheckFailed
        At the first time at which a variable leaves the reference by more than its tolerance.
    """
    limits = {"V": V_TOLERANCE, **dict.fromkeys(GATES, GATE_TOLERANCE)}
    parted = []
    for name in STATES:
        got, truth = getattr(run.trace, name), getattr(run.truth, name)
        low, high = envelope(truth, run.dt)
        off = (got < low - limits[name]) | (got > high + limits[name])
        if off.any():
            k, i = np.argwhere(off)[0]
            parted.append((int(k), int(i), name))
    if not parted:
        return
    k, i, name = min(parted)
    got, expected = getattr(run.trace, name)[k, i], getattr(run.truth, name)[k, i]
    phase = _phase(run, k, i)
    raise CheckFailed(
        Text(
            "{name} leaves the reference at {when:.2f} ms, {phase}: expected "
            "{expected:.4g}{unit}, got {got:.4g}{unit} (tolerance {tolerance:g})",
            name=name,
            when=run.trace.t[k],
            phase=phase,
            expected=expected,
            got=got,
            unit=UNITS[name],
            tolerance=limits[name],
        ),
        Text("the earlier tests say which part of the model to look at."),
        Text(
            "with a stimulus of ours, {name} leaves the reference {phase}.", name=name, phase=phase
        ),
    )


@explained_by(of_run)
def spike_times(run: Run) -> None:
    """Check that each neuron fires as often as it should, when it should.

    Parameters
    ----------
    run : Run
        From :func:`hhlab.simulate`.

    Raises
    ------
    CheckFailed
        If a neuron's spikes differ in number, or one is off by more than the tolerance.
    """
    both = zip(run.trace.spike_times(), run.truth.spike_times(), strict=True)
    for i, (got, expected) in enumerate(both):
        current = run.stimulus.currents[:, i].max()
        if len(got) != len(expected):
            rarely = Text("With a stimulus of ours your neuron fires too rarely.")
            often = Text("With a stimulus of ours your neuron fires too often.")
            raise CheckFailed(
                Text(
                    "with {current:g} µA/cm² the neuron should fire {expected}: yours fires {got}",
                    current=current,
                    expected=_times(len(expected)),
                    got=_times(len(got)),
                ),
                discreet=rarely if len(got) < len(expected) else often,
            )
        late = got - expected
        if (np.abs(late) > SPIKE_TIME_TOLERANCE).any():
            k = int(np.argmax(np.abs(late)))
            too_late = Text(
                "With a stimulus of ours your neuron fires too late, by more than {tolerance} ms.",
                tolerance=SPIKE_TIME_TOLERANCE,
            )
            too_early = Text(
                "With a stimulus of ours your neuron fires too early, by more than {tolerance} ms.",
                tolerance=SPIKE_TIME_TOLERANCE,
            )
            raise CheckFailed(
                Text(
                    "with {current:g} µA/cm² the spike should come at {expected:.2f} ms: yours "
                    "comes at {got:.2f} ms (tolerance {tolerance} ms)",
                    current=current,
                    expected=expected[k],
                    got=got[k],
                    tolerance=SPIKE_TIME_TOLERANCE,
                ),
                discreet=too_late if late[k] > 0 else too_early,
            )


@explained_by(of_records)
def spike_records(run: Run) -> None:
    """Check the model's own ``spike`` and ``t_last_spike`` against its own potential.

    Parameters
    ----------
    run : Run
        From :func:`hhlab.simulate`.

    Raises
    ------
    CheckFailed
        If nothing fires, a flag is up where V does not cross V_th upwards or down where it does, or
        ``t_last_spike`` is not the start of the step of the last crossing.
    """
    V, threshold = run.trace.V, run.parameters.V_th
    before = np.vstack([np.full((1, V.shape[1]), run.start["V"]), V[:-1]])
    crossing = (before < threshold) & (threshold <= V)
    flags, last = run.trace.spike, run.trace.t_last_spike
    assert flags is not None and last is not None
    if not crossing.any():
        raise CheckFailed(Text("no neuron fires, so its spike records cannot be looked at"))
    for i in range(V.shape[1]):
        count, flagged = int(crossing[:, i].sum()), int(flags[:, i].sum())
        if not np.array_equal(crossing[:, i], flags[:, i]):
            said = Text(
                "self.spike should be True only in the step in which V crosses {threshold:g} mV "
                "upwards, {times}: yours is True in {flagged} steps",
                threshold=threshold,
                times=_times(count),
                flagged=flagged,
            )
            if count == flagged:
                k = int(np.argmax(flags[:, i]))
                said = Text(
                    "self.spike should be True in the step in which V crosses {threshold:g} mV "
                    "upwards: yours is True when V goes from {before:.1f} to {after:.1f} mV",
                    threshold=threshold,
                    before=before[k, i],
                    after=V[k, i],
                )
            raise CheckFailed(
                said,
                Text("a spike is one event; compare V before and after the step."),
                Text("self.spike is not True in just those steps in which V crosses V_th upwards."),
            )
        steps = np.flatnonzero(crossing[:, i])
        expected = run.trace.t[steps[-1]] - run.dt if count else NEVER
        if not np.isclose(last[i], expected, rtol=1e-5, atol=0.6 * run.dt):
            raise CheckFailed(
                Text(
                    "self.t_last_spike should be {expected:g} ms, the start of the step of the "
                    "last spike: got {got:g} ms",
                    expected=expected,
                    got=last[i],
                ),
                discreet=Text("self.t_last_spike is not the start of the step of the last spike."),
            )


def envelope(
    truth: NDArray[np.float64], dt: float
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Return the least and greatest true value within the spike-time tolerance of each time.

    Parameters
    ----------
    truth : ndarray, shape (steps, neurons)
        A variable of the reference.
    dt : float
        Spacing of its times, ms.

    Returns
    -------
    low, high : ndarray, shape (steps, neurons)
        What a trace that is early or late by the tolerance may show.
    """
    reach = round(SPIKE_TIME_TOLERANCE / dt)
    longer = np.pad(truth, [(reach, reach), (0, 0)], mode="edge")
    return _running(np.minimum, longer, 2 * reach + 1), _running(np.maximum, longer, 2 * reach + 1)


def _running(extreme: np.ufunc, values: NDArray[np.float64], window: int) -> NDArray[np.float64]:
    """Return a rolling extreme: the least or greatest value in each window of rows.

    The window is doubled until it is as long as asked, so that a long one costs few steps.
    """
    reached = 1
    while reached < window:
        further = min(reached, window - reached)
        values, reached = extreme(values[:-further], values[further:]), reached + further
    return values


def _phase(run: Run, k: int, i: int) -> Text:
    """Return in words where in the action potential the reference is at step `k`."""
    truth: Trace = run.truth
    spikes = truth.spike_times()[i]
    t = truth.t[k]
    if not len(spikes) or t < spikes[0] - 1.0:
        onset = np.flatnonzero(run.stimulus.sample(run.dt)[:, i])
        before = not len(onset) or k < onset[0]
        return Text("before the pulse") if before else Text("below threshold")
    since = t - spikes[spikes - 1.0 <= t][-1]
    if since < -0.4:
        return Text("just before the spike")
    if since < 0.4:
        return Text("during the upstroke")
    return Text("while the spike repolarises") if since < 3 else Text("after the spike")


def _times(count: int) -> Text:
    few = {0: Text("not at all"), 1: Text("once"), 2: Text("twice")}
    return few.get(count, Text("{count} times", count=count))
