"""A home of the suite's own, and what is found to be left behind when it goes.

To be imported before anything that asks where home is: that moves in. A run gets one folder, for
all its workers: ``HOME``, caches and temporary files are in it, and what is made once for all.
"""

import contextlib
import fcntl
import os
import pwd
import shutil
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

import psutil

VARIABLE = "HHLAB_TESTS"
"""Holds the run's folder, in the environment of whatever a test starts."""
ELSEWHERE = ("XDG_", "JUPYTER", "IPYTHON", "MPLCONFIGDIR", "HHLAB_", "MAKE", "MFLAGS", "GNUMAKE")
"""What variables begin with that would lead to somebody else's folders, or to another `make`."""
THEIRS = Path(pwd.getpwuid(os.getuid()).pw_dir)
"""The home of who runs the tests: for Pythons and packages that were downloaded before."""
THEIR_OWN = ("brian_", "dask-", "pip-", "pymp-", "pytest-of-", "uv-")
"""What temporary files of other programs begin with; pymp- are Python's own, of who is killed."""
GOES_WITHIN = 60
"""Seconds that a process may take to notice that what started it has ended."""


def _move_in() -> Path:
    """Have this process, and all it starts, live in the run's folder; return that."""
    if VARIABLE not in os.environ:
        caches = os.environ.get("XDG_CACHE_HOME") or THEIRS / ".cache"
        os.environ.setdefault("UV_CACHE_DIR", f"{caches}/uv")
        for name in [name for name in os.environ if name.startswith(ELSEWHERE)]:
            del os.environ[name]
        os.environ[VARIABLE] = tempfile.mkdtemp(
            prefix="hh-tests-", dir="/tmp"
        )  # short, for sockets
    run = Path(os.environ[VARIABLE])
    temporary = run / f"tmp-{os.environ.get('PYTEST_XDIST_WORKER', 'main')}"
    for name, folder, mode in (("HOME", run / "home", 0o755), ("TMPDIR", temporary, 0o1777)):
        folder.mkdir(exist_ok=True)
        folder.chmod(mode)
        os.environ[name] = str(folder)
    run.chmod(0o755)  # some tests are nobody for a while
    tempfile.tempdir = None
    return run


RUN = _move_in()
COMPILED = f"{RUN}/compiled-{os.environ.get('PYTEST_XDIST_WORKER', 'main')}"
"""Where a worker finds what it has compiled for the bank."""


def once(name: str, make: Callable[[Path], None]) -> Path:
    """Return a folder that one worker makes and all workers read.

    Parameters
    ----------
    name : str
        Of the folder.
    make : callable
        Fills the folder whose path it is given, which is not there yet.
    """
    place = RUN / "shared" / name
    place.parent.mkdir(exist_ok=True)
    with open(f"{place}.lock", "w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not place.exists():
            part = place.with_name(f"{name}.part")
            shutil.rmtree(part, ignore_errors=True)
            make(part)
            part.rename(place)
    return place


def left_behind() -> list[str]:
    """Return the processes and the temporary files that outlive the tests."""
    until = time.monotonic() + GOES_WITHIN
    while (processes := _processes()) and time.monotonic() < until:
        time.sleep(0.2)
    files = [path for path in RUN.glob("tmp-*/*") if not path.name.startswith(THEIR_OWN)]
    return [*processes, *map(str, files)]


def _processes() -> list[str]:
    """Return the processes of this run but for this one, and jails that nobody watches."""
    found = []
    for process in psutil.process_iter():
        with contextlib.suppress(psutil.Error):
            ours = process.pid != os.getpid() and process.environ().get(VARIABLE) == str(RUN)
            told = " ".join(process.cmdline())
            stray = process.ppid() == 1 and "/tmp/hhlab-" in told and f"{sys.prefix}/" in told
            if ours or stray:
                found.append(" ".join(process.cmdline()))
    return found


def move_out() -> None:
    """Remove the run's folder."""
    shutil.rmtree(RUN, ignore_errors=True)
