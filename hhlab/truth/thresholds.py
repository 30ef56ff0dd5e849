"""How much it takes to fire a neuron that is at rest, and the currents that a longer time needs."""

from collections.abc import Callable

from ..reference.parameters import HOMEWORK, Parameters
from .known import remembered
from .search import least
from .spikes import fires

WAIT = 40.0
"""How long a spike may take to come after a stimulus, ms at 6.3 °C."""

LONG = 60.0
"""A step that is as good as endless for the first spike, ms at 6.3 °C."""

MOST = 1e5
"""The strongest current that is tried, µA/cm²."""


def after(parameters: Parameters, time: float) -> float:
    """Return a waiting time (ms at 6.3 °C) for a membrane that may be colder."""
    return time / min(1.0, parameters.phi)


@remembered
def pulse_threshold(duration: float, parameters: Parameters = HOMEWORK) -> float:
    """Return the least amplitude of a rectangular pulse that fires the resting neuron.

    Parameters
    ----------
    duration : float
        Of the pulse, ms.
    parameters : Parameters
        The membrane.

    Returns
    -------
    float
        µA/cm², to 1e-5 of itself.

    Raises
    ------
    ValueError
        If the neuron does not fire at all.
    """
    silence = (after(parameters, WAIT), 0.0)
    return _least(
        lambda current: fires([(duration, current), silence], parameters),
        # a charge is needed for short pulses, a current for long ones
        guess=parameters.C * (7.0 / duration + 2.0),
    )


@remembered
def rheobase(parameters: Parameters = HOMEWORK) -> float:
    """Return the least current that fires at least one spike, however long it lasts.

    Lapicque's term. The current is switched on at rest, and stays on.

    Parameters
    ----------
    parameters : Parameters
        The membrane.

    Returns
    -------
    float
        µA/cm², to 1e-5 of itself.

    Raises
    ------
    ValueError
        If the neuron does not fire at all.
    """
    length = after(parameters, LONG)
    return _least(lambda current: fires([(length, current)], parameters), guess=2.0)


@remembered
def chronaxie(parameters: Parameters = HOMEWORK) -> float:
    """Return the duration of the pulse whose threshold is twice the rheobase, ms.

    Lapicque's term: see :func:`rheobase` for parameters, accuracy and errors.
    """
    return least_width(2 * rheobase(parameters), parameters)


def least_width(current: float, parameters: Parameters = HOMEWORK) -> float:
    """Return the least duration (ms) with which a current (µA/cm²) above the rheobase fires it."""
    wait = after(parameters, WAIT)
    duration = least(
        lambda duration: fires([(duration, current), (wait, 0.0)], parameters), 2.0, wait
    )
    assert duration is not None, "the rheobase fires, so whatever is more does"
    return duration


def _least(enough: Callable[[float], bool], guess: float) -> float:
    found = least(enough, guess, MOST)
    if found is None:
        raise ValueError(f"nothing up to {MOST:g} fires this neuron: it is not excitable")
    return found
