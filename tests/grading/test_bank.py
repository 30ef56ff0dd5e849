"""The grader's own exam: right answers keep every point, wrong ones lose those they must lose."""

import pytest
from bank.right import RIGHT
from bank.wrong import WRONG

from hhlab.grading.sample import Submission


@pytest.mark.parametrize("name", RIGHT)
def test_right_answers_keep_every_point(name, lost):
    assert lost(RIGHT[name]) == {}


@pytest.mark.parametrize("name", WRONG)
def test_wrong_answers_lose_points_in_their_own_parts(name, lost):
    submission, loses = WRONG[name]
    assert set(lost(submission)) == loses


def test_the_seeds_own_answer_word_for_word(lost):
    from bank.seed import SEED

    assert lost(Submission("the answer of the homework this course grew out of", cell=SEED)) == {}
