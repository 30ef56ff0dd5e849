"""Integrals that stand in for a student's, so that each line of ``update`` is seen on its own.

Like :mod:`hhlab.kernel.perform`, this lives where the model lives.
"""

import contextlib
import inspect
from collections.abc import Callable, Sequence
from typing import Any

import brainpy as bp
import brainpy.math as bm
import numpy as np

from ..reference import Parameters, exponential_euler
from ..reference.trace import STATES

Integral = Callable[..., Any]


def true_integral(neuron: Any, p: Parameters) -> Integral:
    """Return an integral that is known to be right, called as the neuron calls its own.

    Parameters
    ----------
    neuron : object
        The student's, of which the order of the equations is taken; where it joins no four
        equations, the order in which ``update`` hands over its variables.
    p : Parameters
        The membrane.

    Returns
    -------
    callable
        Takes the four states, t, the input and dt; returns a list of the four states after dt.
    """
    order = joint_order(neuron)

    def integral(*args: Any, **kwargs: Any) -> list[Any]:
        names = order or _recognised(args, neuron) or STATES
        given = _signature(names).bind(*args, **kwargs)
        given.apply_defaults()
        state = {name: np.asarray(given.arguments[name], float) for name in STATES}
        with np.errstate(all="ignore"):  # an answer in another order hands over other quantities
            after = exponential_euler(
                state, np.asarray(given.arguments["Iext"]), given.arguments["dt"], p
            )
        return [bm.asarray(after[name], dtype=bm.float_) for name in names]

    return integral


class Drawn:
    """An integral whose results are numbers that somebody drew, whatever it is given.

    Parameters
    ----------
    results : dict of ndarray
        What V, m, h and n are to become.
    neuron : object
        Whose integral it will be; the results come in the order of its equations.

    Attributes
    ----------
    calls : list
        The arguments of each call: a tuple and a dictionary.
    """

    def __init__(self, results: dict[str, Any], neuron: Any) -> None:
        self._neuron, self._joint = neuron, joint_order(neuron)
        order = self._joint or STATES
        self._results = [bm.asarray(results[name], dtype=bm.float_) for name in order]
        self.calls: list[tuple[tuple[Any, ...], dict[str, Any]]] = []

    def __call__(self, *args: Any, **kwargs: Any) -> list[Any]:
        """Return the numbers."""
        self.calls.append((args, kwargs))
        return list(self._results)

    def seen(self) -> dict[str, Any]:
        """Return how it was called last, in numbers: see :class:`hhlab.probe.questions.Call`."""
        seen: dict[str, Any] = {"times": len(self.calls)}
        if self._joint:
            seen["joint"] = [STATES.index(name) for name in self._joint]
        if not self.calls:
            return seen
        args, kwargs = self.calls[-1]
        order = _recognised(args, self._neuron)
        if order:
            seen["order"] = [STATES.index(name) for name in order]
        with contextlib.suppress(Exception):  # other arguments than BrainPy's integral would take
            given = _signature(self._joint or STATES).bind(*args, **kwargs)
            given.apply_defaults()
            seen["dt"] = float(given.arguments["dt"])
            current = np.asarray(given.arguments["Iext"], np.float32)
            seen["current"] = np.broadcast_to(current, self._results[0].shape)
        return seen


def overhear(neuron: Any) -> dict[str, Any]:
    """Return a dictionary that fills with what the neuron's integral returns, by name."""
    returned: dict[str, Any] = {}
    integral = neuron.__dict__.get("integral")
    if integral is None:
        return returned

    def overheard(*args: Any, **kwargs: Any) -> Any:
        result = integral(*args, **kwargs)
        returned.update(zip(getattr(integral, "variables", STATES), result, strict=False))
        return result

    put(neuron, overheard)
    return returned


def put(neuron: Any, integral: Integral) -> None:
    """Make the neuron use another integral, if its own is an attribute that can be set."""
    try:
        neuron.integral = integral
    except AttributeError:  # a property: then the step is judged by what it does alone
        return


def joint_order(neuron: Any) -> tuple[str, ...] | None:
    """Return the order of a neuron's joint equations, if they are the four; else None."""
    try:
        joint = neuron.derivative
    except Exception:  # a blank, or anything that a student wrote
        return None
    if not isinstance(joint, bp.JointEq):
        return None
    order = tuple(name for names in joint.vars_in_eqs for name in names)
    return order if sorted(order) == sorted(STATES) else None


def _recognised(args: tuple[Any, ...], neuron: Any) -> tuple[str, ...] | None:
    """Return which variables of the neuron the first arguments are, if they are the four."""
    variables = {id(getattr(neuron, name)): name for name in STATES}
    order = tuple(variables.get(id(arg), "") for arg in args[: len(STATES)])
    return order if sorted(order) == sorted(STATES) else None


def _signature(names: Sequence[str]) -> inspect.Signature:
    """Return what BrainPy's integral of equations in this order takes."""
    kind = inspect.Parameter.POSITIONAL_OR_KEYWORD
    required = [inspect.Parameter(name, kind) for name in (*names, "t", "Iext")]
    return inspect.Signature([*required, inspect.Parameter("dt", kind, default=bm.get_dt())])
