"""Mistakes in the functions of hh-explore: what somebody gets who makes them.

For each function, by its name: the wrong results of the very question that was asked. They are
computed where an answer is wrong, and compared with it.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any

import numpy as np

from .. import reference, truth
from ..channel.call import Returned
from ..channel.language import Text
from ..channel.mistake import Mistake, explains
from ..reference import CANONICAL, Parameters

Wrong = Iterator[tuple[Mistake, Any]]

IGNORED = Mistake(
    Text("what is different about the neuron (**membrane, T) is not handed on"),
    Text("These are the numbers of the neuron of 1952, and another one was asked about."),
    Text(
        "**membrane, or T=T, in every call that stimulates the neuron; a number that is written "
        "down is the same for every neuron."
    ),
)
START_IGNORED = Mistake(
    Text("the start is not handed on"),
    Text("These are the rates of neurons that begin at rest, and another beginning was asked for."),
    Text("start=start, in the recording."),
)
A_RATE = Mistake(
    Text("a rate in place of what follows from it"),
    Text("α and β say how fast gates open and close, in 1/ms."),
    Text("both α and β, as in the formula."),
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
AN_AMPLITUDE = Mistake(
    Text("the height above rest in place of the highest potential"),
    Text("The highest V itself is asked for."),
    Text("V.max(), without taking rest off."),
)
NO_EXPONENT = Mistake(
    Text("a ratio that is not brought to 10 °C"),
    Text("The two temperatures need not be 10 °C apart."),
    Text("the exponent 10 / (T_second − T_first)."),
)
WITH_LEAK = Mistake(
    Text("the leak counted as potassium"),
    Text("With sodium poisoned the leak still lets current pass."),
    Text("measure with both poisons, and take that off."),
)
BRACKETS = Mistake(
    Text("brackets that are missing"),
    Text("Python takes a power first, then × and /, and + and − last."),
    Text("brackets around the sum below the fraction line, and around the whole exponent."),
)
ANOTHER_GATE = Mistake(
    Text("the number of another gate"),
    Text("The gate that `gate` names is asked about."),
    Text("[gate], without quotation marks, in place of one gate's name."),
)
ARGUMENTS = Mistake(
    Text("current and width in each other's place"),
    Text("This is the number for a pulse whose width is a current, or whose current is a width."),
    Text("what goes where: neuron.fires(current, width), threshold(width)."),
)
NO_LOGARITHMS = Mistake(
    Text("the logarithms are forgotten"),
    Text("The order is the slope on logarithmic axes."),
    Text("np.log of the time steps and np.log of the errors."),
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
    yield A_RATE, opening
    yield BRACKETS, 1 + closing
    yield from _of_others(gate, truth.steady_gates(V))


def _time_constant(gate: str, V: Any, T: float = 6.3) -> Wrong:
    opening, closing = reference.rates(V)[gate]
    phi = CANONICAL.with_(T=T).phi
    yield A_RATE, 1 / (phi * opening)
    yield A_RATE, 1 / (phi * closing)
    for misread in (3 ** (T - 0.63), 3 ** (T - 6.3) / 10):
        yield BRACKETS, 1 / (misread * (opening + closing))
    yield BRACKETS, 1 / (phi * opening) + closing
    if phi != 1:
        yield BRACKETS, 1 / (phi * opening + closing)
    yield from _of_others(gate, truth.time_constants(V, CANONICAL.with_(T=T)))


def _of_others(gate: str, values: Mapping[str, Any]) -> Wrong:
    yield from ((ANOTHER_GATE, value) for name, value in values.items() if name != gate)


def _threshold(width: float, **membrane: float) -> Wrong:
    yield from _another(membrane, lambda p: truth.pulse_threshold(width, p))


def _rheobase(**membrane: float) -> Wrong:
    yield from _another(membrane, truth.rheobase)
    neuron = CANONICAL.with_(**membrane)
    for width in (1.0, 2.0, 5.0):
        yield TOO_SHORT, truth.pulse_threshold(width, neuron)
    yield ARGUMENTS, truth.least_width(30.0, neuron)


def _chronaxie(rheobase: float, **membrane: float) -> Wrong:
    yield from _another(membrane, truth.chronaxie)
    yield ARGUMENTS, truth.pulse_threshold(2 * rheobase, CANONICAL.with_(**membrane))


def _rate(current: Any, start: Mapping[str, float] | None = None, **membrane: float) -> Wrong:
    if start is not None:
        neuron = CANONICAL.with_(**membrane)
        yield START_IGNORED, [truth.firing_rate(x, neuron) for x in np.ravel(current)]
        return
    yield from _another(membrane, lambda p: [truth.firing_rate(x, p) for x in np.ravel(current)])


def _onset(**membrane: float) -> Wrong:
    yield from _another(membrane, truth.sustained_current)
    yield ONE_SPIKE, truth.rheobase(CANONICAL.with_(**membrane))


def _two_rates(current: Any, **membrane: float) -> Wrong:
    def both(p: Parameters) -> list[list[float]]:
        rates = (truth.held_rate, truth.firing_rate)
        return [[rate(x, p) for x in np.ravel(current)] for rate in rates]

    if membrane:
        held, on = both(CANONICAL.with_(**membrane))
        other_held, other_on = both(CANONICAL)
        for wrong in (other_held, other_on), (held, other_on), (other_held, on):
            yield IGNORED, wrong


def _second_threshold(interval: float, resting: float, **membrane: float) -> Wrong:
    yield from _another(membrane, lambda p: truth.second_pulse_threshold(interval, 2, 0.5, p))


def _anode_break(**membrane: float) -> Wrong:
    yield from _another(membrane, lambda p: truth.anode_break_threshold(20, p))


def _resting_potential(**membrane: float) -> Wrong:
    yield from _another(membrane, lambda p: truth.rest(p)["V"])


def _spike_shape(T: float) -> Wrong:
    def shape(T: float) -> tuple[float, float]:
        found = truth.spike_shape(60.0, 0.5, CANONICAL.with_(T=T))
        return found.peak, found.half_width

    peak, width = shape(T)
    yield AN_AMPLITUDE, (peak - truth.rest(CANONICAL)["V"], width)
    yield IGNORED, shape(6.3)


def _q10(first: float, T_first: float, second: float, T_second: float) -> Wrong:
    ratio, apart = second / first, T_second - T_first
    for exponent in (1, 1 / apart, apart / 10):
        yield NO_EXPONENT, ratio**exponent
    yield BRACKETS, ratio**10 / apart
    yield BRACKETS, second / first ** (10 / apart)


def _separate(V: float, **membrane: float) -> Wrong:
    t = np.arange(1, 1001) / 100
    before = {gate: float(x) for gate, x in truth.steady_gates(-65.0).items()}

    def clamp(p: Parameters) -> dict[str, Any]:
        return truth.voltage_clamp(V, t, p, before)

    found = clamp(CANONICAL.with_(**membrane))
    yield WITH_LEAK, (found["Na"], found["K"] + found["leak"])
    yield WITH_LEAK, (found["Na"] + found["leak"], found["K"] + found["leak"])
    if membrane:
        other = clamp(CANONICAL)
        yield IGNORED, (other["Na"], other["K"])


def _order(dts: Any, errors: Any) -> Wrong:
    yield NO_LOGARITHMS, np.polyfit(dts, errors, 1)[0]
    yield NO_LOGARITHMS, np.polyfit(np.log(dts), errors, 1)[0]
    yield NO_LOGARITHMS, np.polyfit(dts, np.log(errors), 1)[0]


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
def of_measured(
    returned: Returned, _: Sequence[Any], fits: Callable[[tuple[Any, ...]], bool]
) -> tuple[Mistake, ...]:
    """Return the mistakes that lead to what a function returned.

    Parameters
    ----------
    returned : Returned
        What it was asked, and what came.
    fits : callable
        Whether some values are those that it returned.
    """
    suspects = SUSPECTS.get(returned.name)
    if suspects is None:
        return ()
    fitting = [
        mistake
        for mistake, wrong in suspects(*returned.arguments, **returned.named)
        if wrong is not None and fits(wrong if isinstance(wrong, tuple) else (wrong,))
    ]
    return tuple(dict.fromkeys(fitting))
