"""Run a student's neuron and report what it did, as plain arrays.

This is the half of a probe that lives where the model lives: in the student's kernel. Each function
builds a fresh neuron, sets its state explicitly (so that one wrong blank does not cost its
neighbours), runs it, and returns a flat dictionary of NumPy arrays and sentences. Nothing here
judges; :mod:`hhlab.check` does, elsewhere. Questions come through :mod:`hhlab.kernel.batch`.
"""

import contextlib
import sys
from collections.abc import Callable
from typing import Any

import brainpy as bp
import brainpy.math as bm
import numpy as np

from ..channel import reply
from ..channel.reply import Answer, coded, plain, sentence
from ..reference import HOMEWORK
from ..reference.homework import NO_JOINT, RECORDS, STEP_TIME
from ..reference.trace import STATES
from . import integrals
from .build import build, has_integral, placed, why_missing
from .program import Program, run


def inspect(cls: Any, size: Any, parameters: dict[str, float]) -> Answer:
    """Report what each of the six variables is right after construction.

    Returns
    -------
    dict
        For each name: its values under the name itself, ``name.is_variable``, or ``name.error``,
        why it is not there. ``num`` is the number of neurons.
    """
    neuron, errors = build(cls, size, parameters)
    answer: Answer = {"num": int(np.prod(size))}
    for name in (*STATES, *RECORDS):
        if not hasattr(neuron, name):
            answer[f"{name}.error"] = why_missing(name, errors)
            continue
        own = getattr(neuron, name)
        answer[f"{name}.is_variable"] = isinstance(own, bm.Variable)
        try:
            answer[name] = plain(own)
        except (Exception, SystemExit) as unreadable:  # no array at all: that variable's own loss
            answer[f"{name}.error"] = sentence(unreadable)
    return answer


def derivative(cls: Any, states: dict[str, Any], parameters: dict[str, Any]) -> Answer:
    """Evaluate the student's joint derivative, matching its arguments and results by name.

    Returns
    -------
    dict
        ``V``, ``m``, ``h``, ``n``: the time derivatives, of the shape of the states; or ``error``.
    """
    neuron, _ = build(cls, len(states["V"]), parameters)
    joint = neuron.derivative
    if not isinstance(joint, bp.JointEq):
        return {"error": coded(NO_JOINT, type(joint).__name__)}
    given = {**states, "t": 0.0, "Iext": states["I"]}
    changes = joint(*[bm.asarray(given[name]) for name in joint.arg_keys])
    return {name: plain(change) for name, change in zip(_joined(joint), changes, strict=True)}


def step(
    cls: Any,
    states: dict[str, Any],
    drawn: dict[str, Any],
    dt: float,
    parameters: dict[str, Any],
) -> Answer:
    """Call ``update`` once from given states, with each of three integrals.

    With the student's own; with one that is known to be right; and with one that returns `drawn`,
    which shows what becomes of its results.

    Returns
    -------
    dict
        ``own.V`` … ``own.t_last_spike``, ``course.V`` …, ``drawn.V`` …: the state after the step,
        the last only where update called the integral. Where update raised: ``own.error``. What the
        own integral had returned: ``own.returned.V`` …. The joint derivative, where there is one:
        ``joint.V`` …. How the integral was called: ``call.times``, ``call.order``, ``call.joint``,
        ``call.dt`` and ``call.current``.
    """
    own, errors = placed(cls, states, parameters)
    returned = integrals.overhear(own)
    if errors and not has_integral(own):
        answer: Answer = {"own.error": sentence(errors[0])}
    else:
        answer = _updated("own", own, states, dt)
    answer |= {f"own.returned.{name}": new for name, new in _readable(returned).items()}
    with contextlib.suppress(Exception, SystemExit):
        joint = derivative(cls, states, parameters)
        answer |= {f"joint.{name}": change for name, change in joint.items() if name != "error"}

    course, _ = placed(cls, states, parameters)
    integrals.put(course, integrals.true_integral(course, HOMEWORK.with_(**parameters)))
    answer |= _updated("course", course, states, dt)

    told, _ = placed(cls, states, parameters)
    stand_in = integrals.Drawn(drawn, told)
    integrals.put(told, stand_in)
    arrived = _updated("drawn", told, states, dt)
    if stand_in.calls:
        answer |= arrived
    seen = {f"call.{key}": what for key, what in stand_in.seen().items()}
    return {**answer, **seen}


def _updated(whose: str, neuron: Any, states: dict[str, Any], dt: float) -> Answer:
    """Call ``update`` once; return the state after it, or why it stopped."""
    bp.share.save(t=STEP_TIME, dt=dt, i=0)
    try:
        neuron.update(bm.asarray(states["I"]))
        return {f"{whose}.{name}": plain(getattr(neuron, name)) for name in (*STATES, *RECORDS)}
    except (Exception, SystemExit) as stopped:
        return {f"{whose}.error": sentence(stopped)}


def _readable(returned: dict[str, Any]) -> Answer:
    """Return those of an integral's results that are numbers, rather than placeholders of them."""
    readable: Answer = {}
    for name, new in returned.items():
        with contextlib.suppress(Exception):
            readable[name] = plain(new)
    return readable


def simulate(
    cls: Any,
    currents: Any,
    steps: Any,
    start: dict[str, Any],
    dt: Any,
    parameters: dict[str, Any],
    program: Program,
) -> Answer:
    """Run a population with BrainPy's own runner, once with each time step.

    Parameters
    ----------
    cls : type
        The student's class.
    currents : ndarray, shape (runs, longest, neurons)
        What each neuron is given in each time step, µA/cm².
    steps : ndarray of int, shape (runs, neurons)
        Of how many of the time steps each neuron's records are of interest.
    start : dict of ndarray, shape (neurons,)
        The state at time 0 of each run.
    dt : ndarray, shape (runs,)
        Time steps, ms.
    parameters : dict
        Passed to the constructor.
    program : Program
        Of the class.

    Returns
    -------
    dict
        ``V``, ``m``, ``h``, ``n``, ``spike`` of shape (runs, longest, neurons), ``t_last_spike`` of
        shape (runs, neurons), after each neuron's own last step; or ``error``.
    """
    runs = program.runs(currents, start, dt, parameters)
    if not runs:
        built = [placed(cls, start, parameters) for _ in dt]
        neuron, errors = built[0]
        if errors and not has_integral(neuron):
            return {"error": sentence(errors[0])}
        given = [bm.asarray(each) for each in currents]
        fresh = [neuron for neuron, _ in built]
        runs = [run(*each) for each in zip(fresh, given, dt.tolist(), strict=True)]
    recorded = {name: np.stack([plain(run[name]) for run in runs]) for name in runs[0]}
    last = recorded.pop("t_last_spike")
    own_end = np.take_along_axis(last, steps[:, None] - 1, axis=1)[:, 0]
    return {**recorded, "t_last_spike": own_end}


def _joined(joint: Any) -> list[str]:
    return [name for names in joint.vars_in_eqs for name in names]


PROBES: dict[str, Callable[..., Answer]] = {
    **reply.PROBES,
    **{probe.__name__: probe for probe in (inspect, derivative, step, simulate)},
}


def perform(subject: Any, probe: str, arguments: dict[str, Any]) -> Answer:
    """Run one probe; what it prints goes to stdout, what it raises becomes its ``error``."""
    dt = bm.get_dt()
    try:
        with contextlib.redirect_stderr(sys.stdout):
            return reply.perform(subject, probe, arguments, PROBES)
    finally:
        # a runner leaves traced values behind, and the next eager update would trip over them
        bp.share.save(t=0.0, i=0, dt=dt)
