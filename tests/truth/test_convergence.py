"""The order of convergence, on made-up errors and on the schemes of the course."""

import numpy as np
import pytest
from reference.discrete import iterate

from hhlab import START, pulse, reference, truth
from hhlab.reference import HOMEWORK


@pytest.mark.parametrize("order", [0.5, 1, 2, 4])
def test_a_power_of_the_time_step_has_its_exponent_as_order(order):
    dt = np.array([0.1, 0.04, 0.02, 0.01])
    assert truth.convergence_order(dt, -3.0 * dt**order) == pytest.approx(order)


@pytest.mark.parametrize(("gates_first", "order"), [(False, 1), (True, 2)])
def test_gates_first_makes_the_exponential_euler_scheme_second_order(gates_first, order):
    stimulus = pulse(10.0, before=1.0, after=4.0)
    steps, errors = (0.02, 0.01, 0.005), []
    for dt in steps:
        exact = reference.solve(stimulus, start=START, dt=dt)
        errors.append(np.abs(iterate(stimulus, HOMEWORK, START, dt, gates_first).V - exact.V).max())
    assert truth.convergence_order(steps, errors) == pytest.approx(order, abs=0.1)


@pytest.mark.parametrize(
    ("dt", "error"), [([0.1], [1.0]), ([0.1, 0.1], [1.0, 2.0]), ([0.1, 0.01], [1.0, 0.0])]
)
def test_errors_that_say_nothing_about_an_order_are_refused(dt, error):
    with pytest.raises(ValueError, match="an order needs errors"):
        truth.convergence_order(dt, error)
