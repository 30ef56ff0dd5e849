"""What has changed since a submission was graded is graded, or said; pages and tables follow."""

import re
import shutil

import nbformat
import pytest
from classroom import copied
from home import once
from nbgrader.api import Gradebook
from shared import ONE_POINT_OFF, beside, run
from small import NAME, RIGHT, TEST, authored, copied_course

from hhlab.course.folder import Course

WRONG = RIGHT.replace("2.0", "3.0")


@pytest.fixture(params=[pytest.param("hhlab", marks=pytest.mark.thorough("commands")), "nbgrader"])
def course(request, tmp_path):
    """A course of the test's own in which ada has two points, by either command."""

    def make(place):
        course = copied_course(place)
        course.submit({"ada": authored()})
        run(course, request.param, "autograde", NAME)

    return copied(Course(once(f"follows {request.param}", make), NAME), tmp_path)


def score(course):
    (grade,) = course.grades()
    return grade.points[TEST]


def resubmit(course):
    course.submit({"ada": authored(answer=WRONG)})


def mend(course, **changed):
    nbformat.write(authored(**changed), course.source)
    run(course, "nbgrader", "generate_assignment", NAME, "--force")


CHANGES = {
    "a resubmission": (resubmit, (0.0, 2.0)),
    "a mended test": (
        lambda course: mend(course, test="# twice (2 points)\nassert double(2.0) == 4.0"),
        (2.0, 2.0),
    ),
    "new points": (lambda course: mend(course, points=5), (5.0, 5.0)),
}


@pytest.mark.parametrize("change", beside("commands", CHANGES, {"a resubmission"}))
def test_no_change_is_passed_over_in_silence(change, course):
    before = course.autograded("ada").read_text()
    assert "Left as they were" not in run(course, "nbgrader", "autograde", NAME)
    make, after = CHANGES[change]
    make(course)
    assert re.search(r"Left as they were .*: ada\.", run(course, "nbgrader", "autograde", NAME))
    assert course.autograded("ada").read_text() == before
    assert "1 graded" in run(course, "hhlab", "autograde", NAME)
    assert score(course) == after


@pytest.mark.thorough("commands")
def test_pages_and_tables_follow_the_gradebook(course):
    page = course.root / "feedback/ada" / NAME / f"{NAME}.html"
    run(course, "hhlab", "feedback", NAME)
    made = page.stat().st_mtime_ns
    run(course, "hhlab", "feedback", NAME)
    assert page.stat().st_mtime_ns == made
    mend(course, points=5)
    said = run(course, "hhlab", "report", NAME, status=1)
    assert re.search("have changed since these were graded: ada.*hhlab autograde", said)
    run(course, "hhlab", "autograde", NAME)
    said = run(course, "nbgrader", "generate_feedback", NAME)
    assert re.search("Older than the gradebook.*: the pages of ada", said)
    assert "of 2 points graded; 3 wait" in page.read_text()
    assert "left as they are" not in run(course, "hhlab", "feedback", NAME)
    assert "of 5 points graded; 3 wait" in page.read_text()
    report = course.root / f"report/{NAME}.html"
    shutil.rmtree(course.submitted("ada").parent)
    run(course, "hhlab", "report", NAME)
    assert "No longer in submitted" in report.read_text()
    with (course.root / "nbgrader_config.py").open("a") as config:
        config.write("\nc.CourseDirectory.student_id_exclude = 'ada'\n")
    run(course, "hhlab", "report", NAME)
    assert "Excluded" in report.read_text()


@pytest.mark.thorough("commands")
def test_the_report_says_who_has_handed_in_again(course):
    stamp = course.submitted("ada").parent / "timestamp.txt"
    for when, said in (("24", False), ("25", True)):
        stamp.write_text(f"2026-11-{when} 10:00 UTC")
        if not said:
            run(course, "hhlab", "autograde", NAME, "--force")
        run(course, "hhlab", "report", NAME)
        report = (course.root / f"report/{NAME}.html").read_text()
        assert ("Handed in again since" in report) == said


@pytest.mark.thorough("commands")
@pytest.mark.parametrize("command", ["nbgrader", "hhlab"])
def test_a_due_date_counts_from_when_it_is_set(command, course):
    with (course.root / "nbgrader_config.py").open("a") as config:
        config.write(ONE_POINT_OFF)
    (course.submitted("ada").parent / "timestamp.txt").write_text("2026-11-24 10:00 UTC")
    penalties = []
    for due in ("2026-11-25 00:00 UTC", "2026-11-24 00:00 UTC", "2026-11-25 00:00 UTC"):
        with Gradebook(f"sqlite:///{course.root}/gradebook.db") as book:
            book.update_or_create_assignment(NAME, duedate=due)
        run(course, command, "autograde", NAME)
        with Gradebook(f"sqlite:///{course.root}/gradebook.db") as book:
            penalties.append(book.find_submission(NAME, "ada").late_submission_penalty)
    assert penalties == [0.0, 1.0, 0.0]
