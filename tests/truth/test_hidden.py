"""What answers an exercise of hh-explore in one call: not in students' hands, yet what is asked."""

import ast
import contextlib
import dataclasses
import functools
import inspect
import itertools
import pkgutil
import re
from importlib import import_module
from pathlib import Path

import nbformat
import numpy as np
import pytest
from shared import ROOT

import hhlab
from hhlab import call, expect, reference, truth
from hhlab.channel.fault import Fault
from hhlab.channel.hidden import course_key
from hhlab.course.unit import UNIT
from hhlab.grading.jail.bubblewrap import GRADER
from hhlab.grading.regions import visible

SOURCE = ROOT / "source/hh-explore/hh-explore.ipynb"
CELLS = [cell for cell in nbformat.read(SOURCE, 4).cells if cell.cell_type == "code"]
TESTS = [cell for cell in CELLS if cell.id.startswith("test-")]
squid = reference.CANONICAL
STATE = {
    name: np.array(x)
    for name, x in {"V": [-60.0, 20], "m": [0.1, 0.9], "h": [0.5, 0.2], "n": [0.4, 0.6]}.items()
}
TIMES = np.arange(1, 1001) / 100


@functools.cache
def clamped():
    """Return the currents of a clamp to 0 mV."""
    return truth.voltage_clamp(0.0, TIMES, squid, truth.steady_gates(-65.0))


ANSWERS = {
    "steady_state": lambda gate, V: truth.steady_gates(V)[gate],
    "time_constant": lambda gate, V, T=6.3: truth.time_constants(V, squid.with_(T=T))[gate],
    "crossing": lambda one, other: truth.crossing_potentials(one, other)[0],
    "threshold": lambda width, **p: truth.pulse_threshold(width, squid.with_(**p)),
    "rheobase": lambda **p: truth.rheobase(squid.with_(**p)),
    "chronaxie": lambda _, **p: truth.chronaxie(squid.with_(**p)),
    "rate": lambda current, start=None, **p: np.array(
        [
            truth.firing_rate(float(one), squid.with_(**p)) if start is None else 0.0
            for one in np.atleast_1d(current)
        ]
    ),
    "onset": lambda **p: truth.sustained_current(squid.with_(**p)),
    "two_rates": lambda current, **p: tuple(
        np.array([rate(float(one), squid.with_(**p)) for one in np.atleast_1d(current)])
        for rate in (truth.held_rate, truth.firing_rate)
    ),
    "second_threshold": lambda interval, _: truth.second_pulse_threshold(interval, 2, 0.5, squid),
    "anode_break": lambda **p: truth.anode_break_threshold(20, squid.with_(**p)) or np.nan,
    "resting_potential": lambda **p: truth.rest(squid.with_(**p))["V"],
    "spike_shape": lambda T: (
        (shape := truth.spike_shape(60.0, 0.5, squid.with_(T=T))).peak, shape.half_width,
    ),
    "q10": lambda a, T_a, b, T_b: (b / a) ** (10 / (T_b - T_a)),
    "heat_block": lambda current: truth.heat_block(current, squid),
    "separate": lambda V, gL: (clamped()["Na"], clamped()["K"]),
    "order": truth.convergence_order,
    "gates_first": lambda current, dt, **state: tuple(
        truth.gates_first(state, current, dt, squid)[name] for name in "Vmhn"
    ),
}  # fmt: skip
"""What each exercise asks for, in one call of what students do not have."""


def close(returned, *right, percent=0.0, within=0.0, unit="", at=(), reused=False):
    """Check as `expect` does, with a twentieth of the room that students have."""
    less = [x / 20 for x in within] if isinstance(within, list) else within / 20
    expect(returned, *right, percent=percent / 20, within=less, unit=unit, at=at, reused=reused)


@pytest.mark.parametrize("cell", TESTS, ids=lambda cell: cell.id)
def test_the_numbers_of_the_visible_tests_are_the_true_ones(cell):
    for name, answer in ANSWERS.items():
        answer.__name__ = name
    given = {"call": call, "expect": close, "np": np, "reference": reference}
    exec(visible(cell.source), given | ANSWERS)


@pytest.mark.parametrize("number", range(20))
def test_a_scheme_is_told_from_another_and_not_by_single_precision(number):
    """TODO 18: BrainPy's numbers stay within half of the room, and a late V leaves twice of it."""
    (test,) = (cell.source for cell in TESTS if cell.id == "test-gates-first")
    room = set(re.findall(r"within=(\[.*?\])", test))
    assert len(room) == 1  # the same, visible and hidden
    within = dict(zip("Vmhn", ast.literal_eval(*room), strict=True))
    token = course_key.set(f"a course of its own, {number}")
    try:
        state = hhlab.hidden_states("gates first")
    finally:
        course_key.reset(token)
    current = state.pop("I")
    right = truth.gates_first(state, current, 0.05, squid)
    for name, x in right.items():
        assert np.abs(np.float32(x) - x).max() < within[name] / 2
    single = truth.gates_first({x: np.float32(y) for x, y in state.items()}, current, 0.05, squid)
    assert all(np.abs(single[x] - right[x]).max() < within[x] / 2 for x in right)
    late = reference.exponential_euler(state, current, 0.05, squid)
    assert np.abs(late["V"] - right["V"]).max() > 2 * within["V"]


@pytest.mark.parametrize("cell", CELLS, ids=lambda cell: cell.id)
def test_nothing_that_students_see_names_what_answers(cell):
    names = {
        node.id for node in ast.walk(ast.parse(visible(cell.source))) if type(node) is ast.Name
    }
    assert not names & {"truth", "hidden_number", "hidden_states"}


def _is_function(thing):
    return inspect.isfunction(inspect.unwrap(thing)) if callable(thing) else False


def importable():
    """Return the functions that a student's kernel can import of ours."""
    hidden = (GRADER, *UNIT.hidden_folders())
    found = {}
    for module in pkgutil.walk_packages(hhlab.__path__, "hhlab."):
        place = Path(module.module_finder.path)
        if any(place.is_relative_to(folder) for folder in hidden) or module.name in HIDDEN:
            continue
        for name, thing in vars(import_module(module.name)).items():
            if _is_function(thing) and thing.__module__.startswith("hhlab."):
                found[f"{thing.__module__}.{name}"] = thing
    return {path: thing for path, thing in found.items() if not path.startswith(HIDDEN)}


HIDDEN = ("hhlab.grading", "hhlab.truth", "hhlab.course", "hhlab.__main__")


@functools.cache
def asked():
    """Return with what each exercise asks, and a number that its answer has."""
    return {
        "steady_state": (-60.0, 0.093642), "time_constant": (-60.0, 7.670227),
        "crossing": ("m", "h", -52.4717), "threshold": (2.0, truth.pulse_threshold(2.0, squid)),
        "rheobase": (truth.rheobase(squid),), "chronaxie": (truth.chronaxie(squid),),
        "rate": (10.0, truth.firing_rate(10.0, squid)), "onset": (truth.sustained_current(squid),),
        "second_threshold": (10.0, 2.0, 0.5, 3.4974), "anode_break": (20.0, -2.79169),
        "resting_potential": (-64.9964,),
        "spike_shape": (60.0, 0.5, truth.spike_shape(60.0, 0.5, squid).half_width),
        "heat_block": (10.0, 21.1874), "separate": (0.0, TIMES, clamped()["Na"][59]),
        "order": ([0.1, 0.05, 0.025], [0.4, 0.22, 0.09], 1.076),
        "gates_first": (STATE, 10.0, 0.1, -59.78752095),
    }  # fmt: skip


def numbers(thing):
    """Yield all numbers in what a function returned."""
    if isinstance(thing, dict):
        thing = tuple(thing.values())
    if isinstance(thing, (tuple, list)):
        for each in thing:
            yield from numbers(each)
    elif isinstance(thing, (int, float, np.ndarray)) and np.asarray(thing).dtype.kind in "if":
        yield from np.ravel(thing).tolist()
    elif dataclasses.is_dataclass(thing) and not isinstance(thing, type):
        yield from numbers(vars(thing))


def answering(functions):
    """Return which exercises are answered by one call, and by which function."""
    found = set()
    for path, function in functions.items():
        alone = returned(function)
        for (exercise, (*question, right)), last in itertools.product(asked().items(), LAST):
            given = [*question, *last]
            answer = returned(function, *given) if given else alone
            if np.isclose(answer, right, rtol=1e-5).any():
                found.add((exercise, path))
    return found


LAST = ([], [squid], [squid, truth.steady_gates(-65.0)])
"""What may be handed over beside what an exercise asks."""


def returned(function, *given):
    """Return the numbers that a call returns; none where it raises."""
    with contextlib.suppress(Exception, SystemExit, Fault):
        return list(numbers(function(*given)))
    return []


def test_nothing_that_students_can_import_answers_an_exercise_in_one_call():
    functions = importable()
    assert "hhlab.reference.equations.rates" in functions
    assert answering(functions) == set()


@pytest.mark.thorough("publish")
def test_what_answers_one_would_be_found():
    functions = {name: thing for name, thing in vars(truth).items() if _is_function(thing)}
    assert {exercise for exercise, _ in answering(functions)} == set(asked())
