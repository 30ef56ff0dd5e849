"""NEURON's own ``hh`` mechanism (hh.mod) in one compartment, integrated by CVODE.

The absolute tolerance is 1e-10, and rates are computed (``usetable_hh = 0``) rather than looked up
in a table with steps of 1 mV, which moves a spike near threshold by 0.14 ms.
"""

from contextlib import contextmanager

import numpy as np
from neuron import h

from hhlab import Parameters, Trace, truth
from hhlab.reference.trace import GATES

DT = 0.01
AREA = 1000.0
"""Of the membrane, µm². 1 µA/cm² is then 0.01 nA."""


@contextmanager
def membrane(p: Parameters):
    """Return the middle of a compartment that is deleted afterwards, ready for electrodes."""
    section = h.Section(name="membrane")
    section.L = section.diam = np.sqrt(AREA / np.pi)
    section.insert("hh")
    section.cm, section.ena, section.ek = p.C, p.ENa, p.EK
    middle = section(0.5)
    middle.hh.gnabar, middle.hh.gkbar, middle.hh.gl = p.gNa / 1e3, p.gK / 1e3, p.gL / 1e3  # S/cm²
    middle.hh.el = p.EL
    h.usetable_hh = 0
    h.celsius = p.T
    yield middle
    h.delete_section(sec=section)


def run(sources, V: float, duration: float):
    """Return what the sources read at DT, 2·DT, …, one row each, from rest at the potential V."""
    solver = h.CVode()
    solver.active(True)
    solver.atol(1e-10)
    records = [h.Vector().record(source, DT) for source in sources]
    h.finitialize(V)  # sets the gates to where they settle at this potential
    solver.solve(duration + DT / 2)
    return [np.array(record)[1:] for record in records]


def simulate(pulses, p: Parameters, duration: float) -> Trace:
    """Return what NEURON makes of pulses (beginning, width, current in µA/cm²), from rest."""
    with membrane(p) as middle:
        electrodes = [h.IClamp(middle) for _ in pulses]
        for electrode, (begin, width, current) in zip(electrodes, pulses, strict=True):
            electrode.delay, electrode.dur = begin, width
            electrode.amp = current * AREA * 1e-5  # nA
        sources = [middle._ref_v, *(getattr(middle.hh, f"_ref_{gate}") for gate in GATES)]
        states = run(sources, truth.rest(p)["V"], duration)
    t = DT * np.arange(1, len(states[0]) + 1)
    return Trace(t, *(state[:, np.newaxis] for state in states))


def spikes(pulses, p: Parameters, duration: float):
    """Return when NEURON's neuron fires, ms."""
    return simulate(pulses, p, duration).spike_times(p.V_th)[0]
