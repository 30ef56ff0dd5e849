"""Ask a neuron model what it does. The questions are data, and so are the answers.

A model is either the student's class itself, in a student's or an author's kernel, or a
:class:`Handle` on a class that lives in another process, when the grader asks. Test cells read the
same in both places.
"""

import hashlib
import re
import secrets
from abc import ABC, abstractmethod
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ..channel.failure import ModelError
from ..channel.language import Text
from ..reference import HOMEWORK, Parameters, State, solve
from ..reference.stimulus import Stimulus
from ..reference.trace import STATES, Trace

GRADING_DT = 0.01
"""Time step at which a right model is well within every tolerance, ms."""

START = {"V": -70.68, "m": 0.0266, "h": 0.772, "n": 0.235}
"""Where the homework's neuron starts: its resting state, rounded. mV and dimensionless."""

STEP_TIME = 3.0
"""When a single step is taken, ms."""

RECORDS = ("spike", "t_last_spike")
NEVER = -1e7
"""``t_last_spike`` of a neuron that has not fired, ms."""

NO_SUBJECT = Text("there is no {subject}: was its cell run without an error?")
NO_JOINT = Text("derivative must return a brainpy.JointEq: got {kind}")
NOT_SET = Text("self.{name} is not set in __init__")
"""What :mod:`hhlab.kernel.perform` may say, apart from quoting errors."""

_NOBODY_KNOWS = secrets.token_bytes()


class Handle(ABC):
    """A model in another process, which can be asked but not touched.

    Attributes
    ----------
    name : str
        What it is called there.
    """

    name: str

    @abstractmethod
    def ask(self, probe: str, arguments: dict[str, Any]) -> dict[str, Any]:
        """Have `probe` of :mod:`hhlab.kernel.perform` performed where the model lives."""


def ask(model: Any, probe: str, **arguments: Any) -> dict[str, Any]:
    """Have a probe of :mod:`hhlab.kernel.perform` performed, here or where the model lives.

    Raises
    ------
    ModelError
        If it says that it could not.
    """
    if isinstance(model, Handle):
        answer = model.ask(probe, arguments)
    else:
        # BrainPy takes seconds to import, and graders never need it
        from ..kernel.batch import perform_all

        (answer,) = perform_all(model, [(probe, arguments)])
    if "error" in answer:
        raise ModelError(_recognised(str(answer["error"])))
    return answer


def _recognised(sentence: str) -> str:
    """Return what `perform` said as a text that can be translated; anything else as it is."""
    for template in (NO_SUBJECT, NO_JOINT, NOT_SET):
        pattern = re.sub(r"\\{(\w+)\\}", r"(?P<\1>.+)", re.escape(template))
        if found := re.fullmatch(pattern, sentence):
            return Text(template, **found.groupdict())
    return sentence


def _numbers(answer: Mapping[str, Any], name: str, shape: tuple[int, ...]) -> NDArray[np.float64]:
    """Return one array of an answer, as finite floats of the shape that was asked for."""
    values = answer.get(name)
    name = name.removeprefix("own.")
    if not isinstance(values, np.ndarray) or values.dtype.kind not in "biuf":
        raise ModelError(Text("{name} is missing from what the model returned", name=name))
    if values.shape != shape:
        raise ModelError(
            Text(
                "{name} should have shape {expected}: got {got}",
                name=name,
                expected=shape,
                got=values.shape,
            )
        )
    finite = np.isfinite(values)
    if not finite.all():
        where = np.argwhere(~finite)[0]
        raise ModelError(
            Text(
                "{name} is {value} at index {index}; every value must be a finite number",
                name=name,
                value=values[tuple(where)],
                index=tuple(int(i) for i in where),
            ),
            Text(
                "numbers have grown beyond all bounds, or 0 was divided by 0. The tests of the "
                "single parts, above, say why."
            ),
        )
    return values.astype(float)


@dataclass(frozen=True, eq=False)
class Inspection:
    """The six variables of a fresh neuron.

    Attributes
    ----------
    num : int
        How many neurons it was asked to have.
    found : dict
        For each variable that is there: ``(is_variable, values)``.
    missing : dict
        For each that is not: why.
    """

    num: int
    found: dict[str, tuple[bool, NDArray[Any]]]
    missing: dict[str, str]


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
    answer = ask(model, "inspect", size=size, parameters=parameters)
    found: dict[str, tuple[bool, NDArray[Any]]] = {}
    missing: dict[str, str] = {}
    for name in (*STATES, *RECORDS):
        values = answer.get(name)
        if isinstance(values, np.ndarray):
            found[name] = (answer.get(f"{name}.is_variable") is True, values)
        else:
            missing[name] = _recognised(str(answer.get(f"{name}.error", NOT_SET.format(name=name))))
    return Inspection(int(np.prod(size)), found, missing)


@dataclass(frozen=True, eq=False)
class Rates:
    """The time derivatives that a model computes, with the question they answer.

    Attributes
    ----------
    states : dict of ndarray, shape (states,)
        ``V`` (mV), ``m``, ``h``, ``n`` and the injected current ``I`` (µA/cm²).
    parameters : Parameters
        The membrane.
    changes : dict of ndarray, shape (states,)
        dV/dt (mV/ms) and dm/dt, dh/dt, dn/dt (1/ms), by the name of the variable.
    """

    states: State
    parameters: Parameters
    changes: State


def derivative(model: Any, states: Mapping[str, Any], **parameters: float) -> Rates:
    """Evaluate a model's joint derivative in given states.

    Parameters
    ----------
    model : type or Handle
        The student's ``HH``.
    states : mapping
        ``V``, ``m``, ``h``, ``n`` and ``I``; arrays of shape (states,).
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
    answer = ask(model, "derivative", states=_single(asked), parameters=parameters)
    shape = asked["V"].shape
    return Rates(asked, p, {name: _numbers(answer, name, shape) for name in STATES})


@dataclass(frozen=True, eq=False)
class Call:
    """How ``update`` calls its integral, as far as that could be seen; for explanations alone.

    Attributes
    ----------
    times : int
        How often.
    order : tuple of str
        The variables handed over, in order; empty where they are not the four.
    joint : tuple of str
        The order of the joint equations; empty where there are not the four.
    dt : float or None
        The time step handed over, ms.
    current : ndarray, shape (states,), or None
        The input handed over.
    """

    times: int
    order: tuple[str, ...]
    joint: tuple[str, ...]
    dt: float | None
    current: NDArray[np.float64] | None


@dataclass(frozen=True, eq=False)
class Step:
    """One call of a model's ``update``, with the question it answers.

    Attributes
    ----------
    states : dict of ndarray, shape (states,)
        State and current before the step.
    dt : float
        Time step, ms.
    parameters : Parameters
        The membrane.
    own, course : dict of ndarray, or None
        State after the step, with the model's own integral and with one that is known to be right.
    drawn, arrived : dict of ndarray
        Numbers that this process drew, and the state after a step in which the integral returned
        these. The latter is None where ``update`` stopped or did not call the integral.
    call : Call
        How ``update`` called the integral.
    joint : dict of ndarray, or None
        The model's joint derivative in these states, where it has one.
    computed : dict of ndarray, or None
        What the own integral returned, whatever became of it.
    error : str
        Why `own` is None.
    """

    states: State
    dt: float
    parameters: Parameters
    own: State | None
    course: State | None
    drawn: State
    call: Call
    arrived: State | None = None
    joint: State | None = None
    computed: State | None = None
    error: str = ""


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
    answer = ask(
        model,
        "step",
        states=_single(asked),
        drawn=_single(drawn),
        dt=dt,
        parameters=parameters,
    )

    error = _recognised(str(answer.get("own.error", "")))

    def after(prefix: str) -> State | None:
        nonlocal error
        if not any(f"{prefix}.{name}" in answer for name in STATES):
            return None
        try:
            return {name: _numbers(answer, f"{prefix}.{name}", shape) for name in STATES}
        except ModelError as unusable:
            error = error or (unusable.message if prefix == "own" else "")
            return None

    own, computed = after("own"), after("own.returned")
    call, arrived, joint = _call(answer, shape), after("drawn"), after("joint")
    return Step(asked, dt, p, own, after("course"), drawn, call, arrived, joint, computed, error)


@dataclass(frozen=True, eq=False)
class Run:
    """A simulation, with the question it answers.

    Attributes
    ----------
    stimulus : Stimulus
        The injected current.
    dt : float
        Time step, ms.
    parameters : Parameters
        The membrane.
    start : dict of float
        State at time 0.
    trace : Trace
        What the model did, with its own spike records.
    """

    stimulus: Stimulus
    dt: float
    parameters: Parameters
    start: dict[str, float]
    trace: Trace = field(repr=False)

    @property
    def truth(self) -> Trace:
        """What the equations do."""
        return solve(self.stimulus, self.parameters, self.start, self.dt)


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
        ``V``, ``m``, ``h``, ``n`` at time 0, set whatever the model's own initial values are.
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
    p, first = HOMEWORK.with_(**parameters), {name: float(start[name]) for name in STATES}
    given = [stimulus.sample(dt).astype(np.float32) for dt in steps]
    counts = [len(each) for each in given]
    longest, size = max(counts), stimulus.size
    answer = ask(
        model,
        "simulate",
        currents=np.stack([np.pad(x, ((0, longest - len(x)), (0, 0)), "edge") for x in given]),
        steps=np.array(counts),
        start=first,
        dt=np.array(steps, float),
        parameters=parameters,
    )
    every = (len(steps), longest, size)
    V, m, h, n, spike = (_numbers(answer, name, every) for name in (*STATES, "spike"))
    last = _numbers(answer, "t_last_spike", (len(steps), size))
    runs = []
    for k, (dt, count) in enumerate(zip(steps, counts, strict=True)):
        states = {name: x[k, :count] for name, x in zip(STATES, (V, m, h, n), strict=True)}
        t, flags = np.arange(1, count + 1) * np.float64(dt), spike[k, :count] != 0
        trace = Trace(t, **states, spike=flags, t_last_spike=last[k])
        runs.append(Run(stimulus, dt, p, first, trace))
    return runs


def value(thing: Any) -> NDArray[np.float64]:
    """Return a number or an array that the student computed, as finite floats.

    Parameters
    ----------
    thing : number, array or Handle
        What the student computed.

    Returns
    -------
    ndarray of float

    Raises
    ------
    ModelError
        If it is not one.
    """
    answer = ask(thing, "value")
    values = answer.get("value")
    return _numbers(answer, "value", np.shape(values))  # type: ignore[arg-type]


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


def _call(answer: Mapping[str, Any], shape: tuple[int, ...]) -> Call:
    """Return what an answer says of the call of the integral; nonsense counts as not seen."""

    def names(key: str) -> tuple[str, ...]:
        indices = answer.get(key)
        if not isinstance(indices, tuple) or sorted(indices) != list(range(len(STATES))):
            return ()
        return tuple(STATES[index] for index in indices)

    times, dt = answer.get("call.times"), answer.get("call.dt")
    try:
        current = _numbers(answer, "call.current", shape)
    except ModelError:
        current = None
    return Call(
        times if isinstance(times, int) else 0,
        names("call.order"),
        names("call.joint"),
        float(dt) if isinstance(dt, float) else None,
        current,
    )


def _draw(states: State) -> State:
    """Draw other states, the same for the same ones: who has not seen them cannot return them."""
    given = b"".join(states[name].tobytes() for name in STATES)
    draw = np.random.default_rng(list(hashlib.sha256(_NOBODY_KNOWS + given).digest()))
    ranges = {"V": (-80.0, 40.0), "m": (0.0, 1.0), "h": (0.0, 1.0), "n": (0.0, 1.0)}
    drawn = {name: draw.uniform(*ends, states["V"].shape) for name, ends in ranges.items()}
    return {name: values.astype(np.float32).astype(float) for name, values in drawn.items()}


def _single(states: State) -> dict[str, NDArray[np.float32]]:
    """Return the states in the precision that BrainPy computes with."""
    return {name: values.astype(np.float32) for name, values in states.items()}
