"""A class's simulation as one compiled program, used again for as long as its code is the same.

Like :mod:`hhlab.kernel.perform`, this lives where the model lives.
"""

from collections.abc import Iterator
from types import BuiltinFunctionType, CellType, CodeType, FunctionType, ModuleType
from typing import Any

import brainpy as bp
import brainpy.math as bm
import jax
import numpy as np

from ..probe.questions import RECORDS
from ..reference.trace import STATES
from .build import placed

LIBRARIES = ("brainpy", "brainstate", "builtins", "hhlab", "jax", "numpy")
"""Whose code no student changes."""
CODE = (type, property, FunctionType)
FIXED = (ModuleType, BuiltinFunctionType, CodeType, int, float, str, type(None), tuple, np.ufunc)
"""What cannot change in place, or is a library's."""


def run(neuron: Any, currents: Any, dt: Any) -> dict[str, Any]:
    """Run neurons, and return what was recorded, of shape (longest, neurons)."""
    monitors = [*STATES, *RECORDS]
    runner = bp.DSRunner(neuron, monitors=monitors, progress_bar=False, numpy_mon_after_run=False)
    runner.dt = dt  # while it is compiled dt is no number yet, which the constructor would refuse
    runner.run(inputs=currents)
    return {name: bm.as_jax(runner.mon[name]) for name in monitors}


class Program:
    """A class's simulation, compiled once for whatever it is asked.

    Currents, states, parameters and time step are what it is given; the neuron is built, and its
    ``update`` followed, while it is compiled. A class that wants numbers then cannot have one.

    Parameters
    ----------
    cls : type
        The student's class.
    """

    def __init__(self, cls: Any) -> None:
        self._cls, self._can_be, self._relied_on = cls, True, relied_on(cls)
        self._compiled = jax.jit(self._simulated)

    def still_is(self, cls: Any) -> bool:
        """Return whether it is certain that this is the program of a class as that is now."""
        return (
            cls is self._cls and self._relied_on is not None and relied_on(cls) == self._relied_on
        )

    def runs(
        self, currents: Any, start: dict[str, Any], dt: Any, parameters: dict[str, Any]
    ) -> list[dict[str, Any]]:
        """Return what was recorded with each time step; nothing where the class has no program."""
        usual = bm.get_dt()
        try:
            each = zip(currents, dt.astype(np.float32), strict=True) if self._can_be else ()
            return [self._compiled(given, start, step, parameters) for given, step in each]
        except Exception:  # it will be said when the class runs without being compiled as a whole
            self._can_be = False
            return []
        finally:  # the next neuron to be built must not meet what is compiled here
            bp.share.save(t=0.0, i=0, dt=usual)

    def _simulated(self, currents: Any, start: Any, dt: Any, parameters: Any) -> dict[str, Any]:
        with jax.ensure_compile_time_eval():  # initial values stay numbers, as anywhere else
            neuron, errors = placed(self._cls, start, parameters)
        if errors:
            raise errors[0]
        return run(neuron, currents, dt)


def relied_on(cls: Any) -> dict[int, Any] | None:
    """Return all that a class names, by identity: while that is the same, so is what it does.

    Parameters
    ----------
    cls : type
        A student's class.

    Returns
    -------
    dict, or None
        None if something of it could change in place, as a list can.
    """
    found: dict[int, Any] = {0: bm.get_dt()}
    waiting = [cls]
    while waiting:
        thing = waiting.pop()
        if id(thing) in found or _is_of_a_library(thing):
            continue
        if not isinstance(thing, (*CODE, *FIXED)):
            return None
        found[id(thing)] = thing
        waiting += _named_by(thing)
    return found


def _is_of_a_library(thing: Any) -> bool:
    return (
        isinstance(thing, (type, FunctionType)) and str(thing.__module__).split(".")[0] in LIBRARIES
    )


def _named_by(thing: Any) -> list[Any]:
    """Return what a class or a function names."""
    if isinstance(thing, type):
        own = [value for name, value in vars(thing).items() if callable(value) or name[:2] != "__"]
        return [*own, *thing.__bases__]
    if isinstance(thing, tuple):
        return list(thing)
    if isinstance(thing, property):
        return [thing.fget, thing.fset]
    if isinstance(thing, FunctionType):
        cells = [cell.cell_contents for cell in thing.__closure__ or () if cell != CellType()]
        names = set(_names(thing.__code__)) & thing.__globals__.keys()
        named = [thing.__globals__[name] for name in names]
        defaults = [thing.__defaults__, *(thing.__kwdefaults__ or {}).values()]
        return [thing.__code__, *defaults, *cells, *named]
    return []


def _names(code: CodeType) -> Iterator[str]:
    yield from code.co_names
    for constant in code.co_consts:
        if isinstance(constant, CodeType):
            yield from _names(constant)
