"""Measure how far right schemes are from the equations (python benchmarks/tolerances.py)."""

import numpy as np

from hhlab import START, Trace, pulse, reference, truth
from hhlab.check import simulation
from hhlab.reference.trace import STATES

STIMULUS = pulse([3.0, 7.0, 8.0, 10.0, 15.0, 20.0])


def simulate(dt: float, gates_first: bool) -> Trace:
    """Return a run of the exponential Euler scheme."""
    state = {name: np.full(STIMULUS.size, START[name]) for name in STATES}
    states = []
    for current in STIMULUS.sample(dt):
        scheme = truth.gates_first if gates_first else reference.exponential_euler
        state = scheme(state, current, dt)
        states.append([state[name] for name in STATES])
    t = np.arange(1, len(states) + 1) * dt
    return Trace(t, *np.moveaxis(np.array(states), 1, 0))


def main() -> None:
    """Print a table in Markdown."""
    print("| scheme | dt (ms) | spike late by (ms) | V outside the window (mV) | gates outside |")
    print("|---|---|---|---|---|")
    for gates_first in (False, True):
        for dt in (0.01, 0.1):
            trace = simulate(dt, gates_first)
            truth = reference.solve(STIMULUS, start=START, dt=dt)
            late = np.concatenate(trace.spike_times()) - np.concatenate(truth.spike_times())
            outside = {}
            for name in STATES:
                low, high = simulation.envelope(getattr(truth, name), dt)
                got = getattr(trace, name)
                outside[name] = max(0.0, float(np.maximum(low - got, got - high).max()))
            gates = max(outside[name] for name in "mhn")
            name = "gates first" if gates_first else "exponential Euler"
            print(
                f"| {name} | {dt:g} | {late.min():.4f} to {late.max():.4f} "
                f"| {outside['V']:.3f} | {gates:.4f} |"
            )
    print(
        f"\ntolerances: spike {simulation.SPIKE_TIME_TOLERANCE} ms, V {simulation.V_TOLERANCE} mV, "
        f"gates {simulation.GATE_TOLERANCE}"
    )


if __name__ == "__main__":
    main()
