"""What warmth does to a spike: it is faster, smaller, and at last it is not there any more."""

import functools
from dataclasses import dataclass

import numpy as np

from ..reference.parameters import HOMEWORK, Parameters
from ..reference.solution import solve
from ..reference.stimulus import Stimulus
from ..reference.trace import crossings
from .firing import firing_rate
from .known import remembered
from .search import bisect
from .steady import rest
from .thresholds import WAIT, after

COLD, HOT = 0.0, 40.0
"""Temperatures between which a block is looked for, °C."""

DT = 0.01
"""Spacing of the states in which a spike's shape is read, ms."""


@dataclass(frozen=True)
class SpikeShape:
    """A spike in numbers.

    Attributes
    ----------
    peak : float
        Highest potential, mV.
    amplitude : float
        Of the peak above rest, mV.
    half_width : float
        How long V is above the middle between rest and peak, ms.
    undershoot : float
        Lowest potential after the peak, mV.
    """

    peak: float
    amplitude: float
    half_width: float
    undershoot: float


@functools.lru_cache(maxsize=256)
def spike_shape(
    current: float, duration: float = 0.5, parameters: Parameters = HOMEWORK
) -> SpikeShape:
    """Return the shape of the spike that a rectangular pulse evokes from rest.

    Parameters
    ----------
    current, duration : float
        Of the pulse, µA/cm² and ms; the duration a multiple of 0.01 ms.
    parameters : Parameters
        The membrane.

    Returns
    -------
    SpikeShape

    Raises
    ------
    ValueError
        If the pulse does not fire the neuron, or lasts no whole number of 0.01 ms.
    """
    durations = np.array([duration, round(after(parameters, WAIT), 1)])
    stimulus = Stimulus(durations, np.array([[current], [0.0]]))
    trace = solve(stimulus, parameters, rest(parameters), DT)
    t, V, low = trace.t, trace.V, rest(parameters)["V"]
    top = int(V.argmax())
    peak = float(V[top, 0])
    if peak < parameters.V_th:
        raise ValueError(f"a pulse of {current} µA/cm² for {duration} ms does not fire this neuron")
    middle = (peak + low) / 2
    (rise,) = crossings(t[: top + 1], V[: top + 1], middle)[0][-1:]
    (fall,) = crossings(t[top:], -V[top:], -middle)[0][:1]
    return SpikeShape(peak, peak - low, float(fall - rise), float(V[top:].min()))


@remembered
def heat_block(current: float, parameters: Parameters = HOMEWORK) -> float | None:
    """Return the temperature above which a constant current no longer keeps the neuron firing.

    Seen in the squid's axon by Hodgkin and Katz (J. Physiol. 109, 240–249, 1949), computed for the
    conducted spike by Huxley (Ann. N.Y. Acad. Sci. 81, 221–246, 1959). Spikes are counted at
    ``V_th``: under a strong current, smaller oscillations go on to higher temperatures.

    Parameters
    ----------
    current : float
        Injected for ever, µA/cm².
    parameters : Parameters
        The membrane; its own temperature does not matter.

    Returns
    -------
    float or None
        °C, to 0.001; None if it fires at 40 °C, or does not at 0 °C.
    """

    def blocked(T: float) -> bool:
        return firing_rate(current, parameters.with_(T=T)) == 0

    return None if blocked(COLD) or not blocked(HOT) else bisect(blocked, COLD, HOT, 1e-3)
