"""Compare what a model did with what the equations do, and say in a sentence where they part.

Every check returns nothing when the answer is right and raises :class:`CheckFailed` when it is not.
The tolerances are derived from the measured error of the schemes that count as right;
``tests/physics/test_tolerances.py`` asserts the margin on both sides.
"""

import functools
from collections.abc import Callable, Sequence
from typing import Concatenate

import numpy as np
from numpy.typing import NDArray

from .. import reference
from ..channel.failure import CheckFailed
from ..channel.language import Text
from ..channel.mistake import Mistake
from ..mistakes.diagnosis import of_rates, of_run, of_step, of_write_back
from ..mistakes.errors import of_error
from ..mistakes.records import of_records
from ..mistakes.variables import of_variable
from ..probe.evidence import Inspection, Rates, Run, Step
from ..reference import State
from ..reference.homework import NEVER, START
from ..reference.trace import GATES, STATES, Trace

INITIAL = {**START, "t_last_spike": NEVER, "spike": 0.0}
DTYPES = {"spike": "b"}
"""Kind of the array that a variable holds, where it is not floating point."""

SPIKE_TIME_TOLERANCE = 0.08
"""ms. At dt 0.01 the exponential Euler scheme is late by up to 0.035 ms."""
V_TOLERANCE = 0.2
"""mV, after shifting the reference by up to the spike-time tolerance."""
GATE_TOLERANCE = 0.01
RATE_TOLERANCE = 1e-4
"""Relative; single precision gives 1e-6."""

UNITS = {"V": " mV", "m": "", "h": "", "n": "", "t_last_spike": " ms", "spike": ""}


def _explained[E: (Run, Step, Rates, Inspection), **P](
    diagnose: Callable[Concatenate[E, P], tuple[Mistake, ...]],
) -> Callable[[Callable[Concatenate[E, P], None]], Callable[Concatenate[E, P], None]]:
    """Let a check that fails hand on what it looked at, and the mistakes that explain it."""

    def decorate(check: Callable[Concatenate[E, P], None]) -> Callable[Concatenate[E, P], None]:
        @functools.wraps(check)
        def checked(evidence: E, /, *args: P.args, **kwargs: P.kwargs) -> None:
            try:
                check(evidence, *args, **kwargs)
            except CheckFailed as failed:
                failed.evidence = evidence
                if not failed.mistakes:
                    failed.explain(diagnose(evidence, *args, **kwargs))
                raise

        return checked

    return decorate


@_explained(of_variable)
def variable(inspection: Inspection, name: str) -> None:
    """Check one of the six variables of a fresh neuron: kind, shape, type and value.

    Parameters
    ----------
    inspection : Inspection
        From :func:`hhlab.inspect`.
    name : str
        ``V``, ``m``, ``h``, ``n``, ``t_last_spike`` or ``spike``.

    Raises
    ------
    CheckFailed
        If the variable is missing or differs from what the text asks for.
    """
    discreet = Text(
        "self.{name} is not right for a population of another size, or other parameters.", name=name
    )
    if name in inspection.missing:
        why = inspection.missing[name]
        raise _stopped(Text("self.{name} is not there", name=name), why, discreet=discreet)
    is_variable, values = inspection.found[name]
    if not is_variable:
        raise CheckFailed(
            Text("self.{name} should be a brainpy Variable: got a plain array", name=name),
            Text(
                "BrainPy only records and updates what is wrapped in bm.Variable(...); "
                "a plain array silently stays as it is."
            ),
            discreet,
        )
    if values.shape != (inspection.num,):
        raise CheckFailed(
            Text(
                "self.{name} should hold one value per neuron, shape ({num},): got shape {shape}",
                name=name,
                num=inspection.num,
                shape=values.shape,
            ),
            Text("multiply by bm.ones(self.num), or use bm.full(self.num, …)."),
            discreet,
        )
    kind = DTYPES.get(name, "f")
    if values.dtype.kind != kind:
        message = Text(
            "self.{name} should be of type {kind}: got {got}",
            name=name,
            kind="bool" if kind == "b" else Text("floating point"),
            got=values.dtype,
        )
        raise CheckFailed(message, discreet=discreet)
    expected = INITIAL[name]
    if not np.allclose(values, expected, rtol=1e-5, atol=1e-6):
        got = values.ravel()[0]
        message = Text(
            "self.{name} should start at {expected}: got {got}",
            name=name,
            expected="False" if kind == "b" else f"{expected:g}{UNITS[name]}",
            got=got if kind == "b" else f"{got:g}",
        )
        raise CheckFailed(message, discreet=discreet)


@_explained(of_rates)
def derivative(rates: Rates) -> None:
    """Check the joint derivative against the equations, variable by variable.

    Parameters
    ----------
    rates : Rates
        From :func:`hhlab.derivative`.

    Raises
    ------
    CheckFailed
        If a time derivative is off by more than 1e-4 of its own scale.
    """
    truth = reference.derivative(rates.states, rates.states["I"], rates.parameters)
    for name in STATES:
        got, expected = rates.changes[name], truth[name]
        off = _rate_is_off(got, expected)
        if off.any():
            i = int(np.argmax(off))
            at = ", ".join(f"{key} = {rates.states[key][i]:.4g}" for key in (*STATES, "I"))
            raise CheckFailed(
                Text(
                    "d{name}/dt is not that of the equations: at {at} expected {expected:.5g}, "
                    "got {got:.5g} (tolerance {tolerance:g} of it)",
                    name=name,
                    at=at,
                    expected=expected[i],
                    got=got[i],
                    tolerance=RATE_TOLERANCE,
                ),
                Text("compare d{name} with the equations above; it was given complete.", name=name),
                Text(
                    "d{name}/dt is not that of the equations in a state or with parameters of "
                    "ours.",
                    name=name,
                ),
            )


@_explained(lambda result: of_step(result, _after_step(result)))
def step(result: Step) -> None:
    """Check that ``update`` carries a state one time step on.

    Where the model's own joint derivative, which has points of its own, is not that of the
    equations, an integral that is known to be right stands in for the model's. A variable that was
    not written back is passed over here: it costs its points in :func:`written_back`.

    Parameters
    ----------
    result : Step
        From :func:`hhlab.step`.

    Raises
    ------
    CheckFailed
        If the new state is further from the true one than twice the error of the exponential Euler
        scheme: simultaneous, with the gates first, or with V first.
    """
    after = _after_step(result)
    if after is None:
        raise _stopped(
            Text("update stopped"),
            result.error,
            Text(
                "call self.integral with the four states in the order of your JointEq, then t, "
                "then the input x, and dt=dt."
            ),
        )
    if not _moves(result, after):
        raise CheckFailed(Text("no variable changed in one call of update"))
    miss = _step_misses(result)
    if miss is not None:
        name, i, expected, tolerance = miss
        raise CheckFailed(
            Text(
                "after one step of {dt:g} ms from {name} = {before:.4g}, {name} should be "
                "{expected:.5g}: got {got:.5g} (tolerance {tolerance:.2g})",
                dt=result.dt,
                name=name,
                before=result.states[name][i],
                expected=expected,
                got=after[name][i],
                tolerance=tolerance,
            ),
            Text(
                "the states go into self.integral in the order of your JointEq, and come out in "
                "the same order; then t, the input x, and dt=dt. The method is 'exp_auto'."
            ),
            Text("{name} is not carried on rightly in one step from a state of ours.", name=name),
        )


@_explained(of_write_back)
def written_back(result: Step) -> None:
    """Check that ``update`` writes what the integral returns into V, m, h and n.

    The numbers that must arrive were drawn at random. In which of the variables each arrives is not
    asked: whether results are told apart wrongly when they come or when they are written cannot be
    seen, and costs its points in :func:`step`. Where ``update`` does without ``self.integral``,
    every variable must change, and the step be right.

    Parameters
    ----------
    result : Step
        From :func:`hhlab.step`.

    Raises
    ------
    CheckFailed
        If update raised, or a variable does not hold the new value.
    """
    after = result.arrived or result.own
    if after is None:
        raise _stopped(Text("update stopped"), result.error)
    stale = [x for x in STATES if np.array_equal(after[x], _single(result, x))]
    if stale:
        said = Text("{names} did not change in one call of update", names=_selves(stale))
        hint = Text("write each new value back, as into self.V.value.")
        raise CheckFailed(said, hint, said)
    handed = result.call.handed if result.arrived else ()
    if set(handed) < set(STATES) and _step_misses(result) is not None:
        said = Text("update does not call self.integral, and what it writes instead is not right")
        hint = Text("use self.integral, or look at the test of TODO 8.")
        raise CheckFailed(said, hint, said)
    lost = [
        x for x in handed if not any(np.array_equal(result.drawn[x], y) for y in after.values())
    ]
    if lost:
        said = Text(
            "the new value of {names} gets lost between self.integral and the variables",
            names=_listed(lost),
        )
        hint = Text("write each new value into its own variable, as it came.")
        raise CheckFailed(said, hint, said)


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
            names=_listed(run.refused),
        )
        hint = Text("a parameter of __init__, with the usual value as its default.")
        raise CheckFailed(said, hint, said)


@_explained(of_run)
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


@_explained(of_run)
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


@_explained(of_records)
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
            raise CheckFailed(
                Text(
                    "self.spike should be True only in the step in which V crosses {threshold:g} "
                    "mV upwards, {times}: yours is True in {flagged} steps",
                    threshold=threshold,
                    times=_times(count),
                    flagged=flagged,
                ),
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


def _stopped(what: str, error: str, hint: str = "", discreet: str = "") -> CheckFailed:
    """Return the failure of a model that raised an error."""
    failed = CheckFailed(
        Text("{what}: {error}", what=what, error=error),
        hint,
        discreet or Text("{what} with an error.", what=what),
    )
    failed.explain(of_error(error))
    return failed


def _rate_is_off(got: NDArray[np.float64], expected: NDArray[np.float64]) -> NDArray[np.bool_]:
    scale = np.abs(expected) + 0.01 * np.abs(expected).max()
    return np.abs(got - expected) > RATE_TOLERANCE * scale


def _after_step(result: Step) -> State | None:
    """Return the state after the step that tells most of ``update`` alone."""
    own = result.own
    if own is None or not _moves(result, own):
        own = result.computed or own
    if _joint_is_true(result) or (own and _misses(result, own) is None):
        return own
    return result.course or own


def _moves(result: Step, after: State) -> bool:
    return any(not np.array_equal(after[name], _single(result, name)) for name in STATES)


def _step_misses(result: Step) -> tuple[str, int, float, float] | None:
    """Return where the step leads astray: variable, index, expected, tolerance.

    Passed over is a variable that was not written back, or got the new value of another one that is
    right: that is for :func:`written_back`.
    """
    after = _after_step(result)
    assert after is not None
    return _misses(result, after)


def _misses(result: Step, after: State) -> tuple[str, int, float, float] | None:
    expected, tolerance = _true_step(result)
    off = {name: np.abs(after[name] - expected[name]) > tolerance[name] for name in STATES}
    right = [after[name] for name in STATES if not off[name].any()]
    for name in STATES:
        passed_over = [_single(result, name), *right]
        if off[name].any() and not any(np.array_equal(after[name], x) for x in passed_over):
            i = int(np.argmax(off[name]))
            return name, i, float(expected[name][i]), float(tolerance[name][i])
    return None


def _joint_is_true(result: Step) -> bool:
    """Return whether the model's joint derivative is that of the equations where it stepped."""
    truth = reference.derivative(result.states, result.states["I"], result.parameters)
    joint = result.joint
    return joint is not None and not any(_rate_is_off(joint[x], truth[x]).any() for x in STATES)


def _true_step(result: Step) -> tuple[State, State]:
    """Return the true state after the step, and how far a right scheme may be from it."""
    asked = (result.states["I"], result.dt, result.parameters)
    truth = reference.flow(result.states, *asked)
    together = reference.exponential_euler(result.states, *asked)
    gates_first = reference.exponential_euler(result.states, *asked, gates_first=True)
    moved = {**result.states, "V": together["V"]}
    V_first = {**reference.exponential_euler(moved, *asked), "V": moved["V"]}
    schemes = (together, gates_first, V_first)
    single_precision = {"V": 1e-3, "m": 1e-5, "h": 1e-5, "n": 1e-5}
    tolerance = {
        name: single_precision[name]
        + 2 * np.maximum.reduce([np.abs(scheme[name] - truth[name]) for scheme in schemes])
        for name in STATES
    }
    return truth, tolerance


def _single(result: Step, name: str) -> NDArray[np.float64]:
    """Return a variable before the step as the model held it, in single precision."""
    return result.states[name].astype(np.float32).astype(float)


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
    """Return the extreme of each so many rows that follow one another."""
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
    if since < 0.4:
        return Text("during the upstroke")
    return Text("while the spike repolarises") if since < 3 else Text("after the spike")


def _listed(names: Sequence[str]) -> str:
    *first, last = names
    return Text("{names} and {last}", names=", ".join(first), last=last) if first else last


def _selves(names: Sequence[str]) -> str:
    return _listed([f"self.{name}" for name in names])


def _times(count: int) -> Text:
    few = {0: Text("not at all"), 1: Text("once"), 2: Text("twice")}
    return few.get(count, Text("{count} times", count=count))
