"""The voltage clamp: currents at potentials that the experimenter, not the membrane, decides.

References
----------
.. [1] A. L. Hodgkin and A. F. Huxley, "A quantitative description of membrane current and its
   application to conduction and excitation in nerve", J. Physiol. 117, 500–544 (1952).
"""

from collections.abc import Iterable

import numpy as np
from numpy.typing import ArrayLike
from scipy.optimize import minimize_scalar

from ..reference.equations import Array, State, currents, rest, steady_gates
from ..reference.parameters import HOMEWORK, Parameters
from ..reference.trace import GATES
from .gates import time_constants
from .spikes import Start


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


def peak_sodium_current(
    command: float, parameters: Parameters = HOMEWORK, start: Start | None = None
) -> tuple[float, float]:
    """Return when the sodium current under a voltage clamp is largest, ms, and how large, µA/cm².

    Parameters
    ----------
    command, parameters, start
        As for :func:`voltage_clamp`.
    """
    t = np.geomspace(1e-3, 100.0, 400) / parameters.phi

    def size(time: ArrayLike) -> Array:
        return np.abs(voltage_clamp(command, time, parameters, start)["Na"])

    top = int(size(t).argmax())
    around = (t[max(0, top - 1)], t[min(len(t) - 1, top + 1)])
    when = float(minimize_scalar(lambda x: -size(x), bounds=around, options={"xatol": 1e-9}).x)
    return when, float(voltage_clamp(command, when, parameters, start)["Na"])


def current_voltage(
    commands: Iterable[float], parameters: Parameters = HOMEWORK, start: Start | None = None
) -> tuple[Array, Array]:
    """Return peak sodium and steady potassium current for each of several potentials, µA/cm².

    The two curves of the classical experiment, each of the shape of `commands`.

    Parameters
    ----------
    commands : iterable of float
        mV.
    parameters, start
        As for :func:`voltage_clamp`.
    """
    commands = np.array(list(commands))
    peaks = [peak_sodium_current(float(V), parameters, start)[1] for V in commands]
    steady = {"V": commands, **steady_gates(commands)}
    return np.array(peaks), currents(steady, parameters)["K"]
