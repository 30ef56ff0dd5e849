"""The voltage clamp: currents at potentials that the experimenter, not the membrane, decides.

References
----------
.. [1] A. L. Hodgkin and A. F. Huxley, "A quantitative description of membrane current and its
   application to conduction and excitation in nerve", J. Physiol. 117, 500–544 (1952).
"""

import numpy as np
from numpy.typing import ArrayLike

from ..reference.equations import State, currents
from ..reference.parameters import HOMEWORK, Parameters
from ..reference.trace import GATES
from .spikes import Start
from .steady import rest, steady_gates, time_constants


def voltage_clamp(
    command: float,
    t: ArrayLike,
    parameters: Parameters = HOMEWORK,
    start: Start | None = None,
) -> State:
    """Return the ionic currents after the potential has been stepped to `command` at time 0.

    At a constant potential each gate relaxes exponentially, x∞ + (x₀ − x∞)·exp(−t/τ): equations 7,
    8 and 11 to 13 of [1]_ need no solver.

    Parameters
    ----------
    command : float
        The potential from time 0 on, mV.
    t : array_like
        Times, ms, any shape.
    parameters : Parameters
        The membrane.
    start : dict, optional
        The gates ``m``, ``h``, ``n`` at time 0; those at rest if not given. A membrane that was
        held at a potential V before has ``steady_gates(V)``.

    Returns
    -------
    dict
        ``Na``, ``K`` and ``leak``, µA/cm², outward positive, each of the shape of `t`. The
        capacitive current at time 0 is not there.
    """
    t = np.asarray(t, dtype=float)
    first = rest(parameters) if start is None else start
    settled, tau = steady_gates(command), time_constants(command, parameters)
    state = {"V": np.full(t.shape, command)}
    for gate in GATES:
        state[gate] = settled[gate] + (first[gate] - settled[gate]) * np.exp(-t / tau[gate])
    return currents(state, parameters)
