"""What a neuron answers to a stimulus that does not find it at rest: a second pulse, a release."""

from ..reference.parameters import HOMEWORK, Parameters
from .known import remembered
from .search import least
from .spikes import fires, state_after
from .thresholds import MOST, WAIT, after, pulse_threshold


@remembered
def second_pulse_threshold(
    interval: float,
    first: float = 2.0,
    duration: float = 0.5,
    parameters: Parameters = HOMEWORK,
) -> float | None:
    """Return what a second pulse needs to fire the neuron again, in multiples of what rest needs.

    More than 1: the neuron is relatively refractory. Less: it is supernormal. As in an experiment,
    a spike is an upward crossing of ``V_th``: while the neuron is absolutely refractory (for 5.5 ms
    with the canonical membrane), a pulse can still be strong enough to carry the potential there.

    Parameters
    ----------
    interval : float
        From the onset of the first pulse to the onset of the second, ms.
    first : float
        The first pulse, in multiples of the resting threshold; it should fire the neuron.
    duration : float
        Of each pulse, ms; less than the interval.
    parameters : Parameters
        The membrane.

    Returns
    -------
    float or None
        To 1e-5 of itself; None if no current up to 1e5 µA/cm² fires the neuron again.
    """
    rest_needs = pulse_threshold(duration, parameters)
    before = [(duration, first * rest_needs), (interval - duration, 0.0)]
    state = state_after(before, parameters)
    silence = (after(parameters, WAIT), 0.0)
    return least(
        lambda second: fires([(duration, second * rest_needs), silence], parameters, state),
        guess=1.0,
        most=MOST / rest_needs,
    )


@remembered
def anode_break_threshold(
    duration: float = 20.0, parameters: Parameters = HOMEWORK, limit: float = -20.0
) -> float | None:
    """Return the weakest hyperpolarising current whose end fires the neuron: anode break.

    Parameters
    ----------
    duration : float
        Of the current, ms.
    parameters : Parameters
        The membrane.
    limit : float
        The strongest current to try, µA/cm², negative.

    Returns
    -------
    float or None
        µA/cm², negative, to 1e-5 of itself; None if no current down to the limit does.
    """
    silence = (after(parameters, WAIT), 0.0)
    found = least(lambda current: fires([(duration, -current), silence], parameters), 2.0, -limit)
    return None if found is None else -found
