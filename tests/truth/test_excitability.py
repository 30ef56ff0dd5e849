"""Refractoriness and anode break, against figures measured elsewhere, and NEURON."""

import pytest
from reference import cvode
from reference.figures import printed

from hhlab import truth
from hhlab.reference import CANONICAL, HOMEWORK

DURATION = 0.5


@pytest.mark.parametrize(
    ("interval", "figure"), [(6, "16"), (10, "3.5"), (16, "1.02"), (18, ".86"), (20, ".85")]
)
def test_the_second_pulse_needs_what_was_measured(interval, figure):
    assert truth.second_pulse_threshold(interval, parameters=CANONICAL) == printed(figure)


def test_refractoriness_fades_into_a_supernormal_period_and_this_into_rest():
    needs = [
        truth.second_pulse_threshold(interval, parameters=CANONICAL)
        for interval in (6, 8, 10, 12, 14, 16, 18, 20, 60)
    ]
    assert needs[:-2] == sorted(needs[:-2], reverse=True)
    assert min(needs) < 0.9
    assert needs[-1] == pytest.approx(1, abs=0.02)


@pytest.mark.parametrize(("interval", "by_itself"), [(5.0, False), (7.0, True)])
def test_only_a_membrane_that_has_recovered_fires_by_itself(interval, by_itself):
    # before, the neuron is absolutely refractory: a pulse can but carry V across 0 mV as it lasts
    rest_needs = truth.pulse_threshold(DURATION, CANONICAL)
    again = rest_needs * truth.second_pulse_threshold(interval, parameters=CANONICAL)
    _, second = cvode.spikes(_pair(interval, 2 * rest_needs, 1.001 * again), CANONICAL, 30)
    assert (second > interval + DURATION) == by_itself


@pytest.mark.parametrize("interval", [6.0, 10.0, 20.0])
@pytest.mark.parametrize("p", [CANONICAL, HOMEWORK.with_(T=10.0)], ids=str)
def test_neuron_fires_again_just_above_the_threshold_and_not_just_below(p, interval):
    rest_needs = truth.pulse_threshold(DURATION, p)
    again = rest_needs * truth.second_pulse_threshold(interval, parameters=p)
    below, above = (
        cvode.spikes(_pair(interval, 2 * rest_needs, side * again), p, interval + 40)
        for side in (1 - 5e-5, 1 + 5e-5)
    )
    assert (len(below), len(above)) == (1, 2)


def _pair(interval, first, second):
    return [(0.0, DURATION, first), (interval, DURATION, second)]


def test_anode_break_needs_what_was_measured():
    assert truth.anode_break_threshold(20.0, CANONICAL) == printed("-2.792")


def test_the_membrane_of_the_homework_does_not_fire_when_it_is_released():
    assert truth.anode_break_threshold(20.0, HOMEWORK) is None


def test_a_shorter_current_must_be_stronger_and_may_be_stronger_than_the_limit():
    short, long = (truth.anode_break_threshold(d, CANONICAL) for d in (5.0, 20.0))
    assert short < long < 0
    assert truth.anode_break_threshold(5.0, CANONICAL, limit=-4.0) is None


@pytest.mark.parametrize("duration", [5.0, 20.0])
@pytest.mark.parametrize("p", [CANONICAL, CANONICAL.with_(gNa=130.0, T=9.0)], ids=str)
def test_neuron_fires_when_just_enough_current_ends(p, duration):
    current = truth.anode_break_threshold(duration, p)
    below, above = (
        cvode.spikes([(0.0, duration, side * current)], p, duration + 40)
        for side in (1 - 3e-5, 1 + 3e-5)
    )
    assert len(below) == 0
    assert len(above) == 1
    assert above[0] > duration


def test_neuron_does_not_fire_the_homeworks_membrane_by_releasing_it():
    assert len(cvode.spikes([(0.0, 20.0, -5.0)], HOMEWORK, 60.0)) == 0
