"""Nothing is graded that was not rehearsed: whatever is broken, it is said, and costs nobody."""

import contextlib
import os
import re
import shutil
import sqlite3
import subprocess
import sys
import tempfile

import nbformat
import pytest
from shared import ROOT, beside, run
from small import NAME, authored, half_graded

WRONG_TEST = "# twice (2 points)\nexpect(call(double, 2.0), 5.0)"
BROKEN_TEST = "# twice (2 points)\nexpect(call(double, 2.0), 4.0, precent=1)"
LOST_NAME = "# twice (2 points)\nexpect(call(double, 2.0), 2 * two)"
NO_TEST = "# twice (2 points)\nexpect(1, 1) if False else None"


@pytest.fixture
def graded(tmp_path, request):
    """A course in which ada is graded and ben has handed in since."""
    neuron = request.node.name.endswith("[not_in_the_jail]")  # else a kernel needs no BrainPy
    return half_graded(tmp_path / "course", neuron)


def state(course):
    """Return what must stay as it is."""
    folder = course.root / "autograded"
    files = [course.root / "gradebook.db", *(p for p in folder.rglob("*") if p.is_file())]
    return {path: path.read_bytes() for path in files}


# -- breaks: each changes the course, and returns the environment ---------------------------------


def another_package(course):
    shutil.copytree(ROOT / "hhlab", course.root / "hhlab")
    return {}


def not_in_the_jail(course):
    (course.root / "elsewhere/brainevent").mkdir(parents=True)
    (course.root / "elsewhere/brainevent/__init__.py").touch()
    return {"PYTHONPATH": str(course.root / "elsewhere")}


def own_answer_fails(course):
    return _new_test(course, WRONG_TEST)


def own_test_fails(course):
    return _new_test(course, BROKEN_TEST)


def name_is_nowhere(course):
    return _new_test(course, LOST_NAME)


def blank_passes(course):
    return _new_test(course, NO_TEST)


def unjailed(breaks):
    """Return the same break, where the jail is waived."""
    return lambda course: {**breaks(course), "HHLAB_NO_JAIL": "1"}


def _new_test(course, test):
    nbformat.write(authored(test=test), course.source)
    run(course, "nbgrader", "generate_assignment", NAME, "--force")
    return {}


def older_schema(course):
    with contextlib.closing(sqlite3.connect(course.root / "gradebook.db")) as gradebook:
        gradebook.execute("alter table student drop column lms_user_id")
    return {}


def no_source(course):
    course.source.unlink()
    return {}


IN_COURSE = {
    "another_package": (another_package, r"hhlab: the grader has .*course/hhlab/.*, the jail"),
    "not_in_the_jail": (not_in_the_jail, "brainevent: the grader has .*elsewhere"),
    "own_answer_fails": (own_answer_fails, r"test-double: double\(2\) should be 5: got 4"),
    "own_test_fails": (
        own_test_fails,
        r"test-double: the test itself fails: TypeError: .*'precent'.*, in the line expect\(call",
    ),
    "name_is_nowhere": (name_is_nowhere, r"are the student's \(double, two\): they can be called"),
    "blank_passes": (blank_passes, "test-double: passed, with nothing filled in"),
    "own_answer_unjailed": (unjailed(own_answer_fails), r"double\(2\) should be 5: got 4"),
    "blank_unjailed": (unjailed(blank_passes), "test-double: passed, with nothing filled in"),
    "older_schema": (older_schema, "has no student.lms_user_id.*nbgrader db upgrade"),
    "no_source": (no_source, "there is no .*source/small/small.ipynb"),
}
IN_SHELL = {
    "open_files": ("ulimit -n 128", "open files: 128 allowed, 256 needed.*ulimit -n"),
    "processes": ("ulimit -u 40", "processes and threads: 40 allowed.*ulimit -u"),
    "file_size": ("ulimit -f 2000", "bytes of a file: 2048000 allowed.*ulimit -f"),
    "cpu": ("ulimit -t 300", "seconds of CPU time: 300 allowed"),
    "temporary": (
        'mount -t tmpfs -o size=1m tmpfs "$TMPDIR"',
        "1 MB free, 16 needed.*make room in",
    ),
    "no_temporary": ('mount -t tmpfs -o ro tmpfs "$TMPDIR"', "no file can be made in it"),
    "shared_memory": ("mount -t tmpfs -o ro tmpfs /dev/shm", "/dev/shm.*mount a tmpfs"),
    "socket": (
        'mkdir -p "$TMPDIR/$(printf %070d 0)" && export TMPDIR="$TMPDIR/$(printf %070d 0)"',
        "too long for the path of a socket.*TMPDIR",
    ),
    "read_only": ('mount --bind . . && mount -o remount,ro,bind . && cd "$PWD"', "may not write"),
}
QUICK = {"own_test_fails", "open_files"}
WAYS = ("hhlab", "nbgrader")
OURS = ("shared_memory", "socket")
"""What only processes that work together need."""


def ways(name, breaks):
    """Return the commands that a break is tried with.

    Both ask the same code what is broken: one break of each kind is tried with both, the others
    with one, in turn.
    """
    if name in QUICK:
        return WAYS
    return WAYS[:1] if name in OURS else [WAYS[list(breaks).index(name) % 2]]


def assert_refused(said, sentence, before, course):
    assert re.search(sentence, said, re.DOTALL), said
    assert "Nothing was graded" in said
    assert "Traceback" not in said
    assert state(course) == before


@pytest.mark.parametrize("name", beside("breaks", IN_COURSE, QUICK))
def test_what_is_broken_is_said_and_nothing_is_graded(name, graded):
    breaks, sentence = IN_COURSE[name]
    environment = breaks(graded)
    before = state(graded)
    for command in ways(name, IN_COURSE):
        said = run(graded, command, "autograde", NAME, status=1, **environment)
        assert_refused(said, sentence, before, graded)


@pytest.mark.thorough("breaks")
@pytest.mark.parametrize("command", WAYS)
def test_a_folder_whose_name_is_a_pattern_is_told_by_its_name(command, graded):
    graded.root = graded.root.rename(graded.root.with_name("course [1]"))
    before = state(graded)
    said = run(graded, command, "autograde", NAME, status=1)
    assert re.search(r"course \[1\]: nbgrader finds no file where a path has one of \* \?", said)
    assert state(graded) == before


@pytest.mark.parametrize("name", beside("breaks", IN_SHELL, QUICK))
def test_what_a_machine_does_not_allow_is_said(name, graded):
    setting, sentence = IN_SHELL[name]
    before = state(graded)
    temporary = tempfile.mkdtemp()  # short, for sockets
    for command in ways(name, IN_SHELL):
        program = f'{setting} && exec "{sys.executable}" -m {command} autograde {NAME}'
        done = subprocess.run(
            ["unshare", "--user", "--map-root-user", "--mount", "/bin/bash", "-c", program],
            cwd=graded.root,
            env={**os.environ, "TMPDIR": temporary},
            capture_output=True,
            text=True,
            timeout=300,
        )
        assert done.returncode == 1, done.stderr
        assert_refused(done.stdout + done.stderr, sentence, before, graded)
    shutil.rmtree(temporary)


@pytest.mark.thorough("breaks")
def test_a_gradebook_that_somebody_writes_to_is_said(graded):
    before = state(graded)
    for command in WAYS:  # to read the file here would end the lock
        with contextlib.closing(sqlite3.connect(graded.root / "gradebook.db")) as other:
            other.execute("begin immediate")
            said = run(graded, command, "autograde", NAME, status=1)
        assert_refused(said, "locked.*close what has it open", before, graded)
