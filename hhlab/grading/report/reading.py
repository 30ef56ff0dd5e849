"""Gather what is known of a class: points from the gradebook, reasons from the graded notebooks."""

import json
from pathlib import Path
from typing import Any
from urllib.parse import quote

from nbgrader.api import (
    Assignment,
    BaseCell,
    Grade,
    Gradebook,
    Student,
    SubmittedAssignment,
    SubmittedNotebook,
)

from ...channel.language import ENGLISH, language_of
from ..feedback.environment import title
from ..marks import Mark, read, said_of
from .graded_class import ClassRecord, Failure, Part, Submission


def read_class(course: Path, assignment: str) -> ClassRecord:
    """Read the gradebook, the graded notebooks and the authored ones of an assignment.

    Parameters
    ----------
    course : Path
        The folder of the course, where they are.
    assignment : str
        Which assignment.

    Raises
    ------
    FileNotFoundError
        If there is no gradebook.
    ValueError
        If the gradebook has no graded submission of the assignment.
    """
    if not (course / "gradebook.db").is_file():
        raise FileNotFoundError(
            f"there is no gradebook.db in {course}: run this in the folder of the course"
        )
    submissions, points, missing = _read_gradebook(course, assignment)
    if not submissions:
        raise ValueError(
            f"the gradebook of {course} has no graded submission of {assignment!r}: "
            f"run 'nbgrader autograde {assignment}' first"
        )
    sources = _notebooks(course / "source" / assignment)
    releases = _notebooks(course / "release" / assignment)
    authored = _cells(sources)
    given = [*authored, *_cells(releases)]
    current = _tests(course, assignment)
    outdated = [
        each.student
        for each in submissions.values()
        if not _read_notebooks(course, assignment, each, current)
    ]
    if outdated:
        raise ValueError(
            f"tests or points have changed since these were graded: {', '.join(sorted(outdated))}. "
            f"Run 'hhlab autograde {assignment}' first, or their points would be of another test"
        )
    return ClassRecord(
        assignment,
        _parts(authored, points),
        sorted(submissions.values(), key=lambda each: (each.name.casefold(), each.student)),
        sorted(missing),
        "\n".join(_source(cell) for cell in given if cell.get("cell_type") == "code"),
        next((language_of(each["metadata"]) for each in sources), ENGLISH),
    )


def _read_gradebook(
    course: Path, assignment: str
) -> tuple[dict[str, Submission], dict[str, float], list[str]]:
    """Return the submissions, the points of each part, and who handed nothing in."""
    submissions: dict[str, Submission] = {}
    points: dict[str, float] = {}
    with Gradebook(f"sqlite:///{course}/gradebook.db") as gradebook:
        # one query: nbgrader's objects would ask the database for each cell of each student
        rows = (
            gradebook.db.query(SubmittedAssignment, Student, Grade, BaseCell)
            .select_from(Grade)
            .join(SubmittedNotebook, Grade.notebook_id == SubmittedNotebook.id)
            .join(SubmittedAssignment, SubmittedNotebook.assignment_id == SubmittedAssignment.id)
            .join(Assignment, SubmittedAssignment.assignment_id == Assignment.id)
            .join(Student, SubmittedAssignment.student_id == Student.id)
            .join(BaseCell, Grade.cell_id == BaseCell.id)
            .filter(Assignment.name == assignment)
        )
        for handed_in, student, grade, cell in rows:
            each = submissions.setdefault(
                student.id,
                Submission(
                    student.id,
                    student.first_name or "",
                    student.last_name or "",
                    student.email or "",
                    student.lms_user_id or "",
                    penalty=float(handed_in.late_submission_penalty or 0),
                ),
            )
            points[cell.name] = float(cell.max_score)
            each.points[cell.name] = float(grade.score or 0)
            each.needs_grading |= bool(grade.needs_manual_grade)
        everybody = [name for (name,) in gradebook.db.query(Student.id)]
    return submissions, points, [name for name in everybody if name not in submissions]


def _tests(course: Path, assignment: str) -> dict[str, tuple[str, float]]:
    """Return the text and the points of each locked test, as they are in the gradebook."""
    with Gradebook(f"sqlite:///{course}/gradebook.db") as gradebook:
        books = gradebook.find_assignment(assignment).notebooks
        points = {cell.name: cell.max_score for book in books for cell in book.grade_cells}
        cells = [cell for book in books for cell in book.source_cells if cell.locked]
        return {
            cell.name: (cell.source, points[cell.name]) for cell in cells if cell.name in points
        }


def _read_notebooks(
    root: Path, assignment: str, each: Submission, tests: dict[str, tuple[str, float]]
) -> bool:
    """Add what a student's graded notebooks say; return whether these tests graded them."""
    code, current = [], True
    for path in sorted((root / "autograded" / each.student / assignment).glob("*.ipynb")):
        # read as JSON: nbformat would check 500 notebooks of our own, one by one
        notebook = json.loads(path.read_text(encoding="utf-8"))
        each.repairs += said_of(notebook)
        for cell in notebook["cells"]:
            grading = cell["metadata"].get("nbgrader", {})
            mark = read(Mark, cell)
            if mark is not None and (name := grading["grade_id"]) in tests:
                current &= tests[name] == (_source(cell), grading["points"])
            if mark is not None and not mark.passed:
                each.failures[grading["grade_id"]] = Failure(
                    mark.sentence, mark.mistakes, mark.technical
                )
            elif cell["cell_type"] == "code" and not grading.get("grade"):
                code.append(_source(cell))
        page = Path("feedback") / each.student / assignment / f"{path.stem}.html"
        if not each.feedback and (root / page).is_file():
            each.feedback = f"../{quote(page.as_posix())}"
    each.code = "\n".join(code)
    return current


def _parts(authored: list[dict[str, Any]], points: dict[str, float]) -> list[Part]:
    """Return the parts in the order of the authored notebook; others, if any, come last."""
    titles = {
        cell["metadata"]["nbgrader"]["grade_id"]: title(_source(cell))
        for cell in authored
        if cell["metadata"].get("nbgrader", {}).get("grade")
    }
    names = [name for name in titles if name in points]
    names += sorted(points.keys() - titles.keys())
    return [Part(name, titles.get(name) or name, points[name]) for name in names]


def _notebooks(folder: Path) -> list[dict[str, Any]]:
    paths = sorted(folder.glob("*.ipynb"))
    return [json.loads(path.read_text(encoding="utf-8")) for path in paths]


def _cells(notebooks: list[dict[str, Any]]) -> list[dict[str, Any]]:
    return [cell for notebook in notebooks for cell in notebook["cells"]]


def _source(cell: dict[str, Any]) -> str:
    return "".join(cell["source"])
