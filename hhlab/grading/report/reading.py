"""Gather what is known of a class: points from the gradebook, reasons from the graded notebooks."""

import contextlib
import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any
from urllib.parse import quote

from jupyter_core.paths import jupyter_config_path
from nbgrader.api import (
    Assignment,
    BaseCell,
    Grade,
    Gradebook,
    Notebook,
    Student,
    SubmittedAssignment,
    SubmittedNotebook,
)
from nbgrader.coursedir import CourseDirectory
from traitlets.config import Config
from traitlets.config.loader import ConfigFileNotFound, PyFileConfigLoader

from ...channel.language import ENGLISH, Text, language_of
from ..database import SQLITE, gradebook_file, look_at, usable
from ..feedback.environment import title
from ..marks import Mark, read, said_of
from ..submissions.left import is_newer
from ..unit import load
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
    NoGradebook
        If it cannot be read.
    ValueError
        If it has no graded submission of the assignment.
    """
    settings = _course(course)
    look_at(settings)
    with usable(settings):
        return _read_class(course, settings, assignment)


def _read_class(course: Path, settings: CourseDirectory, assignment: str) -> ClassRecord:
    database = _database(settings)
    submissions, points, missing = _read_gradebook(database, assignment)
    excluded = settings.student_id_exclude.split(",")
    if not submissions:
        raise ValueError(
            f"the gradebook of {course} has no graded submission of {assignment!r}: "
            f"run 'nbgrader autograde {assignment}' first"
        )
    sources = _notebooks(course / "source" / assignment)
    releases = _notebooks(course / "release" / assignment)
    authored = _cells(list(sources.values()))
    given = [*authored, *_cells(list(releases.values()))]
    for each in submissions.values():
        each.repairs += _whereabouts(settings, assignment, each.student, excluded)
    current = _tests(database, assignment)
    outdated = [
        each.student
        for each in submissions.values()
        if not _read_notebooks(course, assignment, each, current)
    ]
    if outdated:
        raise ValueError(
            f"a test or its points have changed since these were graded: {', '.join(outdated)}. "
            f"Run 'hhlab autograde {assignment}' first, or these would be points of another test"
        )
    return ClassRecord(
        assignment,
        _parts(sources, points),
        sorted(submissions.values(), key=lambda each: (each.name.casefold(), each.student)),
        sorted(missing),
        "\n".join(_source(cell) for cell in given if cell.get("cell_type") == "code"),
        next((language_of(each["metadata"]) for each in sources.values()), ENGLISH),
        load(str(settings.config.Examine.get("unit", ""))).finished,
    )


def _read_gradebook(
    database: str, assignment: str
) -> tuple[dict[str, Submission], dict[str, float], list[str]]:
    """Return the submissions, the points of each part, and who handed nothing in."""
    submissions: dict[str, Submission] = {}
    points: dict[str, float] = {}
    with Gradebook(database) as gradebook:
        # one query: nbgrader's objects would ask the database for each cell of each student
        rows = (
            gradebook.db.query(SubmittedAssignment, Student, Grade, BaseCell, Notebook.name)
            .select_from(Grade)
            .join(SubmittedNotebook, Grade.notebook_id == SubmittedNotebook.id)
            .join(SubmittedAssignment, SubmittedNotebook.assignment_id == SubmittedAssignment.id)
            .join(Assignment, SubmittedAssignment.assignment_id == Assignment.id)
            .join(Student, SubmittedAssignment.student_id == Student.id)
            .join(BaseCell, Grade.cell_id == BaseCell.id)
            .join(Notebook, BaseCell.notebook_id == Notebook.id)
            .filter(Assignment.name == assignment)
        ).all()
        several = len({name for *_, name in rows}) > 1
        for handed_in, student, grade, cell, notebook in rows:
            part = _part(notebook, cell.name, several)
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
            points[part] = float(cell.max_score)
            each.points[part] = float(grade.score or 0)
            each.needs_grading |= bool(grade.needs_manual_grade)
        everybody = [name for (name,) in gradebook.db.query(Student.id)]
    return submissions, points, [name for name in everybody if name not in submissions]


def _part(notebook: str, cell: str, several: bool) -> str:
    """Return the name of a part; notebooks of one assignment may have cells of the same name."""
    return f"{notebook}: {cell}" if several else cell


def _whereabouts(
    course: CourseDirectory, assignment: str, student: str, excluded: Sequence[str]
) -> list[str]:
    """Return a sentence on a graded submission that would not be graded today, or not as it was."""
    submitted, graded = (
        course.format_path(folder, student, assignment)
        for folder in (course.submitted_directory, course.autograded_directory)
    )
    if student in excluded:
        return [Text("Excluded (c.CourseDirectory.student_id_exclude); graded before that.")]
    if not Path(submitted).is_dir():
        return [Text("No longer in submitted/; these are the points of what was there.")]
    if is_newer(submitted, Path(graded)):
        return [Text("Handed in again since; these are the points of what was there before.")]
    return []


def _course(root: Path) -> CourseDirectory:
    """Return the course as its configuration says."""
    config = Config()
    for folder in (*reversed(jupyter_config_path()), str(root)):
        with contextlib.suppress(ConfigFileNotFound):
            config.merge(PyFileConfigLoader("nbgrader_config.py", folder).load_config())
    config.CourseDirectory.root = str(root)
    return CourseDirectory(config=config)


def _database(course: CourseDirectory) -> str:
    """Return where the course says that its gradebook is.

    Raises
    ------
    FileNotFoundError
        If it is not there.
    """
    file = gradebook_file(course)
    if file is None:
        return str(course.db_url)
    if not file.is_file():
        raise FileNotFoundError(
            f"there is no {file.name} in {file.parent}: run this in the folder of the course"
        )
    return f"{SQLITE}{file}"


def _tests(database: str, assignment: str) -> dict[tuple[str, str], tuple[str, float]]:
    """Return the text and the points of each test, by notebook and name, in the gradebook."""
    with Gradebook(database) as gradebook:
        books = gradebook.find_assignment(assignment).notebooks
        texts = {
            (book.name, cell.name): cell.source for book in books for cell in book.source_cells
        }
        return {
            (book.name, cell.name): (texts[book.name, cell.name], float(cell.max_score))
            for book in books
            for cell in book.grade_cells
        }


def _read_notebooks(
    root: Path,
    assignment: str,
    each: Submission,
    tests: Mapping[tuple[str, str], tuple[str, float]],
) -> bool:
    """Add what a student's graded notebooks say; return whether the tests are those of today."""
    code, current, several = [], True, len({notebook for notebook, _ in tests}) > 1
    for path in sorted((root / "autograded" / each.student / assignment).glob("*.ipynb")):
        # read as JSON: nbformat would check 500 notebooks of our own, one by one
        notebook = json.loads(path.read_text(encoding="utf-8"))
        each.repairs += said_of(notebook)
        for cell in notebook["cells"]:
            grading = cell["metadata"].get("nbgrader", {})
            mark = read(Mark, cell)
            if mark is not None:
                test = _source(cell), float(grading["points"])
                current &= tests.get((path.stem, grading["grade_id"]), test) == test
            if mark is not None and not mark.passed:
                each.failures[_part(path.stem, grading["grade_id"], several)] = Failure(
                    mark.sentence, mark.mistakes, mark.technical
                )
            elif cell["cell_type"] == "code" and not grading.get("grade"):
                code.append(_source(cell))
        page = Path("feedback") / each.student / assignment / f"{path.stem}.html"
        if not each.feedback and (root / page).is_file():
            each.feedback = f"../{quote(page.as_posix())}"
    each.code = "\n".join(code)
    return current


def _parts(sources: dict[str, dict[str, Any]], points: dict[str, float]) -> list[Part]:
    """Return the parts in the order of the authored notebooks; others, if any, come last."""
    titles = {
        _part(name, cell["metadata"]["nbgrader"]["grade_id"], len(sources) > 1): title(
            _source(cell)
        )
        for name, notebook in sources.items()
        for cell in notebook["cells"]
        if cell["metadata"].get("nbgrader", {}).get("grade")
    }
    names = [name for name in titles if name in points]
    names += sorted(points.keys() - titles.keys())
    return [Part(name, titles.get(name) or name, points[name]) for name in names]


def _notebooks(folder: Path) -> dict[str, dict[str, Any]]:
    paths = sorted(folder.glob("*.ipynb"))
    return {path.stem: json.loads(path.read_text(encoding="utf-8")) for path in paths}


def _cells(notebooks: list[dict[str, Any]]) -> list[dict[str, Any]]:
    return [cell for notebook in notebooks for cell in notebook["cells"]]


def _source(cell: dict[str, Any]) -> str:
    return "".join(cell["source"])
