"""The reference against the literature, against textbook formulas, and against itself.

Published: the equations and rates (Hodgkin and Huxley, J. Physiol. 117, 1952). Figures called
measured were computed once, outside of this package, with a relative tolerance of 1e-11.
"""

import numpy as np
import pytest
from scipy.integrate import solve_ivp

from hhlab import START, Parameters, Stimulus, pulse, reference, truth
from hhlab.reference import CANONICAL, HOMEWORK
from hhlab.reference.trace import GATES, STATES


@pytest.mark.parametrize(
    ("parameters", "V", "m", "h", "n"),
    [
        (HOMEWORK, -70.67617, 0.026579, 0.772063, 0.235362),
        (CANONICAL, -64.99638, 0.052955, 0.595994, 0.317732),
    ],
    ids=["homework", "canonical"],
)
def test_rest_is_where_it_was_measured(parameters, V, m, h, n):
    rest = truth.rest(parameters)
    assert rest["V"] == pytest.approx(V, abs=1e-5)
    assert [rest[gate] for gate in GATES] == pytest.approx([m, h, n], abs=1e-6)


@pytest.mark.parametrize("parameters", [HOMEWORK, CANONICAL], ids=["homework", "canonical"])
def test_nothing_moves_at_rest(parameters):
    change = reference.derivative(truth.rest(parameters), 0.0, parameters)
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
    (times,) = reference.solve(pulse(1.0), CANONICAL, START).spike_times()
    assert times == pytest.approx([4.99], abs=1e-3)


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


def test_the_solver_follows_the_derivative_to_ten_digits():
    p = CANONICAL.with_(T=9.0, C=1.1, gNa=130.0)
    first = [truth.rest(p)[name] for name in STATES]

    def derivative(_, y):
        change = reference.derivative(dict(zip(STATES, y, strict=True)), 40.0, p)
        return [change[name] for name in STATES]

    theirs = solve_ivp(derivative, (0, 12), first, method="DOP853", rtol=1e-12, atol=1e-14).y[:, -1]
    ours = reference.solve(Stimulus(np.array([12.0]), np.array([[40.0]])), p, truth.rest(p))
    for name, value in zip(STATES, theirs, strict=True):
        assert getattr(ours, name)[-1, 0] == pytest.approx(value, rel=1e-8)


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


@pytest.mark.parametrize("scheme", [reference.exponential_euler, truth.gates_first])
def test_the_exponential_euler_scheme_rests_where_the_equations_do(scheme):
    rest = truth.rest()
    after = scheme(rest, 0.0, 0.1)
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
