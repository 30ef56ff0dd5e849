"""Build a Hodgkin–Huxley neuron in BrainPy, and check it against the equations themselves.

What students and test cells use. Units throughout: mV, ms, µA/cm², mS/cm², µF/cm², °C.
"""

from . import check, reference
from .channel.call import call, value
from .channel.expect import expect
from .channel.failure import CheckFailed, ModelError
from .channel.hidden import hidden_number
from .lab import plot
from .probe.draws import hidden_parameters, hidden_pulses, hidden_states
from .probe.questions import derivative, inspect, refine, simulate, step
from .reference import Parameters
from .reference.homework import GRADING_DT, START
from .reference.stimulus import Stimulus, pulse
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
