"""The discrete model against Brian2: the same scheme in another code, and its error.

Brian2's ``exponential_euler`` derives the scheme from the text of the equations. It must give what
`reference.exponential_euler` iterated gives, in double precision, and approach the reference with
the first power of the time step.
"""

import functools

import numpy as np
import pytest
from reference.discrete import iterate

from hhlab import START, Parameters, Stimulus, Trace, pulse, reference
from hhlab.reference import HOMEWORK
from hhlab.reference.trace import STATES

EQUATIONS = """
dV/dt = (I - gNa*m**3*h*(V - ENa) - gK*n**4*(V - EK) - gL*(V - EL))/C/ms : 1
dm/dt = phi*(1/exprel(-(V + 40)/10)*(1 - m) - 4*exp(-(V + 65)/18)*m)/ms : 1
dh/dt = phi*(0.07*exp(-(V + 65)/20)*(1 - h) - h/(1 + exp(-(V + 35)/10)))/ms : 1
dn/dt = phi*(0.1/exprel(-(V + 55)/10)*(1 - n) - 0.125*exp(-(V + 65)/80)*n)/ms : 1
I : 1
"""
SHORT = pulse([8.0, 10.0, 15.0], before=0.2, after=3.0)
"""Brian2 takes a millisecond for each step in NumPy."""


@functools.cache
def _brian(stimulus: Stimulus, p: Parameters, dt: float) -> Trace:
    """Return what Brian2 makes of a stimulus, from the homework's start."""
    import brian2  # here: each worker collects the tests, one runs these

    brian2.prefs.codegen.target = "numpy"
    constants = {
        name: getattr(p, name) for name in ("ENa", "EK", "EL", "gNa", "gK", "gL", "C", "phi")
    }
    neurons = brian2.NeuronGroup(
        stimulus.size,
        EQUATIONS,
        method="exponential_euler",
        dt=dt * brian2.ms,
        namespace={**constants, "ms": brian2.ms},
    )
    for name in STATES:
        setattr(neurons, name, START[name])
    monitor = brian2.StateMonitor(neurons, STATES, record=True, when="end", dt=dt * brian2.ms)
    network = brian2.Network(neurons, monitor)
    for duration, currents in zip(stimulus.durations, stimulus.currents, strict=True):
        neurons.I = currents
        network.run(duration * brian2.ms)
    states = [np.array(getattr(monitor, name)).T for name in STATES]
    return Trace(dt * np.arange(1, len(states[0]) + 1), *states)


@pytest.mark.parametrize(
    ("stimulus", "parameters", "dt"),
    [
        (SHORT, HOMEWORK, 0.01),
        (SHORT, Parameters(gL=0.3, T=10.0, C=0.9), 0.02),
        (pulse([2.0, 4.0, 15.0]), HOMEWORK, 0.1),
    ],
    ids=["homework", "other parameters", "coarse"],
)
def test_brian2_steps_as_our_exponential_euler_does(stimulus, parameters, dt):
    theirs, ours = _brian(stimulus, parameters, dt), iterate(stimulus, parameters, START, dt)
    assert ours.V.max() > 20  # there is a spike to compare
    for name in STATES:
        assert np.allclose(getattr(theirs, name), getattr(ours, name), rtol=1e-10, atol=1e-9)


def test_brian2_approaches_the_reference_with_the_first_power_of_the_step():
    truth = np.ravel(reference.solve(SHORT, start=START).spike_times())
    coarse, fine = (
        np.ravel(_brian(SHORT, HOMEWORK, dt).spike_times()) - truth for dt in (0.02, 0.01)
    )
    assert fine == pytest.approx([0.0345, 0.0298, 0.0251], abs=5e-4)  # ms, measured
    assert coarse / fine == pytest.approx([2, 2, 2], rel=0.03)
    # extrapolated to a step of 0, Brian2 arrives at the reference
    assert np.abs(2 * fine - coarse).max() < 1e-3
