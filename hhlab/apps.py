"""The ``hhlab`` command."""

import argparse
import shutil
import sys
import time
from pathlib import Path

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn
from rich.table import Table

from .grading.course import STARTED, CommandFailed, Course, Grades
from .grading.sample import SAMPLE_CLASS, fill, instructors_answers

PARTS = {
    "variables": ("test-V", "test-m", "test-h", "test-n", "test-t-last-spike", "test-spike"),
    "derivative": ("test-derivative",),
    "update": ("test-update",),
    "write back": ("test-write-back",),
    "gates": ("test-gates",),
    "spikes": ("test-spikes",),
    "parameters": ("test-parameters",),
}


def main(arguments: list[str] | None = None) -> int:
    """Run the command line; return the exit status."""
    parser = argparse.ArgumentParser(prog="hhlab", description=__doc__)
    commands = parser.add_subparsers(title="commands", required=True, metavar="COMMAND")
    demo = commands.add_parser(
        "demo",
        help="grade a class of invented students and show what they got",
        description="Generate the release, hand in a sample class, and grade it with nbgrader.",
    )
    demo.add_argument("--course", type=Path, default=Path(), help="the course (default: here)")
    demo.add_argument("--into", type=Path, default=Path("demo"), help="folder that is made anew")
    demo.set_defaults(run=run_demo)
    options = parser.parse_args(arguments)
    try:
        return int(options.run(options))
    except (CommandFailed, OSError, ValueError) as error:
        print(f"hhlab: {error}", file=sys.stderr)
        return 1


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
    with console.status("writing feedback pages and grades.csv …"):
        course.nbgrader("generate_feedback", "hh-model")
        course.nbgrader("export", "--to", "grades.csv")
    console.print(_table(course.grades(), minutes))
    console.print(f"submissions     {root}/submitted/<student>/hh-model/")
    console.print(f"feedback pages  {root}/feedback/<student>/hh-model/hh-model.html")
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
    """Return a table: a row per student, a column per part."""
    table = Table(title="Build a Hodgkin–Huxley neuron: the sample class")
    table.add_column("student")
    table.add_column("handed in", max_width=34)
    for part in (*PARTS, "total", "minutes"):
        table.add_column(part, justify="right")
    for student in grades:
        cells = []
        for tests in PARTS.values():
            earned, possible = (sum(student.points[test][k] for test in tests) for k in (0, 1))
            cells.append(f"{earned:g}/{possible:g}")
        what = SAMPLE_CLASS[student.student].what
        took = f"{minutes.get(student.student, 0):.1f}"
        table.add_row(student.student, what, *cells, f"{student.total:g}", took)
    return table
