"""What answers an exercise of hh-explore in one call: for tests, not for students."""

from .clamp import current_voltage, peak_sodium_current, voltage_clamp
from .convergence import convergence_order
from .excitability import anode_break_threshold, second_pulse_threshold
from .firing import f_i, firing_rate, hopf_currents, sustained_current
from .gates import crossing_potentials, time_constants
from .spikes import fires, spikes
from .temperature import SpikeShape, heat_block, spike_shape
from .thresholds import chronaxie, pulse_threshold, rheobase, strength_duration, voltage_threshold

__all__ = [
    "SpikeShape",
    "anode_break_threshold",
    "chronaxie",
    "convergence_order",
    "crossing_potentials",
    "current_voltage",
    "f_i",
    "fires",
    "firing_rate",
    "heat_block",
    "hopf_currents",
    "peak_sodium_current",
    "pulse_threshold",
    "rheobase",
    "second_pulse_threshold",
    "spike_shape",
    "spikes",
    "strength_duration",
    "sustained_current",
    "time_constants",
    "voltage_clamp",
    "voltage_threshold",
]
