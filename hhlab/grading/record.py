"""Write verdicts into nbgrader's gradebook: typed, and zero where there is none."""

from typing import Any

from nbformat import NotebookNode
from nbgrader.preprocessors import SaveAutoGrades
from nbgrader.utils import is_solution

from .examine import passed


class RecordScores(SaveAutoGrades):
    """nbgrader's SaveAutoGrades, which takes the score from the examiner instead of the outputs.

    Manual grades and comments that an instructor entered stay; nbgrader marks the cell for review.
    """

    def _add_score(self, cell: NotebookNode, resources: Any) -> None:
        if cell.cell_type != "code" or is_solution(cell):
            super()._add_score(cell, resources)  # graded by hand
            return
        grade = self.gradebook.find_grade(
            cell.metadata.nbgrader.grade_id, self.notebook_id, self.assignment_id, self.student_id
        )
        grade.auto_score = grade.max_score if passed(cell) else 0.0
        grade.needs_manual_grade = grade.manual_score is not None
        self.gradebook.db.commit()
