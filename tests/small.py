"""A small assignment, with an answer in code and one in words, that is graded in seconds."""

import shutil
from pathlib import Path

import nbformat
import pytest
from home import once
from shared import ROOT, run

from hhlab.course.folder import Course

NAME = "small"
ANSWER, TEST, QUESTION, LETTER = "scale", "test-double", "letter-question", "letter"
COMMANDS = (pytest.param("nbgrader", marks=pytest.mark.thorough("commands")), "hhlab")
"""Both grade; what a test says of reading submissions is said of either."""
UNIT = ', unit="hhlab.course.unit:UNIT"'
ONE_WORKER = "c.ParallelAutograde.workers = 1\n"
"""A second one takes seconds to start, which a class of a few submissions does not take."""
RIGHT = """\
class Scale:
  def __init__(self, factor):
    self.factor = factor

  def times(self, x):
    return self.factor * x


def double(x):
  return Scale(2.0).times(x)"""
"""Right, without what the blank has around it."""

_AUTHORED = f"""\
{RIGHT.split("    return")[0]}    # TODO 1, times: return x times the factor
    ### BEGIN SOLUTION
    return self.factor * x
    ### END SOLUTION


def double(x):
  # TODO 2, double: return twice x
  ### BEGIN SOLUTION
  return Scale(2.0).times(x)
  ### END SOLUTION"""
_TEST = """\
# twice a number (2 points)
expect(call(double, 2.0), 4.0)
### BEGIN HIDDEN TESTS
expect(call(double, 3.5), 7.0)
### END HIDDEN TESTS"""
_QUESTION = """\
## In your words

What is twice a number?

### BEGIN MARK SCHEME
What a marker knows.
### END MARK SCHEME"""

_LETTER = """\
#### A letter

### BEGIN SOLUTION
As much again.
### END SOLUTION"""


def authored(points=2, answer=_AUTHORED, test=_TEST):
    """Return the notebook that its author wrote."""
    cells = [
        ("markdown", "title", "# Twice a number", None),
        ("code", "imports", "import math", None),
        ("code", ANSWER, answer, {"solution": True}),
        ("code", TEST, test, {"grade": True, "locked": True, "points": points}),
        ("markdown", "between", "The rest is words.", None),
        ("markdown", QUESTION, _QUESTION, {"locked": True}),
        ("markdown", LETTER, _LETTER, {"solution": True, "grade": True, "points": 3}),
        ("markdown", "submit", "Hand it in.", None),
    ]
    notebook = nbformat.v4.new_notebook(
        metadata=nbformat.read(ROOT / "source/hh-model/hh-model.ipynb", 4).metadata
    )
    for kind, name, source, grading in cells:
        cell = getattr(nbformat.v4, f"new_{kind}_cell")(source, id=name)
        if grading is not None:
            flags = dict.fromkeys(("grade", "solution", "locked", "task"), False)
            cell.metadata["nbgrader"] = {"grade_id": name, "schema_version": 3, **flags, **grading}
        notebook.cells.append(cell)
    return notebook


def small_course(root: Path, name=NAME, neuron=False, **notebooks) -> Course:
    """Return a course with this assignment alone, generated; what runs a neuron, if it is to."""
    (root / "source" / name).mkdir(parents=True)
    configuration = (ROOT / "nbgrader_config.py").read_text()
    assert UNIT in configuration
    configuration = configuration if neuron else configuration.replace(UNIT, "")
    (root / "nbgrader_config.py").write_text(configuration + ONE_WORKER)
    for each, notebook in (notebooks or {name: authored()}).items():
        nbformat.write(notebook, root / "source" / name / f"{each}.ipynb")
    course = Course(root, name)
    run(course, "nbgrader", "generate_assignment", name)
    return course


def shared_course() -> Course:
    """Return the course, generated once for all. Read only: it is shared."""
    return Course(once("small course", small_course), NAME)


def copied_course(place: Path) -> Course:
    """Return a copy of it."""
    return Course(shutil.copytree(shared_course().root, place), NAME)


def half_graded(place: Path, neuron=False) -> Course:
    """Return a copy of a course in which ada is graded and ben has handed in since."""

    def make(first):
        course = small_course(first, neuron=True) if neuron else copied_course(first)
        course.submit({"ada": authored()})
        run(course, "hhlab", "autograde", NAME)
        course.submit({"ben": nbformat.read(course.release, 4)})

    made = once("half graded neuron" if neuron else "half graded", make)
    return Course(shutil.copytree(made, place), NAME)


def answered(course):
    """Return the released notebook with the right answer in it."""
    notebook = nbformat.read(course.release, 4)
    next(cell for cell in notebook.cells if cell.id == ANSWER).source = RIGHT
    return notebook
