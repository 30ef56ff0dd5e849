"""Currents that are injected into a neuron: what a student sees and what only the grader knows.

A :class:`Stimulus` is piecewise constant, so that the reference can integrate it exactly from one
edge to the next and a simulator can sample it at any time step.
"""

import hashlib
from collections.abc import Sequence
from contextvars import ContextVar
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

course_key: ContextVar[str] = ContextVar(
    "course_key", default="a course that has not chosen its key"
)
"""What the hidden values follow from. The grader sets it, from `c.Examine.course_key`."""

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


@dataclass(frozen=True, eq=False)
class Stimulus:
    """A piecewise-constant current for a population of unconnected neurons.

    Attributes
    ----------
    durations : ndarray of float, shape (segments,)
        How long each segment lasts, ms.
    currents : ndarray of float, shape (segments, neurons)
        The current density of each neuron in each segment, µA/cm².
    """

    durations: NDArray[np.float64]
    currents: NDArray[np.float64]

    def __post_init__(self) -> None:
        durations = np.array(self.durations, dtype=float, ndmin=1)
        currents = np.array(self.currents, dtype=float, ndmin=2)
        if durations.ndim != 1 or currents.ndim != 2 or len(durations) != len(currents):
            raise ValueError(
                f"a stimulus needs one row of currents for each duration: got durations of shape "
                f"{durations.shape} and currents of shape {currents.shape}"
            )
        if not (np.isfinite(durations).all() and (durations > 0).all()):
            raise ValueError(f"durations must be positive, in ms: got {durations.tolist()}")
        if currents.shape[1] == 0 or not np.isfinite(currents).all():
            raise ValueError("currents must be finite numbers, in µA/cm², for at least one neuron")
        object.__setattr__(self, "durations", durations)
        object.__setattr__(self, "currents", currents)

    @property
    def size(self) -> int:
        """Number of neurons."""
        return int(self.currents.shape[1])

    @property
    def duration(self) -> float:
        """Length of the whole stimulus, ms."""
        return float(self.durations.sum())

    def steps(self, dt: float) -> int:
        """Return the number of time steps of `dt` ms that the stimulus takes.

        Parameters
        ----------
        dt : float
            Time step, ms; every edge of the stimulus must fall on a multiple of it.

        Raises
        ------
        ValueError
            If `dt` is not positive or an edge falls inside a step.
        """
        if not dt > 0:
            raise ValueError(f"the time step dt must be positive, in ms: got {dt}")
        edges = np.cumsum(self.durations) / dt
        if not np.allclose(edges, np.round(edges), rtol=0, atol=1e-6):
            raise ValueError(
                f"the edges of the stimulus ({np.cumsum(self.durations).tolist()} ms) must be "
                f"multiples of the time step: got dt = {dt} ms"
            )
        return round(float(edges[-1]))

    def sample(self, dt: float) -> NDArray[np.float64]:
        """Return the current in each time step, shape (steps, neurons), µA/cm².

        Raises
        ------
        ValueError
            If `dt` is not positive or an edge falls inside a step.
        """
        self.steps(dt)
        repeats = np.round(self.durations / dt).astype(int)
        return np.repeat(self.currents, repeats, axis=0)


def pulse(
    current: float | Sequence[float], before: float = 10.0, width: float = 2.0, after: float = 25.0
) -> Stimulus:
    """Return a rectangular pulse between two silent stretches: the homework's 10 | 2 | 25 ms.

    Parameters
    ----------
    current : float or sequence of float
        Amplitude, µA/cm²; one neuron for each value.
    before, width, after : float
        Silence, pulse, silence, ms.

    Returns
    -------
    Stimulus
        Three segments, one neuron per amplitude.

    Raises
    ------
    ValueError
        If an amplitude is not a finite number or a duration is not positive.
    """
    amplitude = np.array(current, dtype=float, ndmin=1)
    silence = np.zeros_like(amplitude)
    return Stimulus(np.array([before, width, after]), np.array([silence, amplitude, silence]))


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
    draw = _generator(name)
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
    draw = _generator(name)
    V = draw.uniform(-90, 40, count)
    for singular in (-40.0, -55.0):
        close = np.abs(V - singular) < 0.5
        V[close] = singular + np.where(V[close] < singular, -1.0, 1.0)
    gates = {gate: np.round(draw.uniform(0.05, 0.95, count), 3) for gate in "mhn"}
    return {"V": np.round(V, 2), **gates, "I": np.round(draw.uniform(-5, 20, count), 2)}


def hidden_parameters(name: str) -> dict[str, float]:
    """Return parameters other than the homework's, drawn from the course key.

    The ranges keep the neuron excitable with a wide margin (tests/physics checks the corners):
    temperature 8–14 °C, maximal conductances within 15 %, membrane capacitance 0.9–1.1 µF/cm².

    Parameters
    ----------
    name
        As for :func:`hidden_pulses`.

    Returns
    -------
    dict
        Keyword arguments of the student's ``HH``: T, gNa, gK, gL, C.
    """
    draw = _generator(name)
    drawn = {name: draw.uniform(*ends) for name, ends in OTHER_PARAMETERS.items()}
    return {name: round(value, 3) for name, value in drawn.items()}


def hidden_number(name: str, low: float, high: float, digits: int = 2) -> float:
    """Return a number between two others, drawn from the course key.

    Parameters
    ----------
    name
        As for :func:`hidden_pulses`.
    low, high : float
        Between what.
    digits : int
        How many digits it has after the point.
    """
    return round(float(_generator(name).uniform(low, high)), digits)


def _generator(name: str) -> np.random.Generator:
    """Return a random generator that depends on nothing but the course key and the name."""
    digest = hashlib.sha256(f"{course_key.get()}\0{name}".encode()).digest()
    return np.random.default_rng(int.from_bytes(digest))
