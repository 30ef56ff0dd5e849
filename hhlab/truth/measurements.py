"""Mistakes in the functions of hh-explore: what somebody gets who makes them.

For each function, by its name: the wrong results of the very question that was asked. They are
computed where an answer is wrong, and compared with it.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any

import numpy as np

from .. import reference, truth
from ..channel.explain import explains
from ..channel.language import Text
from ..channel.mistake import Mistake
from ..reference import CANONICAL, Parameters

Wrong = Iterator[tuple[Mistake, Any]]

IGNORED = Mistake(
    Text("what is different about the neuron (**membrane, T) is not handed on"),
    Text("These are the numbers of the neuron of 1952, and another one was asked about."),
    Text("**membrane, or T=T, in every call that stimulates the neuron."),
)
CLOSED = Mistake(
    Text("the closed gates in place of the open ones"),
    Text("β/(α + β) of the gates are closed."),
    Text("the rate of opening, α, above the fraction line."),
)
A_RATE = Mistake(
    Text("a rate in place of what follows from it"),
    Text("α and β say how fast gates open and close, in 1/ms."),
    Text("both α and β, as in the formula."),
)
PHI_FORGOTTEN = Mistake(
    Text("the temperature is forgotten"),
    Text("At another temperature all rates are multiplied by φ."),
    Text("φ = 3 ** ((T - 6.3) / 10), in the time constant."),
)
PHI_INVERTED = Mistake(
    Text("warm gates that are slower"),
    Text("φ makes the rates larger, and so the time constant smaller."),
    Text("on which side of the fraction line φ stands."),
)
A_CHARGE = Mistake(
    Text("a charge in place of a current"),
    Text("Current times width is the charge that the pulse delivers."),
    Text("return the current itself, in µA/cm²."),
)
TOO_SHORT = Mistake(
    Text("a pulse that is too short for the rheobase"),
    Text("A longer pulse fires the neuron with less."),
    Text("a width of 30 ms or more."),
)
ONE_SPIKE = Mistake(
    Text("one spike taken for lasting firing"),
    Text(
        "There are two thresholds: one for a single spike, and a larger one for spikes without end."
    ),
    Text("whether spikes still come after 200 ms."),
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
EXCHANGED = Mistake(
    Text("two results in each other's place"),
    Text("The numbers are right, and the other way round."),
    Text("the order in the return."),
)
NO_PAST = Mistake(
    Text("two neurons with the same past"),
    Text("Both begin at rest without current; one of them should have been held with it."),
    Text("start=neuron.at_rest(current, **membrane), for the first rate."),
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
A_SIGN = Mistake(
    Text("the wrong sign"),
    Text("The numbers are right but for their sign."),
    Text("which difference is taken, and which direction counts as positive."),
)
IN_STEPS = Mistake(
    Text("time steps in place of milliseconds"),
    Text("The states of a recording are 0.01 ms apart."),
    Text("0.01 times their number."),
)
AN_AMPLITUDE = Mistake(
    Text("the height above rest in place of the highest potential"),
    Text("It is asked for the highest V itself."),
    Text("V.max(), without taking rest off."),
)
NO_EXPONENT = Mistake(
    Text("a ratio that is not brought to 10 °C"),
    Text("The two temperatures need not be 10 °C apart."),
    Text("the exponent 10 / (T_second − T_first)."),
)
UPSIDE_DOWN = Mistake(
    Text("a fraction upside down"),
    Text("What should be above the fraction line is below it."),
    Text("which of the two is divided by which."),
)
WITH_LEAK = Mistake(
    Text("the leak counted as potassium"),
    Text("With sodium poisoned the leak still lets current pass."),
    Text("measure with both poisons, and take that off."),
)
NO_LOGARITHMS = Mistake(
    Text("the logarithms are forgotten"),
    Text("The order is the slope on logarithmic axes."),
    Text("np.log of the time steps and np.log of the errors."),
)
WRONG_WAY = Mistake(
    Text("nan where there is an answer"),
    Text("least(happens, low, high) needs an end at which it happens as its second one."),
    Text("least(…, 0, -20): nothing happens at 0."),
)
OLD_GATES = Mistake(
    Text("V computed with the old gates"),
    Text("That is the scheme `together`, of first order."),
    Text("that V comes last, and gets the new m, h and n."),
)
V_FIRST = Mistake(
    Text("V first, then the gates"),
    Text("The gates went on from the new V."),
    Text("the gates first, from the old V."),
)


def _another(membrane: Mapping[str, float], right: Callable[[Parameters], Any]) -> Wrong:
    """Yield what is measured if the names that a function was given are ignored."""
    if membrane:
        yield IGNORED, right(CANONICAL)


def _steady_state(gate: str, V: Any) -> Wrong:
    opening, closing = reference.rates(V)[gate]
    yield CLOSED, closing / (opening + closing)
    yield A_RATE, opening


def _time_constant(gate: str, V: Any, T: float = 6.3) -> Wrong:
    opening, closing = reference.rates(V)[gate]
    phi = CANONICAL.with_(T=T).phi
    if phi != 1:
        yield PHI_FORGOTTEN, 1 / (opening + closing)
        yield PHI_INVERTED, phi / (opening + closing)
    yield A_RATE, 1 / (phi * opening)
    yield UPSIDE_DOWN, phi * (opening + closing)


def _threshold(width: float, **membrane: float) -> Wrong:
    yield from _another(membrane, lambda p: truth.pulse_threshold(width, p))
    yield A_CHARGE, width * truth.pulse_threshold(width, CANONICAL.with_(**membrane))


def _rheobase(**membrane: float) -> Wrong:
    yield from _another(membrane, truth.rheobase)
    neuron = CANONICAL.with_(**membrane)
    for width in (1.0, 2.0, 5.0):
        yield TOO_SHORT, truth.pulse_threshold(width, neuron)


def _chronaxie(rheobase: float, **membrane: float) -> Wrong:
    yield from _another(membrane, truth.chronaxie)


def _rate(current: float, **membrane: float) -> Wrong:
    yield from _another(membrane, lambda p: truth.firing_rate(current, p))
    if right := truth.firing_rate(current, CANONICAL.with_(**membrane)):
        yield AN_INTERVAL, 1000 / right
        yield PER_MS, right / 1000


def _onset(**membrane: float) -> Wrong:
    yield from _another(membrane, truth.sustained_current)
    yield ONE_SPIKE, truth.rheobase(CANONICAL.with_(**membrane))


def _two_rates(current: float, **membrane: float) -> Wrong:
    right = truth.firing_rate(current, CANONICAL.with_(**membrane))
    yield EXCHANGED, (right, 0.0)
    yield NO_PAST, (right, right)


def _second_threshold(interval: float, resting: float, **membrane: float) -> Wrong:
    neuron = CANONICAL.with_(**membrane)
    right = truth.second_pulse_threshold(interval, 2, 0.5, neuron)
    if right is not None:
        yield IN_CURRENT, right * resting
        yield OF_FIRST, right / 2


def _anode_break(**membrane: float) -> Wrong:
    yield from _another(membrane, lambda p: truth.anode_break_threshold(20, p))
    right = truth.anode_break_threshold(20, CANONICAL.with_(**membrane))
    if right is not None:
        yield A_SIGN, -right
        yield WRONG_WAY, np.nan


def _resting_potential(**membrane: float) -> Wrong:
    yield from _another(membrane, lambda p: truth.rest(p)["V"])


def _spike_shape(T: float) -> Wrong:
    def shape(T: float) -> tuple[float, float]:
        found = truth.spike_shape(60.0, 0.5, CANONICAL.with_(T=T))
        return found.peak, found.half_width

    peak, width = shape(T)
    yield IN_STEPS, (peak, 100 * width)
    yield EXCHANGED, (width, peak)
    yield AN_AMPLITUDE, (peak - truth.rest(CANONICAL)["V"], width)
    yield IGNORED, shape(6.3)


def _q10(first: float, T_first: float, second: float, T_second: float) -> Wrong:
    ratio, apart = second / first, T_second - T_first
    yield NO_EXPONENT, ratio
    yield NO_EXPONENT, ratio ** (1 / apart)
    yield UPSIDE_DOWN, ratio ** (apart / 10)
    yield UPSIDE_DOWN, ratio ** (-10 / apart)


def _separate(V: float, **membrane: float) -> Wrong:
    t = np.arange(1, 1001) / 100
    before = {gate: float(x) for gate, x in truth.steady_gates(-65.0).items()}

    def clamp(p: Parameters) -> dict[str, Any]:
        return truth.voltage_clamp(V, t, p, before)

    found = clamp(CANONICAL.with_(**membrane))
    yield EXCHANGED, (found["K"], found["Na"])
    yield A_SIGN, (-found["Na"], -found["K"])
    yield WITH_LEAK, (found["Na"], found["K"] + found["leak"])
    yield WITH_LEAK, (found["Na"] + found["leak"], found["K"] + found["leak"])
    if membrane:
        other = clamp(CANONICAL)
        yield IGNORED, (other["Na"], other["K"])


def _order(dts: Any, errors: Any) -> Wrong:
    right = truth.convergence_order(dts, errors)
    yield A_SIGN, -right
    yield UPSIDE_DOWN, truth.convergence_order(errors, dts)
    yield NO_LOGARITHMS, np.polyfit(dts, errors, 1)[0]


def _gates_first(V: Any, m: Any, h: Any, n: Any, current: Any, dt: float) -> Wrong:
    state = {"V": V, "m": m, "h": h, "n": n}
    together = reference.exponential_euler(state, current, dt, CANONICAL)
    yield OLD_GATES, tuple(together[name] for name in "Vmhn")
    moved = reference.exponential_euler({**state, "V": together["V"]}, current, dt, CANONICAL)
    yield V_FIRST, (together["V"], *(moved[name] for name in "mhn"))


SUSPECTS: dict[str, Callable[..., Wrong]] = {
    suspects.__name__.removeprefix("_"): suspects
    for suspects in (
        _steady_state,
        _time_constant,
        _threshold,
        _rheobase,
        _chronaxie,
        _rate,
        _onset,
        _two_rates,
        _second_threshold,
        _anode_break,
        _resting_potential,
        _spike_shape,
        _q10,
        _separate,
        _order,
        _gates_first,
    )
}


@explains("returned")
def of_returned(
    name: str,
    arguments: Sequence[Any],
    named: Mapping[str, Any],
    fits: Callable[[tuple[Any, ...]], bool],
) -> tuple[Mistake, ...]:
    """Return the mistakes that lead to what a function returned.

    Parameters
    ----------
    name : str
        The function.
    arguments, named
        What it was called with.
    fits : callable
        Whether some values are those that it returned.
    """
    suspects = SUSPECTS.get(name)
    if suspects is None:
        return ()
    fitting = [
        mistake
        for mistake, wrong in suspects(*arguments, **named)
        if wrong is not None and fits(wrong if isinstance(wrong, tuple) else (wrong,))
    ]
    return tuple(dict.fromkeys(fitting))
