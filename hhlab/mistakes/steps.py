"""The ways in which a step of time is taken wrongly, with equations right or wrong."""

import functools
import itertools
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from ..channel.language import Text, both
from ..channel.mistake import Mistake
from ..reference import Parameters, State
from ..reference.trace import GATES, STATES
from .equations import slope

Lines = Mapping[str, str]
Arrangement = dict[str, str]


@dataclass(frozen=True, eq=False)
class Moves:
    """Single steps of a model, from many states.

    Attributes
    ----------
    before, after : dict of ndarray, shape (moves,)
        ``V``, ``m``, ``h``, ``n`` before and after each.
    current, t : ndarray, shape (moves,)
        Injected current (µA/cm²) and time (ms) of each.
    dt : float
        Time step, ms.
    parameters : Parameters
        The membrane.
    """

    before: State
    after: State
    current: NDArray[np.float64]
    t: NDArray[np.float64]
    dt: float
    parameters: Parameters

    @functools.cached_property
    def right(self) -> State:
        """Where a right exponential Euler step leads."""
        return together(self)


def slopes(moves: Moves, state: State | None = None) -> State:
    """Return the right derivatives, in the states before the moves or in others."""
    state = state or moves.before
    return {x: slope(x, state, moves.current, moves.parameters) for x in STATES}


def relaxed(
    x: str, moves: Moves, state: State | None = None, lines: Lines | None = None
) -> NDArray[np.float64]:
    """Return one variable after an exponential Euler step, the others held.

    Parameters
    ----------
    x : str
        The variable.
    moves : Moves
        Time step, currents, membrane, and states before, if no others are given.
    state : dict, optional
        The states before.
    lines : mapping, optional
        What replaces lines of the equations.
    """
    from scipy.special import exprel  # late, as in hhlab/reference/equations.py

    state = state or moves.before
    # each equation is linear in its own variable: gain − decay · x
    gain, at_one = (
        slope(x, {**state, x: np.full_like(state[x], k)}, moves.current, moves.parameters, lines)
        for k in (0.0, 1.0)
    )
    decay = gain - at_one
    return state[x] + moves.dt * exprel(-moves.dt * decay) * (gain - decay * state[x])


def together(moves: Moves, state: State | None = None) -> State:
    """Return the states after a right step of the exponential Euler scheme."""
    return {x: relaxed(x, moves, state) for x in STATES}


SPLITTINGS = ((STATES, ()), (GATES, ("V",)), (("V",), GATES))
"""The right ways to split a step: what is moved first, and what is moved with that."""


def split(
    moves: Moves,
    first: Sequence[str],
    then: Sequence[str],
    lines: Lines | None = None,
    kept: State | None = None,
) -> State:
    """Return the states after a step that moves some variables first, and then the others.

    Those `kept` are known, and not computed.
    """
    kept = kept or {}
    moved = {x: relaxed(x, moves, None, lines) for x in first if x not in kept} | kept
    state = {**moves.before, **{x: moved[x] for x in first}}
    return moved | {x: relaxed(x, moves, state, lines) for x in then if x not in kept}


# ------------------------------------------------------------------------------ the order

ORDER = Text(
    "the states go into self.integral in the order of your JointEq, and come out in that order."
)


def order(taken: Arrangement, arrives: Arrangement) -> Mistake | None:
    """Return the mistake in the order of equations, arguments and results.

    Parameters
    ----------
    taken : dict
        For each variable of the equations, the one that is handed over in its place.
    arrives : dict
        For each variable of the equations, the one that gets its new value.

    Returns
    -------
    Mistake or None
        None where all is in order.
    """
    wrong = [x for x in STATES if taken[x] != x or arrives[x] != x]
    if not wrong:
        return None
    listed = functools.reduce(both, wrong)
    if taken == arrives:
        name = Text("order of JointEq and of the call differ in {names}", names=listed)
        why = [Text("your {own} is treated as {x}", own=taken[x], x=x) for x in wrong]
        return Mistake(name, _in_each_step(why), ORDER)
    if all(taken[x] == x for x in STATES):
        name = Text("new values of {names} in each other's place", names=listed)
        why = [Text("the new {x} gets into self.{own}", x=x, own=arrives[x]) for x in wrong]
        look = Text("the order of V, m, h, n left of self.integral, and where each of them goes.")
        return Mistake(name, _in_each_step(why), look)
    if all(arrives[x] == x for x in STATES):
        name = Text("order of the arguments {names}", names=listed)
        why = [
            Text("your {own} is taken for {x}", own=taken[x], x=x) for x in wrong if taken[x] != x
        ]
        return Mistake(name, _in_each_step(why), ORDER)
    return Mistake(
        Text("orders of call and results differ in {names}", names=listed),
        Text("Variables get mixed up."),
        ORDER,
    )


def _in_each_step(what: list[Text]) -> Text:
    *before, last = what
    for each in reversed(before):
        last = Text("{one}; {other}", one=each, other=last)
    return Text("In each step {what}.", what=last)


def orders(moves: Moves) -> Iterator[tuple[Mistake, State]]:
    """Yield every mistake in the order, with the states that it leads to."""
    known = _wrong_orders()
    handed = {x: np.stack([moves.before[taken[x]] for taken, _ in known]) for x in STATES}
    after = together(moves, handed)  # all at once: an order in each row
    for row, (_, wrong) in enumerate(known):
        for arrives, mistake in wrong:
            yield mistake, {arrives[x]: after[x][row] for x in STATES}


@functools.cache
def _wrong_orders() -> list[tuple[Arrangement, list[tuple[Arrangement, Mistake]]]]:
    """Return each order of arguments with all orders of results that are wrong with it."""
    every = [dict(zip(STATES, order, strict=True)) for order in itertools.permutations(STATES)]
    return [
        (taken, [(arrives, wrong) for arrives in every if (wrong := order(taken, arrives))])
        for taken in every
    ]


# ------------------------------------------------------------------------------ time and input


def wrong_dt(given: float, dt: float) -> Mistake:
    """Return the mistake of an integral that is called with another time step (both in ms)."""
    look = Text("the last argument of self.integral: dt=dt.")
    why = Text("The neuron's time runs at another speed than the clock.")
    if np.isclose(given, 0.1, rtol=1e-4):
        return Mistake(
            Text("dt not passed on: always 0.1"),
            Text("{why} Without dt=dt BrainPy takes 0.1 ms.", why=why),
            look,
        )
    named = {
        1e-3: Text("dt / 1000 in place of dt"),
        1e3: Text("dt * 1000 in place of dt"),
        2.0: Text("dt twice in place of dt"),
        0.5: Text("half of dt in place of dt"),
    }
    for factor, name in named.items():
        if np.isclose(given, factor * dt, rtol=1e-4):
            return Mistake(name, Text("{why} All times here are in ms.", why=why), look)
    return Mistake(Text("another number in place of dt"), why, look)


CALL = Text("what follows the four states in the call of self.integral: t, then x, then dt=dt.")
TIME_ORDER = Mistake(
    Text("t, x and dt in another order"),
    Text(
        "The integral knows them by their places: after the states the time t, then the current x."
    ),
    CALL,
)


def wrong_input(name: str) -> Mistake:
    """Return the mistake of an input that does not reach the integral as it is."""
    why = Text("The injected current is what makes the neuron fire, and when.")
    return Mistake(name, why, CALL)


INPUTS: dict[Text, Callable[[Moves], NDArray[np.float64]]] = {
    Text("input not passed on"): lambda moves: 0 * moves.current,
    Text("input with the wrong sign"): lambda moves: -moves.current,
    Text("input times 1000"): lambda moves: 1000 * moves.current,
    Text("input divided by 1000"): lambda moves: moves.current / 1000,
    Text("input times 10"): lambda moves: 10 * moves.current,
    Text("input divided by 10"): lambda moves: moves.current / 10,
    Text("input times dt"): lambda moves: moves.dt * moves.current,
    Text("input divided by dt"): lambda moves: moves.current / moves.dt,
    Text("time in place of the input"): lambda moves: moves.t,
}
"""What reaches the integral in place of the input."""
