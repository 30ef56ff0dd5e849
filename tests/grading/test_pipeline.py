"""nbgrader's whole way, for real: release, submit, autograde, feedback, export."""

import csv

import pytest
from bank.parts import VARIABLES
from classroom import CLASS, COMMENT, ENVIRONMENT, copied
from nbgrader.api import Gradebook

from hhlab.course.folder import CommandFailed


def grades(course, student):
    return next(each for each in course.grades() if each.student == student)


def test_points_per_cell(with_feedback):
    full = {name: possible for name, (_, possible) in grades(with_feedback, "seed").points.items()}
    assert sum(full.values()) == 20
    assert grades(with_feedback, "seed").total == 20
    assert grades(with_feedback, "ben").total == 20
    assert grades(with_feedback, "carla").total == 0
    earned = {n for n, (points, _) in grades(with_feedback, "dmitri").points.items() if points}
    assert earned == VARIABLES


def test_nothing_is_left_for_a_human(with_feedback):
    with Gradebook(f"sqlite:///{with_feedback.root}/gradebook.db") as gradebook:
        for submission in gradebook.assignment_submissions("hh-model"):
            assert not submission.needs_manual_grade
            assert all(grade.auto_score is not None for grade in submission.notebooks[0].grades)


def test_export_has_every_total_and_the_late_penalty(with_feedback):
    with (with_feedback.root / "grades.csv").open() as file:
        rows = {row["student_id"]: row for row in csv.DictReader(file)}
    totals = {student: float(row["score"]) for student, row in rows.items()}
    expected = {"seed": 20.0, "carla": 0.0, "dmitri": 6.0, "ben": 19.0, "hans": 0.0}
    assert {student: totals[student] for student in expected} == expected
    assert float(rows["ben"]["late_submission_penalty"]) == 1.0


def test_feedback_says_what_is_wrong_and_shows_no_hidden_test(with_feedback):
    page = with_feedback.feedback("dmitri").read_text()
    assert "TODO 7, derivative" in page
    assert "hidden_" not in page
    assert "HIDDEN" not in page
    assert "test cell&gt;" not in page  # no traceback of test code


def test_submissions_are_not_changed(with_feedback, handed_in):
    for folder in handed_in.root.glob("submitted/*/*/*"):
        same = with_feedback.root / folder.relative_to(handed_in.root)
        assert same.read_bytes() == folder.read_bytes()


@pytest.mark.thorough("ways")
def test_a_manual_grade_and_a_comment_survive_a_regrade(with_feedback, tmp_path):
    course = copied(with_feedback, tmp_path)
    course.nbgrader(
        "autograde", "hh-model", "--student", "goran", "--force", environment=ENVIRONMENT
    )
    where = ("hh-model", "hh-model", "goran")
    with Gradebook(f"sqlite:///{course.root}/gradebook.db") as gradebook:
        grade = gradebook.find_grade("test-update", *where)
        assert (grade.manual_score, grade.auto_score, grade.score) == (1.5, 0.0, 1.5)
        assert gradebook.find_comment("hh", *where).comment == COMMENT


def test_an_unknown_assignment_is_named(with_feedback):
    with pytest.raises(CommandFailed, match=r"No notebooks were matched by.*hh-modle"):
        with_feedback.nbgrader("autograde", "hh-modle")


def test_grading_without_a_release_says_what_to_run(course, filled):
    course.submit({"ada": filled(CLASS["carla"])})
    course.release.unlink()
    with pytest.raises(CommandFailed, match="run 'nbgrader generate_assignment hh-model --force'"):
        course.nbgrader("autograde", "hh-model")
