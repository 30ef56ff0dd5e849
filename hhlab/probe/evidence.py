"""What a question to a neuron brings back, with the question itself: evidence for the checks."""

from dataclasses import dataclass, field
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ..reference import Parameters, State, solve
from ..reference.stimulus import Stimulus
from ..reference.trace import Trace


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
    tuples : frozenset of str
        Those that have become a tuple, as by a comma at the end of the line.
    """

    num: int
    found: dict[str, tuple[bool, NDArray[Any]]]
    missing: dict[str, str]
    tuples: frozenset[str]


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
    handed : tuple of str
        The variables that some integral returned.
    """

    times: int
    order: tuple[str, ...]
    joint: tuple[str, ...]
    dt: float | None
    current: NDArray[np.float64] | None
    handed: tuple[str, ...]


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
    computed, course_computed, told : dict of ndarray, or None
        The new values that update had with each of these integrals, whatever became of them: its
        own, the right one, and the one that returned what was drawn.
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
    course_computed: State | None = None
    told: State | None = None
    error: str = ""


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
    refused : tuple of str
        The parameters that the model has no place for, and was not asked about.
    """

    stimulus: Stimulus
    dt: float
    parameters: Parameters
    start: dict[str, float]
    trace: Trace = field(repr=False)
    refused: tuple[str, ...] = ()

    @property
    def truth(self) -> Trace:
        """What the equations do."""
        return solve(self.stimulus, self.parameters, self.start, self.dt)
