"""Right answers about gates, thresholds and firing: TODO 1 to 9."""

from .answer import right

GATES = {
    "odds": right(
        1, "the odds of being open", "a, b = reference.rates(V)[gate]\nreturn 1 / (1 + b / a)"
    ),
    "written_out": right(
        1,
        "the rates written out",
        "x, u = V + 40 + 1e-9, V + 55 + 1e-9\n"
        "alpha = {\n"
        '  "m": 0.1 * x / (1 - np.exp(-x / 10)), "h": 0.07 * np.exp(-(V + 65) / 20),\n'
        '  "n": 0.01 * u / (1 - np.exp(-u / 10)),\n'
        "}[gate]\n"
        "beta = {\n"
        '  "m": 4 * np.exp(-(V + 65) / 18), "h": 1 / (1 + np.exp(-(V + 35) / 10)),\n'
        '  "n": 0.125 * np.exp(-(V + 65) / 80),\n'
        "}[gate]\n"
        "return alpha / (alpha + beta)",
    ),
    "settled_by_alpha": right(
        2,
        "where it settles over how fast it opens",
        "alpha, _ = reference.rates(V)[gate]\n"
        "return steady_state(gate, V) / alpha * 3 ** ((6.3 - T) / 10)",
    ),
    "exponential": right(
        2,
        "the temperature as an exponential",
        "return np.exp(-np.log(3) * (T - 6.3) / 10) / sum(reference.rates(V)[gate])",
    ),
    "bisected": right(
        3,
        "by bisection",
        "rising = steady_state(one, 0.0) > steady_state(other, 0.0)\n"
        "above = lambda V: (steady_state(one, V) > steady_state(other, V)) == rising\n"
        "return least(above, -100, 0)",
    ),
    "root": right(
        3,
        "with SciPy",
        "from scipy.optimize import brentq\n"
        "return brentq(lambda V: steady_state(one, V) - steady_state(other, V), -100, 0)",
    ),
    "steps_down": right(
        3,
        "in steps, each finer than the one before",
        "V, step = -100.0, 10.0\n"
        "below = steady_state(one, V) < steady_state(other, V)\n"
        "while step > 1e-3:\n"
        "  while (steady_state(one, V + step) < steady_state(other, V + step)) == below:\n"
        "    V = V + step\n"
        "  step = step / 10\n"
        "return V",
    ),
}

THRESHOLDS = {
    "with_least": right(
        4,
        "with the tool",
        "return least(lambda current: neuron.fires(current, width, **membrane), 0, 200)",
    ),
    "many_at_once": right(
        4,
        "fifty currents side by side, then fifty between two of them",
        "low, high = 0.0, 200.0\n"
        "for _ in range(3):\n"
        "  currents = np.linspace(low, high, 50)\n"
        "  first = np.argmax(neuron.fires(currents, width, **membrane))\n"
        "  low, high = currents[first - 1], currents[first]\n"
        "return (low + high) / 2",
    ),
    "recursive": right(
        4,
        "a function that calls itself",
        "def between(low, high):\n"
        "  middle = (low + high) / 2\n"
        "  if high - low < 0.001:\n"
        "    return middle\n"
        "  if neuron.fires(middle, width, **membrane):\n"
        "    return between(low, middle)\n"
        "  return between(middle, high)\n"
        "return between(0, 200)",
    ),
    "lower_level": right(
        4,
        "counted at -50 mV: whatever gets there goes on to fire",
        "def fires(current):\n"
        "  recording = neuron.record((0, width, current), duration=width + 30, **membrane)\n"
        "  return recording.V.max(axis=0) > -50\n"
        "return least(fires, 0, 200)",
    ),
    "long": right(5, "fifty milliseconds, its own bisection", "return threshold(50, **membrane)"),
    "recorded": right(
        5,
        "spikes counted in a recording",
        "def fires(current):\n"
        "  return neuron.record((0, 40, current), duration=60, **membrane).count() > 0\n"
        "return least(fires, 0, 20)",
    ),
    "watched_as_long_as_needed": right(
        6,
        "watched for 30 ms after each pulse, one number at a time",
        "def fires(width):\n"
        "  recording = neuron.record((0, width, 2 * rheobase), duration=width + 30, **membrane)\n"
        "  return recording.count()[0] > 0\n"
        "return least(fires, 0, 20)",
    ),
    "own_bisection": right(
        6,
        "its own bisection",
        "short, long = 0.0, 30.0\n"
        "for _ in range(25):\n"
        "  middle = (short + long) / 2\n"
        "  if neuron.fires(2 * rheobase, middle, **membrane):\n"
        "    long = middle\n"
        "  else:\n"
        "    short = middle\n"
        "return long",
    ),
}

FIRING = {
    "first_and_last": right(
        7,
        "the first and the last of the late spikes",
        "recording = neuron.record((0, 500, current), duration=500, start=start, **membrane)\n"
        "rates = []\n"
        "for times in recording.spike_times():\n"
        "  late = [time for time in times if time > 200]\n"
        "  rates.append(1000 * (len(late) - 1) / (late[-1] - late[0]) if len(late) > 1 else 0)\n"
        "return np.asarray(rates)",
    ),
    "last_interval": right(
        7,
        "the last interval, in a longer recording, for one neuron or many",
        "recording = neuron.record((0, 800, current), duration=800, start=start, **membrane)\n"
        "rates = np.zeros(recording.V.shape[1])\n"
        "for i, times in enumerate(recording.spike_times()):\n"
        "  if len(times) > 1 and times[-1] > 700:\n"
        "    rates[i] = 1000 / (times[-1] - times[-2])\n"
        "return rates",
    ),
    "median": right(
        7,
        "the median, and jax arrays",
        "recording = neuron.record((0, 600, current), duration=600, start=start, **membrane)\n"
        "late = [times[times > 250] for times in recording.spike_times()]\n"
        "return bm.asarray([1000 / np.median(np.diff(t)) if len(t) > 1 else 0.0 for t in late])",
    ),
    "by_counting": right(
        8,
        "spikes after half a second",
        "def goes_on(current):\n"
        "  return neuron.record((0, 600, current), duration=600, **membrane).count(after=500) > 0\n"
        "return least(goes_on, 0, 30)",
    ),
    "side_by_side": right(
        8,
        "sixty currents side by side, twice",
        "currents = np.linspace(0.5, 30, 60)\n"
        "rough = currents[np.argmax(rate(currents, **membrane) > 0)]\n"
        "finer = np.linspace(rough - 0.5, rough, 60)\n"
        "return finer[np.argmax(rate(finer, **membrane) > 0)]",
    ),
    "stacked": right(
        9,
        "two rows of an array",
        "held = neuron.at_rest(current, **membrane)\n"
        "return np.array([rate(current, start=held, **membrane), rate(current, **membrane)])",
    ),
    "states": right(
        9,
        "both states taken first",
        "states = neuron.at_rest(current, **membrane), neuron.at_rest(**membrane)\n"
        "return tuple(rate(current, start=state, **membrane) for state in states)",
    ),
    "let_it_settle": right(
        9,
        "the rest without current measured",
        "past = neuron.record(duration=100, **membrane)\n"
        'start = {name: getattr(past, name)[-1] for name in "Vmhn"}\n'
        "held = neuron.at_rest(current, **membrane)\n"
        "return rate(current, held, **membrane), rate(current, start, **membrane)",
    ),
}
