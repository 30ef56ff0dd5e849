"""Find where something begins to happen."""

from collections.abc import Callable
from typing import Any

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float64]


def least(happens: Callable[[Array], Any], low: Any, high: Any, rounds: int = 14) -> Any:
    """Return where something begins to happen between `low` and `high`, by bisection.

    Parameters
    ----------
    happens : callable
        Takes values between `low` and `high`; returns for each whether it happens there. Where it
        can, it is asked two rounds of one bisection in one go.
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
    known: dict[float, Any] = {}
    ahead = high.size == 1 and bool(np.isfinite(low).all())
    for _ in range(0 if np.isnan(high).all() else rounds):
        middle = np.where(np.isnan(high), low, (low + high) / 2)
        if ahead and middle[0] not in known:
            known = _two_rounds(happens, low, middle, high)
            ahead = bool(known)
        found = known[middle[0]] if ahead else happens(middle)
        yes = np.broadcast_to(found, middle.shape).astype(bool) & ~np.isnan(high)
        low, high = np.where(yes, low, middle), np.where(yes, middle, high)
    return float(high[0]) if scalar else high


def _two_rounds(
    happens: Callable[[Array], Any], low: Array, middle: Array, high: Array
) -> dict[float, Any]:
    """Return what this round asks and what the next may; nothing if values go one by one.

    On the bench, three neurons take no longer than one.
    """
    values = np.concatenate([middle, (low + middle) / 2, (middle + high) / 2])
    try:
        found = np.asarray(happens(values))
    except Exception:  # what a student wrote for one value may raise anything for three
        return {}
    if found.shape != values.shape:
        return {}
    return dict(zip(values.tolist(), found, strict=True))
