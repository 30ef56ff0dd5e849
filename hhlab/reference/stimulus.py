"""Currents that are injected into a neuron.

A :class:`Stimulus` is piecewise constant, so that the reference can integrate it exactly from one
edge to the next and a simulator can sample it at any time step.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray


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
