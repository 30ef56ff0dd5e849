"""Compare the numbers that a student's experiment gives with those of the equations."""

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from .calling import Returned
from .language import Text
from .mistakes.mistake import Mistake
from .verdict import CheckFailed

Suspect = tuple[Mistake, Callable[[], ArrayLike | tuple[ArrayLike, ...]]]
"""A mistake, and what somebody gets who makes it; computed where the answer is wrong."""


def expect(
    returned: Returned,
    *truth: ArrayLike,
    percent: float = 0.0,
    within: float | Sequence[float] = 0.0,
    unit: str | Sequence[str] = "",
    suspects: Sequence[Suspect] = (),
) -> None:
    """Check what a student's function returned.

    Parameters
    ----------
    returned : Returned
        From :func:`hhlab.call`.
    *truth : array_like
        What it should return, one for each value.
    percent, within : float
        How far it may be off: relative, and absolute; the larger of both counts. `within` may be
        one number for each value.
    unit : str, or one for each value
        What the numbers are measured in.
    suspects : sequence of (Mistake, callable)
        What may have gone wrong. A mistake is named where the numbers are those that it leads to.

    Raises
    ------
    CheckFailed
        If it returned another number of values, values of another shape, or other numbers.
    """
    discreet = Text(
        "{name} does not return what it should when it is asked something else.",
        name=returned.question.split("(")[0],
    )
    if len(returned.values) != len(truth):
        raise CheckFailed(
            Text(
                "{call} should return {expected} values: got {got}",
                call=returned.question,
                expected=len(truth),
                got=len(returned.values),
            ),
            discreet=discreet,
        )
    limits, units = _each(within, len(truth)), _each(unit, len(truth))
    for got, right, absolute, measured in zip(returned.values, truth, limits, units, strict=True):
        expected = np.asarray(right, float)
        if got.size != expected.size:
            raise CheckFailed(
                Text(
                    "{call} should return {expected} numbers: got {got}",
                    call=returned.question,
                    expected=expected.size,
                    got=got.size,
                ),
                discreet=discreet,
            )
        off, limit = _off(got, expected, percent, float(absolute))
        if off.any():
            i = int(np.argmax(off))
            failed = CheckFailed(
                Text(
                    "{call} should be {expected}{unit}: got {got}{unit} (it may be off by {limit})",
                    call=returned.question,
                    expected=_number(expected.flat[i]),
                    got=_number(got.flat[i]),
                    unit=f" {measured}" if measured else "",
                    limit=f"{limit[i]:.2g}",
                ),
                discreet=discreet,
            )
            failed.explain(_fitting(returned, suspects, percent, within))
            raise failed


def _off(
    got: NDArray[np.float64], expected: NDArray[np.float64], percent: float, within: float
) -> tuple[NDArray[np.bool_], NDArray[np.float64]]:
    """Return which values are off, and by how much they may be; nan equals nan alone."""
    got, expected = got.ravel(), expected.ravel()
    limit = np.maximum(np.abs(expected) * percent / 100, within)
    off = ~(np.abs(got - expected) <= limit) & ~(np.isnan(got) & np.isnan(expected))
    return off, np.nan_to_num(limit)


def _fitting(
    returned: Returned, suspects: Sequence[Suspect], percent: float, within: float | Sequence[float]
) -> tuple[Mistake, ...]:
    """Return the mistakes that lead to what was returned."""

    def fits(wrong: ArrayLike | tuple[ArrayLike, ...]) -> bool:
        values = wrong if isinstance(wrong, tuple) else (wrong,)
        if len(values) != len(returned.values):
            return False
        every = zip(returned.values, values, _each(within, len(values)), strict=True)
        return all(
            got.size == np.size(value)
            and not _off(got, np.asarray(value, float), percent, float(absolute))[0].any()
            for got, value, absolute in every
        )

    return tuple(mistake for mistake, wrong in suspects if fits(wrong()))


def _each(one: Any, count: int) -> list[Any]:
    """Return something for each of several values: the same for all, or given for each."""
    return [one] * count if isinstance(one, (str, float, int)) else list(one)


def _number(value: float) -> str:
    return Text("nan (no number)") if np.isnan(value) else f"{value:.5g}"
