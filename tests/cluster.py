"""A Dask cluster on this machine, each part of it a process that a test may kill."""

import subprocess
import sys
import time
from contextlib import contextmanager
from functools import partial

from classroom import ENVIRONMENT


def until(condition, what, seconds=120):
    """Wait until something holds."""
    end = time.monotonic() + seconds
    while not (value := condition()):
        assert time.monotonic() < end, what
        time.sleep(0.02)
    return value


@contextmanager
def scheduler(folder):
    """Run a scheduler; yield a client of it, and what runs a worker until its block ends."""
    from distributed import Client

    file = folder / "scheduler.json"
    told = ("--scheduler-file", str(file))
    worker = ("worker", *told, "--local-directory", str(folder), "--nthreads=1", "--no-nanny")
    worker += ("--memory-limit=0", "--resources=kernel=1")
    with _dask("scheduler", "--host=127.0.0.1", "--port=0", *told):
        until(file.exists, "the scheduler does not start", 60)
        with Client(scheduler_file=str(file)) as client:
            yield client, partial(_dask, *worker)


@contextmanager
def _dask(*command, before="true"):
    """Run a Dask command until the block ends, from a shell that has run another before."""
    command = [sys.executable, "-m", "dask", *command, "--no-dashboard"]
    with subprocess.Popen(
        ["/bin/bash", "-c", f'{before} && exec "$@"', "bash", *command],
        env=ENVIRONMENT,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    ) as process:
        try:
            yield process
        finally:
            process.kill()
