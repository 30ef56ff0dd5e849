"""Workers on other machines, through Dask."""

from collections.abc import Callable, Iterator
from concurrent.futures import Executor
from contextlib import contextmanager
from typing import Any

KERNEL = "kernel"
"""The resource that a job takes, so that no worker holds two students' kernels at a time."""


class NoCluster(RuntimeError):
    """There is no cluster to grade on; the message says why, and what to do."""


@contextmanager
def connected(address: str, first: Callable[[], Any]) -> Iterator[tuple[Executor, int]]:
    """Have an executor whose jobs run on the workers of a Dask scheduler.

    Parameters
    ----------
    address : str
        The scheduler's, such as ``tcp://192.168.0.1:8786``.
    first : callable
        What every machine has to do before any gets a job; what it raises ends the run.

    Yields
    ------
    executor : Executor
    kernels : int
        How many jobs can run at one time.

    Raises
    ------
    NoCluster
        If Dask is not installed, the scheduler does not answer, or no worker takes kernels.
    """
    try:
        from distributed import Client
    except ImportError:
        message = "a cluster needs Dask: pip install 'hhlab[cluster]'"
        raise NoCluster(message) from None
    try:
        client = Client(address, timeout="5s")
    except OSError as error:
        raise NoCluster(f"no Dask scheduler answers at {address}: {error}") from None
    with client:
        workers = client.scheduler_info(n_workers=-1)["workers"]
        takers = [(each, at) for at, each in workers.items() if each["resources"].get(KERNEL)]
        kernels = sum(int(worker["resources"][KERNEL]) for worker, _ in takers)
        if kernels == 0:
            raise NoCluster(
                f"none of the {len(workers)} workers at {address} takes kernels: start them with "
                f"'dask worker {address} --nthreads 1 --resources {KERNEL}=1'"
            )
        one_each = {worker["host"]: at for worker, at in takers}.values()
        kept: dict[str, Any] = {"pure": False, "resources": {KERNEL: 1}}
        client.gather([client.submit(first, workers=[at], **kept) for at in one_each])
        yield client.get_executor(resources={KERNEL: 1}, pure=False), kernels
