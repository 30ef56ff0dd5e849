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
from hhlab.grading.jail import warm
from hhlab.grading.submissions.exporter import rehearsal_of

took = {"all": 0.0, "the compile cache": 0.0, "the warm process": 0.0}

def timed(what, function):
    def measured(*args, **kwargs):
        began = time.monotonic()
        try:
            return function(*args, **kwargs)
        finally:
            took[what] += time.monotonic() - began
    return measured

rehearsal._Fill.preprocess = timed("the compile cache", rehearsal._Fill.preprocess)
warm.Forker.__init__ = timed("the warm process", warm.Forker.__init__)
root, assignment = sys.argv[1:]
held = rehearsal_of(CourseDirectory(root=root, assignment_id=assignment), [assignment])
kept = settings(Config(Examine={"unit": NAME}))
began = time.monotonic()
held.hold(kept, logging.getLogger())
took["all"] = time.monotonic() - began
print(json.dumps(took))
"""


def rehearsed(folder: Path, assignment: str) -> dict[str, float]:
    """Return the seconds that a new process takes to rehearse, and of these, what grading needs.

    That is the compile cache, in which right answers find their programs, and a warm process, which
    forks the kernels.
    """
    command = [sys.executable, "-c", HOLD, folder, assignment]
    took = json.loads(subprocess.run(command, check=True, stdout=subprocess.PIPE).stdout)
    alone = took["all"] - took["the compile cache"] - took["the warm process"]
    return {**took, "alone": alone}


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
            f"{assignment}: {asked.count} graded in {whole:.1f} s. The first time on a machine the "
            f"rehearsal took {first['all']:.1f} s: {first['the compile cache']:.1f} s to fill the "
            f"compile cache and {first['the warm process']:.1f} s to start a warm process, which "
            f"grading needs, and {first['alone']:.1f} s besides ({first['alone'] / whole:.1%}). "
            f"Later it took {later['all']:.3f} s ({later['all'] / whole:.2%})."
        )


if __name__ == "__main__":
    main()
