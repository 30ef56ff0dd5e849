"""Where gates settle under a held potential, and how fast."""

import numpy as np
import pytest

from hhlab import reference, truth
from hhlab.reference import CANONICAL
from hhlab.reference.trace import GATES

V = np.array([-90.0, -65.0, -55.0, -40.0, -20.0, 30.0])


@pytest.mark.parametrize("T", [6.3, 16.3])
def test_a_gate_closes_63_percent_of_its_distance_in_one_time_constant(T):
    p = CANONICAL.with_(T=T)
    tau, settled = truth.time_constants(V, p), truth.steady_gates(V)
    for gate in GATES:
        for k, potential in enumerate(V):
            state = {x: np.array([0.3]) for x in GATES} | {"V": np.array([potential])}
            speed = reference.derivative(state, 0.0, p)[gate][0]
            assert speed == pytest.approx((settled[gate][k] - 0.3) / tau[gate][k], rel=1e-12)


def test_ten_degrees_divide_time_constants_by_three():
    cold, warm = (truth.time_constants(V, CANONICAL.with_(T=T)) for T in (6.3, 16.3))
    for gate in GATES:
        assert cold[gate] / warm[gate] == pytest.approx(3)


def test_h_is_the_slow_gate_near_rest_and_m_the_fast_one_everywhere():
    near_rest = truth.time_constants(np.arange(-75.0, -60.0))
    assert (near_rest["h"] > near_rest["n"]).all()
    everywhere = truth.time_constants(np.arange(-100.0, 50.0))
    assert (everywhere["m"] < np.minimum(everywhere["h"], everywhere["n"])).all()


@pytest.mark.parametrize(("one", "other"), [("m", "h"), ("m", "n"), ("h", "n")])
def test_curves_cross_once_and_there_they_agree(one, other):
    (crossing,) = truth.crossing_potentials(one, other)
    gates = truth.steady_gates(crossing)
    assert gates[one] == pytest.approx(gates[other], abs=1e-9)
    fine = np.linspace(-120, 60, 1801)
    gates = truth.steady_gates(fine)
    sides = np.sign(gates[one] - gates[other])
    assert (sides == np.where(fine < crossing, sides[0], -sides[0])).all()
