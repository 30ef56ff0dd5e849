"""The least value that is enough: bisection, where more is never less."""

from collections.abc import Callable

FACTOR = 1.5
"""From one guess to the next."""

TINY = 1e-6
"""What is as good as nothing, in multiples of the first guess."""


def least(
    enough: Callable[[float], bool], guess: float, most: float, rtol: float = 1e-5
) -> float | None:
    """Return the least positive value that is enough, or None if `most` is not.

    Parameters
    ----------
    enough : callable
        Takes a value; what is enough for one value is for all larger ones up to `most`.
    guess, most : float
        Where to begin, and the largest value to try; positive.
    rtol : float
        How closely the least value is bracketed, relatively.

    Raises
    ------
    ValueError
        If next to nothing is enough.
    """
    low = high = min(guess, most)
    if enough(high):
        while enough(low := low / FACTOR):
            high = low
            if low < TINY * guess:
                raise ValueError("this neuron fires without any stimulus: it has no threshold")
    else:
        while not enough(high := min(high * FACTOR, most)):
            if high == most:
                return None
            low = high
    return bisect(enough, low, high, rtol * high)


def bisect(enough: Callable[[float], bool], low: float, high: float, width: float) -> float:
    """Return where values begin to be enough, between one that is not and one that is.

    Parameters
    ----------
    enough : callable
        Takes a value.
    low, high : float
        A value that is not enough and one that is.
    width : float
        How closely to bracket it.
    """
    while high - low > width:
        half = (low + high) / 2
        low, high = (low, half) if enough(half) else (half, high)
    return (low + high) / 2
