"""The gates under a held potential: where they settle, and how fast."""

import numpy as np
from numpy.typing import ArrayLike

from ..reference.equations import Array, State, rates
from ..reference.parameters import HOMEWORK, Parameters
from .rest import steady_gates

RANGE = (-120.0, 60.0)
"""Potentials between which steady-state curves are compared, mV."""


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
