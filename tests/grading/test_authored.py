"""What an author has written wrongly is said before students get it, with its cell."""

import re

import nbformat
import pytest
from shared import ROOT, named, run
from small import ANSWER, LETTER, NAME, QUESTION, TEST, authored, copied_course

from hhlab.grading.regions import is_test
from hhlab.grading.release.faults import faults


def cells_text(cells):
    return "\n".join(cell.source for cell in cells if cell.cell_type == "code")


def replaced(name, old, new, count=1):
    """Return an author's slip: a piece of a cell that is another one."""

    def slip(notebook):
        cell = named(notebook, name)
        assert old in cell.source
        cell.source = cell.source.replace(old, new, count)

    return slip


def graded(name, **values):
    """Return an author's slip in what a cell says about its grading; None takes an entry away."""

    def slip(notebook):
        grading = named(notebook, name).metadata.nbgrader
        grading |= values
        for key in [key for key, value in values.items() if value is None]:
            del grading[key]

    return slip


OPEN, CLOSE = "    ### BEGIN SOLUTION\n", "    ### END SOLUTION\n"
SLIPS = {
    "twice": (graded(TEST, grade_id=ANSWER), "(scale), grade_id: another cell has it"),
    "points-text": (graded(TEST, points="two"), "(test-double), points: 'two' is not of type"),
    "points-none": (graded(TEST, points=None), "'test-double' does not have points"),
    "old": (graded(TEST, schema_version=1), "run 'nbgrader update source'"),
    "no-end": (replaced(ANSWER, CLOSE, ""), "line 7: '### BEGIN SOLUTION' has no '### END"),
    "no-begin": (replaced(ANSWER, OPEN, ""), "line 8: '### END SOLUTION' has no '### BEGIN"),
    "no-last-end": (replaced(LETTER, "### END SOLUTION", ""), "(letter), line 3: '### BEGIN"),
    "outside": (
        lambda notebook: [replaced(ANSWER, mark, "")(notebook) for mark in (OPEN, CLOSE)],
        "line 6: TODO 1 has no '### BEGIN SOLUTION' below it: its answer would be seen",
    ),
    "no-marks": (replaced(ANSWER, " SOLUTION", "", 4), "it has no '### BEGIN SOLUTION'"),
    "no-todo": (replaced(ANSWER, "# TODO 2, double:", "#"), "needs a comment '# TODO n, name: …'"),
    "one-todo": (replaced(ANSWER, "TODO 2", "TODO 1"), "there is another TODO 1"),
    "singular": (
        replaced(TEST, "HIDDEN TESTS", "HIDDEN TEST", 2),
        "line 3: '### BEGIN HIDDEN TEST' is no mark; '### BEGIN HIDDEN TESTS' is",
    ),
    "small-letters": (
        replaced(TEST, "BEGIN HIDDEN TESTS", "begin hidden tests"), "line 3: '### begin hidden",
    ),
    "misspelt": (replaced(QUESTION, "BEGIN MARK SCHEME", "BEGIN MARK SHEME"), "is no mark"),
    "hidden-in-answer": (
        replaced(ANSWER, "class", "### BEGIN HIDDEN TESTS\n### END HIDDEN TESTS\nclass"),
        "it has hidden tests, and is no test cell",
    ),
    "answer-in-test": (
        replaced(TEST, "expect", "### BEGIN SOLUTION\n### END SOLUTION\nexpect"),
        "it has an answer between marks, and is no answer cell",
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", SLIPS)
def test_a_slip_is_said_with_its_cell(name):
    slip, said = SLIPS[name]
    notebook = authored()
    slip(notebook)
    found = list(faults(notebook, named=True))
    assert any(said in fault for fault in found), found
    assert all(fault.startswith("cell ") for fault in found)


@pytest.mark.parametrize("path", sorted(ROOT.glob("source/*/*.ipynb")), ids=lambda path: path.stem)
def test_nothing_is_said_of_what_is_right(path):
    assert list(faults(nbformat.read(path, 4), named=True)) == []


@pytest.mark.parametrize("path", sorted(ROOT.glob("source/*/*.ipynb")), ids=lambda path: path.stem)
def test_the_points_that_students_count_to_are_those_of_the_tests(path):
    cells = nbformat.read(path, 4).cells
    given = sum(cell.metadata.nbgrader.points for cell in cells if is_test(cell))
    (counted,) = re.findall(r"^points = Points\((\d+)\)$", cells_text(cells), re.M)
    assert int(counted) == given


def test_prose_and_code_that_begin_and_end_something_are_no_marks():
    notebook = authored()
    named(notebook, "between").source = "### Begin here\n\nAt the end: solutions.\n\n# Hidden"
    named(notebook, "imports").source = "# begin with a solution of the equation\nimport math"
    assert list(faults(notebook, named=True)) == []


@pytest.fixture
def course(tmp_path):
    return copied_course(tmp_path / "course")


def generate(course, notebook, status=0):
    course.source.write_text(nbformat.writes(notebook))
    return run(course, "nbgrader", "generate_assignment", NAME, "--force", status=status)


def test_all_that_is_wrong_is_said_at_once_and_the_release_stays(course):
    before, notebook = course.release.read_bytes(), authored()
    for name in ("twice", "singular", "one-todo"):
        SLIPS[name][0](notebook)
    said = generate(course, notebook, status=1)
    assert all(SLIPS[name][1] in said for name in ("twice", "singular", "one-todo"))
    assert "Traceback" not in said
    assert course.release.read_bytes() == before


def test_points_that_a_test_does_not_tell_students_of_are_said_and_released(course):
    notebook = authored()
    graded(TEST, points=3)(notebook)
    said = generate(course, notebook)
    assert "test-double gives 3 points, and tells students of 2 in its first line" in said


def test_a_blank_that_python_cannot_read_is_not_released(course):
    before, notebook = course.release.read_bytes(), authored()
    replaced(ANSWER, "    ### BEGIN SOLUTION", "\t### BEGIN SOLUTION")(notebook)
    said = generate(course, notebook, status=1)
    assert "cell scale with its blanks is no Python" in said
    assert course.release.read_bytes() == before


@pytest.fixture
def older(course):
    """The notebook as an older JupyterLab on Windows saves it, released."""
    notebook = authored()
    notebook.nbformat_minor = 4
    for cell in notebook.cells:
        del cell["id"]
        cell.source = cell.source.replace("\n", "\r\n")
    generate(course, notebook)
    return notebook


def test_a_notebook_of_an_older_format_and_system_is_released_as_any(course, older):
    assert b"\\r" not in course.release.read_bytes()
    names = [cell.id for cell in nbformat.read(course.release, 4).cells]
    assert len(set(names)) == len(older.cells)


@pytest.mark.thorough("files")
def test_it_is_released_again_as_it_was_and_graded(course, older):
    first = course.release.read_bytes()
    generate(course, older)
    assert course.release.read_bytes() == first
    course.submit({"ada": older})
    assert "1 graded" in run(course, "hhlab", "autograde", NAME)
