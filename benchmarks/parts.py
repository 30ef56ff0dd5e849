"""Where the time of one submission goes, warm and with nothing else running."""

import json
import statistics
import time
from pathlib import Path
from typing import Any

import nbformat
from classes import prepared
from nbgrader.coursedir import CourseDirectory
from traitlets.config import Config

from hhlab.course.unit import NAME
from hhlab.grading.examine.examine import Examine
from hhlab.grading.examine.settings import settings, software
from hhlab.grading.gradebook.ledger import Ledger
from hhlab.grading.submissions.exporter import rehearsal_of
from hhlab.grading.workers import job
from hhlab.grading.workers.autograde import ParallelAutograde

TIMERS = """
import functools
import time
import jax
from matplotlib.backends.backend_agg import FigureCanvasAgg
from hhlab.lab import bench

taken = dict.fromkeys(("tracing", "compiling", "the bench", "figures as PNG"), 0.0)

def timed(owner, name, part):
    function = getattr(owner, name)
    @functools.wraps(function)  # matplotlib looks at what it takes
    def measured(*args, **kwargs):
        began = time.perf_counter()
        try:
            return function(*args, **kwargs)
        finally:
            taken[part] += time.perf_counter() - began
    setattr(owner, name, measured)

def told(event, seconds, **_):
    if event.startswith("/jax/core/compile/"):
        taken["compiling" if "backend" in event else "tracing"] += seconds

jax.monitoring.register_event_duration_secs_listener(told)
timed(FigureCanvasAgg, "print_png", "figures as PNG")
timed(bench, "_run", "the bench")
"""
WITHIN = "exec({!r}, vars(__import__('types')))"
TAKEN = "__import__('types').taken"


class Timed(Examine):
    """Examine a notebook, and have its kernel measure itself."""

    def start(self) -> None:
        """Start a kernel whose figures, simulations and compiling are timed."""
        super().start()
        self.ask(WITHIN.format(TIMERS), 30)

    def _examine(self) -> Any:
        verdicts = super()._examine()
        if self.runs:
            taken = self.ask(TAKEN, 30)["data"]["text/plain"]
            within = json.loads(taken.replace("'", '"'))
            self.seconds |= {f"of these, {part}": seconds for part, seconds in within.items()}
        return verdicts


def split(folder: Path, assignment: str, runs: int) -> dict[str, float]:
    """Return the median seconds of each part of grading the instructor's answer."""
    prepared(folder, assignment, 1, stock=False)
    place = CourseDirectory(root=str(folder), assignment_id=assignment)
    rehearsal = rehearsal_of(place, [assignment])
    kept = settings(Config({"Examine": {"unit": NAME}}))
    one = job.Job("s", assignment, rehearsal.answers[0], rehearsal, kept, software(kept))
    ledger = Ledger(ParallelAutograde(coursedir=place))
    job.Examine = Timed  # type: ignore[misc]  # here alone a kernel is asked about itself
    job.grade_one(one)  # rehearses, starts the forker, fills the cache
    parts = []
    for _ in range(runs):
        result = job.grade_one(one)
        graded = {assignment: nbformat.reads(result.notebook, as_version=4)}
        began = time.monotonic()
        ledger.enter("s0000", str(folder / "submitted" / "s0000" / assignment), graded)
        ledger.write()
        parts.append({**result.seconds, "writing": time.monotonic() - began})
    ledger.close()
    return {part: statistics.median(each[part] for each in parts) for part in parts[0]}
