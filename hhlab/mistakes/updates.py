"""Wrong ways to write the method ``update`` and to choose the integrator, as whole steps."""

import functools
import itertools
from collections.abc import Iterator, Sequence
from dataclasses import replace

import numpy as np

from ..channel.language import Text, both
from ..channel.mistake import Mistake
from ..reference import State
from ..reference.trace import STATES
from .steps import INPUTS, Moves, orders, relaxed, slopes, together, wrong_dt, wrong_input

BACK = Text("the new V goes into self.V.value, and so on for m, h and n.")
METHOD = Text("the line self.integral = bp.odeint(…): its method is 'exp_auto'.")


def not_written(names: Sequence[str]) -> Mistake:
    """Return the mistake of variables that ``update`` leaves as they are."""
    if len(names) == len(STATES):
        return Mistake(
            Text("nothing written back"), Text("V, m, h and n stay where they are forever."), BACK
        )
    listed = functools.reduce(both, [f"self.{name}" for name in names])
    return Mistake(
        Text("{names} not written back", names=listed),
        Text("What is not written back has its first value for ever."),
        BACK,
    )


def copied(name: str, other: str) -> Mistake:
    """Return the mistake of a variable that gets the new value of another one."""
    why = Text("The new {name} is lost.", name=name)
    return Mistake(Text("self.{name} gets the new {other}", name=name, other=other), why, BACK)


ADDED = Mistake(
    Text("new values added to the old ones"),
    Text("The integral returns where the states are after the step, not by how much they move."),
    Text("TODO 8 and 9: = rather than +=, and nothing is added to what self.integral returns."),
)
SLOPES = Mistake(
    Text("derivatives in place of new values"),
    Text("A derivative says how fast a state moves, not where it is after the step."),
    Text("TODO 8: self.integral, not self.derivative, carries the states one step on."),
)
NOT_CHANGES = Mistake(
    Text("new values taken for changes"),
    Text("The integral returns where the states are after the step, not by how much they move."),
    Text("TODO 8: nothing is added to what self.integral returns."),
)
EULER = Mistake(
    Text("Euler's method"),
    Text(
        "Euler's method goes straight on for a whole step. Where the equations are fast, at "
        "BrainPy's own step of 0.1 ms, it shoots over the mark and V runs away."
    ),
    Text(
        "whether TODO 8 calls self.integral; {method} Without a method, BrainPy takes Euler's.",
        method=METHOD,
    ),
)
RUNGE_KUTTA = Mistake(
    Text("a Runge–Kutta method"),
    Text(
        "It is precise with small steps; at BrainPy's own step of 0.1 ms a spike makes it run away."
    ),
    METHOD,
)


def _second_order(moves: Moves, part: float) -> State:
    """Return Runge and Kutta's second order; its second slope is taken `part` of a step later."""
    s, dt, one = moves.before, moves.dt, slopes(moves)
    two = slopes(moves, {x: s[x] + part * dt * one[x] for x in STATES})
    weight = 1 / (2 * part)
    return {x: s[x] + dt * ((1 - weight) * one[x] + weight * two[x]) for x in STATES}


def _fourth_order(moves: Moves) -> State:
    s, dt, one = moves.before, moves.dt, slopes(moves)
    two = slopes(moves, {x: s[x] + dt / 2 * one[x] for x in STATES})
    three = slopes(moves, {x: s[x] + dt / 2 * two[x] for x in STATES})
    four = slopes(moves, {x: s[x] + dt * three[x] for x in STATES})
    return {x: s[x] + dt / 6 * (one[x] + 2 * two[x] + 2 * three[x] + four[x]) for x in STATES}


def _methods(moves: Moves) -> Iterator[tuple[Mistake, State]]:
    before, change = moves.before, slopes(moves)
    yield EULER, {x: before[x] + moves.dt * change[x] for x in STATES}
    yield RUNGE_KUTTA, _fourth_order(moves)
    for part in (1 / 2, 2 / 3, 1.0):
        yield RUNGE_KUTTA, _second_order(moves, part)
    yield SLOPES, change
    yield NOT_CHANGES, {x: before[x] + moves.dt * moves.right[x] for x in STATES}
    yield ADDED, {x: before[x] + moves.right[x] for x in STATES}


def _writings(moves: Moves) -> Iterator[tuple[Mistake, State]]:
    for count in range(1, 5):
        for names in itertools.combinations(STATES, count):
            yield not_written(names), {**moves.right, **{x: moves.before[x] for x in names}}
    for name, other in itertools.permutations(STATES, 2):
        yield copied(name, other), {**moves.right, name: moves.right[other]}


def _times_and_inputs(moves: Moves) -> Iterator[tuple[Mistake, State]]:
    dt = moves.dt
    for given in (0.1, dt / 1000, dt * 1000, 2 * dt, dt / 2):
        if not np.isclose(given, dt):
            yield wrong_dt(given, dt), together(replace(moves, dt=given))
    for name, reaching in INPUTS.items():
        V = relaxed("V", replace(moves, current=reaching(moves)))
        yield wrong_input(name), {**moves.right, "V": V}


def wrong_steps(moves: Moves) -> Iterator[tuple[Mistake, State]]:
    """Yield all the ways that are known to take a step wrongly, with the states they lead to.

    Parameters
    ----------
    moves : Moves
        Steps of a model; those that they are compared with.
    """
    yield from _methods(moves)
    yield from _writings(moves)
    yield from _times_and_inputs(moves)
    yield from orders(moves)
