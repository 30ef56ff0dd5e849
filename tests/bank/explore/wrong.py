"""Wrong answers to hh-explore, and the tests that must notice each and no others."""

from .answer import Answer, wrong

FIXED = (
    "neuron.record((0, {width}, current), duration={width} + 30, **membrane).V.max(axis=0) > -55"
)
"""The misconception that a neuron fires where it reaches -55 mV."""

GATES = {
    "alpha_over_beta": wrong(
        1, "the ratio of the rates", "alpha, beta = reference.rates(V)[gate]\nreturn alpha / beta"
    ),
    "closed_part": wrong(
        1,
        "the closed part of the gates",
        "alpha, beta = reference.rates(V)[gate]\nreturn beta / (alpha + beta)",
    ),
    "from_rest": wrong(
        1,
        "V counted from rest, as in 1952",
        "alpha, beta = reference.rates(V + 65)[gate]\nreturn alpha / (alpha + beta)",
        3,
    ),
    "one_potential": wrong(
        1,
        "takes no arrays",
        "alpha, beta = reference.rates(float(V))[gate]\nreturn alpha / (alpha + beta)",
        3,
    ),
    "speed": wrong(
        2,
        "the speed, not the time",
        "alpha, beta = reference.rates(V)[gate]\nreturn 3.0 ** ((T - 6.3) / 10) * (alpha + beta)",
    ),
    "no_phi": wrong(
        2, "warmth ignored", "alpha, beta = reference.rates(V)[gate]\nreturn 1 / (alpha + beta)"
    ),
    "warm_is_slow": wrong(
        2,
        "slower when it is warmer",
        "alpha, beta = reference.rates(V)[gate]\nreturn 3.0 ** ((T - 6.3) / 10) / (alpha + beta)",
    ),
    "opening_alone": wrong(
        2,
        "the opening rate alone",
        "alpha, beta = reference.rates(V)[gate]\nreturn 1 / (3.0 ** ((T - 6.3) / 10) * alpha)",
    ),
    "q10_of_2": wrong(
        2,
        "twice as fast for every 10 °C",
        "alpha, beta = reference.rates(V)[gate]\n"
        "return 1 / (2.0 ** ((T - 6.3) / 10) * (alpha + beta))",
    ),
    "coarse": wrong(
        3,
        "a potential in every millivolt",
        "V = np.arange(-100, 1)\n"
        "return V[np.argmin(np.abs(steady_state(one, V) - steady_state(other, V)))]",
    ),
    "height_of_crossing": wrong(
        3,
        "how far the gates are open there",
        "V = np.linspace(-100, 0, 100_001)\n"
        "apart = np.abs(steady_state(one, V) - steady_state(other, V))\n"
        "return steady_state(one, V[np.argmin(apart)])",
    ),
    "m_and_h": wrong(3, "always of m and h", "return -52.4717"),
    "speeds_cross": wrong(
        3,
        "where the time constants cross",
        "V = np.linspace(-100, 0, 100_001)\n"
        "apart = np.abs(time_constant(one, V) - time_constant(other, V))\n"
        "return V[np.argmin(apart)]",
    ),
}

THRESHOLDS = {
    "fixed_threshold": wrong(
        4,
        "fires where V reaches -55 mV",
        FIXED.format(width="width"),
    ),
    "no_membrane": wrong(
        4, "always the canonical membrane", "return least(lambda I: neuron.fires(I, width), 0, 200)"
    ),
    "halves_wrongly": wrong(
        4,
        "the wrong half is kept",
        "low, high = 0.0, 200.0\n"
        "while high - low > 0.001:\n"
        "  middle = (low + high) / 2\n"
        "  if neuron.fires(middle, width, **membrane):\n"
        "    low = middle\n"
        "  else:\n"
        "    high = middle\n"
        "return high",
    ),
    "stops_early": wrong(
        4,
        "an interval of 0.5 is good enough",
        "low, high = 0.0, 200.0\n"
        "while high - low > 0.5:\n"
        "  middle = (low + high) / 2\n"
        "  fires = neuron.fires(middle, width, **membrane)\n"
        "  low, high = (low, middle) if fires else (middle, high)\n"
        "return high",
    ),
    "a_charge": wrong(
        4,
        "the same charge for all widths",
        "return 2 * least(lambda I: neuron.fires(I, 2.0, **membrane), 0, 200) / width",
    ),
    "short_step": wrong(
        5,
        "a pulse of 2 ms",
        "return least(lambda current: neuron.fires(current, 2, **membrane), 0, 50)",
    ),
    "sustained": wrong(
        5,
        "firing without end",
        "return least(lambda I: neuron.record((0, 300, I), duration=300, **membrane)"
        ".count(after=250) > 0, 0, 50)",
    ),
    "rheobase_at_55": wrong(
        5,
        "fires where V reaches -55 mV",
        FIXED.format(width="30"),
    ),
    "rheobase_of_one": wrong(
        5, "always the canonical membrane", "return least(lambda I: neuron.fires(I, 30), 0, 50)"
    ),
    "once": wrong(
        6,
        "once the rheobase",
        "return least(lambda width: neuron.fires(1.01 * rheobase, width, **membrane), 0, 20)",
    ),
    "half": wrong(
        6,
        "half the rheobase",
        "return least(lambda width: neuron.fires(rheobase / 2, width, **membrane), 0, 20)",
    ),
    "current_of_chronaxie": wrong(6, "the current, not the width", "return 2 * rheobase"),
    "chronaxie_of_one": wrong(
        6,
        "always the canonical membrane",
        "return least(lambda width: neuron.fires(2 * rheobase, width), 0, 20)",
    ),
}

RECORDED = "recording = neuron.record((0, 500, current), duration=500, start=start, **membrane)\n"
LATE = RECORDED + "late = [times[times > 200] for times in recording.spike_times()]\n"


def _rates(rate: str = "1000 / np.diff(t).mean()", silent: str = "0.0") -> str:
    return f"return np.array([{rate} if len(t) > 1 else {silent} for t in late])"


FIRING = {
    "every_spike": wrong(
        7,
        "the first spike counts as firing",
        RECORDED + "return recording.count() / 0.5",
        8,
        9,
        15,
    ),
    "interval": wrong(
        7,
        "the interval, not the rate",
        LATE + _rates("np.diff(t).mean()"),
        9,
    ),
    "per_millisecond": wrong(
        7,
        "spikes per millisecond",
        LATE + _rates("1 / np.diff(t).mean()"),
        9,
    ),
    "silence_is_nan": wrong(
        7,
        "no number for a silent neuron",
        LATE + _rates(silent="np.nan"),
        9,
        15,
    ),
    "rate_of_one": wrong(
        7,
        "always the canonical membrane",
        LATE.replace(", **membrane", "") + _rates(),
        8,
        9,
        15,
    ),
    "no_past": Answer(
        "the start is not handed on, which the test of TODO 9 notices",
        7,
        LATE.replace(", start=start", "") + _rates(),
        frozenset({9}),
    ),
    "first_spike": wrong(
        8,
        "the least current for one spike",
        "return least(lambda current: neuron.fires(current, 30, **membrane), 0, 30)",
    ),
    "hopf": wrong(
        8,
        "where rest becomes unstable",
        "def leaves(I):\n"
        "  start = neuron.at_rest(0.98 * I, **membrane)\n"
        "  return rate(I, start=start, **membrane) > 0\n"
        "return least(leaves, 0, 30)",
    ),
    "onset_of_one": wrong(
        8, "always the canonical membrane", "return least(lambda current: rate(current) > 0, 0, 30)"
    ),
    "other_order": wrong(
        9,
        "the two the other way round",
        "held = rate(current, start=neuron.at_rest(current, **membrane), **membrane)\n"
        "return rate(current, **membrane), held",
    ),
    "one_past": wrong(
        9, "twice the same past", "return rate(current, **membrane), rate(current, **membrane)"
    ),
    "held_at_nothing": wrong(
        9,
        "held at rest without current",
        "return rate(current, start=neuron.at_rest(**membrane), **membrane), "
        "rate(current, **membrane)",
    ),
    "one_value": wrong(9, "only one of the two", "return rate(current, **membrane)"),
}

SECOND = """\
def fires_again(multiple):
  pulses = (0, 0.5, {first} * resting), ({begin}, 0.5, multiple * resting)
  recording = neuron.record(*pulses, duration=interval + 30{membrane})
  return recording.count({after}) > 0

return least(fires_again, 0, 40){unit}
"""


def _second(what: str, **changes: str):
    usual = {
        "first": "2",
        "begin": "interval",
        "membrane": ", **membrane",
        "after": "after=interval",
        "unit": "",
    }
    return wrong(10, what, SECOND.format(**{**usual, **changes}))


AFTER = {
    "in_current": _second("a current, not a multiple", unit=" * resting"),
    "counts_the_first": _second("the first spike counts", after=""),
    "between_pulses": _second("from the end of the first pulse on", begin="interval + 0.5"),
    "no_first": _second("no first pulse", first="0"),
    "second_of_one": _second("always the canonical membrane", membrane=""),
    "magnitude": wrong(
        11,
        "without its sign",
        "return -least(lambda current: neuron.fires(current, 20, **membrane), 0, -20)",
    ),
    "upwards": wrong(
        11,
        "a positive current",
        "return least(lambda current: neuron.fires(current, 20, **membrane), 0, 20)",
    ),
    "short_release": wrong(
        11,
        "a pulse of 5 ms",
        "return least(lambda current: neuron.fires(current, 5, **membrane), 0, -20)",
    ),
    "nothing_is_zero": wrong(
        11,
        "0 where nothing fires it",
        "return np.nan_to_num(least(lambda I: neuron.fires(I, 20, **membrane), 0, -20))",
    ),
    "always_inhibits": wrong(11, "inhibition only inhibits", "return np.nan"),
    "start": wrong(12, "where it started", "return -70.68"),
    "textbook_rest": wrong(12, "-65 mV, as everywhere", "return -65.0"),
    "battery": wrong(12, "the leak's battery", 'return membrane.get("EL", -54.387)'),
    "too_short": wrong(
        12,
        "a few milliseconds",
        "start = dict(V=-70.68, m=0.0266, h=0.772, n=0.235)\n"
        "return neuron.record(duration=8, start=start, **membrane).V[-1, 0]",
    ),
    "mean": wrong(
        12,
        "the mean over the recording",
        "start = dict(V=-70.68, m=0.0266, h=0.772, n=0.235)\n"
        "return neuron.record(duration=200, start=start, **membrane).V.mean()",
    ),
}

SHAPE = "V = neuron.record((0, 0.5, 60), duration=20, T=T).V[:, 0]\n"
MIDDLE = 'middle = (neuron.at_rest()["V"] + V.max()) / 2\n'

WARMTH = {
    "amplitude": wrong(
        13,
        "the height above rest",
        SHAPE + MIDDLE + 'return V.max() - neuron.at_rest()["V"][0], 0.01 * np.sum(V > middle)',
    ),
    "above_zero": wrong(
        13, "how long V is positive", SHAPE + "return V.max(), 0.01 * np.sum(V > 0)"
    ),
    "steps": wrong(
        13, "steps, not milliseconds", SHAPE + MIDDLE + "return V.max(), np.sum(V > middle)"
    ),
    "always_cold": wrong(
        13,
        "warmth ignored",
        SHAPE.replace(", T=T", "") + MIDDLE + "return V.max(), 0.01 * np.sum(V > middle)",
    ),
    "when": wrong(
        13,
        "when the peak is",
        SHAPE + MIDDLE + "return 0.01 * V.argmax(), 0.01 * np.sum(V > middle)",
    ),
    "ratio": wrong(14, "the ratio", "return second / first"),
    "per_degree": wrong(
        14, "for one degree", "return (second / first) ** (1 / (T_second - T_first))"
    ),
    "linear": wrong(
        14, "a straight line", "return 1 + (second / first - 1) * 10 / (T_second - T_first)"
    ),
    "upside_down": wrong(
        14, "first over second", "return (first / second) ** (10 / (T_second - T_first))"
    ),
    "still_firing": wrong(
        15,
        "where firing goes on",
        "return least(lambda T: rate(current, T=T) > 0, 10, 35)",
    ),
    "not_even_once": wrong(
        15,
        "where not a single spike is left",
        "return least(lambda T: neuron.record((0, 100, current), duration=100, T=T).count() == 0,"
        " 10, 35)",
    ),
    "whatever_current": wrong(
        15, "10 µA/cm² whatever is asked", "return least(lambda T: rate(10.0, T=T) == 0, 10, 35)"
    ),
}

CLAMP = {
    "with_leak": wrong(
        16,
        "the leak counts as potassium",
        "without_Na = neuron.clamp(V, gNa=0, **membrane).I\n"
        "return neuron.clamp(V, **membrane).I - without_Na, without_Na",
    ),
    "exchanged": wrong(
        16,
        "potassium first",
        "I, leak = neuron.clamp(V, **membrane).I, neuron.clamp(V, gNa=0, gK=0, **membrane).I\n"
        "return neuron.clamp(V, gNa=0, **membrane).I - leak, "
        "neuron.clamp(V, gK=0, **membrane).I - leak",
    ),
    "inward": wrong(
        16,
        "inward counts as positive",
        "leak = neuron.clamp(V, gNa=0, gK=0, **membrane).I\n"
        "return leak - neuron.clamp(V, gK=0, **membrane).I, "
        "leak - neuron.clamp(V, gNa=0, **membrane).I",
    ),
    "clamp_of_one": wrong(
        16,
        "always the canonical membrane",
        "leak = neuron.clamp(V, gNa=0, gK=0).I\n"
        "return neuron.clamp(V, gK=0).I - leak, neuron.clamp(V, gNa=0).I - leak",
    ),
    "not_told_apart": wrong(
        16,
        "both have the whole current",
        "I = neuron.clamp(V, **membrane).I\nreturn I, I",
    ),
}

NUMBERS = {
    "no_logarithms": wrong(17, "a line without logarithms", "return np.polyfit(dts, errors, 1)[0]"),
    "offset": wrong(
        17, "the line's height", "return np.polyfit(np.log(dts), np.log(errors), 1)[1]"
    ),
    "two_points": wrong(
        17,
        "the first two points alone",
        "return np.log(errors[0] / errors[-2]) / np.log(dts[0] / dts[-2])",
    ),
    "axes": wrong(17, "the axes exchanged", "return np.polyfit(np.log(errors), np.log(dts), 1)[0]"),
    "as_before": wrong(18, "exponential Euler", "return together(V, m, h, n, current, dt)"),
    "V_first": wrong(
        18,
        "V first, then the gates with the new V",
        "V = V_after(V, m, h, n, current, dt)\nreturn V, *gates_after(V, m, h, n, dt)",
    ),
    "V_last": wrong(
        18,
        "V comes last",
        "m, h, n = gates_after(V, m, h, n, dt)\nreturn m, h, n, V_after(V, m, h, n, current, dt)",
    ),
    "half_a_step": wrong(
        18,
        "half a step of the gates",
        "m, h, n = gates_after(V, m, h, n, dt / 2)\n"
        "return V_after(V, m, h, n, current, dt), m, h, n",
    ),
}

WRONG = GATES | THRESHOLDS | FIRING | AFTER | WARMTH | CLAMP | NUMBERS
