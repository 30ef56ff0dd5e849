"""``hhlab demo``: grade a class of invented students, and show what they got."""

import argparse
import shutil
import subprocess
import sys

from rich.box import SIMPLE_HEAD
from rich.console import Console
from rich.table import Table

from ..grading.report import write_report
from ..grading.report.graded_class import ClassRecord
from ..grading.report.reading import read_class
from .folder import ASSIGNMENT, CommandFailed, Course
from .sample_class import SAMPLE_CLASS, fill, instructors_answers


def run_demo(options: argparse.Namespace) -> int:
    """Grade the sample class in a folder of its own, and print the result.

    Raises
    ------
    ValueError
        If the folder is there, and is no demo.
    CommandFailed
        If a command ends with an error.
    """
    console, root = Console(), options.into.resolve()
    if root.exists():
        if not (root / "nbgrader_config.py").exists() and any(root.iterdir()):
            raise ValueError(f"{root} exists and is no demo: name another folder with --into")
        shutil.rmtree(root)
    course = Course.copy(options.course.resolve(), root)
    with console.status("generating the release notebook …"):
        course.nbgrader("generate_assignment", ASSIGNMENT)
    answers = instructors_answers(course.source)
    course.submit(
        {name: fill(course.release, answers, each) for name, each in SAMPLE_CLASS.items()}
    )
    graded = subprocess.run([sys.executable, "-m", "hhlab", "autograde", ASSIGNMENT], cwd=root)
    if graded.returncode:
        raise CommandFailed("hhlab autograde failed; what it said is above")
    with console.status("writing feedback pages, class report and grades.csv …"):
        course.nbgrader("generate_feedback", ASSIGNMENT)
        course.nbgrader("export", "--to", "grades.csv")
        report = write_report(root, ASSIGNMENT)[0]
    console.print(_table(read_class(root, ASSIGNMENT)))
    for name, each in SAMPLE_CLASS.items():
        console.print(f"{name:<10}{each.what}", highlight=False, soft_wrap=True)
    console.print()
    console.print(f"submissions     {root}/submitted/<student>/{ASSIGNMENT}/")
    console.print(f"feedback pages  {root}/feedback/<student>/{ASSIGNMENT}/{ASSIGNMENT}.html")
    console.print(f"class report    {report}")
    console.print(f"grades          {root}/grades.csv")
    return 0


def _table(graded: ClassRecord) -> Table:
    """Return a row for each student: the points, and the parts that were lost."""
    table = Table(title="The sample class", box=SIMPLE_HEAD, padding=(0, 1, 0, 0))
    table.add_column("student", no_wrap=True)
    table.add_column(f"of {graded.points:g}", justify="right")
    table.add_column("points lost in")
    for each in graded.submissions:
        lost = [part.short for part in graded.parts if each.points[part.name] < part.points]
        table.add_row(each.student, f"{each.total:g}", ", ".join(lost))
    return table
