"""What several test modules need that is no fixture."""

import os
import sys
import tempfile
from datetime import datetime, timedelta
from pathlib import Path

import commands
import pytest
from bank import KEY
from nbclient import NotebookClient
from nbgrader.api import Gradebook
from traitlets.config import Config

ROOT = Path(__file__).resolve().parents[1]
"""The repository that these tests are in."""

ONE_POINT_OFF = """
from nbgrader.plugins import BasePlugin
class OnePointOff(BasePlugin):
    def late_submission_penalty(self, student, score, late):
        return 1.0
c.AssignLatePenalties.plugin_class = OnePointOff
"""


def run(course, command, *arguments, status=0, **environment):
    """Run a command of nbgrader's or of ours in a course, and return what it said."""
    found, said = commands.run(
        [command, *arguments],
        course.root,
        {
            **os.environ,
            "HHLAB_COURSE_KEY": KEY,
            "PATH": f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}",
            **environment,
        },
        timeout=500,
    )
    assert found == status, said
    return said


def give_key(course):
    """Write the tests' key into a course whose commands are not told it: one rehearsal for all."""
    with (course.root / "nbgrader_config.py").open("a") as config:
        config.write(f"\nc.Examine.course_key = {KEY!r}\n")


def hand_in_late(course, student, when):
    """Have a submission be a day late, in a course that takes off a point for that."""
    stamp = course.submitted(student).parent / "timestamp.txt"
    stamp.write_text(_utc(when))
    with (course.root / "nbgrader_config.py").open("a") as config:
        config.write(ONE_POINT_OFF)
    with Gradebook(f"sqlite:///{course.root}/gradebook.db") as gradebook:
        gradebook.update_or_create_assignment(
            course.assignment, duedate=_utc(when - timedelta(days=1))
        )


def _utc(when: datetime) -> str:
    return f"{when:%Y-%m-%d %H:%M:%S} UTC"


def done(course):
    """Return the students whose graded notebook is there, with the time of its last change."""
    name = course.assignment
    found = (course.root / "autograded").glob(f"*/{name}/{name}.ipynb")
    return {path.parts[-3]: path.stat().st_mtime_ns for path in found}


def entries(course):
    """Return what the gradebook holds of the class, but for row numbers and the time of grading."""
    with Gradebook(f"sqlite:///{course.root}/gradebook.db") as gradebook:
        return {
            submission.student_id: (
                submission.timestamp,
                [notebook.late_submission_penalty for notebook in submission.notebooks],
                {
                    grade.name: (grade.auto_score, grade.manual_score, grade.needs_manual_grade)
                    for notebook in submission.notebooks
                    for grade in notebook.grades
                },
                {
                    comment.name: (comment.auto_comment, comment.manual_comment)
                    for notebook in submission.notebooks
                    for comment in notebook.comments
                },
            )
            for submission in gradebook.assignment_submissions(course.assignment)
        }


def beside(what, cases, first=()):
    """Return cases to parametrize by, of which all but the first are for `make test-all` alone.

    Parameters
    ----------
    what : str
        As the list in CONTRIBUTING.md calls the others.
    cases : iterable
        Names, or whatever a test takes.
    first : collection, optional
        Those that `make test` has too.
    """
    mark = pytest.mark.thorough(what)
    values = {each: each if isinstance(each, tuple) else (each,) for each in cases}
    return [each if each in first else pytest.param(*values[each], marks=mark) for each in values]


def execute(notebook, env=None, **options):
    """Run a notebook in a kernel of its own, whose sockets are in a folder of their own.

    A port is chosen a second before a kernel takes it, and another process may have it by then.
    """
    with tempfile.TemporaryDirectory() as folder:
        sockets = Config(KernelManager={"transport": "ipc", "ip": f"{folder}/k"})
        client = NotebookClient(
            notebook, kernel_name="python3", timeout=120, config=sockets, **options
        )
        client.execute(**({"env": env} if env else {}))


def without_figures(notebook):
    """Leave of a notebook what students fill in, and the tests; return it."""
    notebook.cells = [c for c in notebook.cells if "nbgrader" in c.metadata or c.id == "imports"]
    return notebook


def named(notebook, name):
    """Return a cell of a notebook by its id."""
    return next(cell for cell in notebook.cells if cell.id == name)


def listing(folder):
    """Return what is in a folder, links as links: names, types, sizes and times."""
    return {
        path: (status.st_mode, status.st_size, status.st_mtime_ns)
        for path in sorted(folder.rglob("*"))
        if (status := path.lstat())
    }
