"""The Hodgkin–Huxley equations, solved to ten digits: what every answer is compared with.

NumPy and SciPy only. It shares no code with BrainPy and is itself checked against NEURON, Brian2
and published values in tests/physics.

References
----------
.. [1] A. L. Hodgkin and A. F. Huxley, "A quantitative description of membrane current and its
   application to conduction and excitation in nerve", J. Physiol. 117, 500–544 (1952).
"""

import functools
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy.integrate import solve_ivp
from scipy.optimize import brentq
from scipy.special import exprel

from .stimulus import Stimulus
from .trace import GATES, STATES, Trace

Array = NDArray[np.float64]
State = dict[str, Array]


@dataclass(frozen=True)
class Parameters:
    """Constants of the membrane, with the homework's values.

    Attributes
    ----------
    ENa, EK, EL : float
        Reversal potentials of sodium, potassium and leak, mV.
    gNa, gK, gL : float
        Maximal conductances of sodium and potassium, conductance of the leak, mS/cm². The leak of
        0.03 is BrainPy's; Hodgkin and Huxley [1]_ had 0.3, and another resting state with it.
    C : float
        Membrane capacitance, µF/cm².
    V_th : float
        A spike is an upward crossing of this potential, mV.
    T : float
        Temperature, °C. Gates move 3 times faster for every 10 °C above 6.3 [1]_.
    """

    ENa: float = 50.0
    gNa: float = 120.0
    EK: float = -77.0
    gK: float = 36.0
    EL: float = -54.387
    gL: float = 0.03
    V_th: float = 0.0
    C: float = 1.0
    T: float = 6.3

    @property
    def phi(self) -> float:
        """Speed of the gates relative to 6.3 °C."""
        return float(3.0 ** ((self.T - 6.3) / 10.0))

    def with_(self, **changes: float) -> "Parameters":
        """Return a copy with some values changed.

        Raises
        ------
        ValueError
            If a name is not a parameter; the message lists those that are.
        """
        unknown = changes.keys() - self.__dataclass_fields__.keys()
        if unknown:
            raise ValueError(
                f"no such parameter: {', '.join(sorted(unknown))} "
                f"(there are {', '.join(self.__dataclass_fields__)})"
            )
        return replace(self, **changes)


HOMEWORK = Parameters()


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


def steady_gates(V: ArrayLike) -> State:
    """Return m∞, h∞, n∞ at the potential `V` (mV): where the gates settle if V is held."""
    return {gate: alpha / (alpha + beta) for gate, (alpha, beta) in rates(V).items()}


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

    def net(V: float) -> float:
        state = {"V": np.asarray(V), **steady_gates(V)}
        return float(sum(currents(state, p).values(), np.zeros(())))

    # Below rest the net current is inward, above it outward up to the threshold region.
    V = brentq(net, p.EK - 1, -60.0, xtol=1e-12)
    return {"V": V, **{gate: float(x) for gate, x in steady_gates(V).items()}}


def solve(
    stimulus: Stimulus,
    p: Parameters = HOMEWORK,
    start: dict[str, float] | None = None,
    dt: float = 0.01,
) -> Trace:
    """Solve the equations for each neuron of a stimulus.

    LSODA with relative tolerance 1e-10, restarted at each edge of the stimulus so that no
    discontinuity lies inside a step.

    Parameters
    ----------
    stimulus : Stimulus
        The injected current.
    p : Parameters
        The membrane, the same for all neurons.
    start : dict, optional
        ``V``, ``m``, ``h``, ``n`` at time 0; the resting state of `p` if not given.
    dt : float
        Spacing of the returned states, ms. It does not affect their accuracy.

    Returns
    -------
    Trace
        States at dt, 2·dt, …; shape (steps, neurons).

    Raises
    ------
    ValueError
        If `dt` is not positive or does not divide the stimulus, or `start` lacks a state.
    """
    steps = stimulus.steps(dt)
    start = rest(p) if start is None else start
    missing = [name for name in STATES if name not in start]
    if missing:
        raise ValueError(f"the start needs {', '.join(STATES)}: {', '.join(missing)} missing")
    first = tuple(float(start[name]) for name in STATES)
    runs = [
        _solve_one(tuple(stimulus.durations), tuple(stimulus.currents[:, i]), p, first, dt)
        for i in range(stimulus.size)
    ]
    t = np.arange(1, steps + 1) * np.float64(dt)
    return Trace(t, *(np.stack([run[k] for run in runs], axis=1) for k in range(len(STATES))))


def flow(state: State, current: ArrayLike, dt: float, p: Parameters = HOMEWORK) -> State:
    """Return where the equations themselves lead in `dt` ms from each of several states.

    Parameters
    ----------
    state : dict
        ``V``, ``m``, ``h``, ``n``, arrays of shape (states,).
    current : array_like
        Injected current, µA/cm², shape (states,).
    dt : float
        How far to go, ms; more than 0.
    p : Parameters
        The membrane.

    Returns
    -------
    dict
        ``V``, ``m``, ``h``, ``n``, each of shape (states,).
    """
    starts = zip(*(np.asarray(state[name], dtype=float) for name in STATES), strict=True)
    amplitudes = np.broadcast_to(np.asarray(current, dtype=float), np.shape(state["V"]))
    ends = [
        _solve_one((dt,), (float(amplitude),), p, tuple(map(float, first)), dt)[:, -1]
        for first, amplitude in zip(starts, amplitudes, strict=True)
    ]
    return dict(zip(STATES, np.transpose(ends), strict=True))


@functools.lru_cache(maxsize=512)
def _solve_one(
    durations: tuple[float, ...],
    amplitudes: tuple[float, ...],
    p: Parameters,
    first: tuple[float, ...],
    dt: float,
) -> Array:
    """Return V, m, h, n of one neuron at dt, 2·dt, …; shape (4, steps)."""
    y, parts = np.array(first), []
    for duration, current in zip(durations, amplitudes, strict=True):
        count = round(duration / dt)
        times = np.arange(1, count + 1) * dt
        solution = solve_ivp(
            _right_hand_side,
            (0.0, times[-1]),
            y,
            method="LSODA",
            t_eval=times,
            args=(current, p),
            rtol=1e-10,
            atol=1e-12,
        )
        y = solution.y[:, -1]
        parts.append(solution.y)
    return np.concatenate(parts, axis=1)


def _right_hand_side(_: float, y: Array, current: float, p: Parameters) -> list[Array]:
    change = derivative(dict(zip(STATES, y, strict=True)), current, p)
    return [change[name] for name in STATES]


def exponential_euler(
    state: State, current: ArrayLike, dt: float, p: Parameters = HOMEWORK, gates_first: bool = False
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
    gates_first : bool
        Step V with the gates already moved: second order instead of first, for the same work.

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
    gates = after if gates_first else state
    g_Na, g_K = p.gNa * gates["m"] ** 3 * gates["h"], p.gK * gates["n"] ** 4
    g = g_Na + g_K + p.gL
    settled = (g_Na * p.ENa + g_K * p.EK + p.gL * p.EL + np.asarray(current, dtype=float)) / g
    V = settled + (state["V"] - settled) * np.exp(-g * dt / p.C)
    return {"V": V, **{gate: after[gate] for gate in GATES}}
