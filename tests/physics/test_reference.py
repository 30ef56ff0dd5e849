"""The reference against the literature, against textbook formulas, and against itself.

Published: the equations and rates (Hodgkin and Huxley, J. Physiol. 117, 1952), and the currents
between which the resting state gives way to oscillation (Hassard, J. Theor. Biol. 71, 1978; Rinzel
and Miller, Math. Biosci. 49, 1980). Figures called measured were computed once, outside of this
package, with a relative tolerance of 1e-11.
"""

import numpy as np
import pytest
from scipy.optimize import brentq

from hhlab import START, Parameters, Stimulus, pulse, reference
from hhlab.reference import HOMEWORK
from hhlab.trace import GATES, STATES
from physics.discrete import iterate

TEXTBOOK = Parameters(gL=0.3)
"""The leak of 1952."""


@pytest.mark.parametrize(
    ("parameters", "V", "m", "h", "n"),
    [
        (HOMEWORK, -70.67617, 0.026579, 0.772063, 0.235362),
        (TEXTBOOK, -64.99638, 0.052955, 0.595994, 0.317732),
    ],
    ids=["homework", "textbook"],
)
def test_rest_is_where_it_was_measured(parameters, V, m, h, n):
    rest = reference.rest(parameters)
    assert rest["V"] == pytest.approx(V, abs=1e-5)
    assert [rest[gate] for gate in GATES] == pytest.approx([m, h, n], abs=1e-6)


@pytest.mark.parametrize("parameters", [HOMEWORK, TEXTBOOK], ids=["homework", "textbook"])
def test_nothing_moves_at_rest(parameters):
    change = reference.derivative(reference.rest(parameters), 0.0, parameters)
    assert [change[name] for name in STATES] == pytest.approx([0] * 4, abs=1e-10)


@pytest.mark.parametrize("V", [-40.0, -55.0])
def test_rates_have_their_limits_where_the_formula_is_zero_over_zero(V):
    gate, limit = {-40.0: ("m", 1.0), -55.0: ("n", 0.1)}[V]
    assert reference.rates(V)[gate][0] == limit
    # and they are continuous there: half the slope is 0.05 of the limit per mV
    nearby = reference.rates([V - 1e-3, V - 1e-9, V + 1e-9, V + 1e-3])[gate][0] / limit
    assert nearby == pytest.approx([1 - 5e-5, 1, 1, 1 + 5e-5], abs=1e-8)


def test_rates_are_those_of_the_textbook():
    V = np.arange(-100.0, 60.0, 0.37)  # meets neither -40 nor -55
    exp = np.exp
    textbook = {
        "m": (0.1 * (V + 40) / (1 - exp(-(V + 40) / 10)), 4.0 * exp(-(V + 65) / 18)),
        "h": (0.07 * exp(-(V + 65) / 20), 1 / (1 + exp(-(V + 35) / 10))),
        "n": (0.01 * (V + 55) / (1 - exp(-(V + 55) / 10)), 0.125 * exp(-(V + 65) / 80)),
    }
    got = reference.rates(V)
    for gate in GATES:
        assert np.allclose(got[gate], textbook[gate], rtol=1e-11, atol=0)


@pytest.mark.parametrize(("T", "phi"), [(6.3, 1.0), (16.3, 3.0), (26.3, 9.0), (-3.7, 1 / 3)])
def test_ten_degrees_make_the_gates_three_times_as_fast_and_leave_the_membrane(T, phi):
    state = {"V": -45.0, "m": 0.3, "h": 0.5, "n": 0.4}
    cold, warm = (reference.derivative(state, 5.0, HOMEWORK.with_(T=t)) for t in (6.3, T))
    assert warm["V"] == cold["V"]
    assert [warm[gate] / cold[gate] for gate in GATES] == pytest.approx([phi] * 3, rel=1e-12)


@pytest.mark.parametrize(
    ("current", "time"), [(4, 17.15177), (8, 12.40789), (10, 12.07197), (15, 11.61240)]
)
def test_spikes_come_when_they_were_measured(current, time):
    (times,) = reference.solve(pulse(current), start=START).spike_times()
    # linear interpolation over 0.01 ms of a curved upstroke puts the crossing up to 5e-5 ms early
    assert times == pytest.approx([time], abs=1e-4)


@pytest.mark.parametrize(("current", "peak"), [(1, -68.8302), (2, -66.9399)])
def test_a_weak_pulse_only_pushes(current, peak):
    trace = reference.solve(pulse(current), start=START)
    assert trace.V.max() == pytest.approx(peak, abs=1e-4)


@pytest.mark.parametrize(
    ("current", "peak", "when"),
    [(8, 45.2411, 12.628), (10, 45.4776, 12.292), (15, 46.1718, 11.829)],
)
def test_peak_and_undershoot_of_the_spike(current, peak, when):
    trace = reference.solve(pulse(current), start=START, dt=0.001)
    top = int(trace.V.argmax())
    assert trace.V[top, 0] == pytest.approx(peak, abs=2e-4)
    assert trace.t[top] == pytest.approx(when, abs=1e-3)
    assert trace.V.min() == pytest.approx(-76.909, abs=1e-3)


def test_the_start_of_one_leak_fires_a_spurious_spike_with_the_other():
    (times,) = reference.solve(pulse(1.0), TEXTBOOK, START).spike_times()
    assert times == pytest.approx([4.99], abs=1e-3)


@pytest.mark.parametrize(
    ("parameters", "threshold"),
    [(HOMEWORK, 3.956), (TEXTBOOK, 3.859)],
    ids=["homework", "textbook"],
)
def test_least_current_that_fires_in_two_milliseconds(parameters, threshold):
    silent, firing = 3.0, 5.0
    while firing - silent > 5e-4:
        middle = (silent + firing) / 2
        fires = len(reference.solve(pulse(middle, before=1.0), parameters).spike_times()[0])
        silent, firing = (silent, middle) if fires else (middle, firing)
    assert firing == pytest.approx(threshold, abs=1e-3)


def test_repetitive_firing_of_the_textbook_neuron():
    step = Stimulus(np.array([80.0]), np.array([[10.0]]))
    (times,) = reference.solve(step, TEXTBOOK).spike_times()
    assert 1000 / np.diff(times)[-2:] == pytest.approx([68.32, 68.32], abs=0.02)  # Hz, measured


@pytest.mark.parametrize(
    ("parameters", "measured", "published"),
    [(HOMEWORK, (6.4959, 158.753), None), (TEXTBOOK, (9.7754, 154.522), (9.78, 154.5))],
    ids=["homework", "textbook"],
)
def test_rest_loses_and_regains_stability_at_the_hopf_currents(parameters, measured, published):
    crossings = [
        brentq(lambda V: _growth(V, parameters), *ends, xtol=1e-10)
        for ends in ((-64.0, -58.0), (-45.0, -41.0))
    ]
    currents = [_holding_current(V, parameters) for V in crossings]
    assert currents == pytest.approx(measured, rel=1e-5)
    if published is not None:
        assert currents == pytest.approx(published, rel=1e-3)


def _equilibrium(V):
    return {"V": V, **reference.steady_gates(V)}


def _holding_current(V, parameters):
    return float(-parameters.C * reference.derivative(_equilibrium(V), 0.0, parameters)["V"])


def _growth(V, parameters):
    """Return the largest real part among the eigenvalues of the Jacobian at an equilibrium."""
    state, columns = _equilibrium(V), []
    for name in STATES:
        h = 1e-5 * max(1.0, abs(state[name]))
        ahead, behind = (
            reference.derivative(state | {name: state[name] + side}, 0.0, parameters)
            for side in (h, -h)
        )
        columns.append([(ahead[x] - behind[x]) / (2 * h) for x in STATES])
    return np.linalg.eigvals(np.array(columns).T).real.max()


def test_solution_moves_as_the_derivative_says():
    # starts depolarised, so that a whole spike lies in 4 ms
    stimulus = Stimulus(np.array([4.0]), np.array([[6.0]]))
    p = Parameters(T=10.0, C=0.9, gNa=110.0, gL=0.1)
    start = {"V": -50.0, "m": 0.1, "h": 0.6, "n": 0.3}
    trace = reference.solve(stimulus, p, start, dt=0.001)
    assert trace.V.max() > 20
    change = reference.derivative({name: getattr(trace, name) for name in STATES}, 6.0, p)
    for name in STATES:
        x = getattr(trace, name)
        slope = (x[2:] - x[:-2]) / 0.002
        assert np.allclose(slope, change[name][1:-1], rtol=0, atol=1e-4 * np.abs(slope).max())


def test_flow_continues_the_solution():
    trace = reference.solve(pulse(8.0), start=START)
    states = {name: getattr(trace, name)[[1210, 1240, 1300], 0] for name in STATES}
    after = reference.flow(states, [0.0, 0.0, 0.0], 0.05)
    for name in STATES:
        expected = getattr(trace, name)[[1215, 1245, 1305], 0]
        assert after[name] == pytest.approx(expected, rel=1e-6)


def test_the_spacing_of_the_states_does_not_change_them():
    coarse, fine = (reference.solve(pulse(8.0), start=START, dt=dt) for dt in (0.1, 0.01))
    for name in STATES:
        assert np.allclose(getattr(coarse, name), getattr(fine, name)[9::10], rtol=1e-6, atol=1e-6)


@pytest.mark.parametrize(("gates_first", "order"), [(False, 1), (True, 2)])
def test_order_of_the_exponential_euler_scheme(gates_first, order):
    stimulus = pulse(10.0, before=1.0, after=4.0)
    error = []
    for dt in (0.01, 0.005):
        truth = reference.solve(stimulus, start=START, dt=dt)
        error.append(np.abs(iterate(stimulus, HOMEWORK, START, dt, gates_first).V - truth.V).max())
    assert error[0] / error[1] == pytest.approx(2**order, rel=0.05)


@pytest.mark.parametrize("gates_first", [False, True])
def test_the_exponential_euler_scheme_rests_where_the_equations_do(gates_first):
    rest = reference.rest()
    after = reference.exponential_euler(rest, 0.0, 0.1, gates_first=gates_first)
    assert [after[name] for name in STATES] == pytest.approx([rest[name] for name in STATES])


@pytest.mark.parametrize("dt", [0.0, -0.01, float("nan")])
def test_a_time_step_must_be_positive(dt):
    with pytest.raises(ValueError, match="time step dt must be positive"):
        reference.solve(pulse(8.0), dt=dt)


def test_edges_must_fall_on_time_steps():
    with pytest.raises(ValueError, match=r"multiples of the time step: got dt = 0\.03 ms"):
        reference.solve(pulse(8.0), dt=0.03)


def test_an_unknown_parameter_is_named_with_those_that_are_known():
    with pytest.raises(ValueError, match=r"no such parameter: gCa \(there are ENa, gNa, "):
        HOMEWORK.with_(gCa=1.0)


def test_a_start_must_have_all_states():
    with pytest.raises(ValueError, match="h, n missing"):
        reference.solve(pulse(8.0), start={"V": -70.0, "m": 0.0})
