"""Answers to hh-explore: right ones keep every point, wrong ones lose those of their own parts."""

import ast
import re

import nbformat
import pytest
from bank.explore.answer import TESTS, USED_BY, lost, notebooks
from bank.explore.exam import SOURCE, examined, notebook
from bank.explore.right import RIGHT
from bank.explore.written import WRITTEN
from bank.explore.wrong import NAMES, RAISES, WRONG
from bank.here import validated

from hhlab.channel import mistake
from hhlab.course.sample_class import instructors_answers
from hhlab.mistakes.returned import of_returned

ELSEWHERE = "does not return what it should when it is asked something else"
"""What a hidden test says."""


def _failed(answers):
    return {name: verdict for name, verdict in examined(answers).items() if not verdict.passed}


def test_the_bank_is_as_large_as_promised():
    assert len(RIGHT) >= 10
    assert len(WRONG) >= 25
    for bank in (RIGHT, WRONG, WRITTEN):
        assert {answer.todo for answer in bank.values()} == set(TESTS)


def test_an_answer_is_used_only_where_the_bank_knows_it():
    # so no other test can notice it, and none has to be asked
    answers = instructors_answers(SOURCE)
    todos = {name: number for number, name in _functions().items()}
    assert set(todos.values()) == set(answers) == set(TESTS)
    for todo, code in answers.items():
        calls = [node.func for node in ast.walk(ast.parse(code)) if isinstance(node, ast.Call)]
        for called in {ast.unparse(function) for function in calls} & todos.keys():
            assert todo in USED_BY[todos[called]]


def _functions():
    """Return the names of the functions that students write, by TODO."""
    source = "\n".join(cell.source for cell in nbformat.read(SOURCE, 4).cells)
    return {int(number): name for number, name in re.findall(r"# TODO (\d+), (\w+):", source)}


@pytest.mark.thorough("exam")
@pytest.mark.parametrize("answers", notebooks(RIGHT), ids=lambda answers: next(iter(answers)))
def test_right_answers_keep_every_point(answers):
    assert _failed(answers) == {}


@pytest.mark.thorough("exam")
@pytest.mark.parametrize("answers", notebooks(WRONG), ids=lambda answers: next(iter(answers)))
def test_wrong_answers_lose_the_points_of_their_own_parts_and_are_rightly_named(answers):
    failed = _failed(answers)
    assert set(failed) == lost(answers)
    for name, answer in answers.items():
        verdicts = [failed[TESTS[todo]] for todo in answer.loses]
        called = {mistake for verdict in verdicts for mistake in verdict.mistakes}
        assert called == set(filter(None, NAMES.get(name, "").split("; "))), name
        assert any("Error: " in verdict.sentence for verdict in verdicts) == (name in RAISES), name


def test_mistakes_that_need_no_measurement_are_named_at_home_too(monkeypatch):
    # students have hhlab without what measures the right answers
    monkeypatch.setitem(mistake._known, "returned", [of_returned])
    kept = ("closed_part", "no_phi", "place_of_crossing", "width_first", "half", "no_guard")
    kept += ("first_spike", "in_current", "magnitude", "last_time", "place_of_peak")
    kept += ("upside_down", "still_firing", "exchanged", "axes", "gates_lost")
    for answers in notebooks({name: WRONG[name] for name in kept}):
        told = validated(notebook(answers), {TESTS[answer.todo] for answer in answers.values()})
        for name, answer in answers.items():
            named = () if name == "first_spike" else (NAMES[name],)
            assert told[TESTS[answer.todo]] == (False, named), name


@pytest.mark.parametrize("answers", notebooks(WRITTEN), ids=lambda answers: next(iter(answers)))
def test_numbers_written_down_pass_what_is_visible_and_nothing_else(answers):
    failed = _failed(answers)
    assert set(failed) == lost(answers)
    for answer in answers.values():
        assert ELSEWHERE in failed[TESTS[answer.todo]].sentence
