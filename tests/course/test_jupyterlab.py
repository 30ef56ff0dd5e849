"""JupyterLab in a real browser: what students and instructors click, and what they then see."""

import shutil

import pytest
from browser import needs_chromium
from frontend import lab
from nbgrader.api import Gradebook
from shared import ROOT, give_key
from ways import instructors_way, students_way

from hhlab.course.folder import Course
from hhlab.course.sample_class import SAMPLE_CLASS, fill

RELEASE = ROOT / "release/hh-model/hh-model.ipynb"
pytestmark = needs_chromium


@pytest.fixture(scope="module")
def course(tmp_path_factory, answers):
    """A course that nobody has released yet, with a submission, and a student's notebook in it."""
    course = Course.copy(ROOT, tmp_path_factory.mktemp("lab") / "course")
    give_key(course)
    course.submit({"goran": fill(RELEASE, answers, SAMPLE_CLASS["goran"])})
    shutil.copy(RELEASE, course.root)
    return course


@pytest.fixture(scope="module")
def open_page(course):
    """A function that opens a page of JupyterLab."""
    with lab(course.root, course.root.parent / "jupyter") as open_page:
        yield open_page


def test_a_student_fills_the_blanks_runs_sees_and_validates(open_page, answers):
    students_way(open_page, answers)


@pytest.mark.thorough("pages")
def test_an_instructor_releases_grades_corrects_and_gives_feedback(open_page, course):
    instructors_way(open_page)
    with Gradebook(f"sqlite:///{course.root}/gradebook.db") as gradebook:
        submission = gradebook.find_submission("hh-model", "goran")
        assert submission.score == 12.5
        assert not submission.needs_manual_grade
