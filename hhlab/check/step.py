"""Check one call of ``update``: where it leads, and that it writes back what it computed."""

import functools
from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from .. import reference
from ..channel.failure import CheckFailed
from ..channel.language import Text
from ..mistakes.diagnosis import of_step, of_write_back
from ..probe.evidence import Step
from ..reference import State
from ..reference.trace import STATES, single
from .explained import explained_by, listed, stopped
from .rates import rate_is_off

Values = NDArray[np.float64]
STILL_BLANK = "NotImplementedError: TODO 8"
"""What the blank raises, below the right line as well."""


@explained_by(lambda result: of_step(result, _after_step(result)))
def step(result: Step) -> None:
    """Check that ``update`` carries a state one time step on.

    Where the model's own joint derivative, which has points of its own, is not that of the
    equations, an integral that is known to be right stands in for the model's. A variable that was
    integrated but not written back is passed over here: it costs its points in
    :func:`written_back`.

    Parameters
    ----------
    result : Step
        From :func:`hhlab.step`.

    Raises
    ------
    CheckFailed
        If update stopped, no variable changed, or the new state is further from the true one than
        twice the error of the exponential Euler scheme: simultaneous, with the gates first, or with
        V first.
    """
    after = _after_step(result)
    if after is None or STILL_BLANK in str(result.error):
        raise stopped(Text("update stopped"), result.error)
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


@explained_by(of_write_back)
def written_back(result: Step) -> None:
    """Check that ``update`` writes what the integral returns into V, m, h and n.

    The numbers that must arrive were drawn at random. That one arrives in another's variable counts
    here if V, m, h and n were right before they were written, and else in :func:`step`. Where
    ``update`` does without ``self.integral``, every variable must change, and the step be right.

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
        raise stopped(Text("update stopped"), result.error)
    stale = [x for x in STATES if np.array_equal(after[x], single(result.states[x]))]
    if stale:
        said = Text("{names} did not change in one call of update", names=_selves(stale))
        hint = Text("write each new value back, as into self.V.value.")
        raise CheckFailed(said, hint, said)
    handed = result.call.handed if result.arrived else ()
    kept = result.told if result.arrived else result.computed
    if kept and all(_same(after[x], kept[x], result.states[x]) for x in STATES):
        handed = ()  # what they were before they were written is for the test of the step
    elif set(handed) < set(STATES) and _step_misses(result) is not None:
        said = Text("update does not call self.integral, and what it writes instead is not right")
        hint = Text("use self.integral, or look at the test of TODO 8.")
        raise CheckFailed(said, hint, said)
    lost = [
        x
        for x in handed
        if not any(_same(y, result.drawn[x], result.states[x]) for y in after.values())
    ]
    if not lost and _exchanged(result):
        said = Text("the new values are right, and are written into each other's variables")
        raise CheckFailed(
            said, Text("the new V goes into self.V.value, and so on for m, h and n."), said
        )
    if lost:
        said = Text(
            "the new value of {names} gets lost between self.integral and the variables",
            names=listed(lost),
        )
        hint = Text("write each new value into its own variable, as it came.")
        raise CheckFailed(said, hint, said)


def _same(found: Values, new: Values, before: Values) -> bool:
    """Return whether a variable holds a new value, up to what adding a change to it rounds."""
    rounds = 2 * np.finfo(np.float32).eps * (np.abs(new) + np.abs(before))
    return bool((np.abs(found - new) <= rounds).all())


def _after_step(result: Step) -> State | None:
    """Return the state after the step by which ``update`` is judged.

    It is the model's own, where its joint derivative is right: then a wrong step is update's fault.
    Else it is the one with an integral that is known to be right, as a wrong derivative costs its
    points elsewhere.
    """
    own = _led_to(result, result.own, result.computed)
    if _joint_is_true(result) or (own and _misses(result, own) is None):
        return own
    return _led_to(result, result.course, result.course_computed) or own


def _led_to(result: Step, after: State | None, computed: State | None) -> State | None:
    """Return the state after a step, or what V, m, h and n stood for when it ended.

    That stands in where nothing was written back, or where it was right and what was written is
    not: that is for :func:`written_back`.
    """
    if computed is None:
        return after
    if after is None or not _moves(result, after):
        return computed
    right = _misses(result, after) is not None and _misses(result, computed) is None
    return computed if right else after


def _exchanged(result: Step) -> bool:
    """Return whether right values of V, m, h and n were written into each other's variables."""
    own, computed = result.own, result.computed
    if not own or not computed:
        return False
    written = {x: [y for y in STATES if np.array_equal(own[x], computed[y])] for x in STATES}
    astray = all(written.values()) and any(x not in found for x, found in written.items())
    return astray and _misses(result, computed) is None  # which is costly to know


def _moves(result: Step, after: State) -> bool:
    return any(not np.array_equal(after[name], single(result.states[name])) for name in STATES)


def _step_misses(result: Step) -> tuple[str, int, float, float] | None:
    """Return where the step leads astray: variable, index, expected, tolerance.

    Passed over is a variable that was integrated and not written back, or got the new value of
    another one that is right: that is for :func:`written_back`.
    """
    after = _after_step(result)
    assert after is not None
    return _misses(result, after)


def _misses(result: Step, after: State) -> tuple[str, int, float, float] | None:
    expected, tolerance = _true_step(result)
    off = {name: np.abs(after[name] - expected[name]) > tolerance[name] for name in STATES}
    right = [after[name] for name in STATES if not off[name].any()]
    for name in STATES:
        passed_over = [*right]
        if name in result.call.handed:  # it was computed, whether or not it was written back
            passed_over.append(single(result.states[name]))
        if off[name].any() and not any(np.array_equal(after[name], x) for x in passed_over):
            i = int(np.argmax(off[name]))
            return name, i, float(expected[name][i]), float(tolerance[name][i])
    return None


def _joint_is_true(result: Step) -> bool:
    """Return whether the model's joint derivative is that of the equations where it stepped."""
    truth = reference.derivative(result.states, result.states["I"], result.parameters)
    joint = result.joint
    return joint is not None and not any(rate_is_off(joint[x], truth[x]).any() for x in STATES)


@functools.lru_cache(maxsize=1)  # asked several times of one step, and costly to know
def _true_step(result: Step) -> tuple[State, State]:
    """Return the true state after the step, and how far a right scheme may be from it."""
    asked = (result.states["I"], result.dt, result.parameters)
    truth = reference.flow(result.states, *asked)
    together = reference.exponential_euler(result.states, *asked)
    moved = {**together, "V": result.states["V"]}
    gates_first = {**together, "V": reference.exponential_euler(moved, *asked)["V"]}
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


def _selves(names: Sequence[str]) -> str:
    return listed([f"self.{name}" for name in names])
