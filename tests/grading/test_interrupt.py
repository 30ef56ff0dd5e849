"""Ctrl-C at any moment: a sentence, exit status 130, and what is done is whole."""

import os
import signal
import subprocess
import sys
import threading
import time

import pytest
from classroom import start
from nbgrader.api import Gradebook
from shared import beside, done, entries, run
from small import NAME, TEST, answered, copied_course

from hhlab.grading.interrupt import heeded, unheard

STUDENTS = [f"s{number}" for number in range(4)]
PRESSES = """
import os, pathlib, signal
from nbgrader.plugins import BasePlugin
class Presses(BasePlugin):
    def late_submission_penalty(self, student, score, late):
        pressed = pathlib.Path("pressed")
        if not pressed.exists():
            pressed.touch()
            for _ in range(TIMES):
                os.kill(os.getpid(), signal.SIGINT)
        return 1.0
c.AssignLatePenalties.plugin_class = Presses
"""
"""Ctrl-C, once or more often, in the middle of a submission's entry into the gradebook."""


def press():
    os.kill(os.getpid(), signal.SIGINT)


def stopped(steps):
    """Return what a function has done when Ctrl-C ends it."""
    done = []
    with pytest.raises(KeyboardInterrupt):
        steps(done)
    return done


def test_it_is_put_off_until_it_is_asked_for():
    def steps(done):
        with heeded() as heed:
            heed()
            press()
            done.append("the step in which it came")
            heed()
            done.append("the next")

    assert stopped(steps) == ["the step in which it came"]


def test_who_never_asks_learns_of_it_at_the_end():
    def steps(done):
        with heeded():
            press()
            done.append("all")
        done.append("what follows")

    assert stopped(steps) == ["all"]


def test_the_second_one_comes_at_once():
    def steps(done):
        with heeded():
            press()
            done.append("so far")
            press()
            done.append("no further")

    assert stopped(steps) == ["so far"]


def test_an_error_is_not_hidden_by_it():
    def fails():
        with heeded():
            press()
            raise OSError("the disk is full")

    with pytest.raises(OSError, match="full"):
        fails()


def test_afterwards_it_is_as_before():
    before = signal.getsignal(signal.SIGINT)
    with heeded() as heed:
        heed()
    assert signal.getsignal(signal.SIGINT) is before
    with pytest.raises(KeyboardInterrupt):
        press()


def test_a_thread_may_use_it_as_well():
    seen = []

    def step():
        with heeded() as heed:
            heed()
            seen.append("done")

    thread = threading.Thread(target=step)
    thread.start()
    thread.join()
    assert seen == ["done"]


def test_who_ignores_it_goes_on_ignoring_it():
    before = signal.signal(signal.SIGINT, signal.SIG_IGN)
    try:
        with heeded() as heed:
            press()
            heed()
        assert signal.getsignal(signal.SIGINT) == signal.SIG_IGN
    finally:
        signal.signal(signal.SIGINT, before)


def test_processes_may_be_spared():
    waits = [sys.executable, "-c", "import time; time.sleep(1); print('spared')"]
    with unheard():
        spared = subprocess.Popen(waits, stdout=subprocess.PIPE, text=True)
    spared.send_signal(signal.SIGINT)
    assert spared.communicate(timeout=60)[0] == "spared\n"
    with pytest.raises(KeyboardInterrupt):
        press()


# -- the commands ---------------------------------------------------------------------------------


@pytest.fixture
def course(tmp_path):
    """A course of the test's own, in which four have handed in."""
    course = copied_course(tmp_path / "course")
    course.submit(dict.fromkeys(STUDENTS, answered(course)))
    return course


def stopped_after(course, command, seconds):
    """Have a command run for so long; return its process, and what it said when it was stopped."""
    process = subprocess.Popen(
        [sys.executable, "-m", *command],
        cwd=course.root,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        start_new_session=True,
    )
    with process:
        time.sleep(seconds)
        if process.poll() is None:
            os.killpg(process.pid, signal.SIGINT)  # as a terminal does
        return process, process.communicate(timeout=120)[0]


def interrupted(course, command, seconds):
    """Have a command of ours run for so long, and see that it says a sentence."""
    process, said = stopped_after(course, ["hhlab", command, NAME, "--workers=2"], seconds)
    assert "Traceback" not in said, said
    assert process.returncode in (0, 130, -signal.SIGINT), said  # the last two are one to a shell
    assert process.returncode == 0 or "topped by Ctrl-C" in said


@pytest.mark.thorough("ways")
def test_the_very_end_can_be_interrupted_without_harm(course):
    """Nothing is left that could be stopped: it ends well, or says its sentence."""
    with start(course, "--workers=1") as process:
        said = next(line for line in process.stdout if "graded already" in line)
        process.send_signal(signal.SIGINT)
        said += process.communicate(timeout=120)[0]
    assert "Traceback" not in said, said
    assert process.returncode == 0 or "Stopped by Ctrl-C" in said


@pytest.mark.parametrize("times", beside("ways", [1, 2], [1]))
def test_a_submission_that_is_being_entered_is_entered_whole_or_not_at_all(times, course):
    configuration = course.root / "nbgrader_config.py"
    as_before = configuration.read_text()
    configuration.write_text(as_before + PRESSES.replace("TIMES", str(times)))
    with Gradebook(f"sqlite:///{course.root}/gradebook.db") as gradebook:
        gradebook.update_or_create_assignment(NAME, duedate="2026-11-24 00:00 UTC")
    for student in STUDENTS:
        stamp = course.submitted(student).parent / "timestamp.txt"
        stamp.write_text("2026-11-24 10:00 UTC")
    said = run(course, "hhlab", "autograde", NAME, status=130)
    assert "Stopped by Ctrl-C. What is graded is kept" in said
    assert "Traceback" not in said
    there, held = set(done(course)), entries(course)
    assert set(held) == there
    assert (times == 1) == bool(there)
    for _, penalties, points, _ in held.values():
        assert penalties == [1.0]
        assert points[TEST][0] == 2.0

    configuration.write_text(as_before)
    assert f"{len(STUDENTS) - len(there)} graded" in run(course, "hhlab", "autograde", NAME)
    assert set(done(course)) == set(STUDENTS)


@pytest.mark.thorough("ways")
@pytest.mark.parametrize("seconds", [4, 6])
def test_nbgraders_own_command_stops_with_the_submission_that_it_was_at(seconds, course):
    process, said = stopped_after(course, ["nbgrader", "autograde", NAME], seconds)
    everybody = set(done(course)) == set(STUDENTS)  # then Python itself may have been ending
    ended = process.returncode in ((0, -signal.SIGINT) if everybody else (0,))
    assert ended or "KeyboardInterrupt" in said  # which is nbgrader's own way
    assert "There was an error processing" not in said
    run(course, "hhlab", "autograde", NAME)
    assert set(done(course)) == set(STUDENTS)


@pytest.mark.thorough("ways")
@pytest.mark.parametrize("seconds", [0.5, 2, 3.5, 4.5])
def test_whatever_a_grading_was_doing_it_goes_on_later(seconds, course):
    interrupted(course, "autograde", seconds)
    assert set(entries(course)) == set(done(course))
    run(course, "hhlab", "autograde", NAME)
    assert set(done(course)) == set(STUDENTS)


@pytest.mark.thorough("ways")
@pytest.mark.parametrize(("seconds", "more"), [(1.2, 0), (1.5, 4)])
def test_whatever_feedback_was_doing_it_goes_on_later(seconds, more, course):
    """Also in the processes that make the pages of more than a few."""
    students = STUDENTS + [f"t{number}" for number in range(more)]
    course.submit(dict.fromkeys(students, answered(course)))
    run(course, "hhlab", "autograde", NAME)
    interrupted(course, "feedback", seconds)
    run(course, "hhlab", "feedback", NAME)
    pages = [course.root / f"feedback/{each}/{NAME}/{NAME}.html" for each in students]
    assert [page for page in pages if not page.read_text().rstrip().endswith("</html>")] == []
