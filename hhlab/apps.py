"""The ``hhlab`` command."""

import argparse
import shutil
import sys
import time
from pathlib import Path

from rich.box import SIMPLE_HEAD
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn
from rich.table import Table

from . import pack
from .grading.course import ASSIGNMENT, STARTED, CommandFailed, Course, Grades
from .grading.publish.files import released_notebooks
from .grading.publish.links import links
from .grading.report import write_report
from .grading.sample import SAMPLE_CLASS, fill, instructors_answers

PARTS = {
    "vari-\nables": ("test-V", "test-m", "test-h", "test-n", "test-t-last-spike", "test-spike"),
    "joint\neq.": ("test-derivative",),
    "time\nstep": ("test-update",),
    "write\nback": ("test-write-back",),
    "gates\n": ("test-gates",),
    "spikes\n": ("test-spikes",),
    "other\nparam.": ("test-parameters",),
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
    report = commands.add_parser(
        "report",
        help="write the class report, and tables for Canvas and Moodle",
        description="Write report/ASSIGNMENT.html and CSV files from what has been graded.",
    )
    report.add_argument("assignment", nargs="?", default=ASSIGNMENT, metavar="ASSIGNMENT")
    report.add_argument("--course", type=Path, default=Path(), help="the course (default: here)")
    report.set_defaults(run=run_report)
    commands.add_parser(
        "autograde",
        help="nbgrader autograde, many submissions at a time",
        add_help=False,  # it is nbgrader's, with nbgrader's options
    )
    commands.add_parser(
        "feedback",
        help="nbgrader generate_feedback, many submissions at a time",
        add_help=False,  # likewise
    )
    commands.add_parser(
        "publish",
        help="make, or bring up to date, the repository that students get",
        add_help=False,  # likewise
    )
    link = commands.add_parser(
        "links",
        help="print links that open the students' notebooks in a browser",
        description="Print the links to Binder, and to a JupyterHub with nbgitpuller.",
    )
    link.add_argument("--repo", required=True, help="address of the students' repository")
    link.add_argument("--hub", default="", help="address of a JupyterHub with nbgitpuller")
    link.add_argument("--branch", default="", help="a branch other than the default one")
    link.add_argument("--course", type=Path, default=Path(), help="the course (default: here)")
    link.set_defaults(run=run_links)
    pack.add_command(commands)
    given = sys.argv[1:] if arguments is None else arguments
    if given[:1] == ["autograde"]:
        from .grading.app import main as autograde

        return int(autograde(given[1:]) or 0)
    if given[:1] == ["feedback"]:
        from .grading.feedback_app import main as feedback

        return int(feedback(given[1:]) or 0)
    if given[:1] == ["publish"]:
        from .grading.publish.app import main as publish

        return int(publish(given[1:]) or 0)
    options = parser.parse_args(given)
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
    with console.status("writing feedback pages, class report and grades.csv …"):
        course.nbgrader("generate_feedback", "hh-model")
        course.nbgrader("export", "--to", "grades.csv")
        report = write_report(course, ASSIGNMENT)[0]
    console.print(_table(course.grades(), minutes))
    for name, each in SAMPLE_CLASS.items():
        console.print(f"{name:<10}{each.what}", highlight=False, soft_wrap=True)
    console.print()
    console.print(f"submissions     {root}/submitted/<student>/hh-model/")
    console.print(f"feedback pages  {root}/feedback/<student>/hh-model/hh-model.html")
    console.print(f"class report    {report}")
    console.print(f"grades          {root}/grades.csv")
    return 0


def run_report(options: argparse.Namespace) -> int:
    """Write the class report, and print where it is."""
    for path in write_report(Course(options.course.resolve()), options.assignment):
        print(path)
    return 0


def run_links(options: argparse.Namespace) -> int:
    """Print the links to each released notebook."""
    for notebook in released_notebooks(options.course.resolve()):
        print(notebook)
        for name, link in links(options.repo, notebook, options.hub, options.branch).items():
            print(f"  {name:<12}{link}")
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
