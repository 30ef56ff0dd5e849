"""Right answers to hh-explore, each written in another way: what is measured is the same."""

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
    "library": right(1, "what the library has", "return reference.steady_gates(V)[gate]"),
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
    "long": right(5, "fifty milliseconds, its own bisection", "return threshold(50, **membrane)"),
    "recorded": right(
        5,
        "spikes counted in a recording",
        "def fires(current):\n"
        "  return neuron.record((0, 40, current), duration=60, **membrane).count() > 0\n"
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

AFTER = {
    "two_spikes": right(
        10,
        "two spikes in all",
        "def again(x):\n"
        "  pulses = (5, 0.5, 2 * resting), (5 + interval, 0.5, x * resting)\n"
        "  return neuron.record(*pulses, duration=50 + interval, **membrane).count() > 1\n"
        "return least(again, 0, 40)",
    ),
    "continued": right(
        10,
        "from the state that the first pulse leaves",
        "before = neuron.record((0, 0.5, 2 * resting), duration=interval, **membrane)\n"
        'state = {name: getattr(before, name)[-1] for name in "Vmhn"}\n'
        "def again(x):\n"
        "  pulse = (0, 0.5, x * resting)\n"
        "  return neuron.record(pulse, duration=30, start=state, **membrane).count() > 0\n"
        "return least(again, 0, 40)",
    ),
    "in_microampere": right(
        10,
        "the current first, then divided",
        "def again(I):\n"
        "  pulses = (0, 0.5, 2 * resting), (interval, 0.5, I)\n"
        "  recording = neuron.record(*pulses, duration=interval + 40, **membrane)\n"
        "  return recording.count(after=interval) > 0\n"
        "return least(again, 0, 40 * resting) / resting",
    ),
    "a_table": right(
        11,
        "many currents side by side",
        "currents = -np.linspace(0, 20, 401)\n"
        "fired = neuron.record((0, 20, currents), duration=60, **membrane).count() > 0\n"
        "return currents[np.argmax(fired)] if fired.any() else np.nan",
    ),
    "mirrored": right(
        11,
        "the current's size, with its sign at the end",
        "return -least(lambda size: neuron.fires(-size, 20, **membrane), 0, 20)",
    ),
    "what_it_is": right(12, "where no current flows", 'return neuron.at_rest(**membrane)["V"][0]'),
    "longer": right(
        12,
        "half a second",
        "start = dict(V=-70.68, m=0.0266, h=0.772, n=0.235)\n"
        "return float(neuron.record(duration=500, start=start, **membrane).V[-100:].mean())",
    ),
}

WARMTH = {
    "interpolated": right(
        13,
        "both flanks interpolated",
        "recording = neuron.record((0, 0.5, 60), duration=25, T=T)\n"
        'V, t, rest = recording.V[:, 0], recording.t, neuron.at_rest()["V"][0]\n'
        "top, middle = V.argmax(), (V.max() + rest) / 2\n"
        "up = np.interp(middle, V[:top], t[:top])\n"
        "down = np.interp(-middle, -V[top:top + 1500], t[top:top + 1500])\n"
        "return V[top], down - up",
    ),
    "in_a_list": right(
        13,
        "a loop, and two numbers in an array",
        "V = list(neuron.record((0, 0.5, 60), duration=20, T=T).V[:, 0])\n"
        'peak, rest, above = max(V), neuron.at_rest()["V"][0], 0\n'
        "for v in V:\n"
        "  if v > (peak + rest) / 2:\n"
        "    above += 1\n"
        "return peak, above / 100",
    ),
    "logarithms": right(
        14,
        "with logarithms",
        "return np.exp(10 * (np.log(second) - np.log(first)) / (T_second - T_first))",
    ),
    "ten_times": right(
        14,
        "the factor for one degree, ten times",
        "one = (second / first) ** (1 / (T_second - T_first))\nreturn one ** 10",
    ),
    "a_grid": right(
        15,
        "every quarter of a degree, side by side",
        "T = np.arange(10, 35, 0.25)\nreturn T[np.argmax(rate(current, T=T) == 0)]",
    ),
    "last_spikes": right(
        15,
        "no spike after a quarter of a second",
        "def silent(T):\n"
        "  recording = neuron.record((0, 300, current), duration=300, T=T)\n"
        "  return recording.count(after=250) == 0\n"
        "return least(silent, 10, 35)",
    ),
}

CLAMP = {
    "each_alone": right(
        16,
        "each channel alone, without a leak",
        'others = {name: value for name, value in membrane.items() if name != "gL"}\n'
        "Na = neuron.clamp(V, gK=0, gL=0, **others).I\n"
        "K = neuron.clamp(V, gNa=0, gL=0, **others).I\n"
        "return Na.tolist(), K.tolist()",
    ),
    "the_rest": right(
        16,
        "sodium is what potassium and leak are not",
        "leak = neuron.clamp(V, gNa=0, gK=0, **membrane).I\n"
        "K = neuron.clamp(V, gNa=0, **membrane).I - leak\n"
        "return neuron.clamp(V, **membrane).I - K - leak, K",
    ),
}

NUMBERS = {
    "least_squares": right(
        17,
        "least squares by hand",
        "x, y = np.log(dts), np.log(errors)\n"
        "return np.sum((x - x.mean()) * (y - y.mean())) / np.sum((x - x.mean()) ** 2)",
    ),
    "base_10": right(
        17,
        "decimal logarithms",
        "from scipy.stats import linregress\n"
        "return linregress(np.log10(dts), np.log10(errors)).slope",
    ),
    "one_by_one": right(
        18,
        "gate by gate",
        "new_m = gates_after(V, m, h, n, dt)[0]\n"
        "new_h = gates_after(V, m, h, n, dt)[1]\n"
        "new_n = gates_after(V, m, h, n, dt)[2]\n"
        "return V_after(V, new_m, new_h, new_n, current, dt), new_m, new_h, new_n",
    ),
    "twice_together": right(
        18,
        "together, but V once more",
        "_, m, h, n = together(V, m, h, n, current, dt)\n"
        "return (V_after(V, m, h, n, current, dt), m, h, n)",
    ),
}

RIGHT = GATES | THRESHOLDS | FIRING | AFTER | WARMTH | CLAMP | NUMBERS
