"""The equations solved: LSODA, from one edge of the stimulus to the next."""

import functools
import math
from collections.abc import Callable, Mapping, Sequence

import numpy as np
from numpy.typing import ArrayLike

from .equations import Array, State
from .homework import START
from .parameters import HOMEWORK, Parameters
from .stimulus import Stimulus
from .trace import STATES, Trace


def solve(
    stimulus: Stimulus,
    p: Parameters = HOMEWORK,
    start: Mapping[str, float] = START,
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
        ``V``, ``m``, ``h``, ``n`` at time 0; where the homework starts if not given.
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
        states = follow(y, current, np.arange(round(duration / dt) + 1) * np.float64(dt), p)
        y = states[-1]
        parts.append(states[1:])
    return np.concatenate(parts).T


def follow(
    y: Sequence[float] | Array,
    current: float,
    times: Array,
    parameters: Parameters = HOMEWORK,
    rtol: float = 1e-10,
) -> Array:
    """Return the states of one neuron at some times under a constant current.

    Parameters
    ----------
    y : array_like, shape (4,)
        V, m, h, n at the first of the times.
    current : float
        Injected current, µA/cm².
    times : ndarray, shape (times,)
        Increasing, ms.
    parameters : Parameters
        The membrane.
    rtol : float
        Relative tolerance of each step; the absolute one is 1 % of it.

    Returns
    -------
    ndarray, shape (times, 4)
    """
    from scipy.integrate import odeint  # late, as in equations.py

    states: Array = odeint(
        _right_hand_side(parameters),
        y,
        times,
        args=(current,),
        rtol=rtol,
        atol=0.01 * rtol,
        mxstep=100_000,
        tfirst=True,
    )
    return states


@functools.lru_cache
def _right_hand_side(p: Parameters) -> Callable[[float, Array, float], tuple[float, ...]]:
    """Return :func:`derivative` for a solver: of single numbers, which is ten times as fast."""
    ENa, gNa, EK, gK, EL, gL, C, phi = p.ENa, p.gNa, p.EK, p.gK, p.EL, p.gL, p.C, p.phi
    exp, expm1 = math.exp, math.expm1

    def right_hand_side(_: float, y: Array, current: float) -> tuple[float, ...]:
        V, m, h, n = y.tolist()
        x, u = -(V + 40) / 10, -(V + 55) / 10
        alpha_m = x / expm1(x) if x else 1.0
        alpha_n = 0.1 * u / expm1(u) if u else 0.1
        ionic = gNa * m**3 * h * (V - ENa) + gK * n**4 * (V - EK) + gL * (V - EL)
        return (
            (current - ionic) / C,
            phi * (alpha_m * (1 - m) - 4 * exp(-(V + 65) / 18) * m),
            phi * (0.07 * exp(-(V + 65) / 20) * (1 - h) - h / (1 + exp(-(V + 35) / 10))),
            phi * (alpha_n * (1 - n) - 0.125 * exp(-(V + 65) / 80) * n),
        )

    return right_hand_side
