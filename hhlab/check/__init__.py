"""Judge what a neuron did against the equations, and say in a sentence where they part.

Every check returns nothing when the answer is right and raises
:class:`~hhlab.channel.failure.CheckFailed` when it is not.
"""

from .rates import derivative
from .simulation import gates, parameters, spike_records, spike_times
from .step import step, written_back
from .variable import variable

__all__ = [
    "derivative",
    "gates",
    "parameters",
    "spike_records",
    "spike_times",
    "step",
    "variable",
    "written_back",
]
