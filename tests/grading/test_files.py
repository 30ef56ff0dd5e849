"""Files as they come back, and what goes out: pages, points, tables; by both commands."""

import copy
import csv
import html
import shutil
import subprocess
import sys
from datetime import datetime
from pathlib import Path

import nbformat
import pytest
from home import once
from nbgrader.api import Gradebook
from shared import ONE_POINT_OFF, ROOT, run
from small import (
    ANSWER,
    COMMANDS,
    NAME,
    RIGHT,
    TEST,
    answered,
    authored,
    copied_course,
    small_course,
)

from hhlab.course.folder import Course
from hhlab.course.sample_class import Submission

LATE = "2026-11-24 10:00 +0100"


def filled(course, *added, at=ANSWER):
    """Return the right notebook, with cells added behind one."""
    notebook = answered(course)
    cells = notebook.cells
    place = [cell.id for cell in cells].index(at) + 1
    cells[place:place] = [nbformat.v4.new_code_cell(source) for source in added]
    return notebook


def gradebook(course):
    return Gradebook(f"sqlite:///{course.root}/gradebook.db")


# -- what was handed in ---------------------------------------------------------------------------


def conflict(course, path):
    text = nbformat.writes(filled(course))
    path.write_text(f"<<<<<<< HEAD\n{text}\n=======\n{text}\n>>>>>>> theirs\n")


def large(course, path):
    notebook = filled(course)
    notebook.metadata["figure"] = "0" * (21 * 2**20)
    nbformat.write(notebook, path)


def half(course):
    text = nbformat.writes(filled(course))
    return text[: len(text) // 2]


UNREADABLE = {
    "conflict": (conflict, "git left its conflict marks in it"),
    "large": (large, "more than 20 MB"),
    "renamed": (lambda course, path: nbformat.write(filled(course), f"{path}.txt"), "no such file"),
    "nothing": (lambda course, path: None, "no such file"),
    "json": (lambda course, path: path.write_text("[]"), "it is not a Jupyter notebook"),
    "empty": (lambda course, path: path.touch(), "it is not a Jupyter notebook"),
    "cut": (lambda course, path: path.write_text(half(course)), "it is not a Jupyter notebook"),
    "gbk": (lambda course, path: path.write_bytes("神经元".encode("gbk")), "not text in UTF-8"),
}
"""Nobody can tell what is in them: that is no mistake of the student's neuron."""

SVG = (
    "import matplotlib.pyplot as plt\n%config InlineBackend.figure_format = 'svg'\nplt.plot([1, 2])"
)
ADDED = {
    "plain": ("1",),
    "quits": ("quit()",),
    "exits": ("exit()",),
    "asks-to-exit": ("get_ipython().ask_exit()", "import time; time.sleep(0.3)"),
    "exits-now": ("get_ipython().exit_now = True", "1", "2"),
    "quits-often": ("quit()", "exit(0)", "quit(keep_kernel=False)", "raise SystemExit"),
    "draws-svg": (SVG,),
}
"""Cells below a right answer: it stays right."""


@pytest.fixture(scope="module", params=COMMANDS)
def back(request):
    """A class in which each of these was handed in, graded by one of the commands."""

    def make(place):
        course = copied_course(place)
        course.submit({name: filled(course, *added) for name, added in ADDED.items()})
        course.submit({"quits-above": filled(course, "quit()", at="imports")})
        course.submit({name: ended(course, end) for name, end in ENDS.items()})
        for name, (write, _) in UNREADABLE.items():
            path = course.submitted(name)
            path.parent.mkdir(parents=True)
            write(course, path)
        (course.submitted("plain").parent / "timestamp.txt").write_text(LATE)
        run(course, request.param, "autograde", NAME)
        run(course, "hhlab", "feedback", NAME)
        run(course, "hhlab", "report", NAME)

    return Course(once(f"files by {request.param}", make), NAME)


ENDS = {"windows": "\r\n", "mac": "\r"}


def ended(course, end):
    """Return the right notebook in another language's comments, with other ends of lines."""
    notebook = filled(course)
    test = next(cell for cell in notebook.cells if cell.id == TEST)
    test.source = test.source.replace("twice a number (2 points)", "一个数的两倍（2 分）")
    for cell in notebook.cells:
        cell.source = cell.source.replace("\n", end)
    return notebook


def test_what_cannot_be_read_is_a_technical_failure_with_its_reason(back):
    report = html.unescape((back.root / f"report/{NAME}.html").read_text())
    for student, (_, reason) in UNREADABLE.items():
        notebook = nbformat.read(back.autograded(student), 4)
        (mark,) = [c.metadata.hhlab for c in notebook.cells if c.id == TEST]
        assert mark.technical, student
        assert reason in mark.sentence, student
        page = html.unescape(back.feedback(student).read_text())
        assert reason in page
        assert "not filled" not in page
        assert reason in report


def test_a_cell_that_ends_the_kernel_in_peace_ends_alone_and_figures_are_drawn(back):
    points = {each.student: each.points[TEST][0] for each in back.grades()}
    right = (*ADDED, "quits-above", *ENDS)
    assert {name: points[name] for name in right} == dict.fromkeys(right, 2.0)
    for name in ADDED:
        cells = nbformat.read(back.autograded(name), 4).cells
        errors = [o.ename for c in cells for o in c.get("outputs", ()) if o.output_type == "error"]
        assert errors == (["SystemExit"] if name == "quits-often" else []), name


def test_nobody_is_accused_for_line_ends_and_comments(back):
    for name in ENDS:
        assert "edited" not in back.feedback(name).read_text()


def test_an_offset_is_hours_east(back):
    with gradebook(back) as book:
        when = book.find_submission(NAME, "plain").timestamp
    assert when == datetime(2026, 11, 24, 9)


@pytest.mark.thorough("bank")
def test_jax_without_its_compiler_grades_alike(lost):
    without = "import jax\njax.config.update('jax_disable_jit', True)"
    assert lost(Submission("debugs", also=[without])) == {}


# -- again ----------------------------------------------------------------------------------------


@pytest.fixture
def small(tmp_path):
    """A course with one right submission."""
    course = copied_course(tmp_path / "course")
    course.submit({"ada": filled(course)})
    return course


@pytest.mark.thorough("files")
@pytest.mark.parametrize("command", COMMANDS)
def test_a_newer_timestamp_of_the_same_notebook_counts(command, small):
    stamp = small.submitted("ada").parent / "timestamp.txt"
    with (small.root / "nbgrader_config.py").open("a") as config:
        config.write(ONE_POINT_OFF)
    with gradebook(small) as book:
        book.update_or_create_assignment(NAME, duedate="2026-11-24 00:00 UTC")
    penalties = []
    for text in ("2026-11-23 10:00 UTC", LATE):
        stamp.write_text(text)
        run(small, command, "autograde", NAME)
        with gradebook(small) as book:
            penalties.append(book.find_submission(NAME, "ada").late_submission_penalty)
    assert penalties == [0.0, 1.0]


@pytest.mark.thorough("breaks")
@pytest.mark.parametrize("command", COMMANDS)
def test_without_a_place_for_the_cache_it_is_slower_and_says_so_once(command, small):
    small.submit({name: filled(small) for name in ("ben", "carla")})
    said = run(small, command, "autograde", NAME, XDG_CACHE_HOME="/proc/none")
    assert said.count("cannot be written") == 1
    assert "XDG_CACHE_HOME" in said
    assert {each.points[TEST][0] for each in small.grades()} == {2.0}


@pytest.mark.thorough("files")
@pytest.mark.parametrize("command", COMMANDS)
def test_a_release_that_is_not_the_gradebooks_is_said_and_nothing_goes(command, small):
    run(small, command, "autograde", NAME)
    before = small.autograded("ada").read_bytes()
    release = nbformat.read(small.release, 4)
    release.cells = [cell for cell in release.cells if cell.id != TEST]
    nbformat.write(release, small.release)
    said = run(small, command, "autograde", NAME, "--force", status=1)
    assert f"differ in the cells {TEST}: run 'nbgrader generate_assignment" in said
    assert small.autograded("ada").read_bytes() == before


# -- out ------------------------------------------------------------------------------------------


@pytest.mark.thorough("files")
@pytest.mark.parametrize("command", COMMANDS)
def test_a_test_that_is_added_after_grading_is_refused_with_a_way_out(command, small):
    run(small, command, "autograde", NAME)
    before = small.release.read_bytes()
    source = authored()
    source.cells.append(copy.deepcopy(source.cells[3]))
    source.cells[-1].update(id="test-new")
    source.cells[-1].metadata.nbgrader["grade_id"] = "test-new"
    nbformat.write(source, small.source)
    said = run(small, "nbgrader", "generate_assignment", NAME, "--force", status=1)
    assert "test-new" in said
    assert small.release.read_bytes() == before
    for command in said.split("again: ")[1].splitlines()[0].split("; "):
        program, *arguments = command.split()
        run(small, program, *arguments)
    (ada,) = small.grades()
    assert ada.points["test-new"] == (2.0, 2.0)


OTHERS = """
c = get_config()
c.ClearHiddenTests.begin_test_delimeter = "VERSTECKT"
c.ClearMarkScheme.begin_mark_scheme_delimeter = "SCHEMA"
c.ClearSolutions.begin_solution_delimeter = "ANTWORT"
"""


@pytest.mark.thorough("files")
def test_nothing_hidden_gets_out_by_somebodys_configuration(small, tmp_path):
    before = small.release.read_bytes()
    (tmp_path / "nbgrader_config.py").write_text(OTHERS)
    run(small, "nbgrader", "generate_assignment", NAME, "--force", JUPYTER_CONFIG_DIR=str(tmp_path))
    assert small.release.read_bytes() == before
    with (small.root / "nbgrader_config.py").open("a") as config:  # the course's own
        config.write(OTHERS.replace("c.ClearSolutions", "# "))
    said = run(small, "nbgrader", "generate_assignment", NAME, "--force", status=1)
    assert "BEGIN HIDDEN TESTS in cell test-double" in said
    assert small.release.read_bytes() == before


@pytest.mark.thorough("files")
def test_what_holds_something_hidden_is_not_released(small, tmp_path):
    exchange = tmp_path / "exchange"
    exchange.mkdir()
    exchange.chmod(0o777)
    options = ("release_assignment", NAME, f"--Exchange.root={exchange}")
    shutil.copy(small.source, small.release)
    said = run(small, "nbgrader", *options, status=1)
    assert "still holds what students must not get" in said
    assert list(exchange.rglob("*.ipynb")) == []
    run(small, "nbgrader", "generate_assignment", NAME, "--force")
    run(small, "nbgrader", *options)
    assert len(list(exchange.rglob("*.ipynb"))) == 1


@pytest.mark.thorough("files")
@pytest.mark.parametrize("command", COMMANDS)
def test_notebooks_with_cells_of_the_same_names_are_summed(command, tmp_path):
    course = small_course(tmp_path / "course", one=authored(20), two=authored(20))
    folder = course.root / "submitted" / "ada" / NAME
    folder.mkdir(parents=True)
    for name in ("one", "two"):
        shutil.copy(course.release.parent / f"{name}.ipynb", folder)
    notebook = nbformat.read(folder / "one.ipynb", 4)
    next(cell for cell in notebook.cells if cell.id == ANSWER).source = RIGHT
    nbformat.write(notebook, folder / "one.ipynb")
    moved = 'c.CourseDirectory.db_url = "sqlite:///grades.db"\n'
    shutil.move(course.root / "gradebook.db", course.root / "grades.db")
    with (course.root / "nbgrader_config.py").open("a") as config:
        config.write(moved)
    run(course, command, "autograde", NAME)
    run(course, "nbgrader", "export")
    run(course, "hhlab", "report", NAME)
    with (course.root / "grades.csv").open() as file:
        (row,) = csv.DictReader(file)
    assert (float(row["score"]), float(row["max_score"])) == (20.0, 46.0)
    with (course.root / f"report/{NAME}-canvas.csv").open() as file:
        _, full, ada = csv.reader(file)
    assert (full[-1], ada[-1]) == ("46", "20")
    with (course.root / f"report/{NAME}-moodle.csv").open() as file:
        head, ada = csv.reader(file)
    assert sum(map(float, ada[-4:])) == 20.0
    assert any("one: test-double" in each for each in head)


@pytest.mark.thorough("files")
def test_make_release_takes_any_name(tmp_path):
    course = small_course(tmp_path / "course", "Homework 2.2")
    before = course.release.read_bytes()
    course.release.unlink()
    shutil.copy(ROOT / "Makefile", course.root)
    here = Path(sys.executable).parent
    make = ["make", "-o", "translations", "release", f"BIN={here}"]
    subprocess.run(make, cwd=course.root, check=True, capture_output=True)
    assert course.release.read_bytes() == before
