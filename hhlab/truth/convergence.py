"""How a scheme's error shrinks with its time step."""

import numpy as np
from numpy.typing import ArrayLike

from ..reference import HOMEWORK, Parameters, State, exponential_euler


def convergence_order(dt: ArrayLike, error: ArrayLike) -> float:
    """Return the order of convergence: the slope of log(error) over log(dt), by least squares.

    Parameters
    ----------
    dt : array_like, shape (runs,)
        Time steps, ms; at least two different ones, small enough for errors to go like dt^order.
    error : array_like, shape (runs,)
        What the scheme was off by with each; of either sign, none 0.

    Raises
    ------
    ValueError
        If there are fewer than two time steps, or an error is 0 or not finite.
    """
    dt, error = np.asarray(dt, dtype=float), np.abs(np.asarray(error, dtype=float))
    if len(np.unique(dt)) < 2 or not (np.isfinite(error) & (error > 0)).all():
        raise ValueError("an order needs errors, none of them 0, of at least two time steps")
    return float(np.polyfit(np.log(dt), np.log(error), 1)[0])


def gates_first(state: State, current: ArrayLike, dt: float, p: Parameters = HOMEWORK) -> State:
    """Return the state one step later by exponential Euler with V stepped by the gates moved.

    Second order instead of first, for the same work. Takes and returns what
    :func:`hhlab.reference.exponential_euler` does.
    """
    moved = {**exponential_euler(state, current, dt, p), "V": state["V"]}
    return {**moved, "V": exponential_euler(moved, current, dt, p)["V"]}
