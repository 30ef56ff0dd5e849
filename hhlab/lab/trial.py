"""Try a student's neuron out before experiments are done on it."""

from typing import Any

import numpy as np

from ..channel.language import Text
from ..reference.trace import STATES, Potential

CURRENTS = np.array([2.0, 8.0, 15.0, 2.0, 8.0, 15.0, 15.0, 20.0])
"""What the neurons get for 2 ms, µA/cm²: well away from threshold."""
NEURONS: dict[str, Any] = {
    "gL": np.array([0.3, 0.3, 0.3, 0.03, 0.03, 0.03, 0.3, 0.2]),
    "T": np.array([6.3, 6.3, 6.3, 6.3, 6.3, 6.3, 16.3, 10.0]),
    "gNa": np.array([120.0] * 7 + [130.0]),
    "gK": np.array([36.0] * 7 + [33.0]),
}
"""The parameters of each of these neurons."""
LATE = 0.1
"""How late or early a spike may come, ms; a right scheme of first order is late by 0.04."""


def differs(yours: Potential, course: Potential) -> str:
    """Return in what a student's neurons differ from the course's; nothing if in nothing.

    Parameters
    ----------
    yours, course : Potential
        What both do when each of :data:`NEURONS` gets its current of :data:`CURRENTS`; with gates.
    """
    if not all(np.isfinite(getattr(yours, name)).all() for name in STATES):
        return Text("its numbers grow beyond all bounds")
    both = zip(yours.spike_times(), course.spike_times(), CURRENTS, strict=True)
    for got, expected, current in both:
        if len(got) != len(expected):
            return Text(
                "the number of its spikes after a pulse of {current:g} µA/cm² for 2 ms is {got}, "
                "and should be {expected}",
                current=current,
                got=len(got),
                expected=len(expected),
            )
        if (np.abs(got - expected) > LATE).any():
            return Text(
                "after a pulse of {current:g} µA/cm² for 2 ms it fires at {got:.2f} ms, and "
                "should at {expected:.2f} ms",
                current=current,
                got=got[0],
                expected=expected[0],
            )
    for name, limit in (("V", 1.0), ("m", 0.02), ("h", 0.02), ("n", 0.02)):
        if np.abs(getattr(yours, name)[-1] - getattr(course, name)[-1]).max() > limit:
            return Text("its {name} is not where it should be after a pulse", name=name)
    return ""
