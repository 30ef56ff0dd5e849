"""What gates and membrane settle to, and how fast, where the potential is held or left alone."""

import numpy as np
from numpy.typing import ArrayLike

from ..reference.equations import Array, State, currents, rates
from ..reference.parameters import HOMEWORK, Parameters

RANGE = (-120.0, 60.0)
"""Potentials between which steady-state curves are compared, mV."""


def steady_gates(V: ArrayLike) -> State:
    """Return m∞, h∞, n∞ at the potential `V` (mV): where the gates settle if V is held."""
    return {gate: alpha / (alpha + beta) for gate, (alpha, beta) in rates(V).items()}


def time_constants(V: ArrayLike, parameters: Parameters = HOMEWORK) -> State:
    """Return τ_m, τ_h, τ_n at the potential `V`: how fast the gates settle if V is held.

    τ = 1 / (φ·(α + β)), with φ for the temperature.

    Parameters
    ----------
    V : array_like
        Membrane potential, mV, any shape.
    parameters : Parameters
        The membrane; only its temperature matters.

    Returns
    -------
    dict
        ``m``, ``h``, ``n``, ms, each of the shape of `V`.
    """
    return {gate: 1 / (parameters.phi * (alpha + beta)) for gate, (alpha, beta) in rates(V).items()}


def crossing_potentials(one: str, other: str) -> list[float]:
    """Return the potentials at which two steady-state curves cross, mV, in ascending order.

    Parameters
    ----------
    one, other : str
        Two of ``m``, ``h``, ``n``.
    """
    from scipy.optimize import brentq  # late, as in hhlab/reference/equations.py

    def difference(V: ArrayLike) -> Array:
        gates = steady_gates(V)
        return gates[one] - gates[other]

    V = np.linspace(*RANGE, 361)
    sides = np.sign(difference(V))
    return [
        float(brentq(difference, V[k], V[k + 1], xtol=1e-10))
        for k in np.flatnonzero(sides[:-1] * sides[1:] < 0)
    ]


def holding_current(V: ArrayLike, p: Parameters = HOMEWORK) -> Array:
    """Return the current (µA/cm²) under which the neuron can stay at the potential `V` (mV)."""
    state = {"V": np.asarray(V, dtype=float), **steady_gates(V)}
    return sum(currents(state, p).values(), np.zeros(()))


def rest(p: Parameters = HOMEWORK) -> dict[str, float]:
    """Return the resting state: the potential at which no net current flows, and its gates.

    Parameters
    ----------
    p : Parameters
        The membrane.

    Returns
    -------
    dict
        ``V`` (mV), ``m``, ``h``, ``n``.
    """
    from scipy.optimize import brentq  # late, as in hhlab/reference/equations.py

    # Below all reversal potentials the net current is inward. Where it turns outward first is rest.
    ends = min(p.EK, p.EL, p.ENa) - 1, max(p.EK, p.EL, p.ENa) + 1
    V = np.linspace(*ends, 400)
    above = int(np.argmax(holding_current(V, p) > 0))
    settled = float(brentq(holding_current, V[above - 1], V[above], args=(p,), xtol=1e-12))
    return {"V": settled, **{gate: float(x) for gate, x in steady_gates(settled).items()}}
