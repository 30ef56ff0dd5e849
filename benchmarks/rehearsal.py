"""What a rehearsal costs a class: on a machine's first run, and on all later ones.

python benchmarks/rehearsal.py [hh-model …] [--count 100]
"""

import argparse
import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from classes import CLASSES, prepared

HOLD = """
import logging, sys, time
from nbgrader.coursedir import CourseDirectory
from traitlets.config import Config
from hhlab.course.unit import NAME
from hhlab.grading.examine.settings import settings
from hhlab.grading.submissions.exporter import rehearsal_of

root, assignment = sys.argv[1:]
rehearsal = rehearsal_of(CourseDirectory(root=root, assignment_id=assignment), [assignment])
kept = settings(Config(Examine={"unit": NAME}))
began = time.monotonic()
rehearsal.hold(kept, logging.getLogger())
print(time.monotonic() - began)
"""


def rehearsed(folder: Path, assignment: str) -> float:
    """Return the seconds that a new process takes to rehearse."""
    command = [sys.executable, "-c", HOLD, folder, assignment]
    return float(subprocess.run(command, check=True, stdout=subprocess.PIPE).stdout)


def graded(folder: Path, assignment: str) -> float:
    """Return the seconds that grading the class takes, once all is kept that can be."""
    command = [sys.executable, "-m", "hhlab", "autograde", assignment]
    quiet = {"stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL}
    began = time.monotonic()
    subprocess.run(command, cwd=folder, check=True, **quiet)
    return time.monotonic() - began


def main() -> None:
    """Print a line for each assignment."""
    parser = argparse.ArgumentParser()
    parser.add_argument("assignments", nargs="*", default=list(CLASSES))
    parser.add_argument("--count", type=int, default=100)
    asked = parser.parse_args()
    for assignment in asked.assignments:
        with tempfile.TemporaryDirectory() as temporary:
            os.environ["XDG_CACHE_HOME"] = f"{temporary}/cache"
            folder = Path(temporary, "course")
            prepared(folder, assignment, asked.count, stock=False)
            first, later = (rehearsed(folder, assignment) for _ in range(2))
            whole = graded(folder, assignment)
        print(
            f"{assignment}: {asked.count} graded in {whole:.1f} s; rehearsed in {first:.2f} s "
            f"({first / whole:.1%}) the first time, in {later:.3f} s ({later / whole:.2%}) later"
        )


if __name__ == "__main__":
    main()
