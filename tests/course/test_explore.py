"""The second notebook: what students get, and nbgrader's whole way with it, for real."""

import csv
import re
import shutil

import commands
import home
import nbformat
import pytest
from classroom import ENVIRONMENT, copied
from nbgrader.api import Gradebook
from shared import ROOT, run

from hhlab.course.folder import Course
from hhlab.course.sample_class import Submission, fill, instructors_answers
from hhlab.grading.regions import hidden_lines

NAME = "hh-explore"
LETTER = "letter-to-a-friend"
SOURCE = ROOT / f"source/{NAME}/{NAME}.ipynb"
RELEASE = ROOT / f"release/{NAME}/{NAME}.ipynb"
TODOS = range(1, 19)


def cells(path):
    return nbformat.read(path, 4).cells


@pytest.fixture(scope="module")
def course():
    """A scratch course with the release of hh-explore. Read only: it is shared."""

    def make(place):
        run(Course.copy(ROOT, place), "nbgrader", "generate_assignment", NAME)

    return Course(home.once("explore", make), NAME)


def test_the_committed_release_is_what_the_source_gives_byte_for_byte(course):
    assert course.release.read_bytes() == RELEASE.read_bytes()


def test_no_answer_no_hidden_test_and_no_mark_scheme_is_in_it():
    release = RELEASE.read_text()
    answers = "\n".join(instructors_answers(SOURCE).values()).split("\n")
    given = {line.strip() for cell in cells(RELEASE) for line in cell.source.split("\n")}
    # a line as short as "else:" says nothing
    assert {line.strip() for line in answers if len(line.strip()) > 10} & given == set()
    for word in ("SOLUTION", "HIDDEN", "hidden_", "MARK SCHEME", "Mark scheme", "Dear friend"):
        assert word not in release, word


def test_each_test_asks_something_that_students_do_not_see():
    tests = [cell for cell in cells(SOURCE) if cell.id.startswith("test-")]
    assert len(tests) == len(TODOS)
    for cell in tests:
        lines = cell.source.split("\n")
        hidden = [lines[number - 1] for number in hidden_lines(cell.source)]
        assert any("expect(" in line for line in hidden), cell.id


def test_there_are_22_points_for_measurements_and_3_for_words():
    points = {
        cell.metadata.nbgrader.grade_id: cell.metadata.nbgrader.points
        for cell in cells(RELEASE)
        if cell.metadata.get("nbgrader", {}).get("grade")
    }
    assert points.pop(LETTER) == 3
    assert sum(points.values()) == 22
    table = cells(RELEASE)[0].source
    assert sum(int(row) for row in re.findall(r"\| \d+ \| (\d+) \|$", table, re.M)) == 25


def test_each_blank_names_its_todo():
    source = "\n".join(cell.source for cell in cells(RELEASE) if cell.cell_type == "code")
    stubs = re.findall(r'raise NotImplementedError\("TODO (\d+), ([^"]+)"\)', source)
    assert [int(number) for number, _ in stubs] == list(TODOS)
    assert all(f"def {name}(" in source for _, name in stubs)


@pytest.fixture(scope="module")
def graded(course):
    """The instructor's answers, and the blank, by plain nbgrader. Read only: it is shared."""

    def make(place):
        answers = instructors_answers(course.source)
        right = fill(course.release, answers, Submission("the instructor's answers"))
        letter = next(cell for cell in right.cells if cell.id == LETTER)
        letter.source = "Dear friend, <b>there is no fixed threshold</b>."
        blank = fill(course.release, answers, Submission("blank", dict.fromkeys(TODOS)))
        own = Course(shutil.copytree(course.root, place), NAME)
        own.submit({"right": right, "blank": blank})
        run(own, "nbgrader", "autograde", NAME)

    return Course(home.once("explore-graded", make), NAME)


def hhlab(course, *arguments):
    """Run one of this project's commands in a course."""
    status, said = commands.run(["hhlab", *arguments], course.root, ENVIRONMENT, timeout=300)
    assert status == 0, said


def points(course, student):
    grades = next(each for each in course.grades() if each.student == student)
    return {name: earned for name, (earned, _) in grades.points.items()}


def test_the_instructors_answers_earn_every_point_and_the_blank_none(graded):
    earned = points(graded, "right")
    assert earned.pop(LETTER) == 0  # until a human has read it
    assert sum(earned.values()) == 22
    assert set(points(graded, "blank").values()) == {0}


def test_every_cell_of_the_instructor_runs_and_draws(graded):
    notebook = nbformat.read(graded.autograded("right"), 4)
    outputs = [
        (cell.id, output)
        for cell in notebook.cells
        if cell.cell_type == "code"
        for output in cell.outputs
    ]
    assert [name for name, output in outputs if output.output_type == "error"] == []
    drawn = [name for name, output in outputs if "image/png" in output.get("data", {})]
    # one that two figures belong to, the first recording, and the bench with its sliders
    figures = [each.id for each in notebook.cells if each.id.startswith("figure-")]
    assert len(drawn) == len(figures) + 2


def test_the_blank_fails_only_with_what_is_not_implemented(graded):
    notebook = nbformat.read(graded.autograded("blank"), 4)
    for cell in notebook.cells:
        if cell.cell_type != "code" or cell.id.startswith("test-"):
            continue
        for output in cell.outputs:
            if output.output_type == "error":
                assert output.ename == "NotImplementedError", cell.id
                assert output.evalue.startswith("TODO"), cell.id


def test_a_human_grades_the_letter_beside_the_mark_scheme(graded, tmp_path):
    graded = copied(graded, tmp_path)
    database = f"sqlite:///{graded.root}/gradebook.db"
    where = (LETTER, NAME, NAME, "right")
    with Gradebook(database) as gradebook:
        assert gradebook.find_submission(NAME, "right").needs_manual_grade
        assert not gradebook.find_submission(NAME, "blank").needs_manual_grade
        gradebook.find_grade(*where).manual_score = 2.5
        gradebook.find_grade(*where).needs_manual_grade = False
        gradebook.find_comment(*where).manual_comment = "A fine letter."
        gradebook.db.commit()
    question = next(
        cell for cell in cells(graded.autograded("right")) if cell.id == "letter-question"
    )
    assert "**Mark scheme**" in question.source
    run(graded, "nbgrader", "generate_feedback", NAME)
    page = graded.feedback("right").read_text()
    assert "<strong>24.5</strong> of 25" in page
    assert "A fine letter." in page
    assert "&lt;b&gt;there is no fixed threshold" in page
    assert "Mark scheme" not in page
    assert "hidden_" not in page


@pytest.mark.thorough("ways")
def test_hhlab_autograde_gives_the_same_points(graded, course, tmp_path):
    before = {student: points(graded, student) for student in ("right", "blank")}
    other = copied(course, tmp_path)
    notebooks = {name: nbformat.read(graded.submitted(name), 4) for name in before}
    other.submit(notebooks)
    hhlab(other, "autograde", NAME)
    for student, expected in before.items():
        got = points(other, student)
        assert {**got, LETTER: 0} == {**expected, LETTER: 0}


def test_the_report_has_every_part_by_its_title(graded, tmp_path):
    graded = copied(graded, tmp_path)
    hhlab(graded, "report", NAME)
    page = (graded.root / f"report/{NAME}.html").read_text()
    assert "TODO 10: the second pulse" in page
    assert "A letter to a friend" in page
    with (graded.root / f"report/{NAME}-canvas-parts.csv").open() as file:
        assert len(next(csv.reader(file))) > len(TODOS)
