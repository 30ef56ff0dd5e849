"""A gradebook that cannot be used: each command says so in a sentence, and changes nothing."""

import random
import re
import sqlite3
from contextlib import ExitStack, closing

import pytest
from shared import beside, run
from small import NAME, half_graded

PAGE = 4096
"""Bytes of SQLite's pages."""


@pytest.fixture
def graded(tmp_path):
    """A course in which ada is graded and ben has handed in since."""
    return half_graded(tmp_path / "course")


def state(course):
    """Return what must stay as it is, without the gradebook: to read that would end a lock."""
    files = [path for path in course.root.rglob("*") if path.is_file()]
    return {path: path.read_bytes() for path in files if path.name != "gradebook.db"}


# -- what may be wrong: each changes the file; what it returns is closed after the command ---------


def truncated(path):
    path.write_bytes(path.read_bytes()[:3000])


def random_bytes(path):
    path.write_bytes(random.Random(1).randbytes(len(path.read_bytes())))


def damaged_within(path):
    content = bytearray(path.read_bytes())
    content[8 * PAGE : 12 * PAGE] = random.Random(1).randbytes(4 * PAGE)
    path.write_bytes(content)


def half_overwritten(path):
    content = path.read_bytes()
    half = len(content) // 2
    path.write_bytes(content[:half] + bytes(len(content) - half))


def empty(path):
    path.write_bytes(b"")


def folder(path):
    path.unlink()
    path.mkdir()


def older(path):
    with closing(sqlite3.connect(path)) as gradebook:
        gradebook.execute("alter table student drop column lms_user_id")


def locked(path):
    other = sqlite3.connect(path)
    other.execute("begin exclusive")
    return other


KINDS = {
    "truncated": (truncated, "put back a copy of it"),
    "random_bytes": (random_bytes, "no gradebook.*put back a copy of it"),
    "damaged_within": (damaged_within, "damaged.*put back a copy of it"),
    "half_overwritten": (half_overwritten, "damaged.*put back a copy of it"),
    "empty": (empty, "empty.*put back a copy of it"),
    "folder": (folder, "a folder, and no gradebook.*move it away"),
    "older": (older, "no student.lms_user_id.*nbgrader db upgrade"),
    "locked": (locked, "in use.*locked.*close what has it open"),
}
COMMANDS = {
    "autograde": ("hhlab", "autograde", NAME),
    "feedback": ("hhlab", "feedback", NAME),
    "report": ("hhlab", "report", NAME),
    "doctor": ("hhlab", "doctor"),
    "doctor_of_one": ("hhlab", "doctor", NAME),
    "nbgrader_autograde": ("nbgrader", "autograde", NAME),
    "nbgrader_feedback": ("nbgrader", "generate_feedback", NAME),
    "nbgrader_release": ("nbgrader", "generate_assignment", NAME, "--force"),
}
QUICK = [
    ("damaged_within", "autograde"),
    ("locked", "feedback"),
    ("damaged_within", "report"),
    ("truncated", "doctor"),
]
CASES = [(kind, command) for kind in KINDS for command in COMMANDS]


@pytest.mark.parametrize(("kind", "command"), beside("breaks", CASES, QUICK))
def test_a_gradebook_that_cannot_be_used_is_said_and_nothing_is_changed(kind, command, graded):
    breaks, sentence = KINDS[kind]
    gradebook = graded.root / "gradebook.db"
    with ExitStack() as stack:
        if held := breaks(gradebook):
            stack.enter_context(closing(held))
        before = state(graded), gradebook.stat().st_mtime_ns
        said = run(graded, *COMMANDS[command], status=1)
        assert (state(graded), gradebook.stat().st_mtime_ns) == before
    assert re.search(rf"{re.escape(str(gradebook))}: .*{sentence}", said, re.DOTALL), said
    assert "Traceback" not in said
    assert "sqlalchemy" not in said


ON_THE_WAY = """
def damage(**_):
    with open("gradebook.db", "r+b") as file:
        file.seek(4096)
        file.write(bytes(1 << 20))
c.{step}.pre_convert_hook = damage
"""
"""The hook is called when all has been looked at, and before nbgrader opens the gradebook."""


@pytest.mark.thorough("breaks")
@pytest.mark.parametrize(
    ("command", "step"), [("autograde", "ParallelAutograde"), ("feedback", "GenerateFeedback")]
)
def test_a_gradebook_that_is_damaged_on_the_way_is_said(command, step, graded):
    with (graded.root / "nbgrader_config.py").open("a") as config:
        config.write(ON_THE_WAY.format(step=step))
    (graded.root / "autograded/ada" / NAME / "data.csv").write_text("1")  # which nbgrader copies
    said = run(graded, *COMMANDS[command], status=1)
    assert re.search(r"Stopped: .*gradebook\.db: damaged .*put back a copy of it", said), said
    assert "Traceback" not in said
    assert not list(
        (graded.root / "feedback").glob("*/*")
    )  # nothing that a later run takes for done


@pytest.mark.thorough("breaks")
@pytest.mark.parametrize("command", ["report", "feedback"])
def test_who_only_reads_is_not_kept_from_it_by_one_who_writes(command, graded):
    with closing(sqlite3.connect(graded.root / "gradebook.db")) as other:
        other.execute("begin immediate")
        run(graded, *COMMANDS[command])


@pytest.mark.thorough("breaks")
def test_looking_at_a_course_without_a_gradebook_makes_none(graded):
    (graded.root / "gradebook.db").unlink()
    run(graded, "hhlab", "doctor")
    assert not (graded.root / "gradebook.db").exists()
