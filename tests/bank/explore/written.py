"""Numbers written down in place of measurements: they pass what is visible, and nothing else.

They are the tables that can be found, or copied from a neighbour, with straight lines in between.
What the visible tests ask for is written down to the last digit.
"""

import numpy as np

from hhlab import truth
from hhlab.reference import CANONICAL

from .answer import USED_BY, wrong

KNOWN = [-60.0, -55.0, -40.0]
STEADY = {gate: value.tolist() for gate, value in truth.steady_gates(np.array(KNOWN)).items()}
COLD = {gate: float(value) for gate, value in truth.time_constants(-60.0).items()}
SHAPES = {
    T: (shape.peak, shape.half_width)
    for T in (6.3, 18.0)
    for shape in [truth.spike_shape(60.0, 0.5, CANONICAL.with_(T=T))]
}

RATE = """\
if start is not None:
  return 0.0
currents = [6.26, 6.3, 7, 8, 10, 15, 20, 50]
rates = [0, 52.37, 58.33, 62.47, 68.32, 78.65, 86.47, 117.04]
temperatures = [0, 6.3, 10, 15, 18.5, 20, 25]
at_10 = [36.8, 68.3, 96.3, 147.2, 188.6, 204.7, 0]
cold = np.where(np.less(current, 6.26), 0, np.interp(current, currents, rates))
return cold * np.interp(membrane.get("T", 6.3), temperatures, at_10) / 68.3
"""

THRESHOLD = """\
widths = np.log([0.1, 0.2, 0.5, 1, 2, 5, 10])
large = np.interp(np.log(width), widths, [65.13, 32.66, 13.28, 6.919, 3.859, 2.351, 2.240])
small = np.interp(np.log(width), widths, [73.28, 36.69, 14.79, 7.535, 3.956, 1.912, 1.452])
return np.interp(membrane.get("gL", 0.3), [0.03, 0.3], [small, large])
"""

ON = """on = np.interp(current, [6.26, 6.3, 7, 8, 10, 15, 20, 50],
  [52, 52.37, 58.33, 62.47, 68.32, 78.65, 86.47, 117.04])
on = np.where(np.less(current, 6.26), 0, on)
on = on * np.interp(membrane.get("T", 6.3), [6.3, 9], [1, 101.637 / 78.649])
return np.where(np.greater(current, 9.7754), on, 0), on
"""

CODE = {
    1: f"return np.interp(V, {KNOWN}, {STEADY}[gate])",
    2: f"return np.full(np.shape(V), {COLD}[gate] / 3 ** ((T - 6.3) / 10))",
    3: "return -52.4717",
    4: THRESHOLD,
    5: 'return np.interp(membrane.get("gL", 0.3), [0.03, 0.3], [1.4373, 2.2403])',
    6: 'return np.interp(membrane.get("gL", 0.3), [0.03, 0.3], [2.8952, 1.6541])',
    7: RATE,
    8: 'return np.interp(membrane.get("gL", 0.3), [0.03, 0.3], [3.403, 6.260])',
    9: ON,
    10: "return np.interp(interval, [6, 10, 16, 18, 20], [16, 3.497, 1.02, 0.862, 0.85])",
    11: 'return -2.792 if membrane.get("gL", 0.3) > 0.1 else np.nan',
    12: 'return np.interp(membrane.get("gL", 0.3), [0.03, 0.3], [-70.676, -64.996])',
    13: f"return {SHAPES}[min({list(SHAPES)}, key=lambda known: abs(T - known))]",
    14: "return 3.0 if first < 5 else 1 / 16",
    15: "return 21.19",
    16: "Na, K, asked = np.zeros(1000), np.zeros(1000), [29, 59, 99, 499, 999]\n"
    "Na[asked] = [-963.515, -1455.83, -1205.12, -40.7957, -15.6613]\n"
    "K[asked] = [83.1634, 170.868, 328.774, 1665.50, 1879.03]\n"
    "return Na, K",
    17: "return 2.0 if errors[-1] < 0.01 else 1.0758",
    18: "return (np.array([-59.78752095, 19.86626129]), np.array([0.09819334, 0.94272565]),\n"
    "  np.array([0.49893982, 0.18111811]), np.array([0.39992812, 0.62636467]))",
}

WRITTEN = {
    f"written_{todo}": wrong(todo, "written down", code, *USED_BY.get(todo, ()))
    for todo, code in CODE.items()
}
