"""A class of nine, graded by plain nbgrader once for all tests that look at what it leaves."""

import os
import shutil
import subprocess
import sys
from datetime import datetime
from pathlib import Path

import commands
import nbformat
from bank import KEY
from bank.right import RIGHT
from bank.seed import SEED
from bank.wrong import WRONG
from nbgrader.api import Gradebook
from shared import hand_in_late

from hhlab.course.folder import Course
from hhlab.course.sample_class import SAMPLE_CLASS, Submission

FLOOD = (
    "print('<script>document.title = 1</script> \\x1b[31mred\\x1b[0m ' * 9000)",
    "plt.imshow(np.random.RandomState(1).rand(500, 500))\nplt.show()",
)
CLASS = {
    "ada": Submission("the instructor's answer"),
    "ben": RIGHT["writes_to_stderr"],
    "carla": WRONG["blank"].submission,
    "dmitri": WRONG["only_variables"].submission,
    "fatima": Submission("dies", also=["import os; os._exit(1)"]),
    "goran": SAMPLE_CLASS["goran"],
    "ivan": Submission("too much of everything", edits=SAMPLE_CLASS["ivan"].edits, also=FLOOD),
    "seed": Submission("the homework's own answer", cell=SEED),
}
"""Who hands in what. Hans hands in no notebook; ben is late."""
OWN_TEXT = "# <script>alert(1)</script>\n$x$ [me](javascript:a)"
COMMENT = "Nearly! <b>Look</b> at the *order*."
PATH = f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"
ENVIRONMENT = {**os.environ, "HHLAB_COURSE_KEY": KEY, "PATH": PATH}


def copied(course, folder):
    """Return a copy of a course in a folder."""
    return Course(shutil.copytree(course.root, folder / "course"), course.assignment)


def hand_in(released, filled, place):
    """Make a course in which the class has handed in."""
    course = Course(shutil.copytree(released.root, place))
    notebooks = {name: filled(each) for name, each in CLASS.items()}
    notebooks["goran"].cells.insert(1, nbformat.v4.new_markdown_cell(OWN_TEXT))
    course.submit(notebooks)
    (course.submitted("ada").parent / "numpy.py").write_text("raise SystemExit")
    broken = course.submitted("hans")
    broken.parent.mkdir(parents=True)
    broken.write_text("no notebook")
    hand_in_late(course, "ben", datetime(2026, 3, 2, 12))


def give_feedback(graded, place):
    """Correct and comment in a copy of the graded course, write feedback and export grades."""
    course = Course(shutil.copytree(graded.root, place))
    with Gradebook(f"sqlite:///{course.root}/gradebook.db") as gradebook:
        gradebook.find_comment("hh", "hh-model", "hh-model", "goran").manual_comment = COMMENT
        gradebook.find_grade("test-update", "hh-model", "hh-model", "goran").manual_score = 1.5
        gradebook.db.commit()
    course.nbgrader("generate_feedback", "hh-model")
    course.nbgrader("export", "--to", "grades.csv")


def start(course, *options):
    """Start ``hhlab autograde``."""
    return subprocess.Popen(
        [sys.executable, "-m", "hhlab", "autograde", "hh-model", *options],
        cwd=course.root,
        env=ENVIRONMENT,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )


def autograde(course, *options, status=0):
    """Run ``hhlab autograde`` to its end and return what it said."""
    command = ["hhlab", "autograde", "hh-model", *options]
    found, said = commands.run(command, course.root, ENVIRONMENT, timeout=400)
    assert found == status, said
    return said
