"""Run a student's neuron and report what it did, as plain arrays.

This is the half of a probe that lives where the model lives: in the student's kernel. Each function
builds a fresh neuron, sets its state explicitly (so that one wrong blank does not cost its
neighbours), runs it, and returns a flat dictionary of NumPy arrays and sentences. Nothing here
judges; :mod:`hhlab.check` does, elsewhere.
"""

import ast
import contextlib
import inspect as source_of
import re
import sys
import textwrap
from collections.abc import Callable
from typing import Any

import brainpy as bp
import brainpy.math as bm
import numpy as np

from . import standin, wire
from .probe import NEVER, RECORDS, STEP_TIME
from .reference import HOMEWORK
from .trace import STATES

SLOTS = 16

Answer = dict[str, Any]


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
            answer[f"{name}.error"] = _why_missing(name, errors)
            continue
        own = getattr(neuron, name)
        answer[f"{name}.is_variable"] = isinstance(own, bm.Variable)
        try:
            answer[name] = _plain(own)
        except (Exception, SystemExit) as unreadable:  # no array at all: that variable's own loss
            answer[f"{name}.error"] = _sentence(unreadable)
    return answer


def derivative(cls: Any, states: dict[str, Any], parameters: dict[str, float]) -> Answer:
    """Evaluate the student's joint derivative, matching its arguments and results by name.

    Returns
    -------
    dict
        ``V``, ``m``, ``h``, ``n``: the time derivatives, of the shape of the states; or ``error``.
    """
    count, states = len(states["V"]), _padded(states)
    neuron, _ = build(cls, len(states["V"]), parameters)
    joint = neuron.derivative
    if not isinstance(joint, bp.JointEq):
        return {"error": f"derivative must return a brainpy.JointEq: got {type(joint).__name__}"}
    given = {**states, "t": 0.0, "Iext": states["I"]}
    changes = joint(*[bm.asarray(given[name]) for name in joint.arg_keys])
    return {
        name: _plain(change)[:count] for name, change in zip(_joined(joint), changes, strict=True)
    }


def step(
    cls: Any,
    states: dict[str, Any],
    drawn: dict[str, Any],
    dt: float,
    parameters: dict[str, float],
) -> Answer:
    """Call ``update`` once from given states, with each of three integrals.

    With the student's own; with one that is known to be right; and with one that returns `drawn`,
    which shows what becomes of its results.

    Returns
    -------
    dict
        ``own.V`` … ``own.t_last_spike``, ``course.V`` …, ``drawn.V`` …: the state after the step,
        the last only where update called the integral. Where update raised: ``own.error``. What the
        own integral had returned: ``own.returned.V`` …. How it was called:
        ``call.times``, ``call.order``, ``call.joint``, ``call.dt`` and ``call.current``.
    """
    count, states, drawn = len(states["V"]), _padded(states), _padded(drawn)
    own, errors = _placed(cls, states, parameters)
    returned = standin.overhear(own)
    if errors and not _has_integral(own):
        answer: Answer = {"own.error": _sentence(errors[0])}
    else:
        answer = _updated("own", own, states, dt)
    answer |= {f"own.returned.{name}": new for name, new in _readable(returned).items()}

    course, _ = _placed(cls, states, parameters)
    standin.put(course, standin.true_integral(course, HOMEWORK.with_(**parameters)))
    answer |= _updated("course", course, states, dt)

    told, _ = _placed(cls, states, parameters)
    stand_in = standin.Drawn(drawn, told)
    standin.put(told, stand_in)
    arrived = _updated("drawn", told, states, dt)
    if stand_in.calls:
        answer |= arrived
    arrays = {key: x[:count] for key, x in answer.items() if np.ndim(x)}
    seen = {f"call.{key}": what for key, what in stand_in.seen(count).items()}
    return {**answer, **arrays, **seen}


def _updated(whose: str, neuron: Any, states: dict[str, Any], dt: float) -> Answer:
    """Call ``update`` once; return the state after it, or why it stopped."""
    bp.share.save(t=STEP_TIME, dt=dt, i=0)
    try:
        neuron.update(bm.asarray(states["I"]))
        return {f"{whose}.{name}": _plain(getattr(neuron, name)) for name in (*STATES, *RECORDS)}
    except (Exception, SystemExit) as stopped:
        return {f"{whose}.error": _sentence(stopped)}


def _readable(returned: dict[str, Any]) -> Answer:
    """Return those of an integral's results that are numbers, rather than placeholders of them."""
    plain: Answer = {}
    for name, new in returned.items():
        with contextlib.suppress(Exception):
            plain[name] = _plain(new)
    return plain


def _has_integral(neuron: Any) -> bool:
    return "integral" in vars(neuron) or hasattr(type(neuron), "integral")


def simulate(
    cls: Any, currents: Any, start: dict[str, Any], dt: float, parameters: dict[str, float]
) -> Answer:
    """Run a population with BrainPy's own runner.

    Returns
    -------
    dict
        ``V``, ``m``, ``h``, ``n``, ``spike`` of shape (steps, neurons), ``t_last_spike`` of shape
        (neurons,); or ``error``.
    """
    size = currents.shape[1]
    states = {name: np.full(size, value) for name, value in start.items()}
    neuron, errors = _placed(cls, states, parameters)
    if errors and not _has_integral(neuron):
        return {"error": _sentence(errors[0])}
    runner = bp.DSRunner(neuron, monitors=[*STATES, "spike"], dt=dt, progress_bar=False)
    runner.run(inputs=bm.asarray(currents))
    recorded = {name: _plain(runner.mon[name]) for name in (*STATES, "spike")}
    return {**recorded, "t_last_spike": _plain(neuron.t_last_spike)}


def value(thing: Any) -> Answer:
    """Report a number or an array that the student computed."""
    return {"value": _plain(thing)}


def build(cls: Any, size: Any, parameters: dict[str, float]) -> tuple[Any, list[BaseException]]:
    """Construct the student's neuron; where a blank raises, run the rest of ``__init__`` anyway.

    Returns
    -------
    neuron
        The object, complete or as complete as it gets.
    errors : list of BaseException
        What statements of the constructor raised, in order.
    """
    try:
        return cls(size, **parameters), []
    except (Exception, SystemExit) as error:
        neuron = cls.__new__(cls)
        errors: list[BaseException] = []
        _patient_init(cls, errors)(neuron, size, **parameters)
        return neuron, errors or [error]


def _patient_init(cls: Any, errors: list[BaseException]) -> Callable[..., None]:
    """Return ``cls.__init__`` with each statement on its own: one that raises is passed over."""
    try:
        definition = ast.parse(textwrap.dedent(source_of.getsource(cls.__init__))).body[0]
    except (OSError, TypeError, SyntaxError):
        definition = None
    if not isinstance(definition, ast.FunctionDef):
        return lambda *args, **kwargs: None
    definition.decorator_list = []
    definition.body = [_forgiven(statement) for statement in definition.body]
    # super() without arguments needs an enclosing function that knows __class__
    factory = ast.parse("def factory(__class__, _noted):\n  ...\n  return __init__")
    factory.body[0].body[0] = definition  # type: ignore[attr-defined]
    namespace: dict[str, Any] = {}
    code = compile(ast.fix_missing_locations(factory), "<__init__, one by one>", "exec")
    exec(code, cls.__init__.__globals__, namespace)
    return namespace["factory"](cls, errors)


def _forgiven(statement: ast.stmt) -> ast.Try:
    forgiven = ast.parse(
        "try: ...\nexcept (Exception, SystemExit) as raised: _noted.append(raised)"
    ).body[0]
    forgiven.body = [statement]  # type: ignore[attr-defined]
    return forgiven  # type: ignore[return-value]


def _why_missing(name: str, errors: list[BaseException]) -> str:
    named = [error for error in errors if re.search(rf"self\.{name}\b", str(error))]
    return _sentence((named or errors)[0]) if errors else f"self.{name} is not set in __init__"


def _placed(
    cls: Any, states: dict[str, Any], parameters: dict[str, float]
) -> tuple[Any, list[BaseException]]:
    """Build neurons as :func:`build` does, and place them in these states.

    They get proper Variables with these values, whatever their own looked like.
    """
    size = len(states["V"])
    neuron, errors = build(cls, size, parameters)
    fixture = {name: bm.asarray(states[name], dtype=bm.float_) for name in STATES}
    fixture["spike"] = bm.zeros(size, dtype=bool)
    fixture["t_last_spike"] = bm.full(size, NEVER)
    for name, start in fixture.items():
        own = neuron.__dict__.get(name)
        if isinstance(own, bm.Variable) and own.shape == start.shape and own.dtype == start.dtype:
            own.value = start
        else:
            neuron.__dict__.pop(name, None)
            setattr(neuron, name, bm.Variable(start))
    return neuron, errors


def _padded(states: dict[str, Any]) -> dict[str, Any]:
    """Return the states, the last one repeated: with one size, JAX compiles each operation once."""
    spare = -len(states["V"]) % SLOTS
    return {name: np.pad(values, (0, spare), mode="edge") for name, values in states.items()}


def _joined(joint: Any) -> list[str]:
    return [name for names in joint.vars_in_eqs for name in names]


def _plain(values: Any) -> Any:
    """Return the values as a NumPy array of numbers or truth values.

    Raises
    ------
    TypeError
        If they are anything else.
    """
    array = np.asarray(values)
    if array.dtype.kind not in "biuf":
        raise TypeError(f"expected numbers, got an array of {array.dtype}")
    return array


def _sentence(error: BaseException) -> str:
    """Return the kind and the first line of an error, short enough to be read."""
    first = (str(error).strip().splitlines() or [""])[0]
    return f"{type(error).__name__}: {first}"[:300].removesuffix(": ")


PROBES: dict[str, Callable[..., Answer]] = {
    probe.__name__: probe for probe in (inspect, derivative, step, simulate, value)
}


def perform(probe: str, subject: Any, arguments: dict[str, Any]) -> Answer:
    """Run one probe; what it prints goes to stdout, what it raises becomes its ``error``."""
    dt = bm.get_dt()
    with contextlib.redirect_stderr(sys.stdout):
        try:
            return PROBES[probe](subject, **arguments)
        except (Exception, SystemExit) as error:
            return {"error": _sentence(error)}
        finally:
            # a runner leaves traced values behind, and the next eager update would trip over them
            bp.share.save(t=0.0, i=0, dt=dt)


class _Reply:
    """An answer as IPython hands it to whoever asked: one mime type, text that is data."""

    def __init__(self, text: str) -> None:
        self.text = text

    def _repr_mimebundle_(self, **_: Any) -> dict[str, str]:
        return {wire.MIME: self.text}


def reply(namespace: dict[str, Any], subject: str, probe: str, arguments: str) -> _Reply:
    """Perform a probe that came over the wire, on a name of the student's namespace."""
    if subject not in namespace:
        answer: Answer = {"error": f"there is no {subject}: was its cell run without an error?"}
    else:
        answer = perform(probe, namespace[subject], wire.decode(arguments))
    return _Reply(wire.encode(answer))
