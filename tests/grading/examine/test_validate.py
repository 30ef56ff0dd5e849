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
from shared import beside

BANK = RIGHT | {name: wrong.submission for name, wrong in WRONG.items()}
PARTS = 12
"""So that all workers have something to do."""
FEW = ("named", "forgets_n")
EXPERIMENTS = notebooks(RIGHT_EXPERIMENTS | WRONG_EXPERIMENTS | WRITTEN)


@pytest.mark.parametrize("names", beside("exam", [FEW, *range(PARTS)], [FEW]))
def test_validate_gives_the_grades_points_and_names_its_mistakes(names):
    differ, tests = {}, master()
    with quick_compiler():
        for name in FEW if names is FEW else list(BANK)[names::PARTS]:
            notebook = answer(BANK[name])
            told = visibly(notebook, tests)
            home = validated(notebook, told)
            differ |= {name: (told, home)} if home != told else {}
    assert differ == {}


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
