"""What a simulation leaves behind: potentials and gates over time, and the spikes in them."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

STATES = ("V", "m", "h", "n")
GATES = ("m", "h", "n")


@dataclass(frozen=True, eq=False)
class Potential:
    """The course of a population's membrane potential.

    Attributes
    ----------
    t : ndarray of float, shape (steps,)
        The times *at which the states hold*, ms. A simulator's monitor often names a step by its
        start; the state it records is the one at the step's end.
    V : ndarray of float, shape (steps, neurons)
        Membrane potential, mV.
    """

    t: NDArray[np.float64]
    V: NDArray[np.float64]

    @property
    def size(self) -> int:
        """Number of neurons."""
        return int(self.V.shape[1])

    def spike_times(self, threshold: float = 0.0) -> list[NDArray[np.float64]]:
        """Return when each neuron's potential crosses `threshold` upwards.

        The crossing is interpolated linearly between the two states around it.

        Parameters
        ----------
        threshold : float
            mV.

        Returns
        -------
        list of ndarray
            One array of times (ms) per neuron, in order.
        """
        return crossings(self.t, self.V, threshold)


@dataclass(frozen=True, eq=False)
class Trace(Potential):
    """The course of a population's state: a :class:`Potential`, and what else a model has.

    Attributes
    ----------
    m, h, n : ndarray of float, shape (steps, neurons)
        Gating variables, dimensionless.
    spike : ndarray of bool, shape (steps, neurons), or None
        The model's own spike flag in each step, where the model keeps one.
    t_last_spike : ndarray of float, shape (neurons,), or None
        The model's own record of its last spike after the last step, ms.
    """

    m: NDArray[np.float64]
    h: NDArray[np.float64]
    n: NDArray[np.float64]
    spike: NDArray[np.bool_] | None = None
    t_last_spike: NDArray[np.float64] | None = None

    def __post_init__(self) -> None:
        for name in STATES:
            values = getattr(self, name)
            if values.ndim != 2 or len(values) != len(self.t):
                raise ValueError(
                    f"{name} must have shape (steps, neurons) with {len(self.t)} steps: "
                    f"got {values.shape}"
                )


def single(values: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return values as a model holds them, whose precision is single."""
    return values.astype(np.float32).astype(float)


def crossings(
    t: NDArray[np.float64], V: NDArray[np.float64], threshold: float
) -> list[NDArray[np.float64]]:
    """Return when each potential crosses a threshold upwards: linear in between.

    Parameters
    ----------
    t : ndarray, shape (steps,)
        ms.
    V : ndarray, shape (steps, neurons)
    threshold : float
        mV, as V.

    Returns
    -------
    list of ndarray
        One array of times (ms) per neuron, in order.
    """
    above = np.ascontiguousarray(threshold <= V)  # which is looked through at once, row after row
    steps, neurons = np.divmod(np.flatnonzero(above[1:] > above[:-1]), V.shape[1])
    below = V[steps, neurons] < threshold  # a number, that is
    steps, neurons = steps[below], neurons[below]
    before, after = V[steps, neurons], V[steps + 1, neurons]
    fraction = (threshold - before) / (after - before)
    times = t[steps] + fraction * (t[steps + 1] - t[steps])
    return [times[neurons == i] for i in range(V.shape[1])]
