"""Compare the numbers that a student's experiment gives with those of the equations."""

from collections.abc import Sequence
from dataclasses import replace
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import ArrayLike, NDArray

from .call import Returned
from .failure import CheckFailed
from .language import Text, number
from .mistake import Mistake, explained


def expect(
    returned: Returned,
    *truth: ArrayLike,
    percent: float = 0.0,
    within: float | Sequence[float] = 0.0,
    unit: str | Sequence[str] = "",
    at: Sequence[int] = (),
    reused: bool = False,
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
    at : sequence of int
        Which of a value's numbers are compared; all of them if none are named.
    reused : bool
        Whether later blanks call the function: then it has to return an array rather than a list,
        and to leave what it was handed as it was.

    Raises
    ------
    CheckFailed
        If it returned another number of values, values of another shape, or other numbers.
    """
    discreet = Text(
        "{name} does not return what it should when it is asked something else.",
        name=returned.name,
    )
    returned = _unpacked(returned, len(truth))
    if (count := len(returned.values)) != len(truth):
        one = Text(
            "{call} should return one value: got {got} values", call=returned.question, got=count
        )
        several = Text(
            "{call} should return {expected} values: got {got}",
            call=returned.question,
            expected=len(truth),
            got=count,
        )
        failed = CheckFailed(one if len(truth) == 1 else several, discreet=discreet)
        failed.explain(explained("call", failed.message, returned.name))
        raise failed
    limits, units = _each(within, len(truth)), _each(unit, len(truth))
    every = zip(returned.values, truth, limits, units, strict=True)
    for k, (got, right, absolute, measured) in enumerate(every):
        place = f"[{k}]" if len(truth) > 1 else ""
        limit = _Limit(percent, float(absolute), f" {measured}" if measured else "")
        expected = np.asarray(right, float)
        asked = returned.question + place
        wrong = _compare(asked, got, expected, limit, at)
        if wrong:
            failed = CheckFailed(wrong, discreet=discreet)
            most = _most(expected, limit.percent, limit.within)
            failed.evidence = Compared(
                asked, got.ravel(), expected.ravel(), most.ravel(), limit.unit, tuple(at)
            )
            fitting = _fitting(returned, truth, percent, within, at)
            failed.explain(fitting or explained("call", wrong, returned.name))
            raise failed
    if reused and (unfit := _unfit(returned)):
        failed = CheckFailed(unfit, discreet=discreet)
        failed.explain(explained("call", unfit, returned.name))
        raise failed


def _unfit(returned: Returned) -> Text | None:
    """Return why right numbers are of no use to who asked for them, or nothing."""
    if returned.changed:
        return Text("{call} changes the array that it is handed", call=returned.question)
    if returned.lists:
        return Text("{call} should be an array: got a list", call=returned.question)
    return None


class Compared(NamedTuple):
    """What a test compared, for whoever draws it.

    Attributes
    ----------
    question : str
        The call, and which of its values.
    got, expected : ndarray, shape (numbers,)
        All that came, and what should have.
    most : ndarray, shape (numbers,)
        How far each of those expected may be off.
    unit : str
        What they are measured in.
    at : tuple of int
        Which of the numbers that came are compared; all of them if none are named.
    """

    question: str
    got: NDArray[np.float64]
    expected: NDArray[np.float64]
    most: NDArray[np.float64]
    unit: str
    at: tuple[int, ...]


class _Limit(NamedTuple):
    """How far a value may be off, and what it is measured in."""

    percent: float
    within: float
    unit: str


def _unpacked(returned: Returned, count: int) -> Returned:
    """Return several values that came in one list, or as rows of an array, one by one."""
    several = np.atleast_1d(returned.values[0])
    if len(returned.values) == 1 < count == len(several):
        return replace(returned, values=tuple(several), whole=returned.whole * count)
    return returned


def _compare(
    call: str,
    got: NDArray[np.float64],
    expected: NDArray[np.float64],
    limit: _Limit,
    at: Sequence[int],
) -> Text | None:
    """Return what is wrong with a value, or nothing."""
    size = at[-1] + 1 if at else expected.size
    if got.size < size or (got.size > size and not at):
        one = Text(
            "{call} should be one number: got an array of {got} numbers", call=call, got=got.size
        )
        several = Text(
            "{call} should be {expected} numbers: got {got}",
            call=call,
            expected=size,
            got=got.size,
        )
        return one if size == 1 else several
    got = got.ravel()[list(at)] if at else got
    off, most = _off(got, expected, limit.percent, limit.within)
    if not off.any():
        return None
    i = int(np.argmax(off))
    pair = expected.flat[i], got.flat[i]
    digits = next(n for n in (5, 9, 17) if n == 17 or f"{pair[0]:.{n}g}" != f"{pair[1]:.{n}g}")
    numbers = Text(
        "{call} should be {expected}{unit}: got {got}{unit}",
        call=call + (f"[{at[i] if at else i}]" if expected.size > 1 else ""),
        expected=_number(expected.flat[i], digits),
        got=_number(got.flat[i], digits),
        unit=limit.unit,
    )
    if not most[i]:
        return numbers
    return Text(
        "{numbers} (up to {most} more or less is right)", numbers=numbers, most=number(most[i], 2)
    )


def _off(
    got: NDArray[np.float64], expected: NDArray[np.float64], percent: float, within: float
) -> tuple[NDArray[np.bool_], NDArray[np.float64]]:
    """Return which values are off, and by how much they may be; nan equals nan alone."""
    got, expected = got.ravel(), expected.ravel()
    limit = _most(expected, percent, within)
    off = ~(np.abs(got - expected) <= limit) & ~(np.isnan(got) & np.isnan(expected))
    return off, np.nan_to_num(limit)


def _most(expected: NDArray[np.float64], percent: float, within: float) -> NDArray[np.float64]:
    """Return how far values may be off."""
    limit: NDArray[np.float64] = np.maximum(np.abs(expected) * percent / 100, within)
    return limit


def _fitting(
    returned: Returned,
    truth: Sequence[ArrayLike],
    percent: float,
    within: float | Sequence[float],
    at: Sequence[int],
) -> tuple[Mistake, ...]:
    """Return the mistakes that lead to what was returned."""

    def compared(values: ArrayLike) -> NDArray[np.float64]:
        every = np.asarray(values, float).ravel()
        return every[list(at)] if at and every.size > at[-1] else every

    def fits(values: tuple[ArrayLike, ...]) -> bool:
        if len(values) != len(returned.values):
            return False
        every = zip(returned.values, values, _each(within, len(values)), strict=True)
        return all(
            compared(got).size == compared(value).size
            and not _off(compared(got), compared(value), percent, float(absolute))[0].any()
            for got, value, absolute in every
        )

    return explained("returned", returned, truth, fits)


def _each(one: Any, count: int) -> list[Any]:
    """Return something for each of several values: the same for all, or given for each."""
    return [one] * count if isinstance(one, (str, float, int)) else list(one)


def _number(value: float, digits: int) -> str:
    return Text("nan (no number)") if np.isnan(value) else number(value, digits)
