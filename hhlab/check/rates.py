"""Check a joint derivative against the equations."""

import numpy as np
from numpy.typing import NDArray

from .. import reference
from ..channel.failure import CheckFailed
from ..channel.language import Text
from ..mistakes.diagnosis import of_rates
from ..probe.evidence import Rates
from ..reference.trace import STATES
from .explained import explained_by

RATE_TOLERANCE = 1e-4
"""Relative; single precision gives 1e-6."""


@explained_by(of_rates)
def derivative(rates: Rates) -> None:
    """Check the joint derivative against the equations, variable by variable.

    Parameters
    ----------
    rates : Rates
        From :func:`hhlab.derivative`.

    Raises
    ------
    CheckFailed
        If a time derivative is off by more than 1e-4 of its own scale.
    """
    truth = reference.derivative(rates.states, rates.states["I"], rates.parameters)
    for name in STATES:
        got, expected = rates.changes[name], truth[name]
        off = rate_is_off(got, expected)
        if off.any():
            i = int(np.argmax(off))
            at = ", ".join(f"{key} = {rates.states[key][i]:.4g}" for key in (*STATES, "I"))
            raise CheckFailed(
                Text(
                    "d{name}/dt is not that of the equations: at {at} expected {expected:.5g}, "
                    "got {got:.5g} (tolerance {tolerance:g} of it)",
                    name=name,
                    at=at,
                    expected=expected[i],
                    got=got[i],
                    tolerance=RATE_TOLERANCE,
                ),
                Text("compare d{name} with the equations above; it was given complete.", name=name),
                Text(
                    "d{name}/dt is not that of the equations in a state or with parameters of "
                    "ours.",
                    name=name,
                ),
            )


def rate_is_off(got: NDArray[np.float64], expected: NDArray[np.float64]) -> NDArray[np.bool_]:
    """Return where a time derivative is off by more than the tolerance of its own scale."""
    scale = np.abs(expected) + 0.01 * np.abs(expected).max()
    return np.abs(got - expected) > RATE_TOLERANCE * scale
