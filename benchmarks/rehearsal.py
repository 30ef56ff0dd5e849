"""What a rehearsal costs a class: on a machine's first run, and on all later ones.

python benchmarks/rehearsal.py [hh-model …] [--count 100]
"""

import argparse
import json
import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from classes import CLASSES, prepared

HOLD = """
import json, logging, sys, time
from nbgrader.coursedir import CourseDirectory
from traitlets.config import Config
from hhlab.course.unit import NAME
from hhlab.grading.examine import rehearsal
from hhlab.grading.examine.settings import settings
from hhlab.grading.submissions.exporter import rehearsal_of

took = {"all": 0.0, "the compile cache": 0.0}

def timed(text, examine, config, log, graded=rehearsal._graded):
    began = time.monotonic()
    notebook = graded(text, examine, config, log)
    if examine is rehearsal._Fill:
        took["the compile cache"] += time.monotonic() - began
    return notebook

rehearsal._graded = timed
root, assignment = sys.argv[1:]
held = rehearsal_of(CourseDirectory(root=root, assignment_id=assignment), [assignment])
kept = settings(Config(Examine={"unit": NAME}))
began = time.monotonic()
held.hold(kept, logging.getLogger())
took["all"] = time.monotonic() - began
print(json.dumps(took))
"""


def rehearsed(folder: Path, assignment: str) -> tuple[float, float]:
    """Return the seconds that a new process takes to fill the cache, and to rehearse besides.

    The cache is filled for the class: right answers find there what they compile to.
    """
    command = [sys.executable, "-c", HOLD, folder, assignment]
    took = json.loads(subprocess.run(command, check=True, stdout=subprocess.PIPE).stdout)
    return took["the compile cache"], took["all"] - took["the compile cache"]


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
            (filled, first), (_, later) = (rehearsed(folder, assignment) for _ in range(2))
            whole = graded(folder, assignment)
        print(
            f"{assignment}: {asked.count} graded in {whole:.1f} s. The first time on a machine "
            f"the compile cache took {filled:.1f} s, and the rest of the rehearsal, with the start "
            f"of a warm process, {first:.1f} s ({first / whole:.1%}); "
            f"later {later:.3f} s ({later / whole:.2%})"
        )


if __name__ == "__main__":
    main()
