"""What fires a resting neuron, against figures measured elsewhere, NEURON, and itself."""

import numpy as np
import pytest
from reference import cvode
from reference.discrete import iterate
from reference.figures import MEMBRANES, printed
from truth import measured

from hhlab import Parameters, Stimulus, truth
from hhlab.reference import CANONICAL, HOMEWORK

DURATIONS = (0.1, 0.2, 0.5, 1, 2, 5, 10)
PULSES = {
    "canonical": "65.13 32.66 13.28 6.919 3.859 2.351 2.240",
    "homework": "73.28 36.69 14.79 7.535 3.956 1.912 1.452",
}
COLD = Parameters(gL=0.2, gNa=110.0, gK=33.0, C=1.1, T=2.0)
WARM = Parameters(gL=0.3, gNa=135.0, gK=39.0, C=0.9, T=14.0)


@pytest.mark.parametrize("name", MEMBRANES)
def test_strength_and_duration_are_as_measured(name):
    found = measured.strength_duration(DURATIONS, MEMBRANES[name])
    assert list(found) == [printed(figure) for figure in PULSES[name].split()]


@pytest.mark.parametrize(("name", "figure"), [("canonical", "2.2403"), ("homework", "1.4373")])
def test_rheobase_is_as_measured(name, figure):
    assert truth.rheobase(MEMBRANES[name]) == printed(figure)


@pytest.mark.parametrize(("name", "figure"), [("canonical", "6.505"), ("homework", "7.325")])
def test_threshold_of_a_sudden_depolarisation_is_as_measured(name, figure):
    assert measured.voltage_threshold(MEMBRANES[name]) == printed(figure)


@pytest.mark.parametrize("p", [CANONICAL, HOMEWORK, COLD, WARM], ids=str)
def test_a_pulse_of_the_chronaxie_needs_twice_the_rheobase(p):
    threshold = truth.pulse_threshold(truth.chronaxie(p), p)
    # all three are found to 1e-5, and the curve is less steep than 1/duration
    assert threshold == pytest.approx(2 * truth.rheobase(p), rel=3e-5)


@pytest.mark.parametrize("p", [CANONICAL, HOMEWORK, COLD, WARM], ids=str)
def test_a_very_short_pulse_needs_the_charge_of_a_sudden_depolarisation(p):
    duration = 1e-3
    charge = duration * truth.pulse_threshold(duration, p)
    # what leaks out meanwhile is less than duration/2 of a membrane's time constant, 1 ms or more
    assert charge == pytest.approx(p.C * measured.voltage_threshold(p), rel=6e-4)


@pytest.mark.parametrize("duration", [0.2, 2.0, 10.0])
@pytest.mark.parametrize("p", [CANONICAL, HOMEWORK, COLD, WARM], ids=str)
def test_neuron_fires_just_above_the_threshold_and_not_just_below(p, duration):
    threshold, end = truth.pulse_threshold(duration, p), duration + 40 / min(1, p.phi)
    below, above = (
        cvode.spikes([(0.0, duration, side * threshold)], p, end) for side in (1 - 3e-5, 1 + 3e-5)
    )
    assert (len(below), len(above)) == (0, 1)


@pytest.mark.parametrize(("dt", "figure"), [(0.01, "3.97"), (0.05, "4.02"), (0.1, "4.08")])
def test_a_coarse_time_step_needs_a_stronger_pulse(dt, figure):
    currents = float(figure) + np.arange(-0.01, 0.0101, 0.001)
    stimulus = Stimulus(np.array([2.0, 30.0]), np.array([currents, 0 * currents]))
    trace = iterate(stimulus, HOMEWORK, truth.rest(), dt)
    fires = [len(times) > 0 for times in trace.spike_times()]
    assert fires == sorted(fires)
    assert not fires[0]
    assert currents[fires.index(True)] == printed(figure, 1e-3 / float(figure))


def test_a_neuron_that_cannot_fire_is_said_to_be_inexcitable():
    with pytest.raises(ValueError, match="not excitable"):
        truth.rheobase(HOMEWORK.with_(gNa=0.0, V_th=1e9))


def test_a_neuron_that_fires_by_itself_is_said_to_have_no_threshold():
    with pytest.raises(ValueError, match="fires without any stimulus"):
        truth.pulse_threshold(1.0, CANONICAL.with_(gK=12.0))
