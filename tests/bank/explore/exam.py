"""Examine answers to hh-explore without a kernel, by the tests that look at their blanks."""

from collections.abc import Mapping

import nbformat
from nbformat import NotebookNode
from nbgrader.utils import is_grade
from shared import ROOT

from hhlab.course.sample_class import fill, instructors_answers
from hhlab.grading.examine.examiner import Verdict

from ..here import examine
from .answer import TESTS, Answer, concerned, submission

ORIGINAL = "hh-explore"
SOURCE = ROOT / "source" / ORIGINAL / f"{ORIGINAL}.ipynb"


def notebook(answers: Mapping[str, Answer], edition: str = ORIGINAL) -> NotebookNode:
    """Return the notebook that a student hands in with these answers."""
    release = ROOT / "release" / edition / f"{edition}.ipynb"
    return fill(release, instructors_answers(SOURCE), submission(answers))


def examined(answers: Mapping[str, Answer], edition: str = ORIGINAL) -> dict[str, Verdict]:
    """Return the verdicts of the tests that look at these answers' blanks."""
    master = nbformat.read(ROOT / "source" / edition / f"{edition}.ipynb", 4)
    asked = {TESTS[todo] for answer in answers.values() for todo in concerned(answer.todo)}
    master.cells = [
        cell
        for cell in master.cells
        if not is_grade(cell) or cell.metadata.nbgrader.grade_id in asked
    ]
    return examine(notebook(answers, edition), master)
