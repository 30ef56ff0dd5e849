"""Measure how fast classes are graded. Run: make bench, or python benchmarks/autograde.py --help.

Grades the same invented class of each notebook in one session in several ways, in turn: with stock
nbgrader (its own Execute and SaveAutoGrades, tests in the students' kernels), with nbgrader and
this course's configuration, with hhlab autograde, and with hhlab autograde on a Dask cluster on
this machine. Then it writes feedback and report, and says where the time of one submission goes and
what a rehearsal takes.
"""

import argparse
import contextlib
import json
import os
import platform
import shutil
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from statistics import fmean

import psutil
from classes import CLASSES, prepared
from parts import split
from rehearsal import costs

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
                    with contextlib.suppress(psutil.NoSuchProcess):
                        child.kill()
                process.kill()


def _enough(file: Path, workers: int) -> bool:
    from distributed import Client

    with Client(scheduler_file=str(file), timeout=30) as client:
        return len(client.scheduler_info(n_workers=-1)["workers"]) == workers


COLUMNS = ("", "submissions", "s each", "CPU s each", "peak GB", "coordinator MB", "times as fast")
WAYS = ("stock nbgrader", "nbgrader, this course", "hhlab autograde", "on a Dask cluster")


class Bench:
    """Measurements of one notebook, kept as lines of a page in Markdown.

    Parameters
    ----------
    assignment : str
        The notebook.
    where : Path
        A folder for courses.
    workers : int
        How many grade at a time.
    """

    def __init__(self, assignment: str, where: Path, workers: int) -> None:
        self.assignment, self._where, self._workers = assignment, where, workers
        self.rows: list[dict[str, float | str]] = []

    def grade(self, way: str, count: int, then: Sequence[str] = ()) -> None:
        """Have a class graded in one of the ways; then measure further commands on what it left."""
        folder = self._where / f"{self.assignment}-{len(self.rows)}"
        prepared(folder, self.assignment, count, stock=way == WAYS[0])
        command = ["nbgrader", "autograde", self.assignment]
        if way not in WAYS[:2]:
            own = [] if way == WAYS[3] else [f"--workers={self._workers}"]
            command = ["hhlab", *command[1:], *own]
        self._keep(way, count, command, folder, self._workers if way == WAYS[3] else 0)
        for name in then:
            self._keep(f"hhlab {name}", count, ["hhlab", name, self.assignment], folder)
        shutil.rmtree(folder)

    def _keep(
        self, way: str, count: int, command: list[str], folder: Path, workers: int = 0
    ) -> None:
        took = measured(command, folder, workers)
        self.rows.append({"way": way, "count": count, **took})
        print(f"{self.assignment}, {way}: {count} in {took['seconds']:.0f} s", flush=True)

    def page(self, parts: dict[str, float]) -> Iterator[str]:
        """Yield the lines of a table, and one on the parts of a submission's time."""
        yield from (f"## {self.assignment}", "", _line(COLUMNS), _line("---" for _ in COLUMNS))
        stock = [
            float(row["seconds"]) / float(row["count"])
            for row in self.rows
            if row["way"] == WAYS[0]
        ]
        for row in self.rows:
            count, seconds = float(row["count"]), float(row["seconds"])
            numbers = (
                f"{count:.0f}",
                f"{seconds / count:.2f}",
                f"{float(row['cpu']) / count:.2f}",
                *_memory(float(row["memory"]), float(row["coordinator"])),
                f"{fmean(stock) * count / seconds:.1f}" if row["way"] in WAYS else "",
            )
            yield _line((str(row["way"]), *numbers))
        shown = ", ".join(f"{part} {seconds:.2f}" for part, seconds in parts.items())
        yield from ("", f"One right answer, alone and warm, in seconds: {shown}.")
        yield from ("", costs(self.assignment), "")


def _memory(every: float, first: float) -> tuple[str, str]:
    """Return GB of all and MB of the first process; nothing where nobody looked in time."""
    return (f"{every:.1f}", f"{1024 * first:.0f}") if every else ("", "")


def _line(cells: Iterable[str]) -> str:
    return f"| {' | '.join(cells)} |"


def main() -> None:
    """Measure, print a page of tables, and write it where asked to."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("assignments", nargs="*", help="notebooks (default: both)")
    parser.add_argument("--count", type=int, default=50, help="submissions (default 50)")
    parser.add_argument("--stock", type=int, default=10, help="submissions for nbgrader alone")
    parser.add_argument("--growth", type=int, nargs="*", default=[], help="further counts")
    parser.add_argument("--short", action="store_true", help="without configured nbgrader and Dask")
    parser.add_argument("--workers", type=int, default=len(os.sched_getaffinity(0)))
    parser.add_argument("--page", type=Path, help="where to write the page")
    options = parser.parse_args()
    machine = f"{os.cpu_count()} cores, {platform.machine()}, Python {platform.python_version()}"
    lines = ["# How fast classes are graded", ""]
    lines += [f"Made by `make bench` in one run: {machine}, {options.workers} workers."]
    lines += ["Stock nbgrader is measured before the others and after them; its mean counts.", ""]
    with tempfile.TemporaryDirectory() as scratch:
        for assignment in options.assignments or CLASSES:
            parts = split(Path(scratch) / f"{assignment}-parts", assignment, 5)
            bench = Bench(assignment, Path(scratch), options.workers)
            bench.grade(WAYS[0], options.stock)
            if not options.short:
                bench.grade(WAYS[1], options.count)
            bench.grade(WAYS[2], options.count, ("feedback", "report"))
            if not options.short:
                bench.grade(WAYS[3], options.count)
            for count in options.growth:
                bench.grade(WAYS[2], count, ("feedback", "report"))
            bench.grade(WAYS[0], options.stock)  # again: a machine's speed drifts within a run
            lines += bench.page(parts)
    page = "\n".join(lines)
    print(page)
    if options.page:
        options.page.write_text(page)


if __name__ == "__main__":
    main()
