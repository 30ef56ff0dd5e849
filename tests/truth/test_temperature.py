"""What warmth does, against figures measured elsewhere, and NEURON."""

from dataclasses import astuple

import numpy as np
import pytest
from reference import cvode
from reference.figures import printed

from hhlab import Stimulus, reference, truth
from hhlab.reference import CANONICAL, HOMEWORK
from hhlab.truth import SpikeShape


@pytest.mark.parametrize(
    ("T", "figure"),
    [(0, "36.8"), (6.3, "68.3"), (10, "96.3"), (15, "147.2"), (18.5, "188.6"), (20, "204.7")],
)
def test_a_warmer_neuron_fires_faster_as_measured(T, figure):
    rate = truth.firing_rate(10.0, CANONICAL.with_(T=T))
    assert rate == printed(figure, 2e-5)


def test_at_25_degrees_one_small_response_is_left():
    # it peaks below 0 mV, where the homework counts spikes: "one spike, then silence" is counted
    # with a lower threshold
    hot = CANONICAL.with_(T=25.0)
    step = Stimulus(np.array([200.0]), np.array([[10.0]]))
    trace = reference.solve(step, hot, truth.rest(hot))
    assert trace.V.max() == pytest.approx(-17.71, abs=0.005)
    assert [len(trace.spike_times(level)[0]) for level in (0.0, -20.0)] == [0, 1]
    assert np.ptp(trace.V[-2000:]) < 1e-6
    assert truth.firing_rate(10.0, hot) == truth.firing_rate(10.0, hot, True) == 0


@pytest.mark.parametrize("p", [CANONICAL, HOMEWORK], ids=["canonical", "homework"])
def test_heat_blocks_repetitive_firing(p):
    T = truth.heat_block(10.0, p)
    assert 20 < T < 25
    cooler, hotter = (truth.firing_rate(10.0, p.with_(T=T + side)) for side in (-0.01, 0.01))
    assert cooler > truth.firing_rate(10.0, p)
    assert hotter == 0


def test_too_little_current_is_no_heat_block():
    assert truth.heat_block(1.0, CANONICAL) is None


def test_neuron_is_blocked_by_the_same_heat():
    T = truth.heat_block(10.0, CANONICAL)
    last = [
        cvode.spikes([(0.0, 1e9, 10.0)], CANONICAL.with_(T=T + side), 120.0)[-1]
        for side in (-0.05, 0.05)
    ]
    assert last[0] > 115
    assert last[1] < 60


def test_a_warmer_spike_is_smaller_and_shorter():
    shapes = np.array(
        [
            astuple(truth.spike_shape(40.0, 0.5, CANONICAL.with_(T=T)))
            for T in (0, 6.3, 10, 15, 18.5, 20)
        ]
    )
    falling = ("peak", "amplitude", "half_width")
    for name, column in zip(SpikeShape.__dataclass_fields__, shapes.T, strict=True):
        assert (np.diff(column) < 0).all() == (name in falling), name


@pytest.mark.parametrize("T", [6.3, 18.5])
def test_neurons_spike_has_the_same_shape(T):
    p = CANONICAL.with_(T=T)
    trace = cvode.simulate([(0.0, 0.5, 40.0)], p, 20.0)
    V, low = trace.V[:, 0], truth.rest(p)["V"]
    ours = truth.spike_shape(40.0, 0.5, p)
    assert V.max() == pytest.approx(ours.peak, abs=1e-3)
    assert V.min() == pytest.approx(ours.undershoot, abs=1e-3)
    assert V.max() - low == pytest.approx(ours.amplitude, abs=1e-3)
    above = np.count_nonzero((V.max() + low) / 2 < V) * cvode.DT
    assert above == pytest.approx(ours.half_width, abs=cvode.DT)


def test_a_pulse_that_is_too_weak_has_no_spike_to_describe():
    with pytest.raises(ValueError, match="does not fire"):
        truth.spike_shape(2.0, 0.5, CANONICAL)
