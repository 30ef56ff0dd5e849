"""What the tests share: a home, a scratch course with a release, a grader for single submissions.

A test that costs more than it tells from one change to the next is marked ``thorough("…")``: `make
test` leaves it out, `make test-all` does not. What is in the brackets is in the list in
CONTRIBUTING.md, with a reason. What several tests need and none changes is made by
:func:`home.once`, for all workers; a test that changes it takes a copy.
"""

import gc
import json
import logging
import os
import shutil
import signal
from collections import Counter
from copy import deepcopy

import commands
import home
import nbformat
import pytest
from bank import KEY
from browser import CHROMIUM
from classroom import give_feedback, graded_by_nbgrader, hand_in
from grade import grade, points
from nbgrader.coursedir import CourseDirectory
from shared import ROOT, run, without_figures
from traitlets.config import Config

import hhlab.kernel.later  # noqa: F401  # before BrainPy, much of whose imports nobody needs
from hhlab.course.folder import Course
from hhlab.course.sample_class import Submission, fill, instructors_answers
from hhlab.course.unit import NAME
from hhlab.grading.examine.examine import Examine
from hhlab.grading.examine.settings import settings
from hhlab.grading.jail.folders import sweep
from hhlab.grading.submissions.exporter import rehearsal_of
from hhlab.grading.submissions.reading import Own

WORKER = os.environ.get("PYTEST_XDIST_WORKER", "")
left_out: Counter[str] = Counter()
gc.disable()  # until the tests are collected, which leaves nothing to collect
if signal.getsignal(signal.SIGINT) == signal.SIG_IGN:  # in a shell's background, and inherited
    signal.signal(signal.SIGINT, signal.default_int_handler)


# -- the run --------------------------------------------------------------------------------------


def pytest_xdist_auto_num_workers(config):
    """Return how many tests go at a time: some wait for a browser, a kernel or a timer.

    Each takes seconds to begin: it imports everything, and starts what kernels are forked from.
    """
    return (os.cpu_count() or 1) + 2


def pytest_collection_modifyitems(config, items):
    """Leave out what needs a browser where there is none."""
    needy = [item for item in items if CHROMIUM is None and item.get_closest_marker("browser")]
    items[:] = [item for item in items if item not in needy]
    left_out.update(browser=len(needy))


def pytest_deselected(items):
    """Count what is left out, by the name that CONTRIBUTING.md gives to it."""
    left_out.update(
        item.get_closest_marker("thorough").args[0]
        for item in items
        if item.get_closest_marker("thorough")
    )


def pytest_collection_finish(session):
    """Hand on what this worker has left out, as all do; keep what it has, to the end."""
    gc.freeze()  # else Python looks through it again and again: a twentieth of a worker's time
    gc.enable()
    (home.RUN / f"left-out-{WORKER}.json").write_text(json.dumps(left_out))


@pytest.hookimpl(trylast=True)
def pytest_sessionfinish(session):
    """Fail a run that leaves something behind."""
    commands.end()
    if not WORKER:
        sweep()  # what killed workers had, as the next grading would
        session.config.left_behind = home.left_behind()
        if session.config.left_behind and session.exitstatus == pytest.ExitCode.OK:
            session.exitstatus = pytest.ExitCode.TESTS_FAILED


def pytest_terminal_summary(terminalreporter, exitstatus, config):
    """Say what was left out and how that is run, and what was left behind."""
    counted = Counter(
        *(json.loads(file.read_text()) for file in sorted(home.RUN.glob("left-out-*"))[-1:])
    )
    write = terminalreporter.write_line
    if needy := counted.pop("browser", 0):
        write(f"Left out, as there is no Chromium (apt-get install chromium): {needy} tests.")
    if counted:
        each = ", ".join(f"{name} ({count})" for name, count in sorted(counted.items()))
        write(f"Left out; `make test-all` runs it too: {each}.")
    for what in config.left_behind:
        write(f"Left behind: {what}", red=True)
    if exitstatus == pytest.ExitCode.TESTS_FAILED:
        write(f"Files of tests that failed are in {home.RUN}.")


def pytest_unconfigure(config):
    """Remove the run's folder, unless files of tests that failed are in it."""
    reporter = config.pluginmanager.get_plugin("terminalreporter")
    if not WORKER and not (reporter and reporter.stats.get("failed")):
        home.move_out()


# -- courses --------------------------------------------------------------------------------------


@pytest.fixture(scope="session")
def released():
    """A scratch course whose release has been generated. Read only: it is shared."""

    def make(place):
        run(Course.copy(ROOT, place), "nbgrader", "generate_assignment", "hh-model")

    return Course(home.once("released", make))


@pytest.fixture
def course(tmp_path, released):
    """A scratch course of the test's own, with its release generated."""
    shutil.copytree(released.root, tmp_path / "course")
    return Course(tmp_path / "course")


@pytest.fixture(scope="session")
def undrawn():
    """The same without the course's figures, which take a third of the time. Read only."""

    def make(place):
        course = Course.copy(ROOT, place)
        nbformat.write(without_figures(nbformat.read(course.source, 4)), course.source)
        run(course, "nbgrader", "generate_assignment", "hh-model")

    return Course(home.once("undrawn", make))


@pytest.fixture(scope="session")
def answers():
    """The instructor's answers, by TODO."""
    return instructors_answers(ROOT / "source/hh-model/hh-model.ipynb")


@pytest.fixture(scope="session")
def filled(released, answers):
    """A function that returns the notebook a student hands in."""

    def fill_release(submission, course=released):
        return fill(course.release, answers, submission)

    return fill_release


@pytest.fixture(scope="session")
def compiled(released):
    """The settings with which kernels see what JAX compiles for the instructor's answers."""
    place = CourseDirectory(root=str(released.root), assignment_id="hh-model")
    # as the course's own, which is rehearsed once for both
    own = {"Examine": {"course_key": KEY, "unit": NAME}, "Execute": {"timeout": 60}}
    kept = settings(Config(own))
    rehearsal = rehearsal_of(place, ["hh-model"])
    kept.JailProvisioner.cache = rehearsal.hold(kept, logging.getLogger("compiled"))
    return kept


@pytest.fixture(scope="session")
def graded(released, filled, compiled):
    """A function that grades one submission, jailed, and returns the graded notebook."""
    whole, plain = released.master(), without_figures(released.master())
    drawing = {c.id for c in whole.cells} - {c.id for c in plain.cells}

    def grade_submission(submission: Submission, figures: bool = False, config=None, **settings):
        cells = [
            Own(
                cell.cell_type,
                cell.source,
                cell.metadata.get("nbgrader", {}).get("grade_id", ""),
                cell.id,
            )
            for cell in filled(submission).cells
            if figures or cell.id not in drawing
        ]
        own = deepcopy(compiled)
        own.merge(config or {})
        own.merge(Config({"Examine": settings}))  # what it is called with, nbclient would forget
        return grade(cells, whole if figures else plain, Examine(config=own))

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


@pytest.fixture(scope="session")
def handed_in(released, filled):
    """A course in which the class of :mod:`classroom` has handed in. Read only: it is shared."""
    return Course(home.once("handed-in", lambda place: hand_in(released, filled, place)))


@pytest.fixture(scope="session")
def neurons_by_nbgrader(handed_in):
    """The same, graded by plain nbgrader. Read only."""
    return graded_by_nbgrader(handed_in)


@pytest.fixture(scope="session")
def with_feedback(neurons_by_nbgrader):
    """The same, corrected by hand, with feedback and exported grades. Read only."""
    return Course(
        home.once("with-feedback", lambda place: give_feedback(neurons_by_nbgrader, place))
    )
