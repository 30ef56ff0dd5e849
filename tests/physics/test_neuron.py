"""The reference against NEURON: another code, another solver, the same neuron.

NEURON's own ``hh`` mechanism (hh.mod) in one compartment, integrated by CVODE with an absolute
tolerance of 1e-10, with its rates computed (``usetable_hh = 0``) rather than looked up in a table
with steps of 1 mV, which moves the spike at 4 µA/cm² by 0.14 ms.
"""

import numpy as np
import pytest
from neuron import h

from hhlab import Parameters, Trace, pulse, reference
from hhlab.trace import GATES

DT = 0.01
AREA = 1000.0
"""Of the membrane, µm². 1 µA/cm² is then 0.01 nA."""

NEURONS = {
    "homework": Parameters(),
    "textbook": Parameters(gL=0.3),
    "warm": Parameters(T=10.0),
    "other": Parameters(gL=0.3, EL=-54.3, T=18.5, C=0.9, gNa=110.0, gK=40.0),
}


def _neuron(current: float, p: Parameters) -> Trace:
    """Return what NEURON makes of the homework's pulse, from rest."""
    membrane = h.Section(name="membrane")
    membrane.L = membrane.diam = np.sqrt(AREA / np.pi)
    membrane.insert("hh")
    membrane.cm, membrane.ena, membrane.ek = p.C, p.ENa, p.EK
    middle = membrane(0.5)
    middle.hh.gnabar, middle.hh.gkbar, middle.hh.gl = p.gNa / 1e3, p.gK / 1e3, p.gL / 1e3  # S/cm²
    middle.hh.el = p.EL
    electrode = h.IClamp(middle)
    electrode.delay, electrode.dur, electrode.amp = 10.0, 2.0, current * AREA * 1e-5  # nA
    h.usetable_hh = 0
    h.celsius = p.T
    solver = h.CVode()
    solver.active(True)
    solver.atol(1e-10)
    sources = [middle._ref_v, *(getattr(middle.hh, f"_ref_{gate}") for gate in GATES)]
    records = [h.Vector().record(source, DT) for source in sources]
    h.finitialize(reference.rest(p)["V"])  # sets the gates to where they settle at this potential
    solver.solve(37.0 + DT / 2)
    V, m, gate_h, n = (np.array(record)[1:, np.newaxis] for record in records)
    return Trace(DT * np.arange(1, len(V) + 1), V, m, gate_h, n)


@pytest.mark.parametrize("current", [2.0, 4.0, 8.0, 15.0])
@pytest.mark.parametrize("name", NEURONS)
def test_neuron_and_the_reference_agree(name, current):
    p = NEURONS[name]
    theirs, ours = _neuron(current, p), reference.solve(pulse(current), p, dt=DT)
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
