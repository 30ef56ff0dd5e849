"""Measure how fast a class is graded. Run: make bench, or python benchmarks/autograde.py --help.

Grades the same invented class in one session in several ways, in turn: with stock nbgrader (its own
Execute and SaveAutoGrades, tests in the students' kernels), with nbgrader and this course's
configuration, with hhlab autograde, and with hhlab autograde on a Dask cluster on this machine.
"""

import argparse
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
from contextlib import contextmanager
from pathlib import Path

import nbformat
import psutil
from rich.console import Console
from rich.progress import track
from rich.table import Table

from hhlab.grading.course import ASSIGNMENT, Course
from hhlab.grading.job import Job, grade_one, settings
from hhlab.grading.repair import rebuild
from hhlab.grading.sample import BLANK, SAMPLE_CLASS, Submission, fill, instructors_answers
from hhlab.grading.software import version
from hhlab.grading.submission import read

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


class Meter(threading.Thread):
    """Adds up CPU seconds and finds the most memory of a process and all that descends from it."""

    def __init__(self, pid: int) -> None:
        super().__init__(daemon=True)
        self._root = psutil.Process(pid)
        self._ended = threading.Event()
        self._cpu: dict[tuple[int, float], float] = {}
        self.peak = 0

    def run(self) -> None:
        """Look twenty times a second; at memory, which takes longer, every half second."""
        looks = 0
        while not self._ended.wait(0.05):
            try:
                tree = [self._root, *self._root.children(recursive=True)]
            except psutil.NoSuchProcess:
                return
            memory = 0
            for process in tree:
                try:
                    times = process.cpu_times()
                    self._cpu[process.pid, process.create_time()] = times.user + times.system
                    if looks % 10 == 0:
                        memory += process.memory_full_info().pss
                except psutil.Error:
                    continue
            self.peak = max(self.peak, memory)
            looks += 1

    def stop(self) -> tuple[float, float]:
        """Return CPU seconds, and the most memory in GB."""
        self._ended.set()
        self.join()
        return sum(self._cpu.values()), self.peak / 2**30


def measured(command: list[str], cwd: Path, also: int | None = None) -> dict[str, float]:
    """Run a command, and return what it and what descends from it (and from `also`) took."""
    began = time.monotonic()
    with subprocess.Popen(
        [sys.executable, "-m", *command],
        cwd=cwd,
        env=ENVIRONMENT,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    ) as process:
        meters = [Meter(pid) for pid in (process.pid, also) if pid]
        for meter in meters:
            meter.start()
        status = process.wait()
        seconds = time.monotonic() - began
        used = [meter.stop() for meter in meters]
    if status:
        raise SystemExit(f"{' '.join(command)} failed in {cwd}")
    return {
        "seconds": seconds,
        "cpu": sum(cpu for cpu, _ in used),
        "memory": sum(memory for _, memory in used),
    }


@contextmanager
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
    course = prepared(folder, 1, stock=False)
    master = course.master()
    text = nbformat.writes(rebuild(read(course.source)[0], master)[0])
    notebook = nbformat.reads(text, 4)
    notebook.metadata["hhlab"] = {"sentences": []}
    from traitlets.config import Config

    job = Job("s", ASSIGNMENT, nbformat.writes(notebook), (text,), settings(Config()), version())
    grade_one(job)  # starts the forker, fills the cache
    results = [grade_one(job).seconds for _ in range(runs)]
    return {part: statistics.median(each[part] for each in results) for part in results[0]}


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
    with tempfile.TemporaryDirectory() as scratch:
        where = Path(scratch)
        parts = split(where / "split", 7)

        def row(name: str, command: list[str], count: int, **more: int) -> None:
            folder = where / f"{len(rows)}"
            prepared(folder, count, stock="stock" in name)
            took = measured(command, folder, **more)
            rows[name] = took | {"count": count, "per_submission": took["seconds"] / count}
            shutil.rmtree(folder)

        row("(a) stock nbgrader", nbgrader, few)
        row("(b) nbgrader, this course", nbgrader, few)
        row("(c) hhlab autograde", hhlab, options.count)
        with cluster(options.workers) as (address, process):
            on_cluster = ["hhlab", "autograde", ASSIGNMENT, f"--scheduler={address}"]
            row("(d) on a Dask cluster", on_cluster, options.count, also=process)
        compared = dict(rows)
        for count in track(options.growth, "growth", console=console):
            row(f"(c) with {count}", hhlab, count)
    machine = f"{os.cpu_count()} cores, {platform.machine()}, Python {platform.python_version()}"
    console.print(table(compared, options.count), f"on {machine}, {options.workers} workers")
    for name, took in list(rows.items())[4:]:
        console.print(f"{name}: {took['per_submission']:.2f} s each, {took['memory']:.1f} GB")
    console.print("one grading: " + ", ".join(f"{k} {v:.2f} s" for k, v in parts.items()))
    if options.json:
        figures = {"machine": machine, "rows": rows, "one grading": parts}
        options.json.write_text(json.dumps(figures, indent=2))


if __name__ == "__main__":
    main()
