"""The Hodgkin–Huxley equations, solved to ten digits: what every answer is compared with.

NumPy and SciPy only. It shares no code with BrainPy and is itself checked against NEURON, Brian2
and published values in tests/physics.
"""

from .clamp import current_voltage, peak_sodium_current, voltage_clamp
from .convergence import convergence_order
from .equations import (
    State,
    currents,
    derivative,
    exponential_euler,
    holding_current,
    rates,
    rest,
    steady_gates,
)
from .excitability import anode_break_threshold, second_pulse_threshold
from .firing import f_i, firing_rate, hopf_currents, sustained_current
from .gates import crossing_potentials, time_constants
from .parameters import CANONICAL, HOMEWORK, Parameters
from .solution import flow, solve
from .spikes import fires, spikes
from .temperature import SpikeShape, heat_block, spike_shape
from .thresholds import chronaxie, pulse_threshold, rheobase, strength_duration, voltage_threshold

__all__ = [
    "CANONICAL",
    "HOMEWORK",
    "Parameters",
    "SpikeShape",
    "State",
    "anode_break_threshold",
    "chronaxie",
    "convergence_order",
    "crossing_potentials",
    "current_voltage",
    "currents",
    "derivative",
    "exponential_euler",
    "f_i",
    "fires",
    "firing_rate",
    "flow",
    "heat_block",
    "holding_current",
    "hopf_currents",
    "peak_sodium_current",
    "pulse_threshold",
    "rates",
    "rest",
    "rheobase",
    "second_pulse_threshold",
    "solve",
    "spike_shape",
    "spikes",
    "steady_gates",
    "strength_duration",
    "sustained_current",
    "time_constants",
    "voltage_clamp",
    "voltage_threshold",
]
