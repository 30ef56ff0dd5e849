"""What answers an exercise of hh-explore in one call: for tests, not for students.

Students neither get it nor see it where they are graded (:attr:`hhlab.grading.unit.Unit.hidden`).
"""

from .clamp import voltage_clamp
from .convergence import convergence_order, gates_first
from .excitability import anode_break_threshold, second_pulse_threshold
from .firing import firing_rate, held_rate, hopf_currents, sustained_current
from .spikes import fires, spikes
from .steady import crossing_potentials, holding_current, rest, steady_gates, time_constants
from .temperature import SpikeShape, heat_block, spike_shape
from .thresholds import chronaxie, least_width, pulse_threshold, rheobase

__all__ = [
    "SpikeShape",
    "anode_break_threshold",
    "chronaxie",
    "convergence_order",
    "crossing_potentials",
    "fires",
    "firing_rate",
    "gates_first",
    "heat_block",
    "held_rate",
    "holding_current",
    "hopf_currents",
    "least_width",
    "pulse_threshold",
    "rest",
    "rheobase",
    "second_pulse_threshold",
    "spike_shape",
    "spikes",
    "steady_gates",
    "sustained_current",
    "time_constants",
    "voltage_clamp",
]
