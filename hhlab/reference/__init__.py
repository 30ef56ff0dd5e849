"""The Hodgkin–Huxley equations, solved to ten digits: what every answer is compared with.

NumPy and SciPy only. It shares no code with BrainPy and is itself checked against NEURON, Brian2
and published values.
"""

from .equations import (
    State,
    currents,
    derivative,
    exponential_euler,
    rates,
)
from .parameters import CANONICAL, HOMEWORK, Parameters
from .solution import flow, solve

__all__ = [
    "CANONICAL",
    "HOMEWORK",
    "Parameters",
    "State",
    "currents",
    "derivative",
    "exponential_euler",
    "flow",
    "rates",
    "solve",
]
