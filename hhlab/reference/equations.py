"""The Hodgkin–Huxley equations, and what can be said of them without solving them.

References
----------
.. [1] A. L. Hodgkin and A. F. Huxley, "A quantitative description of membrane current and its
   application to conduction and excitation in nerve", J. Physiol. 117, 500–544 (1952).
"""

import numpy as np
from numpy.typing import ArrayLike, NDArray

from .parameters import HOMEWORK, Parameters
from .trace import GATES, STATES

Array = NDArray[np.float64]
State = dict[str, Array]


def rates(V: ArrayLike) -> dict[str, tuple[Array, Array]]:
    """Return the opening and closing rates of the three gates at 6.3 °C.

    Parameters
    ----------
    V : array_like
        Membrane potential, mV, any shape.

    Returns
    -------
    dict
        ``{"m": (alpha, beta), "h": …, "n": …}``, 1/ms, each of the shape of `V`. x/(1 − exp(−x)) is
        written as 1/exprel(−x), which is 1 at x = 0 rather than 0/0.
    """
    from scipy.special import exprel  # late: a command that computes nothing starts sooner

    V = np.asarray(V, dtype=float)
    return {
        "m": (1.0 / exprel(-(V + 40) / 10), 4.0 * np.exp(-(V + 65) / 18)),
        "h": (0.07 * np.exp(-(V + 65) / 20), 1 / (1 + np.exp(-(V + 35) / 10))),
        "n": (0.1 / exprel(-(V + 55) / 10), 0.125 * np.exp(-(V + 65) / 80)),
    }


def currents(state: State, p: Parameters = HOMEWORK) -> dict[str, Array]:
    """Return the ionic currents ``Na``, ``K`` and ``leak`` in `state`, µA/cm², outward positive."""
    V, m, h, n = (state[name] for name in STATES)
    return {
        "Na": p.gNa * m**3 * h * (V - p.ENa),
        "K": p.gK * n**4 * (V - p.EK),
        "leak": p.gL * (V - p.EL),
    }


def derivative(state: State, current: ArrayLike, p: Parameters = HOMEWORK) -> State:
    """Return the right-hand side of the Hodgkin–Huxley equations [1]_.

    Parameters
    ----------
    state : dict
        ``V`` (mV), ``m``, ``h``, ``n``, arrays of one shape.
    current : array_like
        Injected current, µA/cm², of that shape or a number.
    p : Parameters
        The membrane.

    Returns
    -------
    dict
        The time derivatives of ``V`` (mV/ms), ``m``, ``h``, ``n`` (1/ms).
    """
    ionic = sum(currents(state, p).values(), np.zeros(()))
    change = {"V": (np.asarray(current, dtype=float) - ionic) / p.C}
    for gate, (alpha, beta) in rates(state["V"]).items():
        change[gate] = p.phi * (alpha * (1 - state[gate]) - beta * state[gate])
    return change


def exponential_euler(
    state: State, current: ArrayLike, dt: float, p: Parameters = HOMEWORK
) -> State:
    """Return the state one step later by the exponential Euler scheme (Rush–Larsen for the gates).

    Each equation is linear in its own variable; it is solved exactly with the others held. This is
    the closed form of BrainPy's ``exp_auto`` for this model.

    Parameters
    ----------
    state, current, p
        As for :func:`derivative`.
    dt : float
        Time step, ms.

    Returns
    -------
    dict
        ``V``, ``m``, ``h``, ``n``.
    """
    after = {}
    for gate, (alpha, beta) in rates(state["V"]).items():
        speed = p.phi * (alpha + beta)
        settled = alpha / (alpha + beta)
        after[gate] = settled + (state[gate] - settled) * np.exp(-speed * dt)
    g_Na, g_K = p.gNa * state["m"] ** 3 * state["h"], p.gK * state["n"] ** 4
    g = g_Na + g_K + p.gL
    settled = (g_Na * p.ENa + g_K * p.EK + p.gL * p.EL + np.asarray(current, dtype=float)) / g
    V = settled + (state["V"] - settled) * np.exp(-g * dt / p.C)
    return {"V": V, **{gate: after[gate] for gate in GATES}}
