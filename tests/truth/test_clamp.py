"""The voltage clamp, against figures measured elsewhere, NEURON, and the equations solved."""

import numpy as np
import pytest
from neuron import h
from reference import cvode
from reference.figures import printed
from scipy.integrate import solve_ivp
from truth import measured

from hhlab import reference, truth
from hhlab.reference import CANONICAL, HOMEWORK
from hhlab.reference.trace import GATES


def test_currents_of_a_step_from_rest_to_0_mV_are_as_measured():
    when, peak = measured.peak_sodium_current(0.0, CANONICAL)
    assert when == printed(".618")
    assert peak == printed("-1456.5")
    assert truth.voltage_clamp(0.0, 10.0, CANONICAL)["K"] == printed("1879.0")


@pytest.mark.parametrize("command", [-100.0, -55.0, -40.0, 20.0])
@pytest.mark.parametrize("p", [CANONICAL, HOMEWORK.with_(T=15.0)], ids=str)
def test_the_closed_form_solves_the_equations(p, command):
    t, first = np.array([0.1, 0.7, 3.0, 12.0]), truth.rest(p)

    def gates_alone(_, y):
        change = reference.derivative(dict(zip(GATES, y, strict=True)) | {"V": command}, 0.0, p)
        return [change[gate] for gate in GATES]

    y = [first[gate] for gate in GATES]
    solved = solve_ivp(gates_alone, (0, 12), y, t_eval=t, rtol=1e-10, atol=1e-13).y
    state = {"V": np.full(4, command), **dict(zip(GATES, solved, strict=True))}
    expected, got = reference.currents(state, p), truth.voltage_clamp(command, t, p)
    for name in expected:
        assert got[name] == pytest.approx(expected[name], rel=1e-7, abs=1e-9)


@pytest.mark.parametrize(("hold", "command"), [(-65.0, 0.0), (-90.0, 20.0)])
def test_neurons_clamp_measures_the_same_currents(hold, command):
    p = CANONICAL.with_(T=10.0)
    with cvode.membrane(p) as middle:
        clamp = h.SEClamp(middle)
        clamp.rs, clamp.dur1, clamp.amp1, clamp.dur2, clamp.amp2 = 1e-6, 20, hold, 20, command
        hh = middle.hh
        Na, K, gates = cvode.run([middle._ref_ina, middle._ref_ik, hh._ref_m], hold, 30.0)
    begin = 2000  # steps, 20 ms at the holding potential
    t = np.array([0.2, 0.5, 1.0, 5.0, 9.0])
    at = begin + np.round(t / cvode.DT).astype(int) - 1
    ours = truth.voltage_clamp(command, t, p, truth.steady_gates(hold))
    assert gates[begin - 2] == pytest.approx(truth.steady_gates(hold)["m"], abs=1e-6)
    # mA/cm² there; the electrode's resistance of 1 ohm shifts V by less than 1e-6 mV
    assert 1e3 * Na[at] == pytest.approx(ours["Na"], rel=1e-4)
    assert 1e3 * K[at] == pytest.approx(ours["K"], rel=1e-4)


def test_sodium_turns_round_at_its_reversal_potential_and_potassium_rectifies():
    commands = np.arange(-80.0, 101.0, 20.0)
    Na, K = measured.current_voltage(commands, CANONICAL)
    assert (np.sign(Na) == np.sign(commands - CANONICAL.ENa)).all()
    assert commands[Na.argmin()] == 0
    assert (np.diff(K / (commands - CANONICAL.EK)) > 0).all()


def test_a_clamped_potential_that_held_before_changes_nothing():
    before = truth.steady_gates(-50.0)
    ionic = truth.voltage_clamp(-50.0, [0.0, 1.0, 100.0], CANONICAL, before)
    for current in ionic.values():
        assert np.ptp(current) == pytest.approx(0, abs=1e-12)
