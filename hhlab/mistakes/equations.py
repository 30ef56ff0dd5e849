"""The right-hand sides of the equations as text, and the ways in which they are written wrongly.

A variation replaces some lines of the right text. What it makes of a state is compared with what a
student's model makes of it.
"""

import functools
from collections.abc import Mapping
from dataclasses import dataclass
from types import CodeType
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from ..channel.mistake import Mistake
from ..reference import Parameters, State
from ..reference.trace import GATES, STATES

RIGHT = {
    "phi": "3 ** ((T - 6.3) / 10)",
    "alpha_m": "1 / exprel(-(V + 40) / 10)",
    "beta_m": "4 * exp(-(V + 65) / 18)",
    "alpha_h": "0.07 * exp(-(V + 65) / 20)",
    "beta_h": "1 / (1 + exp(-(V + 35) / 10))",
    "alpha_n": "0.1 / exprel(-(V + 55) / 10)",
    "beta_n": "0.125 * exp(-(V + 65) / 80)",
    "I_Na": "gNa * m**3 * h * (V - ENa)",
    "I_K": "gK * n**4 * (V - EK)",
    "I_leak": "gL * (V - EL)",
    "dV": "(-I_Na - I_K - I_leak + I) / C",
    "dm": "phi * (alpha_m * (1 - m) - beta_m * m)",
    "dh": "phi * (alpha_h * (1 - h) - beta_h * h)",
    "dn": "phi * (alpha_n * (1 - n) - beta_n * n)",
}


OUTWARD = ("I_Na", "I_K", "I_leak")


@dataclass(frozen=True)
class Variation:
    """A way to write the equations.

    Attributes
    ----------
    mistake : Mistake
        What is wrong with it.
    lines : mapping
        The lines of :data:`RIGHT` that it replaces.
    """

    mistake: Mistake
    lines: Mapping[str, str]

    @property
    def varied(self) -> set[str]:
        """The variables whose derivatives it may change."""
        return {x for x in STATES if not self.lines.keys().isdisjoint(NEEDED[x])}


@functools.cache
def _compiled(text: str) -> CodeType:
    return compile(text, "<equation>", "eval")


NEEDED = {
    "V": (*OUTWARD, "dV"),
    **{x: ("phi", f"alpha_{x}", f"beta_{x}", f"d{x}") for x in GATES},
}
"""The lines that the derivative of each variable takes, in order."""


def slope(
    x: str, state: State, current: ArrayLike, p: Parameters, lines: Mapping[str, str] | None = None
) -> NDArray[np.float64]:
    """Return the time derivative of one variable, with some lines of the equations replaced.

    Parameters
    ----------
    x : str
        ``V``, ``m``, ``h`` or ``n``.
    state : dict
        ``V`` (mV), ``m``, ``h``, ``n``, arrays of one shape.
    current : array_like
        Injected current, µA/cm².
    p : Parameters
        The membrane.
    lines : mapping, optional
        What replaces lines of :data:`RIGHT`.

    Returns
    -------
    ndarray
        dV/dt (mV/ms), or the derivative of a gate (1/ms).
    """
    from scipy.special import exprel  # late, as in hhlab/reference/equations.py

    known: dict[str, Any] = {**vars(p), **state, "I": current, "exp": np.exp, "exprel": exprel}
    for line in NEEDED[x]:
        known[line] = eval(_compiled((lines or RIGHT).get(line, RIGHT[line])), {}, known)
    return known[f"d{x}"] + np.zeros_like(state[x])
