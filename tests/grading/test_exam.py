"""The grader's own exam. ``make exam`` prints its figures; docs/exam.md says what they mean."""

import pytest
from bank.exam import broken_by, examine_bank, examine_mutants
from bank.here import quick_compiler
from bank.right import RIGHT
from bank.wrong import WRONG

pytestmark = pytest.mark.timeout(1800)


def test_the_bank_is_as_large_as_promised():
    assert len(RIGHT) >= 25
    assert len(WRONG) >= 60


def test_points_are_lost_where_they_must_be_and_mistakes_rightly_named():
    with quick_compiler():
        marks = examine_bank()
    assert marks.broken() == []


def test_mutants_that_survive_are_equivalent():
    with quick_compiler():
        _, survivors = examine_mutants()
    assert broken_by(survivors) == []
