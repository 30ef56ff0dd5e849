"""What the tests share: a scratch course with a release, and a grader for single submissions."""

import shutil

import pytest
from bank import KEY
from shared import ROOT

from hhlab.course.folder import Course
from hhlab.course.sample_class import Submission, fill, instructors_answers
from hhlab.grading.examine import Examine
from hhlab.grading.grade import grade, points
from hhlab.grading.submission import Own


@pytest.fixture(scope="session")
def released(tmp_path_factory):
    """A scratch course whose release has been generated. Read only: it is shared."""
    course = Course.copy(ROOT, tmp_path_factory.mktemp("shared") / "course")
    course.nbgrader("generate_assignment", "hh-model")
    return course


@pytest.fixture
def course(tmp_path, released):
    """A scratch course of the test's own, with its release generated."""
    shutil.copytree(released.root, tmp_path / "course")
    return Course(tmp_path / "course")


@pytest.fixture(scope="session")
def answers():
    """The instructor's answers, by TODO."""
    return instructors_answers(ROOT / "source/hh-model/hh-model.ipynb")


@pytest.fixture(scope="session")
def filled(released, answers):
    """A function that returns the notebook a student hands in."""

    def fill_release(submission):
        return fill(released.release, answers, submission)

    return fill_release


@pytest.fixture(scope="session")
def graded(released, filled):
    """A function that grades one submission, jailed, and returns the graded notebook."""
    whole = released.master()
    # the course's figures take a third of the time, and few tests look at them
    plain = released.master()
    plain.cells = [c for c in plain.cells if "nbgrader" in c.metadata or c.id == "imports"]
    left_out = {c.id for c in whole.cells} - {c.id for c in plain.cells}

    def grade_submission(submission: Submission, figures: bool = False, **settings):
        cells = [
            Own(
                cell.cell_type,
                cell.source,
                cell.metadata.get("nbgrader", {}).get("grade_id", ""),
                cell.id,
            )
            for cell in filled(submission).cells
            if figures or cell.id not in left_out
        ]
        examine = Examine(course_key=KEY, **settings)
        return grade(cells, whole if figures else plain, examine)

    return grade_submission


@pytest.fixture(scope="session")
def lost(graded):
    """A function that returns the points a submission loses, by test cell."""

    def lost_points(submission: Submission, **settings):
        notebook = graded(submission, **settings)
        full = {
            cell.metadata.nbgrader.grade_id: cell.metadata.nbgrader.points
            for cell in notebook.cells
            if cell.metadata.get("nbgrader", {}).get("grade")
        }
        earned = points(notebook)
        return {name: full[name] - earned[name] for name in full if earned[name] < full[name]}

    return lost_points
