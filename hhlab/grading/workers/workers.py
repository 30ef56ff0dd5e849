"""Grade many notebooks at a time, on what an Executor stands for: processes, or a cluster."""

import concurrent.futures
import gc
import itertools
import multiprocessing
import os
import queue
import signal
import threading
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import Executor, Future, ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from typing import Any

from ..interrupt import Heed
from ..jail import cgroup, folders
from ..jail.bubblewrap import NoJail
from ..jail.machine import NotFit
from .forkserver import CONTEXT
from .job import Job, Result, WrongVersion, grade_one

ATTEMPTS = 2
"""How often a job is tried when its worker dies."""
PATIENCE = 0.2
"""Seconds until Ctrl-C is heeded while results are waited for."""


def grade_all(
    jobs: Iterable[Job], executor: Executor, at_once: int, heed: Heed
) -> Iterator[tuple[Job, Result | Exception]]:
    """Grade jobs, and yield each with its result as soon as that is there.

    Parameters
    ----------
    jobs : iterable of Job
        Taken from as workers become free, so that preparing and grading overlap.
    executor : Executor
        Where they are graded.
    at_once : int
        How many jobs it may have at one time.
    heed : callable
        Where Ctrl-C may end this.

    Yields
    ------
    job : Job
    result : Result or Exception
        The exception if the worker died over it twice, or what else made grading impossible.

    Raises
    ------
    WrongVersion
        If a worker runs other software than this process.
    NotFit, NoJail
        If nothing may be graded on a worker's machine.
    KeyboardInterrupt
        If Ctrl-C was pressed.
    """
    waiting = iter(jobs)
    prepared: list[Job] = []
    running: dict[Future[Result], tuple[Job, int]] = {}

    def prepare(count: int) -> None:
        prepared.extend(itertools.islice(waiting, max(0, count - len(prepared))))

    def start(job: Job, attempt: int) -> None:
        running[executor.submit(grade_one, job)] = job, attempt

    def fill() -> None:
        """Give workers that are free their jobs, then prepare one for who will be free next."""
        free = at_once - len(running)
        prepare(free)
        for job in prepared[:free]:
            start(job, 1)
        del prepared[:free]
        prepare(1)

    fill()
    while running:
        heed()
        done, _ = concurrent.futures.wait(running, PATIENCE, concurrent.futures.FIRST_COMPLETED)
        over = []
        for future in done:
            job, attempt = running.pop(future)
            if _worker_died(future.exception()) and attempt < ATTEMPTS:
                start(job, attempt + 1)
            else:
                over.append((job, future))
        fill()  # before anything is done with the results, so that no worker waits for that
        for job, future in over:
            error = future.exception()
            if isinstance(error, (WrongVersion, NotFit, NoJail)):
                raise error
            yield job, error if isinstance(error, Exception) else future.result()


def _worker_died(error: BaseException | None) -> bool:
    return isinstance(error, BrokenProcessPool) or type(error).__name__ == "KilledWorker"


class Processes(Executor):
    """Processes of this machine; one that dies takes nothing but its own job with it.

    ``ProcessPoolExecutor`` gives up all its jobs when a process dies. So each process is a pool of
    its own here, and is replaced when it breaks.

    Parameters
    ----------
    count : int
        How many.
    """

    def __init__(self, count: int) -> None:
        self._idle: queue.SimpleQueue[tuple[int, ProcessPoolExecutor]] = queue.SimpleQueue()
        # Kept for as long as we are: a pool that is collected while its own thread tells of its
        # end waits for itself, and for ever.
        self._all: list[ProcessPoolExecutor] = []
        self._cores = sorted(os.sched_getaffinity(0))
        self._count = count
        for number in range(count):
            self._idle.put((number, self._process(number)))

    def submit(self, function: Callable[..., Any], /, *args: Any, **kwargs: Any) -> Future[Any]:
        """Run a function in an idle process; wait for one."""
        number, process = self._idle.get()
        try:
            future = process.submit(function, *args, **kwargs)
        except BrokenProcessPool:  # it died while it had nothing to do
            process = self._process(number)
            future = process.submit(function, *args, **kwargs)
        # Else a process that is killed while it writes its result is waited for, and for ever:
        # its end of the pipe would be open here as well.
        process._result_queue._writer.close()  # type: ignore[attr-defined]

        def free(ended: Future[Any]) -> None:
            broken = isinstance(ended.exception(), BrokenProcessPool)
            self._idle.put((number, self._process(number) if broken else process))

        future.add_done_callback(free)
        return future

    def shutdown(self, wait: bool = True, *, cancel_futures: bool = False) -> None:
        """End all processes, with their jails, whatever they are doing."""
        for child in multiprocessing.active_children():
            child.kill()
        for process in self._all:
            process.shutdown(wait=wait, cancel_futures=cancel_futures)
        cgroup.sweep()
        folders.sweep()  # who is killed cannot remove what is his

    def _process(self, number: int) -> ProcessPoolExecutor:
        """Start a process; if there are as many as cores, each has its own, with its jail.

        Grader and kernel take turns, so one core is enough for both, and they need not be moved.
        """
        cores = {self._cores[number]} if self._count == len(self._cores) else set(self._cores)
        process = ProcessPoolExecutor(1, mp_context=CONTEXT, initializer=_begin, initargs=(cores,))
        self._all.append(process)
        return process


def _begin(cores: set[int]) -> None:
    """Keep to these cores; leave Ctrl-C to the coordinator, and end when it has ended."""
    os.sched_setaffinity(0, cores)
    gc.freeze()  # what was imported lives on, and need not be looked at again and again
    gc.enable()
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # the coordinator ends its workers itself
    signal.pthread_sigmask(signal.SIG_UNBLOCK, {signal.SIGINT})  # a kernel's is as it always is
    coordinator = multiprocessing.parent_process()
    assert coordinator is not None

    def end_with_it() -> None:
        coordinator.join()
        os._exit(1)

    threading.Thread(target=end_with_it, daemon=True).start()
