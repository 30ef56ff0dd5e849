"""The grader grades a course that it knows nothing of: plain_course, with the default Unit."""

import re
import shutil
import subprocess
import sys

import nbformat
import pytest
from shared import ROOT, beside, entries

from hhlab.course.folder import Course

NAME = "squares"
WRONG = {"square": "def square(x):\n  return 2 * x"}
ATTACK = {
    "square": """\
import hhlab.channel.reply as reply, os
reply.PROBES["call"] = lambda *a, **k: {"count": 1, "0": 4.0}
print("in sight:", [p for p, _, f in os.walk("/") if "gradebook.db" in f])
print("tests:", [p for p, _, f in os.walk("/") if "squares.ipynb" in f])
def square(x):
  return 0"""
}
RIGHT = {
    "square": "square = lambda x: x ** 2",
    "between": """\
def between(low, high):
  found = [n for n in range(low, high + 1) if round(n ** 0.5) ** 2 == n]
  return min(found), max(found)""",
}
EARNED = {"ada": (3, 2), "ben": (0, 2), "eve": (0, 0), "blank": (0, 0)}
NEURONS = re.compile(r"(?i:neuron|membrane|brainpy|hodgkin|stimul|action potential)|\bHH\b")


@pytest.fixture(scope="module")
def plain(tmp_path_factory):
    """The course with a class that has handed in; each command grades a copy of it."""
    root = tmp_path_factory.mktemp("plain") / "course"
    shutil.copytree(ROOT / "tests/plain_course", root)
    course = Course(root, NAME)
    course.nbgrader("generate_assignment", NAME)
    between = {"between": RIGHT["between"]}
    answers = {"ada": RIGHT, "ben": WRONG | between, "eve": ATTACK | between, "blank": {}}
    for student, own in answers.items():
        notebook = nbformat.read(course.release, 4)
        for cell in notebook.cells:
            cell.source = own.get(cell.id, cell.source)
        course.submit({student: notebook})
    return course


@pytest.mark.parametrize("command", beside("commands", ["nbgrader", "hhlab"], {"hhlab"}))
def test_it_is_graded_with_feedback_and_report(plain, command, tmp_path):
    root = tmp_path / "course"
    shutil.copytree(plain.root, root)
    course = Course(root, NAME)

    def run(program, *arguments):
        run = [sys.executable, "-m", program, *arguments]
        return subprocess.run(run, cwd=root, capture_output=True, text=True, check=True)

    said = run(command, "autograde", NAME)
    grades = {
        student: (row[2]["test-square"][0], row[2]["test-between"][0])
        for student, row in entries(course).items()
    }
    assert grades == EARNED
    course.nbgrader("generate_feedback", NAME)
    run("hhlab", "report", NAME)
    pages = {student: shown(course.feedback(student)) for student in EARNED}
    pages["report"] = shown(root / "report" / f"{NAME}.html")
    pages["terminal"] = said.stdout + said.stderr
    assert not {name: NEURONS.findall(page) for name, page in pages.items() if NEURONS.search(page)}
    # no other course's explanations, although our command has them at hand
    assert not [name for name, page in pages.items() if "What this means" in page]
    assert "5 of 5 points" in pages["ada"]
    assert "should be 9: got 4" not in pages["eve"]  # hidden values stay hidden
    assert "square(2) should be 4" not in pages["ben"]  # it is: 2 · 2
    assert "when it is asked something else" in pages["ben"]
    # her kernel saw nbgrader's own gradebook for tests perhaps, and nothing of this course
    assert "tests: []" in pages["eve"]
    assert str(root) not in pages["eve"]


def shown(page):
    """Return the text of a page."""
    return " ".join(re.sub(r"(?s)<style.*?</style>|<[^>]+>", "", page.read_text()).split())
