"""Wrong answers about gates and thresholds: TODO 1 to 6."""

from .answer import wrong

FIXED = """\
def reaches(current):
  recording = neuron.record((0, {width}, current), duration={width} + 30, **membrane)
  return recording.V.max(axis=0) > -60

return least(reaches, 0, 200)
"""
"""A neuron that fires where it reaches a fixed threshold."""

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
    "distance_with_its_sign": wrong(
        3,
        "where one is furthest below the other",
        "V = np.linspace(-100, 0, 100_001)\n"
        "return V[np.argmin(steady_state(one, V) - steady_state(other, V))]",
    ),
    "above_zero": wrong(
        3,
        "potentials between 0 and 100 mV",
        "V = np.linspace(0, 100, 100_001)\n"
        "return V[np.argmin(np.abs(steady_state(one, V) - steady_state(other, V)))]",
    ),
    "m_and_h": wrong(3, "always of m and h", "return -52.4717"),
    "speeds_cross": wrong(
        3,
        "where the time constants cross",
        "V = np.linspace(-100, 0, 100_001)\n"
        "tau = {gate: 1 / sum(rates) for gate, rates in reference.rates(V).items()}\n"
        "apart = np.abs(tau[one] - tau[other])\n"
        "return V[np.argmin(apart)]",
    ),
}

THRESHOLDS = {
    "up_to_20": wrong(
        4,
        "looked for up to 20 only",
        "return least(lambda I: neuron.fires(I, width, **membrane), 0, 20)",
    ),
    "fixed_threshold": wrong(
        4,
        "fires where V reaches -60 mV",
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
    "fixed_rheobase": wrong(
        5,
        "fires where V reaches -60 mV",
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
