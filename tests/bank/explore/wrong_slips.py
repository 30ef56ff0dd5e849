"""Wrong answers to hh-explore that are slips of the pen or of Python: all TODOs.

What each is called stands beside it: the tests know every one of them.
"""

from .answer import Answer, wrong
from .wrong_firing import LATE, RECORDED
from .wrong_warmth import MIDDLE, SHAPE

RATES = "alpha, beta = reference.rates(V)[gate]\n"
PHI = "phi = 3 ** ((T - 6.3) / 10)\n"
START = "start = dict(V=-70.68, m=0.0266, h=0.772, n=0.235)\n"
WIDTH = "0.01 * np.sum(V > middle)"
BISECTION = """\
low, high = 0.0, 200.0
while high - low > 0.001:
  middle = (low + high) / 2
  if {fires}:
    high = middle
  else:
    low = middle
{end}return high
"""
AGAIN = """\
def again(x):
  recording = neuron.record({pulses}, duration=interval + 30, **membrane)
  return recording.{count}

return least(again, 0, 40)
"""
PULSES = "(0, 0.5, 2 * resting), (interval, 0.5, x * resting)"

OWN_RATES = """\
alpha = {"m": 0.1 * (V + 40) / (1 - np.exp(-(V + 40) / 10)), "h": 0.07 * np.exp(-(V + 65) / 20),
  "n": 0.01 * (V + 55) / (1 - np.exp(-(V + 55) / 10))}
beta = {"m": 4 * np.exp(-(V + 65) / 18), "h": 1 / (1 + np.exp(-(V + 35) / 10)),
  "n": 0.125 * np.exp(-(V + 65) / 80)}
"""
POTENTIALS = "V = np.linspace(-100, 0, 100_001)\n"
APART = "steady_state(one, V) - steady_state(other, V)"
CLAMPED = """\
alone = [neuron.clamp(V, **poisoned, **membrane).I for poisoned in ({{}}, {{"gNa": 0}})]
leak = neuron.clamp(V, gNa=0, gK=0, **membrane).I
return (alone[0] - alone[1]){part}, (alone[1] - leak){part}
"""

RECORDING = "a name that a recording does not have, or the whole recording"
DICTIONARY = "the wrong way into a dictionary"
FUNCTION = "a function in place of what it returns"
CALLED = "a number that is called like a function"
MISSING = "a function is called without what it needs"
MORE = "more arguments than the function takes"
UNKNOWN = "a name that the neuron does not know"
PULSE = "a pulse that is not three numbers"
STATE = "something else than a state as start"
TUPLE = "several values where one number is needed"
POWER = "^ in place of **"
WORD = "a word where a number is needed"
RESULTS = "another number of results than was asked for"
ARRAY = "an array where one number is asked for"
NAMES = "another number of values than of names"
ITSELF = "a function that calls itself without end"
SEVERAL = "a function for one number, with several"
NO_PLACE = "a place that is not there"
BRACKETS = "brackets that are missing"
NAN = "nan where there is an answer"
PLACE = "a place or a time in place of a potential"
ORDER = "current and width in each other's place"
LOGARITHMS = "the logarithms are forgotten"
OLD = "an old value in place of a new one"
WARM = "warm gates that are slower"
IGNORED = "what is different about the neuron (**membrane, T) is not handed on"
ONE = "one number where there should be one for each"
NOT_SO_MANY = "more or fewer numbers than there should be"
EMPTY = "an array with nothing in it"
LIST = "a list in place of an array"
NO_RETURN = "a function that ends without a return"


def _named(name: str, todo: int, code: str, *also: int) -> tuple[str, Answer]:
    return name, wrong(todo, name, code, *also)


NAMED = {
    "gate_in_quotation_marks": _named(
        DICTIONARY, 1, RATES.replace("gate", '"gate"') + "return alpha / (alpha + beta)", 3
    ),
    "rates_of_a_gate": _named(
        WORD, 1, RATES.replace("(V)[gate]", "(gate)[V]") + "return alpha / (alpha + beta)", 3
    ),
    "all_rates": _named(NAMES, 1, RATES.replace("[gate]", "") + "return alpha / (alpha + beta)", 3),
    "rates_uncalled": _named(
        FUNCTION, 1, RATES.replace("(V)[gate]", "[gate]") + "return alpha / (alpha + beta)", 3
    ),
    "sum_without_brackets": _named(BRACKETS, 1, RATES + "return alpha / alpha + beta", 3),
    "always_m": _named(
        "the number of another gate",
        1,
        RATES.replace("gate", '"m"') + "return alpha / (alpha + beta)",
        3,
    ),
    "caret": _named(POWER, 2, RATES + PHI.replace("**", "^") + "return 1 / (phi * (alpha + beta))"),
    "comma_behind": _named(
        TUPLE, 2, RATES + PHI.replace("10)", "10),") + "return 1 / (phi * (alpha + beta))"
    ),
    "both_rates_at_once": _named(TUPLE, 2, PHI + "return 1 / (phi * reference.rates(V)[gate])"),
    "exponent_without_brackets": _named(
        BRACKETS, 2, RATES + "return 1 / (3 ** (T - 6.3) / 10 * (alpha + beta))"
    ),
    "place_of_crossing": _named(
        PLACE,
        3,
        "V = np.linspace(-100, 0, 100_001)\n"
        "return np.argmin(np.abs(steady_state(one, V) - steady_state(other, V)))",
    ),
    "round_brackets": _named(
        CALLED,
        3,
        "V = np.linspace(-100, 0, 100_001)\n"
        "return V(np.argmin(np.abs(steady_state(one, V) - steady_state(other, V))))",
    ),
    "width_first": _named(
        "the upper end of the interval",
        4,
        BISECTION.format(fires="neuron.fires(width, middle, **membrane)", end=""),
    ),
    "returns_within": _named(
        "a bisection that ends after its first round",
        4,
        BISECTION.format(fires="neuron.fires(middle, width, **membrane)", end="  "),
    ),
    "membrane_without_stars": _named(
        MORE, 4, BISECTION.format(fires="neuron.fires(middle, width, membrane)", end="")
    ),
    "membrane_by_name": _named(
        UNKNOWN, 4, "return least(lambda I: neuron.fires(I, width, membrane=membrane), 0, 200)"
    ),
    "fires_uncalled": _named(MISSING, 4, "return least(neuron.fires, 0, 200)"),
    "rheobase_of_itself": _named(ITSELF, 5, "return rheobase(**membrane)"),
    "width_first_in_rheobase": _named(
        ORDER, 5, "return least(lambda current: neuron.fires(30, current, **membrane), 0, 50)"
    ),
    "width_first_in_chronaxie": _named(
        ORDER, 6, "return least(lambda w: neuron.fires(w, 2 * rheobase, **membrane), 0, 30)"
    ),
    "rheobase_called": _named(
        CALLED, 6, "return least(lambda w: neuron.fires(2 * rheobase(), w, **membrane), 0, 30)"
    ),
    "no_such_member": _named(
        RECORDING, 7, RECORDED + "return recording['V'].max(axis=0)", 8, 9, 15
    ),
    "times_uncalled": _named(
        FUNCTION,
        7,
        RECORDED + "return [len(times) / 0.5 for times in recording.spike_times]",
        8,
        9,
        15,
    ),
    "three_numbers": _named(
        PULSE,
        7,
        RECORDED.replace("(0, 500, current)", "0, 500, current") + "return recording.count()",
        8,
        9,
        15,
    ),
    "no_guard": _named(
        NAN, 7, LATE + "return np.array([1000 / np.diff(t).mean() for t in late])", 9, 15
    ),
    "last_of_none": _named(
        NO_PLACE,
        7,
        LATE + "return np.array([(len(t) - 1) / (t[-1] - t[0]) * 1000 for t in late])",
        8,
        9,
        15,
    ),
    "one_neuron": _named(
        "one number where there should be one for each",
        7,
        LATE + "for t in late:\n  return 1000 / np.diff(t).mean() if len(t) > 1 else 0.0",
        9,
    ),
    "rate_uncalled": _named(FUNCTION, 8, "return least(rate > 0, 0, 30)"),
    "asked_at_once": _named(CALLED, 8, "return least(rate(10.0, **membrane) > 0, 0, 30)"),
    "ends_exchanged": _named(NAN, 8, "return least(lambda I: rate(I, **membrane) > 0, 30, 0)"),
    "state_of_V": _named(
        STATE,
        9,
        'held = rate(current, start=neuron.at_rest(current, **membrane)["V"], **membrane)\n'
        "return held, rate(current, **membrane)",
    ),
    "one_alone": _named(
        RESULTS, 9, "return rate(current, start=neuron.at_rest(current, **membrane), **membrane)"
    ),
    "pulses_in_a_list": _named(PULSE, 10, AGAIN.format(pulses=f"[{PULSES}]", count="count() > 1")),
    "count_uncalled": _named(FUNCTION, 10, AGAIN.format(pulses=PULSES, count="count > 1")),
    "first_counted": _named(
        "the first spike counted", 10, AGAIN.format(pulses=PULSES, count="count() > 0")
    ),
    "watched_too_shortly": _named(
        NAN,
        11,
        "return least(lambda I: neuron.record((0, 20, I), duration=20, **membrane).count() > 0,"
        " 0, -20)",
    ),
    "all_potentials": _named(
        ARRAY, 12, START + "return neuron.record(duration=200, start=start, **membrane).V[:, 0]"
    ),
    "last_time": _named(
        PLACE, 12, START + "return neuron.record(duration=200, start=start, **membrane).t[-1]"
    ),
    "start_with_stars": _named(
        UNKNOWN, 12, START + "return neuron.record(duration=200, **start, **membrane).V[-1, 0]"
    ),
    "place_of_peak": _named(PLACE, 13, SHAPE + MIDDLE + f"return V.argmax(), {WIDTH}"),
    "rest_with_a_dot": _named(
        DICTIONARY, 13, SHAPE + MIDDLE.replace('["V"]', ".V") + f"return V.max(), {WIDTH}"
    ),
    "peak_uncalled": _named(FUNCTION, 13, SHAPE + MIDDLE + f"return V.max, {WIDTH}"),
    "power_without_brackets": _named(
        BRACKETS, 14, "return (second / first) ** 10 / (T_second - T_first)"
    ),
    "caret_of_floats": _named(POWER, 14, "return (second / first) ^ (10 / (T_second - T_first))"),
    "T_as_start": _named(STATE, 15, "return least(lambda T: rate(current, T) == 0, 10, 35)"),
    "T_forgotten": _named(NAN, 15, "return least(lambda T: rate(current) == 0, 10, 35)"),
    "whole_clamp": _named(
        RECORDING,
        16,
        "without_Na = neuron.clamp(V, gNa=0, **membrane)\n"
        "return neuron.clamp(V, **membrane) - without_Na, without_Na",
    ),
    "one_logarithm": _named(LOGARITHMS, 17, "return np.polyfit(np.log(dts), errors, 1)[0]"),
    "math_log": _named(
        SEVERAL, 17, "import math\nreturn np.polyfit(math.log(dts), math.log(errors), 1)[0]"
    ),
    "no_degree": _named(MISSING, 17, "return np.polyfit(np.log(dts), np.log(errors))[0]"),
    "gates_lost": _named(
        OLD,
        18,
        "new_m, new_h, new_n = gates_after(V, m, h, n, dt)\n"
        "return V_after(V, new_m, new_h, new_n, current, dt), m, h, n",
    ),
    "V_lost": _named(
        OLD,
        18,
        "m, h, n = gates_after(V, m, h, n, dt)\nV_after(V, m, h, n, current, dt)\n"
        "return V, m, h, n",
    ),
    "own_formula": _named(
        NAN,
        1,
        OWN_RATES + "return alpha[gate] / (alpha[gate] + beta[gate])",
        3,
    ),
    "V_doubled": _named(
        "an array that is changed in its place",
        1,
        RATES + "V *= 2\nreturn alpha / (alpha + beta)",
        3,
    ),
    "list_of_states": _named(
        LIST, 1, RATES + "return list(np.atleast_1d(alpha / (alpha + beta)))", 3
    ),
    "list_of_rates": _named(
        f"{LIST}; a list compared with a number; {NAN}",
        7,
        LATE + "return [1000 / np.diff(t).mean() if len(t) > 1 else 0.0 for t in late]",
        8,
        15,
    ),
    "falling_exponent": _named(
        WARM, 2, RATES + PHI.replace("T - 6.3", "6.3 - T") + "return 1 / (phi * (alpha + beta))"
    ),
    "all_distances": _named(ARRAY, 3, POTENTIALS + f"return np.abs({APART})"),
    "several_close": _named(ARRAY, 3, POTENTIALS + f"return V[np.abs({APART}) < 1e-4]"),
    "none_close": _named(EMPTY, 3, POTENTIALS + f"return V[{APART} == 0]"),
    "never_equal": _named(
        NO_RETURN, 3, "for V in range(-100, 0):\n" + f"  if {APART} == 0:\n    return V"
    ),
    "m_above_h": _named(
        NAN, 3, "return least(lambda V: steady_state(one, V) > steady_state(other, V), -100, 0)"
    ),
    "first_of_rates": _named(
        ONE,
        7,
        LATE + "return [1000 / np.diff(t).mean() if len(t) > 1 else 0.0 for t in late][0]",
        9,
    ),
    "one_threshold": _named(IGNORED, 4, "return 3.85937"),
    "one_rheobase": _named(IGNORED, 5, "return 2.24033"),
    "called_at_once": _named(CALLED, 5, "return least(neuron.fires(10, 30, **membrane), 0, 50)"),
    "once_the_rheobase": _named(
        NAN, 6, "return least(lambda w: neuron.fires(rheobase, w, **membrane), 0, 30)"
    ),
    "threshold_of_this_width": _named(
        ORDER, 6, "return least(lambda I: neuron.fires(I, 2 * rheobase, **membrane), 0, 200)"
    ),
    "chronaxie_in_a_word": _named(WORD, 6, "return str(1.65413)"),
    "silent": _named(NAN, 8, "return least(lambda I: rate(I, **membrane) == 0, 0, 30)"),
    "all_rates_of_currents": _named(ARRAY, 8, "return rate(np.arange(0, 30, 0.5), **membrane)"),
    "multiple_as_current": _named(
        NAN, 10, AGAIN.format(pulses=PULSES.replace("x * resting", "x"), count="count() > 1")
    ),
    "second_not_watched": _named(
        NAN,
        10,
        AGAIN.format(pulses=PULSES, count="count(after=interval) > 0").replace(" + 30", ""),
    ),
    "none_in_a_word": _named(
        WORD,
        11,
        "found = least(lambda I: neuron.fires(I, 20, **membrane), 0, -20)\n"
        'return "none" if np.isnan(found) else found',
    ),
    "peak_alone": _named(RESULTS, 13, SHAPE + "return V.max()"),
    "whenever_above": _named(ARRAY, 13, SHAPE + MIDDLE + "return V.max(), V > middle"),
    "less_than_none": _named(NAN, 15, "return least(lambda T: rate(current, T=T) < 0, 10, 35)"),
    "last_of_currents": _named(ONE, 16, CLAMPED.format(part="[-1]")),
    "every_second": _named(NOT_SO_MANY, 16, CLAMPED.format(part="[::2]")),
    "slope_and_height": _named(ARRAY, 17, "return np.polyfit(np.log(dts), np.log(errors), 1)"),
    "two_gates": _named(
        RESULTS,
        18,
        "m, h, n = gates_after(V, m, h, n, dt)\nreturn V_after(V, m, h, n, current, dt), m, h",
    ),
    "current_for_gates": _named(MORE, 18, "return V, *gates_after(V, m, h, n, current, dt)"),
}
"""Names of mistakes, and the answers that make them."""

NAMES_OF_SLIPS = {slip: name for slip, (name, _) in NAMED.items()}
SLIPS = {slip: answer for slip, (_, answer) in NAMED.items()}
RAISED = {"list_of_states", "list_of_rates"} | {
    slip
    for slip, (name, _) in NAMED.items()
    if name
    in (
        RECORDING,
        DICTIONARY,
        FUNCTION,
        CALLED,
        MISSING,
        MORE,
        UNKNOWN,
        PULSE,
        STATE,
        TUPLE,
        POWER,
        WORD,
        NAMES,
        ITSELF,
        SEVERAL,
        NO_PLACE,
        NO_RETURN,
    )
}
"""Slips that do not return anything, or let others fail."""
