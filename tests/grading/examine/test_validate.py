"""Validate says at home, in the student's own kernel, what the grader says of all it can see."""

import nbformat
import pytest
from bank.exam import answer, master
from bank.explore import exam
from bank.explore.answer import notebooks
from bank.explore.right import RIGHT as RIGHT_EXPERIMENTS
from bank.explore.written import WRITTEN
from bank.explore.wrong import WRONG as WRONG_EXPERIMENTS
from bank.families import RIGHT
from bank.here import quick_compiler, validated, visibly
from bank.wrong import WRONG
from home import COMPILED
from shared import beside

FEW = {"named": RIGHT["named"], "forgets_n": WRONG["forgets_n"].submission}
"""All answers of the bank are for the exam (test_exam.py)."""
EXPERIMENTS = notebooks(RIGHT_EXPERIMENTS | WRONG_EXPERIMENTS | WRITTEN)


@pytest.mark.parametrize("name", FEW)
def test_validate_gives_the_grades_points_and_names_its_mistakes(name):
    notebook = answer(FEW[name])
    with quick_compiler(COMPILED):
        told = visibly(notebook, master())
        assert validated(notebook, told) == told


@pytest.mark.parametrize("number", beside("exam", range(len(EXPERIMENTS)), [0]))
def test_validate_gives_the_grades_points_for_experiments(number):
    """It names no mistakes there: what tells them apart answers the exercises as well."""
    notebook = exam.notebook(EXPERIMENTS[number])
    tests = nbformat.read(exam.SOURCE, 4)
    told = visibly(notebook, tests)
    home = validated(notebook, told)
    assert {name: passed for name, (passed, _) in home.items()} == {
        name: passed for name, (passed, _) in told.items()
    }
