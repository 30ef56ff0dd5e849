"""Build a Hodgkin–Huxley neuron in BrainPy, and check it against the equations themselves.

What students and test cells use. Units throughout: mV, ms, µA/cm², mS/cm², µF/cm², °C.
"""

from . import check, reference
from .channel.call import call
from .channel.expect import expect
from .channel.failure import CheckFailed, ModelError
from .lab import plot
from .probe.questions import GRADING_DT, START, derivative, inspect, refine, simulate, step, value
from .reference import Parameters
from .reference.stimulus import (
    Stimulus,
    hidden_number,
    hidden_parameters,
    hidden_pulses,
    hidden_states,
    pulse,
)
from .reference.trace import Trace

__version__ = "0.1.0"

__all__ = [
    "GRADING_DT",
    "START",
    "CheckFailed",
    "ModelError",
    "Parameters",
    "Stimulus",
    "Trace",
    "call",
    "check",
    "derivative",
    "expect",
    "hidden_number",
    "hidden_parameters",
    "hidden_pulses",
    "hidden_states",
    "inspect",
    "plot",
    "pulse",
    "reference",
    "refine",
    "simulate",
    "step",
    "value",
]
