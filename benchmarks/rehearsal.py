"""What a rehearsal costs a class: on a machine's first run, and on all later ones.

python benchmarks/rehearsal.py [hh-model …], or make bench, whose page says it too.
"""

import argparse
import json
import os
import subprocess
import sys
import tempfile
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


def rehearsed(folder: Path, assignment: str, cache: Path) -> dict[str, float]:
    """Return the seconds that a new process takes to rehearse, and of these, what grading needs.

    That is the compile cache, in which right answers find their programs, and a warm process, which
    forks the kernels.
    """
    command = [sys.executable, "-c", HOLD, folder, assignment]
    kept = os.environ | {"XDG_CACHE_HOME": str(cache)}
    took = json.loads(subprocess.run(command, check=True, stdout=subprocess.PIPE, env=kept).stdout)
    alone = took["all"] - took["the compile cache"] - took["the warm process"]
    return {**took, "alone": alone}


def costs(assignment: str) -> str:
    """Return in a sentence what the rehearsal takes, on a machine that has seen none and later."""
    with tempfile.TemporaryDirectory() as temporary:
        folder, cache = Path(temporary, "course"), Path(temporary, "cache")
        prepared(folder, assignment, 1, stock=False)
        first, later = (rehearsed(folder, assignment, cache) for _ in range(2))
    return (
        f"The first time on a machine the rehearsal takes {first['all']:.1f} s, however large the "
        f"class is: {first['the compile cache']:.1f} s to fill the compile cache and "
        f"{first['the warm process']:.1f} s to start a warm process, which grading needs, and "
        f"{first['alone']:.1f} s besides. Later it takes {later['all']:.2f} s."
    )


def main() -> None:
    """Print a line for each assignment."""
    parser = argparse.ArgumentParser()
    parser.add_argument("assignments", nargs="*", default=list(CLASSES))
    for assignment in parser.parse_args().assignments:
        print(f"{assignment}: {costs(assignment)}")


if __name__ == "__main__":
    main()
