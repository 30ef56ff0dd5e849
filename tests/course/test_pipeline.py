"""nbgrader's whole way, for real: release, submit, autograde, feedback, export."""

import csv
from datetime import datetime

import pytest
from bank.parts import JOINT, VARIABLES
from bank.right import RIGHT
from bank.seed import SEED
from bank.wrong import WRONG
from nbgrader.api import Gradebook
from shared import ROOT, hand_in_late

from hhlab.course.folder import CommandFailed, Course
from hhlab.course.sample_class import Submission

CLASS = {
    "seed": Submission("the homework's own answer", cell=SEED),
    "blank": WRONG["blank"].submission,
    "variables": WRONG["only_variables"].submission,
    "stderr": RIGHT["writes_to_stderr"],
}


@pytest.fixture(scope="module")
def graded_course(tmp_path_factory, filled):
    """A class of four, graded by plain nbgrader with nothing but its configuration."""
    course = Course.copy(ROOT, tmp_path_factory.mktemp("pipeline") / "course")
    course.nbgrader("generate_assignment", "hh-model")
    course.submit({name: filled(submission) for name, submission in CLASS.items()})
    hand_in_late(course, "stderr", datetime(2026, 3, 2, 12))
    course.nbgrader("autograde", "hh-model")
    course.nbgrader("generate_feedback", "hh-model")
    course.nbgrader("export", "--to", "grades.csv")
    return course


def grades(course, student):
    return next(each for each in course.grades() if each.student == student)


def test_points_per_cell(graded_course):
    full = {name: possible for name, (_, possible) in grades(graded_course, "seed").points.items()}
    assert sum(full.values()) == 20
    assert grades(graded_course, "seed").total == 20
    assert grades(graded_course, "stderr").total == 20
    assert grades(graded_course, "blank").total == 0
    earned = {n for n, (points, _) in grades(graded_course, "variables").points.items() if points}
    assert earned == VARIABLES


def test_nothing_is_left_for_a_human(graded_course):
    with Gradebook(f"sqlite:///{graded_course.root}/gradebook.db") as gradebook:
        for submission in gradebook.assignment_submissions("hh-model"):
            assert not submission.needs_manual_grade
            assert all(grade.auto_score is not None for grade in submission.notebooks[0].grades)


def test_export_has_every_total_and_the_late_penalty(graded_course):
    with (graded_course.root / "grades.csv").open() as file:
        rows = {row["student_id"]: row for row in csv.DictReader(file)}
    totals = {student: float(row["score"]) for student, row in rows.items()}
    assert totals == {"seed": 20.0, "blank": 0.0, "variables": 6.0, "stderr": 19.0}
    assert float(rows["stderr"]["late_submission_penalty"]) == 1.0


def test_feedback_says_what_is_wrong_and_shows_no_hidden_test(graded_course):
    page = graded_course.feedback("variables").read_text()
    assert "TODO 7, derivative" in page
    assert "hidden_" not in page
    assert "HIDDEN" not in page
    assert "test cell&gt;" not in page  # no traceback of test code


def test_submissions_are_not_changed(graded_course, filled):
    import nbformat

    for name, submission in CLASS.items():
        handed_in = nbformat.writes(filled(submission))
        assert graded_course.submitted(name).read_text().strip() == handed_in.strip()


def test_a_manual_grade_and_a_comment_survive_a_regrade(graded_course):
    where = (JOINT, "hh-model", "hh-model", "variables")
    database = f"sqlite:///{graded_course.root}/gradebook.db"
    with Gradebook(database) as gradebook:
        gradebook.find_grade(*where).manual_score = 2.5
        gradebook.find_comment("hh", *where[1:]).manual_comment = "You were close."
        gradebook.db.commit()
    graded_course.nbgrader("autograde", "hh-model", "--student", "variables", "--force")
    with Gradebook(database) as gradebook:
        grade = gradebook.find_grade(*where)
        assert (grade.manual_score, grade.auto_score, grade.score) == (2.5, 0.0, 2.5)
        assert gradebook.find_comment("hh", *where[1:]).comment == "You were close."


def test_an_unknown_assignment_is_named(graded_course):
    with pytest.raises(CommandFailed, match=r"No notebooks were matched by.*hh-modle"):
        graded_course.nbgrader("autograde", "hh-modle")


def test_grading_without_a_release_says_what_to_run(course, filled):
    course.submit({"ada": filled(CLASS["blank"])})
    course.release.unlink()
    with pytest.raises(CommandFailed, match="run 'nbgrader generate_assignment hh-model --force'"):
        course.nbgrader("autograde", "hh-model")
