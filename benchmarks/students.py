"""Measure what a student's kernel needs: the time and the memory of each solved notebook.

    .venv/bin/python benchmarks/students.py

Each is run from its first cell to its last by `jupyter execute`, in a home without caches, as on a
student's own machine, and once more with them, as on Binder. Memory is the peak of the kernel, its
largest process (``getrusage``), beside which JupyterLab's server needs what the last row says.
"""

import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import nbformat
import psutil

from hhlab.course.sample_class import Submission, fill, instructors_answers

ROOT = Path(__file__).resolve().parents[1]
NOTEBOOKS = ("hh-model", "hh-explore")
JUPYTER = (sys.executable, "-m", "jupyter")


def main() -> None:
    """Print a table, in Markdown."""
    print("| | first time, s | again, s | peak, MB |\n|---|---|---|---|")
    for name in NOTEBOOKS:
        with tempfile.TemporaryDirectory() as folder:
            path = Path(folder) / f"{name}.ipynb"
            nbformat.write(solved(name), path)
            first, again = run(path), run(path)
        print(f"| {name} | {first[0]:.0f} | {again[0]:.0f} | {max(first[1], again[1]):.0f} |")
    print(f"| JupyterLab's server, with one notebook open | | | {server():.0f} |")


def solved(name: str) -> nbformat.NotebookNode:
    """Return a notebook with the instructor's answers in it."""
    answers = instructors_answers(ROOT / f"source/{name}/{name}.ipynb")
    return fill(ROOT / f"release/{name}/{name}.ipynb", answers, Submission("solved"))


def run(path: Path) -> tuple[float, float]:
    """Run a notebook with its folder as home; return the seconds, and the peak of memory in MB."""
    home = {**os.environ, "HOME": str(path.parent), "XDG_CACHE_HOME": f"{path.parent}/.cache"}
    begin = time.perf_counter()
    started = subprocess.Popen([*JUPYTER, "execute", path], env=home, stderr=subprocess.DEVNULL)
    _, status, used = os.wait4(started.pid, 0)
    if status:
        raise SystemExit(f"{path.name} stopped")
    return time.perf_counter() - begin, used.ru_maxrss / 1024


def server() -> float:
    """Return the memory of a server, in MB."""
    command = [*JUPYTER, "lab", "--no-browser", "--allow-root", "--port=0"]
    with tempfile.TemporaryDirectory() as folder:
        started = subprocess.Popen(command, cwd=folder, stderr=subprocess.DEVNULL)
        time.sleep(10)
        tree = [psutil.Process(started.pid), *psutil.Process(started.pid).children(recursive=True)]
        used = max(process.memory_info().rss for process in tree)
        started.terminate()
        started.wait()
    return used / 2**20


if __name__ == "__main__":
    main()
