"""Find the mistakes that explain what a model did: all that fit, or none.

A mistake fits when a model with it does the same, number by number, within single precision. Where
several fit, all are returned, and where the right model fits as well, none.
"""

from collections.abc import Iterable, Sequence

import numpy as np
from numpy.typing import NDArray

from .. import reference
from ..channel.language import Text
from ..channel.mistake import Mistake
from ..probe.evidence import Call, Rates, Run, Step
from ..reference import State
from ..reference.homework import STEP_TIME
from ..reference.trace import STATES, single
from . import gating, membrane, steps, updates
from .equations import Variation, slope
from .steps import Moves

VARIATIONS: tuple[Variation, ...] = (*membrane.variations(), *gating.variations())
RATE_PRECISION = 1e-4
STEP_PRECISION = {"V": 5e-5, "m": 5e-7, "h": 5e-7, "n": 5e-7}
"""How far one step in single precision may be from the exact one, mV and dimensionless."""
LENGTH_PRECISION = 5e-3
"""The same, as a part of the step's length."""
MOST = 3
"""How many mistakes may fit before it is better to say nothing."""
MOVES = 80
"""How many steps of each neuron of a simulation are looked at."""


def of_rates(rates: Rates) -> tuple[Mistake, ...]:
    """Return the mistakes in the equations that explain a joint derivative.

    Parameters
    ----------
    rates : Rates
        That of a model, off in one variable at least.

    Returns
    -------
    tuple of Mistake
        Those that fit in all variables; else those that fit in the first one that is off.
    """
    state = {x: rates.states[x] for x in STATES}
    asked = (state, rates.states["I"], rates.parameters)
    truth = reference.derivative(*asked)
    off = [x for x in STATES if not _same_rate(truth[x], rates.changes[x])]
    with np.errstate(all="ignore"):
        for explained in (off, off[:1]):
            fitting = [
                variation.mistake
                for variation in VARIATIONS
                if set(explained) <= variation.varied
                and all(
                    _same_rate(slope(x, *asked, variation.lines), rates.changes[x])
                    for x in (variation.varied if explained is off else explained)
                )
            ]
            if fitting:
                return _told(fitting)
        return _of_parameters(rates) if off == ["V"] else ()


def _of_parameters(rates: Rates) -> tuple[Mistake, ...]:
    """Return the parameter of the membrane that has another value, if just one explains dV/dt."""
    state = {x: rates.states[x] for x in STATES}
    got, fitting = rates.changes["V"], []

    def rate(**changed: float) -> NDArray[np.float64]:
        return slope("V", state, rates.states["I"], rates.parameters.with_(**changed))

    for name, mistake in membrane.other_parameters().items():
        if name == "C":  # dV/dt goes with 1/C, and with any of the others along a straight line
            value = np.median(rate(C=1.0) / got)
        else:
            value = np.median(
                (got - rate(**{name: 0.0})) / (rate(**{name: 1.0}) - rate(**{name: 0.0}))
            )
        if np.isfinite(value) and _same_rate(rate(**{name: float(value)}), got):
            fitting.append(mistake)
    return tuple(fitting) if len(fitting) == 1 else ()


def of_step(step: Step, after: State | None) -> tuple[Mistake, ...]:
    """Return the mistakes that explain one call of ``update``.

    How it called the integral, once, and what became of its results, was seen; only where that is
    in order are the numbers compared with those of wrong methods.

    Parameters
    ----------
    step : Step
        That of a model, not what it should be.
    after : dict of ndarray, or None
        The state after it that was looked at.

    Returns
    -------
    tuple of Mistake
        Those that fit.
    """
    before = {x: single(step.states[x]) for x in STATES}
    t = np.full_like(before["V"], STEP_TIME)
    current = single(step.states["I"])
    moves = Moves(before, after or {}, current, t, step.dt, step.parameters)
    seen = _seen(step, moves)
    if seen is not None:
        return (seen,)
    return _of_moves(moves) if after else ()


def of_write_back(step: Step) -> tuple[Mistake, ...]:
    """Return the mistakes that explain why new values do not reach the variables.

    Parameters
    ----------
    step : Step
        That of a model in which some do not.

    Returns
    -------
    tuple of Mistake
        The one that is seen in which numbers arrive; none where ``update`` stopped.
    """
    after = step.arrived or step.own
    if after is None:
        return ()
    same = [x for x in STATES if np.array_equal(after[x], single(step.states[x]))]
    if same:
        return (updates.not_written(same),)
    if step.arrived is None:
        return ()
    new = step.drawn
    if all(np.allclose(after[x], single(step.states[x]) + new[x], rtol=1e-5) for x in STATES):
        return (updates.ADDED,)
    astray = [(x, y) for x in STATES for y in STATES if x != y and np.array_equal(after[x], new[y])]
    if len(astray) == 1:
        return (updates.copied(*astray[0]),)
    exchanged = steps.order({x: x for x in STATES}, _arrives(step))
    return (exchanged,) if exchanged else ()


def of_run(run: Run) -> tuple[Mistake, ...]:
    """Return the mistakes that explain a simulation, step by step.

    Parameters
    ----------
    run : Run
        That of a model, not what it should be.

    Returns
    -------
    tuple of Mistake
        Those that fit.
    """
    trace, columns = run.trace, range(run.trace.size)
    moved = np.abs(np.diff(trace.V, axis=0, prepend=run.start["V"]))
    # the steps in which most happens, and as many over the whole time
    chosen = [
        np.unique(
            [
                *np.argsort(moved[:, i])[-MOVES // 2 :],
                *np.linspace(0, len(trace.t) - 1, MOVES // 2, dtype=int),
            ]
        )
        for i in columns
    ]
    k = np.concatenate(chosen)
    i = np.repeat(columns, [len(steps_) for steps_ in chosen])
    before, after = {}, {}
    for x in STATES:
        values = np.vstack([np.full(trace.size, run.start[x]), getattr(trace, x)])
        before[x], after[x] = single(values[k, i]), values[k + 1, i]
    current = run.stimulus.sample(run.dt)[k, i]
    return _of_moves(Moves(before, after, current, k * run.dt, run.dt, run.parameters))


def _seen(step: Step, moves: Moves) -> Mistake | None:
    """Return what is wrong with how ``update`` called the integral and took its results."""
    call = step.call
    if call.times != 1:
        return None
    taken = {x: x for x in STATES}
    if call.order and call.joint:
        taken = dict(zip(call.joint, call.order, strict=True))
    wrong_order = steps.order(taken, _arrives(step))
    if wrong_order is not None:
        return wrong_order
    if _out_of_place(call, step.dt):
        return steps.TIME_ORDER
    if call.dt is not None and not np.isclose(call.dt, step.dt, rtol=1e-4):
        return steps.wrong_dt(call.dt, step.dt)
    if call.current is not None and not np.allclose(call.current, moves.current, rtol=1e-4):
        fitting = [
            name
            for name, reaching in steps.INPUTS.items()
            if np.allclose(call.current, reaching(moves), rtol=1e-4)
        ]
        return steps.wrong_input(
            fitting[0] if len(fitting) == 1 else Text("another input handed over")
        )
    return None


def _arrives(step: Step) -> dict[str, str]:
    """Return for each variable the one that gets its new value; itself where that is not clear."""
    if step.arrived is not None:
        gets = {
            x: [y for y in STATES if np.array_equal(step.arrived[y], step.drawn[x])] for x in STATES
        }
        if all(len(variables) == 1 for variables in gets.values()):
            return {x: variables[0] for x, variables in gets.items()}
    return {x: x for x in STATES}


def _out_of_place(call: Call, dt: float) -> bool:
    """Return whether the integral gets something else for dt, and t or dt in a wrong place."""
    if call.current is None or (call.dt is not None and np.isclose(call.dt, dt, rtol=1e-4)):
        return False
    known = [np.allclose(call.current, value, rtol=1e-4) for value in (dt, STEP_TIME)]
    return any(known) or (call.dt is not None and bool(np.isclose(call.dt, STEP_TIME)))


def _of_moves(moves: Moves) -> tuple[Mistake, ...]:
    """Return the mistakes that explain what all steps do, in all variables."""
    with np.errstate(all="ignore"):
        fitting = [
            mistake
            for mistake, after in updates.wrong_steps(moves)
            if all(_moves_to(x, after[x], moves) for x in STATES)
        ]
        for first, then in steps.SPLITTINGS:
            right = steps.split(moves, first, then)
            off = {x for x in STATES if not _moves_to(x, right[x], moves)}
            if not off:
                return ()  # a right step
            fitting += [
                variation.mistake
                for variation in VARIATIONS
                if _explains(variation, off, moves, right, first, then)
            ]
    return _told(fitting)


def _explains(
    variation: Variation,
    off: set[str],
    moves: Moves,
    right: State,
    first: Sequence[str],
    then: Sequence[str],
) -> bool:
    """Return whether a variation of the equations moves all variables as they moved.

    `off` are those that do not move as `right`, the step without it; what it cannot lead astray
    is not computed again.
    """
    astray = variation.varied | (set(then) if variation.varied & set(first) else set())
    if not off <= astray:
        return False
    kept = {x: right[x] for x in STATES if x not in astray}
    after = steps.split(moves, first, then, variation.lines, kept)
    return all(_moves_to(x, after[x], moves) for x in astray)


def _told(fitting: Iterable[Mistake]) -> tuple[Mistake, ...]:
    different = tuple(dict.fromkeys(fitting))
    return different if len(different) <= MOST else ()


def _same_rate(predicted: NDArray[np.float64], got: NDArray[np.float64]) -> bool:
    scale = np.abs(predicted) + 0.01 * np.abs(predicted).max()
    return bool((np.abs(got - predicted) <= RATE_PRECISION * scale).all())


def _moves_to(x: str, predicted: NDArray[np.float64], moves: Moves) -> bool:
    """Return whether a variable moves as predicted."""
    precision = STEP_PRECISION[x] + LENGTH_PRECISION * np.abs(predicted - moves.before[x])
    return bool((np.abs(moves.after[x] - predicted) <= precision).all())
