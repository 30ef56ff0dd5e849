"""Measure how fast a class is graded. Run: make bench, or python benchmarks/autograde.py --help.

Grades the same invented class in one session in several ways, in turn: with stock nbgrader (its own
Execute and SaveAutoGrades, tests in the students' kernels), with nbgrader and this course's
configuration, with hhlab autograde, and with hhlab autograde on a Dask cluster on this machine.
"""

import argparse
import contextlib
import json
import os
import platform
import shutil
import statistics
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import nbformat
import psutil
from nbgrader.coursedir import CourseDirectory
from rich.console import Console
from rich.table import Table
from traitlets.config import Config

from hhlab.course.folder import ASSIGNMENT, Course
from hhlab.course.sample_class import BLANK, SAMPLE_CLASS, Submission, fill, instructors_answers
from hhlab.course.unit import NAME
from hhlab.grading.examine.settings import settings, software
from hhlab.grading.gradebook.ledger import Ledger
from hhlab.grading.submissions.exporter import rehearsal_of
from hhlab.grading.workers.autograde import ParallelAutograde
from hhlab.grading.workers.job import Job, grade_one

ROOT = Path(__file__).resolve().parents[1]
KINDS = [
    *(SAMPLE_CLASS[name] for name in ("ada", "ben", "fatima", "goran", "ivan", "jun", "kofi")),
    Submission("the instructor's answer"),
    Submission("nothing is filled in", BLANK),
    Submission("slow", also=["import time\ntime.sleep(1)"]),
]
"""One after the other, again and again: right, wrong, blank and slow."""
STOCK = """
c = get_config()
c.CourseDirectory.course_id = "stock"
c.Execute.timeout = 120
c.ClearSolutions.code_stub = {"python": "raise NotImplementedError()"}
"""
BIN = Path(sys.executable).parent
ENVIRONMENT = {**os.environ, "PATH": f"{BIN}{os.pathsep}{os.environ.get('PATH', '')}"}


class Memory(threading.Thread):
    """Finds the most memory of a process and all that descends from it.

    It looks every two seconds: to add up what processes share takes long, on the processors that
    are measured.
    """

    def __init__(self, *pids: int) -> None:
        super().__init__(daemon=True)
        self._roots = [psutil.Process(pid) for pid in pids]
        self._ended = threading.Event()
        self.peak = self.peak_of_first = 0

    def run(self) -> None:
        """Look until stopped."""
        while not self._ended.wait(2):
            total = first = 0
            with contextlib.suppress(psutil.Error):
                first = self._roots[0].memory_full_info().pss
                tree = [each for root in self._roots for each in root.children(recursive=True)]
                for process in [*self._roots[1:], *tree]:
                    with contextlib.suppress(psutil.Error):
                        total += process.memory_full_info().pss
            self.peak = max(self.peak, first + total)
            self.peak_of_first = max(self.peak_of_first, first)

    def stop(self) -> dict[str, float]:
        """Return the most memory of all, and of the first process alone, in GB."""
        self._ended.set()
        self.join()
        return {"memory": self.peak / 2**30, "coordinator": self.peak_of_first / 2**30}


def measured(command: list[str], cwd: Path, workers: int = 0) -> dict[str, float]:
    """Run a command, on a Dask cluster if it is to have workers there; return what that took."""
    before = _cpu_seconds()
    with contextlib.ExitStack() as stack:
        pids = []
        if workers:
            address, pid = stack.enter_context(cluster(workers))
            command = [*command, f"--scheduler={address}"]
            pids.append(pid)
        began = time.monotonic()
        process = subprocess.Popen(
            [sys.executable, "-m", *command],
            cwd=cwd,
            env=ENVIRONMENT,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        memory = Memory(process.pid, *pids)
        memory.start()
        status = process.wait()
        seconds, peaks = time.monotonic() - began, memory.stop()
    if status:
        raise SystemExit(f"{' '.join(command)} failed in {cwd}")
    return {"seconds": seconds, "cpu": _cpu_seconds() - before, **peaks}


def _cpu_seconds() -> float:
    """Return what this machine's processors have done; nothing else should be running.

    What a namespace's processes have used is lost to their parents when it is ended, as jails are.
    """
    busy = psutil.cpu_times()
    return busy.user + busy.nice + busy.system + busy.irq + busy.softirq


@contextlib.contextmanager
def cluster(workers: int) -> Iterator[tuple[str, int]]:
    """Start a Dask scheduler and workers as processes of their own; yield address and process."""
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "scheduler.json"
        script = (
            f'dask scheduler --host 127.0.0.1 --port 0 --no-dashboard --scheduler-file "{file}" &\n'
            f'for i in $(seq {workers}); do dask worker --scheduler-file "{file}" --no-dashboard '
            "--nthreads 1 --no-nanny --resources kernel=1 --memory-limit 0 & done\nwait"
        )
        with subprocess.Popen(
            ["/bin/sh", "-c", script],
            cwd=folder,
            env=ENVIRONMENT,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        ) as process:
            try:
                until = time.monotonic() + 60
                while not file.exists() or not _enough(file, workers):
                    if time.monotonic() > until:
                        raise SystemExit("no Dask cluster came up within a minute")
                    time.sleep(0.2)
                yield json.loads(file.read_text())["address"], process.pid
            finally:
                for child in psutil.Process(process.pid).children(recursive=True):
                    child.kill()
                process.kill()


def _enough(file: Path, workers: int) -> bool:
    from distributed import Client

    with Client(scheduler_file=str(file), timeout=30) as client:
        return len(client.scheduler_info(n_workers=-1)["workers"]) == workers


def prepared(folder: Path, count: int, *, stock: bool) -> Course:
    """Return a course in which a class has handed in, with or without our configuration."""
    course = Course.copy(ROOT, folder)
    if stock:
        (folder / "nbgrader_config.py").write_text(STOCK)
    course.nbgrader("generate_assignment", ASSIGNMENT)
    reference = Course(ROOT)
    answers = instructors_answers(course.source)
    release = course.release
    if stock:  # its stubs do not name their TODO, so a filled-in copy of ours is handed in
        ours = nbformat.read(reference.release, 4)
        theirs = nbformat.read(release, 4)
        for mine, other in zip(ours.cells, theirs.cells, strict=True):
            if mine.id == "hh":
                other.source = mine.source
        release = folder / "filled.ipynb"
        nbformat.write(theirs, release)
    notebooks = [fill(release, answers, kind) for kind in KINDS[:count]]
    course.submit({f"s{k:04d}": notebooks[k % len(notebooks)] for k in range(count)})
    return course


def split(folder: Path, runs: int) -> dict[str, float]:
    """Return the median seconds of each part of a grading, with nothing else running."""
    prepared(folder, 1, stock=False)
    place = CourseDirectory(root=str(folder), assignment_id=ASSIGNMENT)
    rehearsal = rehearsal_of(place, [ASSIGNMENT])
    kept = settings(Config({"Examine": {"unit": NAME}}))
    job = Job("s", ASSIGNMENT, rehearsal.answers[0], rehearsal, kept, software(kept))
    ledger = Ledger(ParallelAutograde(coursedir=place))
    grade_one(job)  # rehearses, starts the forker, fills the cache
    parts = []
    for _ in range(runs):
        result = grade_one(job)
        graded = {ASSIGNMENT: nbformat.reads(result.notebook, as_version=4)}
        began = time.monotonic()
        ledger.enter("s0000", str(folder / "submitted" / "s0000" / ASSIGNMENT), graded)
        ledger.write()
        parts.append({**result.seconds, "writing": time.monotonic() - began})
    ledger.close()
    return {part: statistics.median(each[part] for each in parts) for part in parts[0]}


def table(rows: dict[str, dict[str, float]], count: int) -> Table:
    """Return the comparison as a table; ratios are those of times to stock nbgrader's."""
    shown = Table(title=f"{count} submissions")
    for column in ("", "s each", "a minute", "CPU s each", "peak GB", "times as fast"):
        shown.add_column(column, justify="left" if not column else "right")
    first = next(iter(rows.values()))["per_submission"]
    for name, row in rows.items():
        each = row["per_submission"]
        shown.add_row(
            name,
            f"{each:.2f}",
            f"{60 / each:.0f}",
            f"{row['cpu'] / row['count']:.2f}",
            f"{row['memory']:.1f}",
            f"{first / each:.1f}",
        )
    return shown


def growth(rows: list[dict[str, float]]) -> Iterator[str]:
    """Yield lines on how time and memory grow with the class."""
    smaller: dict[str, float] = {"count": 0, "seconds": 0.0}
    for row in sorted(rows, key=lambda each: each["count"]):
        further = (row["seconds"] - smaller["seconds"]) / (row["count"] - smaller["count"])
        yield (
            f"{row['count']:.0f} submissions: {row['seconds']:.0f} s, {further:.2f} s for each "
            f"beyond {smaller['count']:.0f}; {row['memory']:.1f} GB in all, "
            f"the coordinator {1024 * row['coordinator']:.0f} MB"
        )
        smaller = row


def main() -> None:
    """Measure, and print tables; write the figures as JSON if asked to."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--count", type=int, default=100, help="submissions (default 100)")
    parser.add_argument("--workers", type=int, default=len(os.sched_getaffinity(0)))
    parser.add_argument("--growth", type=int, nargs="*", default=[], help="further counts for (c)")
    parser.add_argument("--stock", type=int, help="submissions for (a) and (b), if fewer")
    parser.add_argument("--json", type=Path, help="where to write the figures")
    options = parser.parse_args()
    console = Console()
    rows: dict[str, dict[str, float]] = {}
    nbgrader = ["nbgrader", "autograde", ASSIGNMENT]
    hhlab = ["hhlab", "autograde", ASSIGNMENT, f"--workers={options.workers}"]
    few = options.stock or options.count
    machine = f"{os.cpu_count()} cores, {platform.machine()}, Python {platform.python_version()}"
    with tempfile.TemporaryDirectory() as scratch:
        where = Path(scratch)
        parts = split(where / "split", 7)

        def row(name: str, command: list[str], count: int, workers: int = 0) -> None:
            folder = where / f"{len(rows)}"
            prepared(folder, count, stock="stock" in name)
            took = measured(command, folder, workers)
            rows[name] = took | {"count": count, "per_submission": took["seconds"] / count}
            shutil.rmtree(folder)
            console.print(f"{name}: {count} in {took['seconds']:.0f} s")
            if options.json:
                figures = {"machine": machine, "rows": rows, "one grading": parts}
                options.json.write_text(json.dumps(figures, indent=2))

        row("(a) stock nbgrader", nbgrader, few)
        row("(b) nbgrader, this course", nbgrader, few)
        row("(c) hhlab autograde", hhlab, options.count)
        row("(d) on a Dask cluster", hhlab[:3], options.count, options.workers)
        compared = dict(rows)
        for count in options.growth:
            row(f"(c) with {count}", hhlab, count)
    console.print(table(compared, options.count), f"on {machine}, {options.workers} workers")
    for line in growth([*list(rows.values())[4:], rows["(c) hhlab autograde"]]):
        console.print(line)
    console.print("one grading: " + ", ".join(f"{k} {v:.2f} s" for k, v in parts.items()))


if __name__ == "__main__":
    main()
