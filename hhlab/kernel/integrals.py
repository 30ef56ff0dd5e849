"""See what ``update`` asks of BrainPy's integrals, and answer in their place.

So each line of ``update`` is seen on its own, whatever the integrals are: of the joint equations or
of one each, kept as an attribute or made in each step. Like :mod:`hhlab.kernel.perform`, this lives
where the model lives.
"""

import contextlib
import inspect
import re
from collections.abc import Callable, Iterator, Mapping
from typing import Any

import brainpy as bp
import brainpy.math as bm
import jax
import numpy as np
from brainpy.integrators.base import Integrator
from brainpy.integrators.ode.base import ODEIntegrator

from ..channel.fault import ours, students
from ..reference import Parameters, exponential_euler
from ..reference.trace import STATES

Given = dict[str, Any]
Answering = Callable[[Any, Given, Callable[[], Any]], Any]
EQUATION = re.compile(r"(?:d|f|der|deriv|derivative)?_?([vmhn])_?(?:dt|dot)?", re.I)
"""What functions are called that say how one of the four states changes."""
INPUT = "I"


@contextlib.contextmanager
def integrals(answering: Answering) -> Iterator[None]:
    """Have calls of BrainPy's integrals answered by somebody else for a while.

    Parameters
    ----------
    answering : callable
        Takes the integral, its arguments by name, and what would call it; returns its results.
    """

    def replaced(usual: Callable[..., Any]) -> Callable[..., Any]:
        def call(integral: Any, *args: Any, **named: Any) -> Any:
            given = named | dict(zip(integral.arg_names, args, strict=False))
            with ours():
                return answering(integral, given, lambda: own(integral, *args, **named))

        def own(*args: Any, **named: Any) -> Any:
            with students():
                return usual(*args, **named)

        return call

    kinds = {kind: kind.__call__ for kind in (Integrator, ODEIntegrator)}
    for kind, usual in kinds.items():
        setattr(kind, "__call__", replaced(usual))  # noqa: B010  # mypy knows no other way
    try:
        yield
    finally:
        for kind, usual in kinds.items():
            setattr(kind, "__call__", usual)  # noqa: B010


class Roles:
    """What the arguments of equations stand for: students call them as they like.

    A state is known by the name of the function that says how it changes (``dV``), else by its own,
    else by which of the neuron's variables is handed over. What is neither a state nor t is input.

    Parameters
    ----------
    equations : callable
        BrainPy's joint equations, or one that is integrated alone.
    given : mapping
        What was handed over when they were integrated, by name; nothing if they were not.
    neuron : object
        Whose they are.

    Attributes
    ----------
    variables : tuple of str
        Which states they are the equations of, in order.
    """

    def __init__(self, equations: Any, given: Mapping[str, Any], neuron: Any) -> None:
        self._equations, self._given = equations, given
        self._names = list(inspect.signature(equations).parameters)
        own = dict(_own_names(equations))
        handed = _variables_among(given, neuron)
        if isinstance(equations, Assumed) and sorted(handed.values()) == sorted(STATES):
            own, self._states = dict.fromkeys(handed, ""), handed
        else:
            named = {name: own.get(name) or _spelt(name) for name in self._names}
            unnamed = set(STATES) - set(named.values())
            # which variable is handed over tells only what no name does: the call may be wrong
            known = {name: x for name, x in handed.items() if x in unnamed}
            self._states = {name: x or known.get(name, "") for name, x in named.items()}
        left = [x for x in STATES if x not in self._states.values()]
        for name in own:
            if not self._states.get(name) and left:
                self._states[name] = left.pop(0)
        self.variables = tuple(self._states[name] for name in own)
        self._inputs = [name for name in self._names if name != "t" and not self._states.get(name)]

    def handed(self) -> tuple[dict[str, Any], Any]:
        """Return the states and the input that were handed over; None for no input."""
        states = {self._states[n]: value for n, value in self._given.items() if self._states.get(n)}
        inputs = [np.asarray(self._given[name]) for name in self._inputs if name in self._given]
        return states, sum(inputs[1:], inputs[0]) if inputs else None

    def slopes(self, states: Mapping[str, Any], current: Any) -> dict[str, Any]:
        """Return the time derivatives that the equations give for a state and an input."""
        with _as_numbers():
            values = {n: bm.asarray(states[x]) for n in self._names if (x := self._states.get(n))}
            if "t" in self._names:
                values["t"] = 0.0
            values |= self._input(bm.asarray(current))
            with students():
                slopes = self._equations(**values)
                slopes = slopes if isinstance(slopes, (list, tuple)) else [slopes]
                found = dict(zip(self.variables, slopes, strict=True))
            return {x: _for_each(slope, np.shape(states[x])) for x, slope in found.items()}

    def _input(self, current: Any) -> dict[str, Any]:
        """Return the input by its name; of several, that which was handed over as it came."""
        if len(self._inputs) < 2:
            return dict.fromkeys(self._inputs, current)
        defaults = inspect.signature(self._equations).parameters
        known = {name: defaults[name].default for name in self._inputs} | dict(self._given)
        others = {name: known[name] for name in self._inputs if known[name] is not inspect._empty}
        same = [name for name, value in others.items() if np.array_equal(value, current)]
        return others | {(same or self._inputs)[0]: current}


def _for_each(slope: Any, shape: tuple[int, ...]) -> Any:
    """Return a slope for each neuron, where an equation gives one number for all of them."""
    one = isinstance(slope, (int, float)) or getattr(slope, "shape", shape) == ()
    return np.full(shape, slope, np.float32) if one else slope


def _as_numbers() -> contextlib.AbstractContextManager[None]:
    """Have what is computed be numbers, where a student compiles ``update`` as well.

    Elsewhere it is numbers anyway, by the very programs that ``update`` itself takes.
    """
    compiling = isinstance(bm.as_jax(bm.zeros(1)), jax.core.Tracer)
    return jax.ensure_compile_time_eval() if compiling else contextlib.nullcontext()


class Assumed(bp.JointEq):
    """Joint equations in the place of those that a student has not written; for stand-ins alone."""

    def __init__(self) -> None:
        super().__init__(  # type: ignore[no-untyped-call]
            lambda V, t, m, h, n, Iext: V, lambda m, t: m, lambda h, t: h, lambda n, t: n
        )


def assuming_joint(cls: Any) -> Any:
    """Return a student's class with joint equations that are there."""
    return type(cls)(cls.__name__, (cls,), {"derivative": property(lambda _: Assumed())})


class Enough(BaseException):
    """What was to be found out is known; no ``except Exception`` of a student's goes on."""


class Overheard:
    """What the integrals of a neuron do in one step, without anything being changed.

    Parameters
    ----------
    neuron : object
        Whose integrals they are.
    states : mapping
        In which its equations are evaluated.
    equations : brainpy.JointEq, optional
        Which are evaluated, if not those of each integral.
    results : bool
        Whether it is of interest what they return; else :class:`Enough` is raised once all slopes
        are known, as it takes long to integrate.

    Attributes
    ----------
    returned : dict
        What they returned, by state.
    slopes : dict
        The derivatives of their equations in the states given, by state.
    """

    def __init__(
        self,
        neuron: Any,
        states: Mapping[str, Any],
        equations: Any = None,
        results: bool = True,
    ) -> None:
        self._neuron, self._states, self._equations = neuron, states, equations
        self._results = results
        self.returned: dict[str, Any] = {}
        self.slopes: dict[str, Any] = {}

    def __call__(self, integral: Any, given: Given, usual: Callable[[], Any]) -> Any:
        """Have an integral do what it does."""
        roles = Roles(integral.f, given, self._neuron)
        equations = self._equations or integral.f
        with contextlib.suppress(Exception, SystemExit):  # what they do wrong they say below
            evaluated = Roles(equations, given, self._neuron)
            self.slopes |= evaluated.slopes(self._states, self._states[INPUT])
        if not self._results and self.slopes.keys() >= set(STATES):
            raise Enough
        result = usual()
        results = [result] if len(roles.variables) == 1 else result
        self.returned |= dict(zip(roles.variables, results, strict=False))
        return result


class RightOnes:
    """Integrals that are known to be right, called as the neuron calls its own."""

    def __init__(self, neuron: Any, current: Any, p: Parameters) -> None:
        self._neuron, self._current, self._p = neuron, current, p

    def __call__(self, integral: Any, given: Given, _: Callable[[], Any]) -> Any:
        """Return the states after dt."""
        needed = {name: value for name, value in given.items() if name != "dt"}
        with students():
            inspect.signature(integral.f).bind(**needed)  # raises as BrainPy does: none is missing
        roles = Roles(integral.f, given, self._neuron)
        with students():  # numbers, and of sizes that go together
            states, current = roles.handed()
            before = {x: np.asarray(states.get(x, getattr(self._neuron, x)), float) for x in STATES}
            dt = float(given.get("dt", integral.dt))
            np.broadcast(*before.values(), *([] if current is None else [current * dt]))
        with np.errstate(all="ignore"):  # an answer in another order hands over other quantities
            after = exponential_euler(
                before, self._current if current is None else current, dt, self._p
            )
            return _results(roles, after)


class Drawn:
    """Integrals whose results are numbers that somebody drew, whatever they are given.

    Parameters
    ----------
    results : dict of ndarray
        What V, m, h and n are to become.
    neuron : object
        Whose integrals they stand in for.
    """

    def __init__(self, results: dict[str, Any], neuron: Any) -> None:
        self._results, self._neuron = results, neuron
        self._calls: list[tuple[Any, Given, Roles]] = []

    def __call__(self, integral: Any, given: Given, _: Callable[[], Any]) -> Any:
        """Return the numbers."""
        roles = Roles(integral.f, given, self._neuron)
        self._calls.append((integral, given, roles))
        return _results(roles, self._results)

    def seen(self) -> dict[str, Any]:
        """Return how they were called last, in numbers: see :class:`hhlab.probe.evidence.Call`."""
        seen: dict[str, Any] = {"times": len(self._calls)}
        if not self._calls:
            return seen
        handed = {x for *_, roles in self._calls for x in roles.variables}
        seen["handed"] = tuple(STATES.index(x) for x in STATES if x in handed)
        integral, given, roles = self._calls[-1]
        passed = _variables_among(given, self._neuron)
        order = [passed.get(name, "") for name in integral.variables]
        for key, names in (("joint", roles.variables), ("order", order)):
            if sorted(names) == sorted(STATES):
                seen[key] = tuple(STATES.index(x) for x in names)
        with contextlib.suppress(Exception):  # something else than a number
            seen["dt"] = float(given.get("dt", integral.dt))
        with contextlib.suppress(Exception):
            _, current = roles.handed()
            shape = np.shape(self._results["V"])
            seen["current"] = np.broadcast_to(np.asarray(current, np.float32), shape)
        return seen


def _results(roles: Roles, new: Mapping[str, Any]) -> Any:
    results = [bm.asarray(new[x], dtype=bm.float_) for x in roles.variables]
    return results if len(results) > 1 else results[0]


def _own_names(equations: Any) -> Iterator[tuple[str, str]]:
    """Yield what each equation calls the state that it is of, and which state its name says."""
    if isinstance(equations, bp.JointEq):
        for each in equations.eqs:
            yield from _own_names(each)
        return
    names = list(inspect.signature(equations).parameters)
    before = names[: names.index("t")]
    said = EQUATION.fullmatch(getattr(equations, "__name__", "")) if len(before) == 1 else None
    for name in before:
        yield name, _spelt(said[1]) if said else ""


def _spelt(name: str) -> str:
    return {x.lower(): x for x in STATES}.get(name.lower(), "")


def _variables_among(given: Mapping[str, Any], neuron: Any) -> dict[str, str]:
    """Return which of the neuron's variables were handed over, by the arguments' names."""
    known: dict[int, str] = {}
    for x in STATES:
        own = getattr(neuron, x, None)
        known |= {id(own): x, id(getattr(own, "value", None)): x}
    known.pop(id(None), None)
    return {name: known[id(value)] for name, value in given.items() if id(value) in known}
