"""The ``hhlab`` command. Each command's own imports wait until it is the one."""

import argparse
import atexit
import gc
import signal
import sys
from importlib import import_module
from pathlib import Path

from .lab import pack

NBGRADERS = {
    "autograde": ("hhlab.grading.workers.app", "nbgrader autograde, many submissions at a time"),
    "feedback": (
        "hhlab.grading.feedback.app",
        "nbgrader generate_feedback, many submissions at a time",
    ),
    "doctor": (
        "hhlab.grading.workers.doctor",
        "say whether a class could be graded here, and everything that was looked at",
    ),
    "publish": (
        "hhlab.grading.publish.app",
        "make, or bring up to date, the repository that students get",
    ),
}
"""Commands that are applications as nbgrader's are: where, and what they do."""
ABOUT = "Hand out, grade and report a notebook course. 'hhlab COMMAND --help' shows how."


def main(arguments: list[str] | None = None) -> int:
    """Run the command line; return the exit status."""
    try:
        return _run(sys.argv[1:] if arguments is None else arguments)
    except KeyboardInterrupt:  # where a command has something to say of it, it says it itself
        print("hhlab: stopped by Ctrl-C", file=sys.stderr)
        return 130


def _run(given: list[str]) -> int:
    parser = argparse.ArgumentParser(prog="hhlab", description=ABOUT)
    commands = parser.add_subparsers(title="commands", required=True, metavar="COMMAND")
    demo = commands.add_parser(
        "demo",
        help="grade a class of invented students and show what they got",
        description="Generate the release, hand in a sample class, and grade it.",
        epilog="For example: hhlab demo, or: hhlab demo --course my-course --into /tmp/demo",
    )
    demo.add_argument("--course", type=Path, default=Path(), help="the course (default: here)")
    demo.add_argument("--into", type=Path, default=Path("demo"), help="folder that is made anew")
    demo.set_defaults(run=run_demo)
    report = commands.add_parser(
        "report",
        help="write the class report, and tables for Canvas and Moodle",
        description="Write report/ASSIGNMENT.html and CSV files from what has been graded.",
        epilog="For example: hhlab report hh-model, or: hhlab report hh-model --course my-course",
    )
    report.add_argument("assignment", nargs="?", metavar="ASSIGNMENT", help="(default: hh-model)")
    report.add_argument("--course", type=Path, default=Path(), help="the course (default: here)")
    report.set_defaults(run=run_report)
    for name, (_, what) in NBGRADERS.items():
        commands.add_parser(name, help=what, add_help=False)  # its own application has options
    link = commands.add_parser(
        "links",
        help="print links that open the students' notebooks in a browser",
        description="Print the links to Binder, Colab, Codespaces, a download, and a JupyterHub.",
        epilog="For example: hhlab links --repo https://github.com/you/notebooks, or, for a hub "
        "as well: hhlab links --repo https://github.com/you/notebooks --hub https://hub.example.org",
    )
    link.add_argument("--repo", required=True, help="address of the students' repository")
    link.add_argument("--hub", default="", help="address of a JupyterHub with nbgitpuller")
    link.add_argument("--branch", default="", help="a branch other than the default one")
    link.add_argument("--course", type=Path, default=Path(), help="the course (default: here)")
    link.set_defaults(run=run_links)
    pack.add_command(commands)
    if given and given[0] in NBGRADERS:
        return _run_nbgraders(given[0], given[1:])
    options = parser.parse_args(given)
    from .course.folder import CommandFailed
    from .grading.database import NoGradebook

    try:
        return int(options.run(options))
    except (CommandFailed, NoGradebook, OSError, ValueError) as error:
        print(f"hhlab: {error}", file=sys.stderr)
        return 1


def _run_nbgraders(name: str, arguments: list[str]) -> int:
    """Run one of the commands that are applications as nbgrader's are."""
    from .grading.interrupt import heeded

    with heeded():  # a module that is interrupted would say something else of it
        if name == "autograde" and not any(each.startswith("--scheduler") for each in arguments):
            from .grading.workers import forkserver

            forkserver.open_early("hhlab.course.unit")
        atexit.register(gc.freeze)  # else Python looks through all that was imported at the end
        application = import_module(NBGRADERS[name][0])
        # all has been done and said by then: Ctrl-C would make a failure of it
        atexit.register(signal.signal, signal.SIGINT, signal.SIG_IGN)
    return int(application.main(arguments) or 0)


def run_demo(options: argparse.Namespace) -> int:
    """Grade the sample class in a folder of its own, and print the result."""
    from .course.demo import run_demo as run

    return run(options)


def run_report(options: argparse.Namespace) -> int:
    """Write the class report, and print where it is."""
    from .course.folder import ASSIGNMENT
    from .grading.report import write_report

    for path in write_report(options.course.resolve(), options.assignment or ASSIGNMENT):
        print(path)
    return 0


def run_links(options: argparse.Namespace) -> int:
    """Print the links to each released notebook."""
    from .course.unit import UNIT
    from .grading.publish.files import released_notebooks
    from .grading.publish.links import links

    notebooks = released_notebooks(options.course.resolve(), UNIT)
    found = {each: links(options.repo, each, options.hub, options.branch) for each in notebooks}
    for notebook, opening in found.items():
        print(notebook)
        for name, link in opening.items():
            print(f"  {name:<12}{link}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
