"""The grader's own exam. ``make exam`` prints its figures; docs/exam.md says what they mean."""

import pytest
from bank.exam import CHINESE, broken_by, examine_bank, examine_mutants
from bank.families import RIGHT
from bank.here import quick_compiler
from bank.wrong import WRONG
from home import COMPILED

PARTS = 8
"""So that all workers have something to do."""
FEW = 20
"""`make exam` looks at all answers where every twentieth is looked at here."""


def test_the_bank_is_as_large_as_promised():
    assert len(RIGHT) >= 120
    assert len(WRONG) >= 60
    assert sum(bool(wrong.named) for wrong in WRONG.values()) >= 0.9 * len(WRONG)


@pytest.mark.thorough("exam")
@pytest.mark.parametrize("part", range(PARTS))
def test_points_are_lost_where_they_must_be_and_mistakes_rightly_named(part):
    with quick_compiler(COMPILED):
        assert examine_bank(first=part, step=PARTS, at_home=FEW).broken() == []


@pytest.mark.thorough("exam")
def test_every_twentieth_answer_is_judged_as_it_must_be_in_chinese():
    with quick_compiler(COMPILED):
        assert examine_bank(CHINESE, step=FEW).broken() == []


@pytest.mark.thorough("exam")
@pytest.mark.parametrize("part", range(0, PARTS, 3))
def test_mutants_that_survive_are_equivalent(part):
    """Three in eight of them; `make exam` looks at all."""
    with quick_compiler(COMPILED):
        assert broken_by(*examine_mutants(part, PARTS)) == []
