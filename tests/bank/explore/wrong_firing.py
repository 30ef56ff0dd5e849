"""Wrong answers about firing, and about what is left of a spike or a current: TODO 7 to 12."""

from .answer import wrong

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
    "counts_late": wrong(
        7,
        "counted, with an interval too many or too few",
        LATE + "return np.array([len(t) / 0.3 for t in late])",
    ),
    "all_intervals": wrong(
        7,
        "the first 200 ms count, too",
        RECORDED + "late = recording.spike_times()\n" + _rates(),
        8,
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
    "no_past": wrong(
        7, "the start is not handed on", LATE.replace(", start=start", "") + _rates(), 9
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
    "held_in_1952": wrong(
        9,
        "held in the state of another membrane",
        "return rate(current, start=neuron.at_rest(current), **membrane), "
        "rate(current, **membrane)",
    ),
    "rates_in_1952": wrong(
        9,
        "always the canonical membrane",
        "return rate(current, start=neuron.at_rest(current)), rate(current)",
    ),
    "of_one": wrong(
        9,
        "the rates of the first neuron alone",
        "held = rate(current, start=neuron.at_rest(current, **membrane), **membrane)[0]\n"
        "return held, rate(current, **membrane)[0]",
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
