"""Where a membrane rests, and where its gates settle if the potential is held."""

import numpy as np
from numpy.typing import ArrayLike

from ..reference.equations import Array, State, currents, rates
from ..reference.parameters import HOMEWORK, Parameters


def steady_gates(V: ArrayLike) -> State:
    """Return m∞, h∞, n∞ at the potential `V` (mV): where the gates settle if V is held."""
    return {gate: alpha / (alpha + beta) for gate, (alpha, beta) in rates(V).items()}


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
