"""Two classes, each graded by plain nbgrader once for all tests that look at what it leaves.

One of nine has handed in hh-model. The other has a small assignment, and kernels that wait: for
who tests the commands, their processes and what they write, which know no neuron.
"""

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
from home import once
from nbgrader.api import Gradebook
from shared import hand_in_late, run
from small import ANSWER, NAME, answered, copied_course

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


WAITING = {
    "ada": None,
    "ben": None,
    "carla": "def double(x):\n  raise NotImplementedError('TODO 2')",
    "dmitri": "def double(x):\n  return 3 * x",
    "fatima": "import os; os._exit(1)",
    "goran": None,
    "ivan": None,
}
"""What is in the answer cells of the small assignment; the right answer where it is None."""
WAITS = "import time; time.sleep(0.4)"


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
    _hand_in_otherwise(course)


def _hand_in_otherwise(course):
    """Have hans hand in no notebook, and ben be late."""
    broken = course.submitted("hans")
    broken.parent.mkdir(parents=True)
    broken.write_text("no notebook")
    hand_in_late(course, "ben", datetime(2026, 3, 2, 12))


def waiting():
    """Return the course of a small assignment in which a class has handed in. Read only."""

    def make(place):
        course = copied_course(place)
        for name, code in WAITING.items():
            notebook = answered(course)
            answer = next(cell for cell in notebook.cells if cell.id == ANSWER)
            answer.source = code or answer.source
            notebook.cells.append(nbformat.v4.new_code_cell(WAITS))
            course.submit({name: notebook})
        _hand_in_otherwise(course)

    return Course(once("waiting", make), NAME)


def graded_by_nbgrader(handed_in):
    """Return a class, graded by plain nbgrader with nothing but its configuration. Read only."""
    name = handed_in.assignment

    def make(place):
        course = Course(shutil.copytree(handed_in.root, place), name)
        # no fork, which would have more at hand than nbgrader has
        course.nbgrader("autograde", name, environment=ENVIRONMENT)

    return Course(once(f"{name} by nbgrader", make), name)


def give_feedback(graded, place):
    """Correct and comment in a copy of the graded course, write feedback and export grades."""
    course = Course(shutil.copytree(graded.root, place))
    with Gradebook(f"sqlite:///{course.root}/gradebook.db") as gradebook:
        gradebook.find_comment("hh", "hh-model", "hh-model", "goran").manual_comment = COMMENT
        gradebook.find_grade("test-update", "hh-model", "hh-model", "goran").manual_score = 1.5
        gradebook.db.commit()
    run(course, "nbgrader", "generate_feedback", "hh-model")
    run(course, "nbgrader", "export", "--to", "grades.csv")


def start(course, *options):
    """Start ``hhlab autograde``."""
    return subprocess.Popen(
        [sys.executable, "-m", "hhlab", "autograde", course.assignment, *options],
        cwd=course.root,
        env=ENVIRONMENT,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )


def autograde(course, *options, status=0):
    """Run ``hhlab autograde`` to its end and return what it said."""
    command = ["hhlab", "autograde", course.assignment, *options]
    found, said = commands.run(command, course.root, ENVIRONMENT, timeout=400)
    assert found == status, said
    return said
