"""What a number that a function of hh-explore returned shows beside the right one.

Nothing is measured for this, so students have it at home, too. What takes a measurement of its own
to be recognised is in :mod:`hhlab.truth.measurements`.
"""

from collections.abc import Callable, Iterator, Sequence
from itertools import permutations
from typing import Any

import numpy as np

from ..channel.call import Returned
from ..channel.language import Text
from ..channel.mistake import Mistake, explains
from ..reference import CANONICAL

Values = tuple[Any, ...]
Wrong = Iterator[tuple[Mistake, Values]]

NAN = Text("nan where there is an answer")
OF_SEARCHES = (
    "threshold",
    "rheobase",
    "chronaxie",
    "onset",
    "second_threshold",
    "anode_break",
    "heat_block",
)
NO_SEARCHED = Mistake(
    NAN,
    Text("least(happens, low, high) returns nan if nothing happens at its second end, high."),
    Text(
        "what is asked there, and whether it should happen: how strong the pulses are and how long "
        "they are watched, which way round the condition is, and the two ends."
    ),
)
NO_INTERVALS = Mistake(
    NAN,
    Text("The mean of no values, and 0/0, are nan."),
    Text("what you return where there are fewer than two spikes."),
)
NO_RATES = Mistake(
    NAN,
    Text("The formulas of α of m and of n are 0/0 at one potential each: −40 and −55 mV."),
    Text("reference.rates(V), which knows what they come close to there."),
)
NO_CROSSING = Mistake(
    NAN,
    Text("least returns nan if nothing happens at its second end; 0/0 is nan, too."),
    Text("which curve is above the other at each end: the two gates may come in either order."),
)
NO_NUMBER = Mistake(
    NAN,
    Text("0/0 is nan, and so is the logarithm or the root of a negative number."),
    Text("what is divided by what, and whether both can be 0."),
)
OF_NAN = {
    OF_SEARCHES: NO_SEARCHED,
    ("rate", "two_rates"): NO_INTERVALS,
    ("crossing",): NO_CROSSING,
    ("steady_state", "time_constant"): NO_RATES,
}
"""What it means that blanks of these names return nan."""
PLACES = {
    "crossing": Text("the value at this place: V[np.argmin(…)]."),
    "resting_potential": Text("the value at this place: V[-1, 0]."),
    "spike_shape": Text("the value at this place: V.max()."),
}
"""What helps who returned a place in place of a potential, by the function."""
HIGHEST = {"crossing": 0, "resting_potential": 0, "spike_shape": CANONICAL.ENa}
"""Above this no potential lies that the function could have found, mV."""


def _a_place(name: str) -> Mistake:
    return Mistake(
        Text("a place or a time in place of a potential"),
        Text("np.argmin and np.argmax return the place of a value, and .t holds times."),
        PLACES[name],
    )


EXCHANGED = Mistake(
    Text("results in another order"),
    Text("The numbers are right, and each stands in another's place."),
    Text("the order in the return."),
)
A_SIGN = Mistake(
    Text("the wrong sign"),
    Text("The numbers are right but for their sign."),
    Text("which difference is taken, and which direction counts as positive."),
)
UPSIDE_DOWN = Mistake(
    Text("a fraction upside down"),
    Text("What should be above the fraction line is below it."),
    Text("which of the two is divided by which, and the brackets around what is below the line."),
)
CLOSED = Mistake(
    Text("the closed gates in place of the open ones"),
    Text("β/(α + β) of the gates are closed."),
    Text("the rate of opening, α, above the fraction line."),
)
PHI_FORGOTTEN = Mistake(
    Text("the temperature is forgotten"),
    Text("At another temperature all rates are multiplied by φ."),
    Text("φ = 3 ** ((T - 6.3) / 10), in the time constant."),
)
PHI_INVERTED = Mistake(
    Text("warm gates that are slower"),
    Text("φ makes the rates larger, and so the time constant smaller."),
    Text("what φ does: it grows with T, by the exponent's T - 6.3, and what it divides shrinks."),
)
A_CHARGE = Mistake(
    Text("a charge in place of a current"),
    Text("Current times width is the charge that the pulse delivers."),
    Text("return the current itself, in µA/cm²."),
)
UPPER_END = Mistake(
    Text("the upper end of the interval"),
    Text("The upper end, 200, never came down."),
    Text(
        "which half is kept: where the neuron fires, the middle becomes the upper end; the order, "
        "neuron.fires(current, width); and the condition behind while."
    ),
)
ONE_ROUND = Mistake(
    Text("a bisection that ends after its first round"),
    Text("100 is the first middle between 0 and 200."),
    Text("where return stands: behind the loop, not within it."),
)
AN_INTERVAL = Mistake(
    Text("an interval in place of a rate"),
    Text("The rate in Hz is 1000 over the interval in ms."),
    Text("1000 / …, of the mean interval."),
)
PER_MS = Mistake(
    Text("spikes per millisecond"),
    Text("A rate in Hz counts the spikes of a second, which has 1000 ms."),
    Text("1000 in place of 1."),
)
NO_PAST = Mistake(
    Text("a neuron that does not begin where it could stay"),
    Text("The first one fires as the second does, which is switched on; held, it would be silent."),
    Text("start=neuron.at_rest(current, **membrane), all of it, for the first rate alone."),
)
IN_CURRENT = Mistake(
    Text("a current in place of a multiple"),
    Text("It is asked for as a multiple of the threshold at rest."),
    Text("divide by the current `resting`, or multiply by it only in the pulse."),
)
OF_FIRST = Mistake(
    Text("a multiple of the first pulse"),
    Text("The first pulse is twice the threshold at rest, and so the measure is too large."),
    Text("multiples of `resting`."),
)
FIRST_COUNTED = Mistake(
    Text("the first spike counted"),
    Text("The first pulse always fires the neuron, however weak the second one is."),
    Text("recording.count(after=interval)."),
)
IN_STEPS = Mistake(
    Text("time steps in place of milliseconds"),
    Text("The states of a recording are 0.01 ms apart."),
    Text("0.01 times their number."),
)
OLD_VALUES = Mistake(
    Text("an old value in place of a new one"),
    Text("What a function returns is lost unless it gets a name."),
    Text("new_V = V_after(…), and all four new values in the return."),
)


def _steady_state(right: Any, *_: Any) -> Wrong:
    yield CLOSED, (1 - right,)


def _time_constant(right: Any, gate: str, V: Any, T: float = 6.3) -> Wrong:
    yield UPSIDE_DOWN, (1 / right,)
    if (phi := CANONICAL.with_(T=T).phi) != 1:
        yield PHI_FORGOTTEN, (phi * right,)
        yield PHI_INVERTED, (phi**2 * right,)


def _inverse(right: Any, *_: Any) -> Wrong:
    yield UPSIDE_DOWN, (1 / right,)


def _threshold(right: Any, width: float, **_: Any) -> Wrong:
    yield A_CHARGE, (width * right,)
    yield UPPER_END, (200.0,)
    yield ONE_ROUND, (100.0,)


def _rate(right: Any, *_: Any, **__: Any) -> Wrong:
    yield AN_INTERVAL, (np.divide(1000, right, out=np.zeros_like(right), where=right > 0),)
    yield PER_MS, (right / 1000,)


def _two_rates(_: Any, switched_on: Any, *__: Any, **___: Any) -> Wrong:
    yield NO_PAST, (switched_on, switched_on)


def _second_threshold(right: Any, interval: float, resting: float, **_: Any) -> Wrong:
    yield IN_CURRENT, (right * resting,)
    yield OF_FIRST, (right / 2,)


def _spike_shape(peak: Any, width: Any, *_: Any) -> Wrong:
    yield IN_STEPS, (peak, 100 * width)


def _gates_first(V: Any, m: Any, h: Any, n: Any, /, **old: Any) -> Wrong:
    yield OLD_VALUES, (V, old["m"], old["h"], old["n"])
    yield OLD_VALUES, (old["V"], m, h, n)


OF_ONE: dict[str, Callable[..., Wrong]] = {
    "steady_state": _steady_state,
    "time_constant": _time_constant,
    "threshold": _threshold,
    "rate": _rate,
    "two_rates": _two_rates,
    "second_threshold": _second_threshold,
    "spike_shape": _spike_shape,
    "q10": _inverse,
    "order": _inverse,
    "gates_first": _gates_first,
}
LOWEST = 0.01
"""Less than this no pulse fires a neuron again, in multiples of the threshold at rest."""


def _of_any(right: Values) -> Wrong:
    for order in permutations(right):
        yield EXCHANGED, order
    yield A_SIGN, tuple(-x for x in right)


def _seen(returned: Returned, right: Values) -> Iterator[Mistake]:
    """Yield what the numbers show without being those of any formula."""
    first = returned.values[0]
    if first.size != right[0].size:
        return
    if _any_nan(returned.values) and not _any_nan(right):
        yield _no_number(returned.name)
    if _is_place(returned):
        yield _a_place(returned.name)
    if returned.name == "second_threshold" and (first < LOWEST).all():
        yield FIRST_COUNTED


def _no_number(name: str) -> Mistake:
    return next((m for names, m in OF_NAN.items() if name in names), NO_NUMBER)


def _is_place(returned: Returned) -> bool:
    """Return whether the first result is the place of a potential, or a time, for sure.

    Places are of a whole type, which no potential is. The last of all times is a round number.
    """
    first, name = returned.values[0], returned.name
    if name not in PLACES or not (first > HIGHEST[name]).all():
        return False
    at_end = name == "resting_potential" and bool((first == np.round(first)).all())
    return returned.whole[0] or at_end


def _any_nan(values: Values) -> bool:
    return any(np.isnan(each).any() for each in values)


@explains("returned")
def of_returned(
    returned: Returned, truth: Sequence[Any], fits: Callable[[Values], bool]
) -> tuple[Mistake, ...]:
    """Return the mistakes that lead from the right numbers to those that a function returned.

    Parameters
    ----------
    returned : Returned
        What it was asked, and what came.
    truth : sequence of array_like
        The right values.
    fits : callable
        Whether some values are those that it returned.
    """
    right = tuple(np.asarray(x, float) for x in truth)
    own = OF_ONE.get(returned.name)
    wrong = [*_of_any(right), *(own(*right, *returned.arguments, **returned.named) if own else ())]
    fitting = [mistake for mistake, values in wrong if fits(values)]
    return tuple(dict.fromkeys([*fitting, *_seen(returned, right)]))
