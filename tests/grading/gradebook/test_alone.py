"""Two who grade one course at the same time: the second is told, and costs the first nothing."""

import os
import subprocess
import sys

import pytest
from bank import KEY
from cluster import until
from shared import done, listing, run
from small import NAME, authored, copied_course

WAITS = """
import os, time
def wait(**_):
    if os.path.exists("waits"):
        return
    open("waits", "w").close()
    while not os.path.exists("go"):
        time.sleep(0.05)
c.ParallelAutograde.pre_convert_hook = wait
"""
"""Has the first grading stand still in its middle, until it is told to go on."""


@pytest.fixture
def course(tmp_path):
    """A course in which ada has handed in, and whose first grading waits."""
    course = copied_course(tmp_path / "course")
    course.submit({"ada": authored()})
    with (course.root / "nbgrader_config.py").open("a") as config:
        config.write(WAITS)
    return course


@pytest.fixture
def first(course):
    """A grading that has begun, and waits."""
    process = subprocess.Popen(
        [sys.executable, "-m", "hhlab", "autograde", NAME],
        cwd=course.root,
        env={**os.environ, "HHLAB_COURSE_KEY": KEY},
    )
    try:
        until((course.root / "waits").exists, "it does not begin")
        yield process
    finally:
        process.kill()
        process.wait()


def test_a_second_grading_says_which_is_running_and_changes_nothing(course, first):
    before = listing(course.root)
    said = run(course, "hhlab", "autograde", NAME, "--force", status=1)
    assert f"another grading of '{NAME}' is running (process {first.pid}): wait" in said
    assert "Traceback" not in said
    assert listing(course.root) == before
    (course.root / "go").touch()
    assert first.wait(timeout=300) == 0
    assert list(done(course)) == ["ada"]


@pytest.mark.thorough("ways")
def test_a_grading_that_was_killed_keeps_nobody_out(course, first):
    first.kill()
    first.wait()
    run(course, "hhlab", "autograde", NAME)
    assert list(done(course)) == ["ada"]
