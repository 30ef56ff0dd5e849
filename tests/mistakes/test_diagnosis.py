"""Each mistake, made by another model than the one that knows it, and what it is taken for."""

import numpy as np
import pytest
from probe.draws import KEYS, course
from reference.discrete import EQUATIONS, MISTAKES, RIGHT, Recorded, euler, membrane, right, runs
from reference.discrete import slope as discrete_slope

from hhlab import derivative, hidden_states, pulse
from hhlab.mistakes.diagnosis import VARIATIONS, of_rates, of_run
from hhlab.mistakes.equations import slope
from hhlab.mistakes.errors import MEANINGS, of_error
from hhlab.probe.evidence import Rates
from hhlab.reference import HOMEWORK
from hhlab.reference import derivative as true_derivative
from hhlab.reference.trace import GATES, STATES

OTHER = {"T": 15.0, "gNa": 130.0, "gK": 33.0, "gL": 0.04, "C": 0.9, "ENa": 52.0, "EK": -75.0}
OTHER |= {"EL": -54.0}
VISIBLE_STATES = {
    "V": [-70.0, -45.0, 20.0],
    "m": [0.03, 0.3, 0.9],
    "h": [0.8, 0.5, 0.1],
    "n": [0.2, 0.4, 0.7],
    "I": [0.0, 10.0, 5.0],
}
TAKEN_FOR = {
    "sign of I_Na": "wrong sign of I_Na",
    "sign of Iext": "wrong sign of Iext",
    "phi ignored": "temperature has no effect on the gates",
    **{f"alpha and beta of {x} swapped": f"alpha and beta of {x} exchanged" for x in GATES},
    **{f"{x} not written back": f"self.{x} not written back" for x in GATES},
    "h and n exchanged": "order of JointEq and of the call differ in h and n",
    "m and h exchanged": "order of JointEq and of the call differ in m and h",
    "m and h handed over exchanged": "order of the arguments m and h",
    "input with the wrong sign": "input with the wrong sign",
}
"""What the checks should call the mistakes of `discrete`, where one name is enough."""


def _names(mistakes):
    return [mistake.name for mistake in mistakes]


def _varied_rates(variation, states, parameters):
    """Return what a model with a variation of the equations would say of its derivatives."""
    asked = {name: np.array(values, float) for name, values in states.items()}
    p = HOMEWORK.with_(**parameters)
    changes = {x: slope(x, asked, asked["I"], p, variation.lines) for x in STATES}
    return Rates(asked, p, changes)


def _discrete_rates(model, states, parameters):
    """Return the derivatives of a model of `discrete`, in single precision."""
    given = {name: np.array(values, np.float32) for name, values in states.items()}
    state, p = {x: given[x] for x in STATES}, membrane([parameters] * len(given["I"]))
    answer = Recorded(derivative=discrete_slope(state, given["I"], p, model))
    return derivative(answer, states, **parameters)


def _run(name, scheme, model, parameters=OTHER):
    (ask,) = runs([(pulse([2.0, 12.0]), parameters)], scheme, model)
    return ask()


def test_no_two_mistakes_have_one_name():
    names = [variation.mistake.name for variation in VARIATIONS]
    assert len(names) == len(set(names))


@pytest.mark.parametrize("variation", VARIATIONS, ids=lambda v: v.mistake.name)
def test_a_wrong_equation_is_known_by_its_derivatives_in_hidden_states(variation):
    with course(KEYS[0]):
        rates = _varied_rates(variation, hidden_states("derivative", 16), OTHER)
    assert of_rates(rates) == (variation.mistake,)


@pytest.mark.parametrize("variation", VARIATIONS, ids=lambda v: v.mistake.name)
def test_a_wrong_equation_is_not_taken_for_another_one_in_visible_states(variation):
    rates = _varied_rates(variation, VISIBLE_STATES, {})
    truth = true_derivative(rates.states, rates.states["I"])
    if all(np.allclose(rates.changes[x], truth[x], rtol=1e-6) for x in STATES):
        assert of_rates(rates) == ()  # is no mistake with the homework's parameters
    else:
        taken = of_rates(rates)
        assert variation.mistake in taken or taken == ()


@pytest.mark.parametrize("name", sorted(TAKEN_FOR.keys() & EQUATIONS.keys()))
def test_wrong_equations_of_another_model_are_known_by_their_derivatives(name):
    rates = _discrete_rates(EQUATIONS[name], VISIBLE_STATES, OTHER)
    assert _names(of_rates(rates)) == [TAKEN_FOR[name]]


def test_of_three_wrong_equations_the_first_is_named():
    rates = _discrete_rates(EQUATIONS["beta without its x"], VISIBLE_STATES, OTHER)
    assert _names(of_rates(rates)) == ["no m on the beta of m"]


@pytest.mark.parametrize("name", TAKEN_FOR)
def test_mistakes_are_known_by_a_simulation(name):
    assert TAKEN_FOR[name] in _names(of_run(_run(name, *MISTAKES[name])))


@pytest.mark.parametrize(
    ("scheme", "name"), [(euler, "Euler's method"), (RIGHT["exact"], "a Runge–Kutta method")]
)
def test_other_methods_are_known_by_a_simulation(scheme, name):
    assert _names(of_run(_run(name, scheme, right))) == [name]


@pytest.mark.parametrize("name", sorted(RIGHT.keys() - {"exact"}))
def test_right_models_are_taken_for_no_mistake(name):
    assert of_run(_run(name, RIGHT[name], right)) == ()


def test_what_fits_nothing_is_not_named():
    def odd(s, current, p):
        return right(s, current + 3.1 * s["m"], p)

    assert of_rates(_discrete_rates(odd, VISIBLE_STATES, {})) == ()


@pytest.mark.parametrize(
    ("said", "means"),
    [
        ("TypeError: 'ellipsis' object is not callable", "... left in place"),
        ("TypeError: cannot unpack non-iterable ellipsis object", "... left in place"),
        ("ValueError: not enough values to unpack (expected 4, got 3)",
         "fewer than four equations"),
        ('DiffEqError: Do not find time variable "t"',
         "a function without t where an equation is needed"),
        ("TypeError: HH.update() takes 1 positional argument but 3 were given",
         "update takes no current"),
        ("MathError: The shape of the original data is (), while we got (6,)",
         "a variable of another shape"),
        ("MathError: The dtype of the original data is float32, while we got bool",
         "a variable of another type"),
        ("ValueError: The truth value of an array with more than one element is ambiguous.",
         "Python's and, or, not, if with arrays"),
        ("TracerArrayConversionError: The numpy.ndarray conversion method",
         "NumPy or math in an equation"),
        ("TypeError: Only scalar arrays can be converted to Python scalars; got arr.ndim=1",
         "NumPy or math in an equation"),
        ("TypeError: Value '-70.68' with dtype <U6 is not a valid JAX array type.",
         "a word where a number is needed"),
        ("TypeError: '>=' not supported between instances of 'str' and 'float'",
         "a word where a number is needed"),
        ("AttributeError: 'HH' object has no attribute 'dV'", "a part of the class is not there"),
        ('NotImplementedError: Subclass of HH must implement "update" function.',
         "a part of the class is not there"),
        ("AttributeError: 'numpy.ndarray' object has no attribute 'value' and no __dict__",
         "an array where a Variable is needed"),
        ("RecursionError: maximum recursion depth exceeded",
         "a function that calls itself without end"),
        ("update stopped: EOFError: EOF when reading a line", "a question that nobody answers"),
        ("NotImplementedError: TODO 7, derivative", "a blank not filled in"),
        ("TypeError: 'tuple' object is not callable",
         "not the function or the result that is needed here"),
        ("AttributeError: 'DynamicJaxprTracer' object has no attribute 'value'",
         "a result taken for a Variable"),
    ],
)  # fmt: skip
def test_error_messages_are_translated(said, means):
    assert _names(of_error(said)) == [means]


def test_a_number_where_something_else_is_needed_says_nothing_of_the_equations():
    """As in bp.init.OneInit(-70.68)(self.num), which wants a shape."""
    assert of_error("self.V is not there: TypeError: 'int' object is not iterable") == ()


def test_an_error_message_that_is_not_known_is_left_as_it_is():
    assert of_error("ZeroDivisionError: division by zero") == ()
    assert len({meaning.name for _, meaning in MEANINGS}) == len(MEANINGS)
