"""Write verdicts into nbgrader's gradebook: typed, a notebook at a time, 0 where there is none."""

from typing import Any

from nbformat import NotebookNode
from nbgrader.api import Gradebook
from nbgrader.preprocessors import NbGraderPreprocessor
from nbgrader.utils import compute_checksum, determine_grade, is_grade, is_solution, is_task

from ..marks import Remarks, passed, read


class RecordScores(NbGraderPreprocessor):
    """nbgrader's SaveAutoGrades, which takes scores from the examiner instead of the outputs.

    Set in ``c.Autograde.autograde_preprocessors``.
    """

    def preprocess(self, nb: NotebookNode, resources: Any) -> tuple[NotebookNode, Any]:
        """Write all of a notebook's scores and comments, or none."""
        names = resources["nbgrader"]
        with Gradebook(names["db_url"]) as gradebook:
            record(gradebook, nb, names["notebook"], names["assignment"], names["student"])
            gradebook.db.commit()
        return nb, resources


def record(
    gradebook: Gradebook, graded: NotebookNode, notebook: str, assignment: str, student: str
) -> None:
    """Enter the scores and comments of an examined notebook, without committing them.

    Manual grades and comments that an instructor entered stay; nbgrader marks the cell for review.
    Of a notebook that could not be read, nobody knows what its answers in words are.

    Parameters
    ----------
    gradebook : Gradebook
        In which the submission exists.
    graded : NotebookNode
        An examined notebook.
    notebook, assignment, student : str
        Whose it is.
    """
    submitted = gradebook.find_submission_notebook(notebook, assignment, student)
    grades = {grade.name: grade for grade in submitted.grades}
    comments = {comment.name: comment for comment in submitted.comments}
    unread = bool((read(Remarks, graded) or Remarks()).unread)
    for cell in graded.cells:
        if is_grade(cell):
            grade = grades[cell.metadata.nbgrader.grade_id]
            grade.auto_score = _score(cell, grade.max_score, unread)
            by_hand = grade.auto_score is None or grade.manual_score is not None
            grade.needs_manual_grade = by_hand
        if is_solution(cell) or is_task(cell):
            same = cell.metadata.nbgrader.get("checksum") == compute_checksum(cell)
            blank = same and not unread and not is_task(cell)
            comment = comments[cell.metadata.nbgrader.grade_id]
            comment.auto_comment = "No response." if blank else None


def _score(cell: NotebookNode, full: float, unread: bool) -> float | None:
    """Return a cell's score, or None where a human gives it."""
    if cell.cell_type != "code" or is_solution(cell):
        return None if unread else determine_grade(cell)[0]
    return full if passed(cell) else 0.0
