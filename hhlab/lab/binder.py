"""What Binder does once, while it builds the students' image, so that no student waits for it.

Imports what the notebooks import, and has a neuron simulated, so that Python's, Matplotlib's and
JAX's caches are filled. The neuron is BrainPy's own: its model is not the notebook's, but most of
what JAX compiles for it is the same.
"""

import contextlib

import brainpy as bp
import matplotlib.pyplot as plt
import numpy as np

from ..channel.failure import ModelError
from ..probe.questions import derivative, inspect, simulate, step
from ..reference.stimulus import pulse
from . import plot


def fill_caches() -> None:
    """Ask BrainPy's neuron what a student's is asked, and draw it."""
    neuron, currents = bp.neurons.HH, [1.0, 2.0, 4.0, 8.0, 10.0, 15.0]
    states = {name: np.full(3, 0.5) for name in ("V", "m", "h", "n", "I")}
    for ask in (
        lambda: inspect(neuron),
        lambda: derivative(neuron, states),
        lambda: step(neuron, states),
        lambda: simulate(neuron, pulse(currents)),
    ):
        with contextlib.suppress(ModelError):  # it lacks some of what the notebook's has
            ask()
    runner = bp.DSRunner(neuron(len(currents)), monitors=["V"], progress_bar=False)
    runner.run(inputs=bp.math.asarray(pulse(currents).sample(bp.math.get_dt())))
    plot.potentials(runner.mon["ts"], runner.mon["V"], pulse(currents))
    plt.close("all")


if __name__ == "__main__":
    fill_caches()
