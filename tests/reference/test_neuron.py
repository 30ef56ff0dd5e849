"""The reference against NEURON: another code, another solver, the same neuron."""

import numpy as np
import pytest
from reference import cvode

from hhlab import Parameters, pulse, reference, truth
from hhlab.reference.trace import GATES

NEURONS = {
    "homework": Parameters(),
    "textbook": Parameters(gL=0.3),
    "warm": Parameters(T=10.0),
    "other": Parameters(gL=0.3, EL=-54.3, T=18.5, C=0.9, gNa=110.0, gK=40.0),
}


def _neuron(current, p):
    """Return what NEURON makes of the homework's pulse, from rest."""
    return cvode.simulate([(10.0, 2.0, current)], p, 37.0)


@pytest.mark.parametrize("current", [2.0, 4.0, 8.0, 15.0])
@pytest.mark.parametrize("name", NEURONS)
def test_neuron_and_the_reference_agree(name, current):
    p = NEURONS[name]
    theirs, ours = _neuron(current, p), reference.solve(pulse(current), p, truth.rest(p), cvode.DT)
    assert len(theirs.t) == len(ours.t)
    # 2e-5 mV apart; 4e-4 at 4 µA/cm², where the threshold magnifies every difference
    assert np.allclose(theirs.V, ours.V, rtol=0, atol=2e-3)
    for gate in GATES:
        assert np.allclose(getattr(theirs, gate), getattr(ours, gate), rtol=0, atol=1e-5)
    (times,), (expected,) = theirs.spike_times(), ours.spike_times()
    assert times == pytest.approx(expected, abs=1e-4)


def test_the_comparison_covers_spikes_and_silence():
    counts = {
        name: [len(_neuron(current, p).spike_times()[0]) for current in (2.0, 4.0, 8.0)]
        for name, p in NEURONS.items()
    }
    silent_at_four = {"warm", "other"}  # fast gates repolarise a weak pulse's membrane in time
    assert counts == {name: [0, int(name not in silent_at_four), 1] for name in NEURONS}
