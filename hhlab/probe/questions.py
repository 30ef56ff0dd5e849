"""Ask a neuron model what it does. The questions are data, and so are the answers.

A model is either the student's class itself, in a student's or an author's kernel, or a
:class:`~hhlab.channel.ask.Handle` on a class that lives in another process, when the grader asks.
Test cells read the same in both places.
"""

import hashlib
import secrets
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ..channel import ask as channel
from ..channel.ask import SENTENCES, numbers, sentence_of
from ..channel.failure import ModelError
from ..channel.language import Text
from ..channel.reply import coded
from ..reference import HOMEWORK, Parameters, State
from ..reference.homework import (
    GRADING_DT,
    NO_CLASS,
    NO_EQUATIONS,
    NO_JOINT,
    NOT_SET,
    RECORDS,
    START,
)
from ..reference.stimulus import Stimulus
from ..reference.trace import STATES, Trace, single
from .evidence import Call, Inspection, Rates, Run, Step

SENTENCES |= {
    NO_CLASS: Text("HH should be a class of which neurons are made: got a thing of type {detail}"),
    NO_JOINT: Text("derivative must return a brainpy.JointEq: got {detail}"),
    NO_EQUATIONS: Text("HH has no derivative, and update integrates no equations of V, m, h and n"),
    NOT_SET: Text("self.{detail} is not set in __init__"),
}

_NOBODY_KNOWS = secrets.token_bytes()


def _ask(model: Any, probe: str, **arguments: Any) -> dict[str, Any]:
    """Have a probe of :mod:`hhlab.kernel.perform` performed, here or where the model lives."""
    return channel.ask(model, probe, arguments, _here)


def _here(model: Any, probe: str, arguments: dict[str, Any]) -> dict[str, Any]:
    # BrainPy takes seconds to import, and graders never need it
    from ..kernel.batch import perform_all

    (answer,) = perform_all(model, [(probe, arguments)])
    return answer


def inspect(model: Any, size: int | tuple[int, ...] = 3, **parameters: float) -> Inspection:
    """Construct a neuron and report its six variables.

    Parameters
    ----------
    model : type or Handle
        The student's ``HH``.
    size : int or tuple of int
        Size of the population.
    **parameters
        Passed to the constructor.

    Returns
    -------
    Inspection

    Raises
    ------
    ModelError
        If nothing could be constructed.
    """
    answer = _ask(model, "inspect", size=size, parameters=parameters)
    found: dict[str, tuple[bool, NDArray[Any]]] = {}
    missing: dict[str, str] = {}
    for name in (*STATES, *RECORDS):
        values = answer.get(name)
        if isinstance(values, np.ndarray):
            found[name] = (answer.get(f"{name}.is_variable") is True, values)
        else:
            missing[name] = sentence_of(str(answer.get(f"{name}.error", coded(NOT_SET, name))))
    tuples = frozenset(name for name in found if answer.get(f"{name}.is_tuple") is True)
    return Inspection(int(np.prod(size)), found, missing, tuples)


def derivative(model: Any, states: Mapping[str, Any], **parameters: float) -> Rates:
    """Evaluate a model's joint derivative in given states.

    Parameters
    ----------
    model : type or Handle
        The student's ``HH``.
    states : mapping
        ``V`` (mV), ``m``, ``h``, ``n`` and ``I`` (µA/cm²); arrays of shape (states,).
    **parameters
        Passed to the constructor.

    Returns
    -------
    Rates

    Raises
    ------
    ModelError
        If the derivative is not joined, or does not evaluate to finite numbers.
    ValueError
        If the states differ in length, or a parameter is unknown.
    """
    asked, p = _states(states), HOMEWORK.with_(**parameters)
    answer = _ask(model, "derivative", states=_held(asked), parameters=parameters)
    shape, p = asked["V"].shape, _taken(parameters, answer)
    return Rates(asked, p, {name: numbers(answer, name, shape) for name in STATES})


def step(
    model: Any, states: Mapping[str, Any], dt: float = GRADING_DT, **parameters: float
) -> Step:
    """Set a model's state, call ``update`` once, and report the state after it.

    Parameters
    ----------
    model : type or Handle
        The student's ``HH``.
    states : mapping
        As for :func:`derivative`.
    dt : float
        Time step, ms.
    **parameters
        Passed to the constructor.

    Returns
    -------
    Step

    Raises
    ------
    ModelError
        If the model could not be asked at all.
    ValueError
        If the states differ in length, `dt` is not positive, or a parameter is unknown.
    """
    if not dt > 0:
        raise ValueError(f"the time step dt must be positive, in ms: got {dt}")
    asked, p = _states(states), HOMEWORK.with_(**parameters)
    shape = asked["V"].shape
    drawn = _draw(asked)
    answer = _ask(
        model,
        "step",
        states=_held(asked),
        drawn=_held(drawn),
        dt=dt,
        parameters=parameters,
    )

    error = sentence_of(str(answer.get("own.error", "")))

    def after(prefix: str) -> State | None:
        nonlocal error
        if not any(f"{prefix}.{name}" in answer for name in STATES):
            return None
        try:
            return {name: numbers(answer, f"{prefix}.{name}", shape) for name in STATES}
        except ModelError as unusable:
            error = error or (unusable.message if prefix == "own" else "")
            return None

    kinds = ("own", "course", "drawn")
    (own, course, arrived), news = map(after, kinds), [after(f"{x}.computed") for x in kinds]
    p, call, joint = _taken(parameters, answer), _call(answer, shape), after("joint")
    computed = dict(zip(("computed", "course_computed", "told"), news, strict=True))
    return Step(asked, dt, p, own, course, drawn, call, arrived, joint, error=error, **computed)


def simulate(
    model: Any,
    stimulus: Stimulus,
    dt: float = GRADING_DT,
    start: Mapping[str, float] = START,
    **parameters: float,
) -> Run:
    """Run a model from a given state through a stimulus.

    Parameters
    ----------
    model : type or Handle
        The student's ``HH``; it is constructed with one neuron per column of the stimulus.
    stimulus : Stimulus
        The injected current.
    dt : float
        Time step, ms.
    start : mapping
        ``V`` (mV), ``m``, ``h``, ``n`` at time 0, set whatever the model's own initial values are.
    **parameters
        Passed to the constructor.

    Returns
    -------
    Run

    Raises
    ------
    ModelError
        If the model raises, or its state is not finite throughout.
    ValueError
        If `dt` does not fit the stimulus, or a parameter is unknown.
    """
    (run,) = _simulated(model, stimulus, [dt], start, parameters)
    return run


def refine(
    model: Any,
    stimulus: Stimulus,
    steps: Sequence[float],
    start: Mapping[str, float] = START,
    **parameters: float,
) -> list[Run]:
    """Run a model through the same stimulus with several time steps.

    Parameters
    ----------
    model, stimulus, start, **parameters
        As for :func:`simulate`.
    steps : sequence of float
        The time steps, ms.

    Returns
    -------
    list of Run
        One for each time step.

    Raises
    ------
    ModelError, ValueError
        As :func:`simulate`.
    """
    return _simulated(model, stimulus, steps, start, parameters)


def _simulated(
    model: Any,
    stimulus: Stimulus,
    steps: Sequence[float],
    start: Mapping[str, float],
    parameters: dict[str, float],
) -> list[Run]:
    HOMEWORK.with_(**parameters)
    first = {name: float(start[name]) for name in STATES}
    given = [stimulus.sample(dt).astype(np.float32) for dt in steps]
    counts = [len(each) for each in given]
    longest, size = max(counts), stimulus.size
    answer = _ask(
        model,
        "simulate",
        currents=np.stack([np.pad(x, ((0, longest - len(x)), (0, 0)), "edge") for x in given]),
        steps=np.array(counts),
        start=first,
        dt=np.array(steps, float),
        parameters=parameters,
    )
    p, refused = _taken(parameters, answer), _refused(parameters, answer)
    every = (len(steps), longest, size)
    V, m, h, n, spike = (numbers(answer, name, every) for name in (*STATES, "spike"))
    last = numbers(answer, "t_last_spike", (len(steps), size))
    runs = []
    for k, (dt, count) in enumerate(zip(steps, counts, strict=True)):
        states = {name: x[k, :count] for name, x in zip(STATES, (V, m, h, n), strict=True)}
        t, flags = np.arange(1, count + 1) * np.float64(dt), spike[k, :count] != 0
        trace = Trace(t, **states, spike=flags, t_last_spike=last[k])
        runs.append(Run(stimulus, dt, p, first, trace, refused))
    return runs


def _states(states: Mapping[str, Any]) -> State:
    names = (*STATES, "I")
    missing = [name for name in names if name not in states]
    if missing:
        raise ValueError(f"states need {', '.join(names)}: {', '.join(missing)} missing")
    asked = {name: np.array(states[name], dtype=float, ndmin=1) for name in names}
    lengths = {name: values.shape for name, values in asked.items()}
    if len(set(lengths.values())) > 1:
        raise ValueError(f"states must have one length: got {lengths}")
    return asked


def _refused(parameters: Mapping[str, float], answer: Mapping[str, Any]) -> tuple[str, ...]:
    """Return those parameters that the model's constructor does not take."""
    said = str(answer.get("refused", "")).split()
    return tuple(name for name in parameters if name in said)


def _taken(parameters: Mapping[str, float], answer: Mapping[str, Any]) -> Parameters:
    """Return the membrane that a model was asked to have, less what it has no place for."""
    refused = _refused(parameters, answer)
    return HOMEWORK.with_(**{name: x for name, x in parameters.items() if name not in refused})


def _call(answer: Mapping[str, Any], shape: tuple[int, ...]) -> Call:
    """Return what an answer says of the call of the integral; nonsense counts as not seen."""

    def names(key: str) -> tuple[str, ...]:
        indices = answer.get(key)
        if not isinstance(indices, tuple) or sorted(indices) != list(range(len(STATES))):
            return ()
        return tuple(STATES[index] for index in indices)

    times, dt = answer.get("call.times"), answer.get("call.dt")
    try:
        current = numbers(answer, "call.current", shape)
    except ModelError:
        current = None
    return Call(
        times if isinstance(times, int) else 0,
        names("call.order"),
        names("call.joint"),
        float(dt) if isinstance(dt, float) else None,
        current,
        tuple(STATES[k] for k in answer.get("call.handed", ()) if k in range(len(STATES))),
    )


def _draw(states: State) -> State:
    """Draw other states, the same for the same ones: who has not seen them cannot return them."""
    given = b"".join(states[name].tobytes() for name in STATES)
    draw = np.random.default_rng(list(hashlib.sha256(_NOBODY_KNOWS + given).digest()))
    ranges = {"V": (-80.0, 40.0), "m": (0.0, 1.0), "h": (0.0, 1.0), "n": (0.0, 1.0)}
    drawn = {name: draw.uniform(*ends, states["V"].shape) for name, ends in ranges.items()}
    return {name: single(values) for name, values in drawn.items()}


def _held(states: State) -> dict[str, NDArray[np.float32]]:
    """Return the states as BrainPy holds them."""
    return {name: values.astype(np.float32) for name, values in states.items()}
