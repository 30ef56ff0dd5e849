"""One time step of a neuron, compiled into a program that takes many of them.

A step is a function of plain arrays. Both the course's and a student's become one, so that
:mod:`hhlab.lab.bench` treats them alike.
"""

import functools
import math
import os
from collections.abc import Callable
from typing import Any

import jax
import jax.numpy as jnp
import numpy as np
from numpy.typing import NDArray

from ..reference import CANONICAL, Parameters
from ..reference.trace import STATES
from . import LOOPS

os.environ.setdefault("XLA_FLAGS", LOOPS)  # which JAX reads when it first computes
Array = NDArray[np.float64]
Single = NDArray[np.float32]
State = tuple[Any, Any, Any, Any]
Step = Callable[[State, Any, dict[str, Any], Any, Any], State]
"""Takes V, m, h, n, the current, the parameters, t and dt; returns V, m, h, n after dt."""
Advance = Callable[[Array, int, float, bool, int], Single]
"""Takes what is asked, a number of steps, dt, whether V is held, and how many of V, m, h, n are
wanted; returns those, shape (wanted, steps, neurons).

What is asked has a row for each number of an experiment, and a column for each neuron: beginning,
width and current of :data:`PULSES` pulses; V, m, h, n; and :data:`MEMBRANE`."""

MEMBRANE = tuple(name for name in Parameters.__dataclass_fields__ if name != "V_th")
"""The parameters that an experiment may change; a spike is one at 0 mV, whatever the neuron."""

GOES = {8: 10_000, 64: 5_000}
"""Neurons of the compiled programs, to which what is asked is filled up; the most time steps that
each takes in a go."""
PULSES = 4
"""Of one experiment, at most."""
ROWS = 3 * PULSES + len(STATES) + len(MEMBRANE)
REMEMBERED = 64 * 2**20
"""Bytes of what a neuron on the bench has done that are kept."""
WELL = {"xla_backend_optimization_level": 3}
"""How these programs are compiled also where others had better be compiled quickly, as in graded
kernels: they run for long, and those of the course's neuron are found in a grader's cache."""


def advance(step: Step) -> Advance:
    """Return a function that takes any number of steps, compiled once.

    Parameters
    ----------
    step : Step
        One time step.
    """
    return _steps_by(_compiled(step))


@functools.cache
def course() -> Advance:
    """Return what takes steps with the course's neuron, in all laboratories of a process."""
    return _steps_by(_course_compiled())


def follow_course() -> None:
    """Have JAX follow the course's step, which its forks need not do; this starts no backend."""
    for width in GOES:
        given = _given(np.ones((ROWS, width)), width)
        _course_compiled().trace(_room(width), *given, 0, 1, np.float32(1), False)


@functools.cache
def _course_compiled() -> Any:
    return _compiled(course_step)


def _compiled(step: Step) -> Any:
    """Return a program that takes some steps and writes the states into a room."""
    names = ["phi" if name == "T" else name for name in MEMBRANE]

    @functools.partial(jax.jit, compiler_options=WELL, donate_argnums=0)
    def chunk(
        room: Any, pulses: Any, p: Any, state: State, first: Any, steps: Any, dt: Any, held: Any
    ) -> Any:
        def one(k: Any, before: tuple[State, Any]) -> tuple[State, Any]:
            state, recorded = before
            t = (first + k) * dt
            begin, width, current = pulses
            inside = jnp.minimum(begin + width, t + dt) - jnp.maximum(begin, t)
            injected = sum(jnp.clip(inside / dt, 0, 1) * current)  # one by one: vectorised
            V, m, h, n = step(state, injected, dict(zip(names, p, strict=True)), t, dt)
            after = (jnp.where(held, state[0], V), m, h, n)
            return after, jax.lax.dynamic_update_index_in_dim(recorded, jnp.stack(after), k, 1)

        return jax.lax.fori_loop(0, steps, one, (state, room))

    return chunk


def _steps_by(chunk: Any) -> Advance:
    """Return what takes any number of steps, by a program that takes some, and none twice."""
    rooms: dict[int, Any] = {}  # where the states of a go are, in each again: new ones cost a sixth

    def run(asked: Array, steps: int, dt: float, held: bool, wanted: int) -> Single:
        size = asked.shape[1]
        width = next(each for each in GOES if each >= size)
        pulses, p, state = _given(asked, width)
        recorded = np.empty((wanted, steps, size), np.float32)
        for first in range(0, steps, GOES[width]):
            some = min(GOES[width], steps - first)
            room = rooms.pop(width, None)  # it is gone if somebody interrupts
            if room is None:
                room = jax.device_put(_room(width))
            state, room = chunk(room, pulses, p, state, first, some, np.float32(dt), held)
            seen = np.from_dlpack(room.block_until_ready())  # np.asarray would keep hold of it
            recorded[:, first : first + some] = seen[:wanted, :some, :size]
            del seen
            rooms[width] = room
        return recorded

    return remembered(run)


def _room(width: int) -> Single:
    return np.zeros((len(STATES), GOES[width], width), np.float32)


def _given(asked: Array, width: int) -> tuple[Single, Single, Any]:
    """Return pulses, membrane and state, filled up to the neurons of a program."""
    warm, temperature = asked.copy(), MEMBRANE.index("T") - len(MEMBRANE)
    warm[temperature] = 3.0 ** ((warm[temperature] - 6.3) / 10)
    filled_up = [warm, warm[:, -1:].repeat(width - asked.shape[1], axis=1)]
    rows = np.concatenate(filled_up, axis=1, dtype=np.float32)
    pulses = np.stack([rows[part : 3 * PULSES : 3] for part in range(3)])
    return pulses, rows[-len(MEMBRANE) :], tuple(rows[3 * PULSES : -len(MEMBRANE)])


def remembered(run: Advance) -> Advance:
    """Return what takes no steps twice: tests ask again for much that a figure has shown."""
    known: dict[Any, Single] = {}
    room = REMEMBERED

    def taken(asked: Array, *how: Any) -> Single:
        nonlocal room
        key = (*how, asked.shape, asked.tobytes())
        if key not in known:
            found = run(asked, *how)
            if found.nbytes > REMEMBERED // 8:  # a whole curve: no test asks for it again
                return found
            known[key], room = found, room - found.nbytes
            while room < 0:
                room += known.pop(next(iter(known))).nbytes
        return known[key].copy()  # a student may write into it

    return taken


def course_step(state: State, current: Any, p: dict[str, Any], t: Any, dt: Any) -> State:
    """Take one step with the course's neuron: the gates first, then V with the new gates.

    Of the six exponentials in the rates four are powers of a fifth: a step of 64 neurons takes
    three quarters of the time, one of eight nine tenths.
    """
    V, m, h, n = state
    u = jnp.exp(-(V + 65) / 80)
    u4 = u**4
    u8 = u4 * u4

    def moved(x: Any, alpha: Any, beta: Any) -> Any:
        target = alpha / (alpha + beta)
        return target + (x - target) * jnp.exp(-dt * p["phi"] * (alpha + beta))

    m = moved(m, _ratio(-(V + 40) / 10, u8 * math.exp(2.5)), 4.0 * jnp.exp(-(V + 65) / 18))
    h = moved(h, 0.07 * u4, 1 / (1 + u8 * math.exp(3)))
    n = moved(n, 0.1 * _ratio(-(V + 55) / 10, u8 * math.e), 0.125 * u)
    g_Na, g_K = p["gNa"] * m**3 * h, p["gK"] * n**4
    g = g_Na + g_K + p["gL"]
    target = (g_Na * p["ENa"] + g_K * p["EK"] + p["gL"] * p["EL"] + current) / g
    return target + (V - target) * jnp.exp(-dt * g / p["C"]), m, h, n


def _ratio(x: Any, exp_x: Any) -> Any:
    """Return x/(exp(x) − 1), which is 1 at x = 0, and near it a series: right to 1e-6."""
    near = jnp.abs(x) < 0.5
    square = x * x
    series = 1 - x / 2 + square * (1 / 12 + square * (square / 30240 - 1 / 720))
    return jnp.where(near, series, x / jnp.where(near, 1.0, exp_x - 1))


def student_step(HH: Any) -> Step:
    """Return the step that a student's class takes.

    Parameters
    ----------
    HH : type
        The class of hh-model.

    Raises
    ------
    Exception
        Whatever its constructor raises.
    """
    import brainpy as bp
    import brainpy.math as bm

    from ..kernel.build import namesakes

    with namesakes():
        neurons, usual = {size: HH(size) for size in GOES}, bm.get_dt()
        attributes = _attributes(HH)

    def step(state: State, current: Any, p: dict[str, Any], t: Any, dt: Any) -> State:
        neuron = neurons[len(current)]
        for name, parameter in p.items():
            for attribute in attributes.get(name, (name,)):
                setattr(neuron, attribute, parameter)
        for name, x in zip(STATES, state, strict=True):
            getattr(neuron, name).value = x
        bp.share.save(t=t, dt=dt, i=0)
        try:
            neuron.update(current)
        finally:  # what is traced here must not be met elsewhere
            bp.share.save(t=0.0, dt=usual, i=0)
        return tuple(bm.as_jax(getattr(neuron, name)) for name in STATES)

    return step


def _attributes(HH: Any) -> dict[str, list[str]]:
    """Return which attributes of a student's neuron hold a parameter: by their values."""
    from ..kernel.build import build, taken

    unlikely = {name: 1.0123 * value for name, value in vars(CANONICAL).items() if value}
    given = taken(HH, unlikely)
    neuron, _ = build(HH, 1, given)
    if T := given.pop("T", None):
        given["phi"] = CANONICAL.with_(T=T).phi
    return {
        name: [attribute for attribute, x in vars(neuron).items() if _is(x, value)]
        for name, value in given.items()
    }


def _is(thing: Any, value: float) -> bool:
    try:
        return np.size(thing) == 1 and bool(np.isclose(np.float64(thing), value, rtol=1e-6).all())
    except (TypeError, ValueError):  # no number at all
        return False
