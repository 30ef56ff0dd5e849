"""Repetitive firing, against figures measured elsewhere, the literature, and NEURON."""

import numpy as np
import pytest
from reference import cvode
from reference.discrete import iterate
from reference.figures import MEMBRANES, printed
from truth import measured

from hhlab import Stimulus, reference, truth
from hhlab.reference import CANONICAL, HOMEWORK

CURRENTS = (6.3, 7, 8, 10, 15, 20, 50)
RATES = {
    "canonical": "52.37 58.33 62.47 68.32 78.65 86.47 117.04",
    "homework": "59.97 62.38 65.45 70.70 80.86 88.75 119.75",
}
RHYTHM = 1e-5
"""How much the last intervals differ where they are taken for steady, relatively."""


@pytest.mark.parametrize("name", MEMBRANES)
def test_the_f_i_curve_is_as_measured(name):
    rates = measured.f_i(CURRENTS, MEMBRANES[name])
    assert list(rates) == [printed(figure, 2 * RHYTHM) for figure in RATES[name].split()]


@pytest.mark.parametrize(
    ("name", "figure", "spiking"),
    [("canonical", "6.260", False), ("canonical", "6.260", True), ("homework", "3.403", False)],
)
def test_sustained_firing_begins_where_it_was_measured(name, figure, spiking):
    p = MEMBRANES[name]
    onset = truth.sustained_current(p, spiking)
    assert onset == printed(figure, 1e-4)
    # class II: it begins with a jump
    assert truth.firing_rate(onset * 1.001, p, spiking) > 40
    assert truth.firing_rate(onset * 0.999, p, spiking) == 0


@pytest.mark.parametrize(
    ("p", "lower", "upper"),
    [(CANONICAL, "9.7754", "154.522"), (HOMEWORK, "6.4959", "158.753")],
    ids=MEMBRANES,
)
def test_rest_loses_and_regains_stability_where_it_was_measured(p, lower, upper):
    assert list(truth.hopf_currents(p)) == [printed(lower), printed(upper)]


def test_rest_and_firing_give_way_to_each_other_where_it_was_published():
    # Hassard 1978; Rinzel and Miller 1980. Their leak reverses at -65 + 10.599 mV.
    p = CANONICAL.with_(EL=-54.401)
    assert list(truth.hopf_currents(p)) == [printed("9.78"), printed("154.5")]
    assert truth.sustained_current(p) == printed("6.26", 1e-4)


@pytest.mark.parametrize("current", [7.0, 9.5])
def test_what_was_before_decides_between_the_bistable_neurons_states(current):
    # rest is approached by raising the current slowly: by starting where it leads
    p = CANONICAL
    lower, _ = truth.hopf_currents(p)
    assert truth.sustained_current(p) < current < lower
    assert truth.firing_rate(current, p, spiking=True) > 50
    slope = Stimulus(np.full(40, 10.0), np.linspace(0, current, 40)[:, np.newaxis])
    assert reference.solve(slope, p, truth.rest(p), 0.1).V.max() < -55


@pytest.mark.parametrize("spiking", [False, True], ids=["from rest", "from spiking"])
@pytest.mark.parametrize("current", [2.0, 170.0])
def test_too_little_and_too_much_current_do_not_keep_a_neuron_firing(current, spiking):
    assert truth.firing_rate(current, CANONICAL, spiking) == 0


@pytest.mark.parametrize("current", [7.0, 20.0])
@pytest.mark.parametrize("p", [CANONICAL, HOMEWORK.with_(T=14.0, gK=33.0)], ids=str)
def test_neuron_fires_at_the_same_rate(p, current):
    times = cvode.spikes([(0.0, 1e9, current)], p, 160.0)
    rate = 1000 / (times[-1] - times[-2])
    # intervals have converged to 1e-4 by then
    assert rate == pytest.approx(truth.firing_rate(current, p), rel=2e-4)


def test_neuron_goes_on_firing_just_above_the_onset_and_stops_just_below():
    onset = truth.sustained_current(CANONICAL)
    below, above = (
        cvode.spikes([(0.0, 1e9, side * onset)], CANONICAL, 500.0) for side in (0.995, 1.005)
    )
    assert 1 < len(below) < 12
    assert below[-1] < 250 < 470 < above[-1]


@pytest.mark.parametrize(
    ("dt", "gates_first", "error"),
    [(0.1, False, -0.047), (0.01, False, -0.005), (0.1, True, -0.005)],
)
def test_a_coarse_time_step_slows_firing_down(dt, gates_first, error):
    current = 10.0
    stimulus = Stimulus(np.array([100.0]), np.array([[current]]))
    (times,) = iterate(stimulus, CANONICAL, truth.rest(CANONICAL), dt, gates_first).spike_times()
    rate = 1000 / np.diff(times[-3:]).mean()
    assert rate / truth.firing_rate(current, CANONICAL) - 1 == pytest.approx(error, abs=2e-3)


def test_a_passive_membrane_has_no_hopf_currents():
    with pytest.raises(ValueError, match="does not lose and regain stability"):
        truth.hopf_currents(CANONICAL.with_(gNa=0.0))
