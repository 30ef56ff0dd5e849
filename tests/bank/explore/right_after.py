"""Right answers about what comes after a spike, warmth, clamp and numbers: TODO 10 to 18."""

from .answer import right

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
    "in_brackets": right(
        13,
        "two numbers in a list",
        "V = neuron.record((0, 0.5, 60), duration=20, T=T).V\n"
        'middle = (V.max() + neuron.at_rest()["V"][0]) / 2\n'
        "return [V.max(), 0.01 * np.sum(V > middle)]",
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
    "rows": right(
        16,
        "two rows of an array",
        "a = neuron.clamp(V, **membrane).I\n"
        "b = neuron.clamp(V, gNa=0, **membrane).I\n"
        "c = neuron.clamp(V, gNa=0, gK=0, **membrane).I\n"
        "return np.array([a - b, b - c])",
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
    "list_of_all": right(
        18,
        "V before the list of the gates",
        "gates = gates_after(V, m, h, n, dt)\nreturn [V_after(V, *gates, current, dt)] + gates",
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
    "single_precision": right(
        18,
        "in BrainPy's numbers, of single precision",
        "import brainpy.math as bm\n"
        "m, h, n = (bm.asarray(x) for x in gates_after(V, m, h, n, dt))\n"
        "return bm.asarray(V_after(V, m, h, n, current, dt)), m, h, n",
    ),
}
