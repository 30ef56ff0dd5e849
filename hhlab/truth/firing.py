"""Repetitive firing: how fast, from which current on, and where rest gives way to it.

References
----------
.. [1] B. Hassard, "Bifurcation of periodic solutions of the Hodgkin–Huxley model for the squid
   giant axon", J. Theor. Biol. 71, 401–420 (1978).
.. [2] J. Rinzel and R. N. Miller, "Numerical calculation of stable and unstable periodic solutions
   to the Hodgkin–Huxley equations", Math. Biosci. 49, 27–59 (1980).
"""

import functools
import itertools
import math

import numpy as np

from ..reference.equations import derivative
from ..reference.parameters import HOMEWORK, Parameters
from ..reference.trace import STATES
from .known import remembered
from .search import least
from .spikes import Start, spikes, state_after
from .steady import holding_current, steady_gates
from .thresholds import after

STEADY = 1e-5
"""Two intervals that differ by less than this fraction are those of a steady rhythm."""

SILENCE = 50.0
"""A neuron that has not fired for so long has stopped, ms at 6.3 °C."""

LONGEST = 2000.0
"""A rhythm that has gone on for so long goes on for ever, ms at 6.3 °C."""

FIRM = 1.2
"""A current at which firing is the only rhythm, in multiples of the lower Hopf current."""

RTOL = 1e-4
"""How closely the least current is bracketed: nearer to it, a rhythm takes too long to die."""

MOST = 1e3
"""The strongest current that is tried, µA/cm²."""


@remembered
def firing_rate(current: float, parameters: Parameters = HOMEWORK, spiking: bool = False) -> float:
    """Return the rate of steady firing under a constant current: a point of the f–I curve.

    Parameters
    ----------
    current : float
        Injected from time 0 on, µA/cm².
    parameters : Parameters
        The membrane.
    spiking : bool
        Whether the neuron is firing at time 0, under a stronger current, or is at rest. It matters
        where both are stable.

    Returns
    -------
    float
        Hz: the inverse of the interval to which intervals converge; 0 if the neuron falls silent.
    """
    start = _spiking(parameters) if spiking else None
    end, patience = LONGEST / parameters.phi, after(parameters, SILENCE)
    before, interval, last = math.inf, math.inf, -math.inf
    for time in spikes([(end, current)], parameters, start, patience):
        before, interval, last = interval, time - last, time
        if abs(interval - before) < STEADY * interval:
            return 1000.0 / interval
    return 1000.0 / interval if last > end - patience else 0.0


def held_rate(current: float, parameters: Parameters = HOMEWORK) -> float:
    """Return how fast a neuron fires that begins in the state in which it could stay.

    Parameters
    ----------
    current : float
        µA/cm², there from the beginning.
    parameters : Parameters
        The membrane.

    Returns
    -------
    float
        Hz; 0 where that state is stable.
    """
    leaves = current > hopf_currents(parameters)[0]
    return firing_rate(current, parameters) if leaves else 0.0


@remembered
def sustained_current(parameters: Parameters = HOMEWORK, spiking: bool = False) -> float:
    """Return the least current under which the neuron goes on firing for ever.

    Parameters
    ----------
    parameters : Parameters
        The membrane.
    spiking : bool
        As for :func:`firing_rate`. From spiking, it is where the stable limit cycle ends in a fold
        [2]_: 6.26 µA/cm² for the canonical membrane.

    Returns
    -------
    float
        µA/cm², to 1e-4 of itself.

    Raises
    ------
    ValueError
        If the neuron does not fire repetitively.
    """
    lower, _ = hopf_currents(parameters)
    found = least(lambda current: firing_rate(current, parameters, spiking) > 0, lower, MOST, RTOL)
    if found is None:
        raise ValueError("this neuron does not fire repetitively under any current")
    return found


@functools.lru_cache(maxsize=64)
def hopf_currents(parameters: Parameters = HOMEWORK) -> tuple[float, float]:
    """Return the currents between which the equilibrium is unstable [1]_, µA/cm².

    A pair of eigenvalues of the Jacobian crosses the imaginary axis at both. Below the lower one
    rest is stable, above the upper one the neuron is held depolarised.

    Parameters
    ----------
    parameters : Parameters
        The membrane.

    Raises
    ------
    ValueError
        If the equilibrium does not lose and regain stability.
    """
    from scipy.optimize import brentq  # late, as in hhlab/reference/equations.py

    V = np.arange(-90.0, 0.0, 0.5)
    growth = [_growth(v, parameters) for v in V]
    crossings = [
        float(brentq(_growth, left, right, args=(parameters,), xtol=1e-10))
        for (left, right), (a, b) in zip(
            itertools.pairwise(V), itertools.pairwise(growth), strict=True
        )
        if a * b < 0
    ]
    if len(crossings) != 2:
        raise ValueError("this neuron's equilibrium does not lose and regain stability")
    lower, upper = (float(holding_current(v, parameters)) for v in crossings)
    return lower, upper


@functools.lru_cache(maxsize=64)
def _spiking_since(parameters: Parameters) -> tuple[float, float]:
    """Return a current that makes the resting neuron fire repetitively, and a later spike's time.

    The time is one of upstroke: what happens then does not depend on the current of the moment.
    """
    current = FIRM * hopf_currents(parameters)[0]
    times = list(itertools.islice(spikes([(LONGEST / parameters.phi, current)], parameters), 5))
    return current, times[-1]


def _spiking(parameters: Parameters) -> Start:
    current, time = _spiking_since(parameters)
    return state_after([(time, current)], parameters)


def _growth(V: float, parameters: Parameters) -> float:
    """Return the largest real part among the eigenvalues of the Jacobian at an equilibrium."""
    gates = steady_gates(V)
    x = np.array([V, *(float(gates[gate]) for gate in STATES[1:])])
    # central differences: all eight neighbours at once, one in each column
    width = 1e-5 * np.maximum(1.0, np.abs(x))
    near = x[:, np.newaxis] + np.hstack([np.diag(width), -np.diag(width)])
    change = derivative(dict(zip(STATES, near, strict=True)), 0.0, parameters)
    slopes = np.array([change[name] for name in STATES])
    jacobian = (slopes[:, :4] - slopes[:, 4:]) / (2 * width)
    return float(np.linalg.eigvals(jacobian).real.max())
