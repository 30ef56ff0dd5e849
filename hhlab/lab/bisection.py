"""Find where something begins to happen."""

from collections.abc import Callable
from typing import Any

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float64]


def least(
    happens: Callable[[NDArray[np.float64]], Any], low: Any, high: Any, rounds: int = 14
) -> Any:
    """Return where something begins to happen between `low` and `high`, by bisection.

    Parameters
    ----------
    happens : callable
        Takes values between `low` and `high`; returns for each whether it happens there.
    low, high : array_like
        It does not happen at `low`, and it happens at `high`. Arrays bisect several at once.
    rounds : int
        How often the interval is halved; 14 times leaves less than a ten-thousandth of it.

    Returns
    -------
    float, or ndarray
        The value; ``nan`` where it does not happen at `high`.
    """
    scalar = np.ndim(low) == np.ndim(high) == 0
    low, high = (np.atleast_1d(np.asarray(end, float)) for end in (low, high))
    low, high = np.broadcast_arrays(low, high)
    high = np.where(np.broadcast_to(happens(high), high.shape), high, np.nan)
    for _ in range(rounds):
        middle = np.where(np.isnan(high), low, (low + high) / 2)
        yes = np.broadcast_to(happens(middle), middle.shape) & ~np.isnan(high)
        low, high = np.where(yes, low, middle), np.where(yes, middle, high)
    return float(high[0]) if scalar else high
