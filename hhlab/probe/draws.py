"""Hidden pulses, states and parameters: what only the grader asks a neuron, drawn from its key."""

import numpy as np
from numpy.typing import NDArray

from ..channel.hidden import generator
from ..reference import HOMEWORK
from ..reference.stimulus import Stimulus, pulse

# Amplitudes that a hidden 2-ms pulse may have, µA/cm². With the parameters below, the least pulse
# that fires lies between 2.31 and 6.63: no right scheme can be on the wrong side, or late.
SILENT_PULSES = (0.5, 2.0)
FIRING_PULSES = (10.0, 20.0)
OTHER_PARAMETERS = {
    "T": (8.0, 14.0),
    "gNa": (110.0, 138.0),
    "gK": (31.0, 41.0),
    "gL": (0.02, 0.05),
    "C": (0.9, 1.1),
}
TOO_NEAR = {"gL": 0.25, "C": 0.07}
"""How far, as a part of it, a parameter is from the homework's: no visible test has another one."""


def hidden_pulses(name: str, count: int = 5) -> Stimulus:
    """Return a 2-ms pulse whose amplitudes follow from the course key, well away from threshold.

    Two of five neurons get less than the threshold current and stay silent. Who knows the method
    but not the key does not know the values; the same key always gives the same values.

    Parameters
    ----------
    name : str
        What the draw is for; each name has values of its own.
    count : int
        Number of neurons.

    Returns
    -------
    Stimulus
        10–12 ms of silence, the pulse, 25 ms of silence.
    """
    draw = generator(name)
    silent = np.arange(count) % 5 < 2
    amplitudes = np.where(
        silent, draw.uniform(*SILENT_PULSES, count), draw.uniform(*FIRING_PULSES, count)
    )
    before = 10.0 + draw.integers(0, 21) / 10
    return pulse(np.round(draw.permutation(amplitudes), 2).tolist(), before=before)


def hidden_states(name: str, count: int = 8) -> dict[str, NDArray[np.float64]]:
    """Return states V, m, h, n (and a current I) drawn from the course key, each of shape (count,).

    The potentials avoid −40 and −55 mV, where the rates as the textbook writes them are 0/0, by at
    least 0.5 mV: an answer that keeps the textbook's form is right.

    Parameters
    ----------
    name, count
        As for :func:`hidden_pulses`.

    Returns
    -------
    dict
        ``V`` (mV, −90 to 40), ``m``, ``h``, ``n`` (0.05 to 0.95) and ``I`` (µA/cm², −5 to 20).
    """
    draw = generator(name)
    V = draw.uniform(-90, 40, count)
    for singular in (-40.0, -55.0):
        close = np.abs(V - singular) < 0.5
        V[close] = singular + np.where(V[close] < singular, -1.0, 1.0)
    gates = {gate: np.round(draw.uniform(0.05, 0.95, count), 3) for gate in "mhn"}
    return {"V": np.round(V, 2), **gates, "I": np.round(draw.uniform(-5, 20, count), 2)}


def hidden_parameters(name: str) -> dict[str, float]:
    """Return parameters other than the homework's, drawn from the course key.

    The ranges keep the neuron excitable with a wide margin (tests/probe checks the corners):
    temperature 8–14 °C, maximal conductances within 15 %, the leak's 0.02–0.05 mS/cm², membrane
    capacitance 0.9–1.1 µF/cm².

    Parameters
    ----------
    name
        As for :func:`hidden_pulses`.

    Returns
    -------
    dict
        Keyword arguments of the student's ``HH``: T, gNa, gK, gL, C.
    """
    draw = generator(name)
    return {
        name: round(_away(draw, low, high, *_near(name)), 3)
        for name, (low, high) in OTHER_PARAMETERS.items()
    }


def _near(name: str) -> tuple[float, float]:
    """Return between what a parameter would be too near to the homework's to tell them apart."""
    usual, part = getattr(HOMEWORK, name), TOO_NEAR.get(name, 0.0)
    return usual * (1 - part), usual * (1 + part)


def _away(draw: np.random.Generator, low: float, high: float, near: float, far: float) -> float:
    """Draw a number of a range, less those between `near` and `far` if that is in the range."""
    if not low < near < far < high:
        return draw.uniform(low, high)
    value = draw.uniform(low, high - (far - near))
    return value if value < near else value + far - near
