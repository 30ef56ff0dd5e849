"""Judge what a neuron did against the equations; every check says in a sentence what is wrong."""

from .simulation import (
    derivative,
    gates,
    parameters,
    spike_records,
    spike_times,
    step,
    variable,
    written_back,
)

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
