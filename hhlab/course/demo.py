"""``hhlab demo``: grade a class of invented students, and show what they got."""

import argparse
import shutil
import time

from rich.box import SIMPLE_HEAD
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn
from rich.table import Table

from ..grading.report import write_report
from .folder import ASSIGNMENT, STARTED, Course, Grades
from .sample_class import SAMPLE_CLASS, fill, instructors_answers

PARTS = {
    "vari-\nables": ("test-V", "test-m", "test-h", "test-n", "test-t-last-spike", "test-spike"),
    "joint\neq.": ("test-derivative",),
    "time\nstep": ("test-update",),
    "write\nback": ("test-write-back",),
    "gates\n": ("test-gates",),
    "spikes\n": ("test-spikes",),
    "other\nparam.": ("test-parameters",),
}


def run_demo(options: argparse.Namespace) -> int:
    """Grade the sample class in a folder of its own, and print the result."""
    console, root = Console(), options.into.resolve()
    if root.exists():
        if not (root / "nbgrader_config.py").exists() and any(root.iterdir()):
            raise ValueError(f"{root} exists and is no demo: name another folder with --into")
        shutil.rmtree(root)
    course = Course.copy(options.course.resolve(), root)
    with console.status("generating the release notebook …"):
        course.nbgrader("generate_assignment", "hh-model")
    answers = instructors_answers(course.source)
    course.submit(
        {name: fill(course.release, answers, each) for name, each in SAMPLE_CLASS.items()}
    )
    minutes = _autograde(course, len(SAMPLE_CLASS), console)
    with console.status("writing feedback pages, class report and grades.csv …"):
        course.nbgrader("generate_feedback", "hh-model")
        course.nbgrader("export", "--to", "grades.csv")
        report = write_report(course.root, ASSIGNMENT)[0]
    console.print(_table(course.grades(), minutes))
    for name, each in SAMPLE_CLASS.items():
        console.print(f"{name:<10}{each.what}", highlight=False, soft_wrap=True)
    console.print()
    console.print(f"submissions     {root}/submitted/<student>/hh-model/")
    console.print(f"feedback pages  {root}/feedback/<student>/hh-model/hh-model.html")
    console.print(f"class report    {report}")
    console.print(f"grades          {root}/grades.csv")
    return 0


def _autograde(course: Course, count: int, console: Console) -> dict[str, float]:
    """Run nbgrader autograde with a progress bar; return each student's minutes."""
    minutes: dict[str, float] = {}
    columns = (
        TextColumn("grading {task.fields[student]:<10}"),
        BarColumn(),
        MofNCompleteColumn(),
        TimeElapsedColumn(),
    )
    with Progress(*columns, console=console) as progress:
        bar = progress.add_task("grading", total=count, student="")
        began, current = time.monotonic(), None

        def on_line(line: str) -> None:
            nonlocal began, current
            if not (found := STARTED.search(line)):
                return
            if current is not None:
                minutes[current] = (time.monotonic() - began) / 60
                progress.advance(bar)
            began, current = time.monotonic(), found["student"]
            progress.update(bar, student=current)
            if not console.is_terminal:
                console.print(f"grading {current}")

        course.nbgrader("autograde", "hh-model", on_line=on_line)
        if current is not None:
            minutes[current] = (time.monotonic() - began) / 60
        progress.update(bar, completed=count, student="done")
    return minutes


def _table(grades: list[Grades], minutes: dict[str, float]) -> Table:
    """Return a table: a row per student, a column per part with its points in the heading."""
    table = Table(title="The sample class", box=SIMPLE_HEAD, padding=(0, 0, 0, 1))
    table.add_column("student", no_wrap=True)
    for part, tests in PARTS.items():
        table.add_column(f"{part}\n/{_sum(grades[0], tests, 1):g}", justify="right")
    table.add_column(
        f"total\n\n/{sum(full for _, full in grades[0].points.values()):g}", justify="right"
    )
    table.add_column("min-\nutes", justify="right")
    for each in grades:
        cells = [f"{_sum(each, tests, 0):g}" for tests in PARTS.values()]
        took = f"{minutes.get(each.student, 0):.1f}"
        table.add_row(each.student, *cells, f"{each.total:g}", took)
    return table


def _sum(grades: Grades, tests: tuple[str, ...], k: int) -> float:
    """Return the points earned (k = 0) or possible (k = 1) in some tests."""
    return sum(grades.points[test][k] for test in tests)
