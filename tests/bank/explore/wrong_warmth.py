"""Wrong answers about warmth, the voltage clamp and numbers: TODO 13 to 18."""

from .answer import wrong

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
    "leak_named": wrong(
        16,
        "a leak of its own beside the one that is handed on",
        "everything = neuron.clamp(V, **membrane).I\n"
        "without_Na = neuron.clamp(V, gNa=0, **membrane).I\n"
        "leak_alone = neuron.clamp(V, gNa=0, gK=0, gL=0.3, **membrane).I\n"
        "return everything - without_Na, without_Na - leak_alone",
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
    "first_and_last": wrong(
        17,
        "a line through the first and the last point",
        "return np.log(errors[0] / errors[-1]) / np.log(dts[0] / dts[-1])",
    ),
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
