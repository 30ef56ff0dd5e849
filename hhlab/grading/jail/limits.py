"""Look at a jail from outside, and end it when it takes more than it may."""

import contextlib
import os
import re
import signal
import threading
from collections.abc import Callable, Collection
from dataclasses import dataclass, field

import psutil

from ...channel.language import Text

LISTS_CHILDREN = os.path.exists(f"/proc/self/task/{os.getpid()}/children")
"""Whether the system tells a process's children; else all processes have to be gone through."""

CONNECTION = re.compile(r"connection\.json|k-[1-5]")
"""What a kernel puts into its private folder."""


@dataclass(frozen=True)
class Limits:
    """What the processes of one kernel may take together."""

    memory_bytes: int
    processes: int
    threads: int
    every: float
    """Seconds between looks."""


def descendants(pid: int) -> frozenset[int]:
    """Return the processes that a process started, and those they started."""
    if not LISTS_CHILDREN:
        try:
            return frozenset(child.pid for child in psutil.Process(pid).children(recursive=True))
        except psutil.NoSuchProcess:
            return frozenset()
    found: set[int] = set()
    parents = [pid]
    while parents:
        children = _children(parents.pop()) - found
        found |= children
        parents += children
    return frozenset(found)


def _children(pid: int) -> set[int]:
    """Return the children of all threads of a process; of one that has ended, none."""
    children: set[int] = set()
    with contextlib.suppress(OSError):
        for thread in os.listdir(f"/proc/{pid}/task"):
            with contextlib.suppress(OSError), open(f"/proc/{pid}/task/{thread}/children") as file:
                children.update(map(int, file.read().split()))
    return children


@dataclass
class Watch:
    """A thread that watches one kernel until it ends.

    Parameters
    ----------
    pid : int
        Where the kernel's processes descend from.
    others : collection of int
        Descendants that are not the kernel's.
    private : str
        The kernel's private folder.
    limits : Limits
        What it may take.
    ended : callable
        Says whether the kernel has ended.
    end : callable
        Ends the kernel.

    Attributes
    ----------
    exceeded : str
        Which limit ended the kernel, in words; nothing as long as none did.
    """

    pid: int
    others: Collection[int]
    private: str
    limits: Limits
    ended: Callable[[], bool]
    end: Callable[[], None]
    exceeded: str = ""
    _stopped: threading.Event = field(default_factory=threading.Event)

    def start(self) -> None:
        """Start watching."""
        threading.Thread(target=self._run, name="jail watch", daemon=True).start()

    def stop(self) -> None:
        """Stop watching."""
        self._stopped.set()

    def _run(self) -> None:
        while not self._stopped.wait(self.limits.every) and not self.ended():
            try:
                self.exceeded = self._excess()
            except Exception as unwatched:  # what cannot be watched must not go on
                self.exceeded = Text(
                    "it could not be watched ({kind})", kind=type(unwatched).__name__
                )
            if self.exceeded:
                self.end()
                return

    def _excess(self) -> str:
        """Return in words which limit is exceeded, or nothing."""
        inside = descendants(self.pid) - set(self.others)
        if len(inside) > self.limits.processes:
            return Text("it started more than {most} processes", most=self.limits.processes)
        memory = threads = 0
        for pid in inside:
            with contextlib.suppress(psutil.Error):
                process = psutil.Process(pid)
                memory += process.memory_info().rss
                threads += process.num_threads()
        if threads > self.limits.threads:
            return Text("it started more than {most} threads", most=self.limits.threads)
        if memory > self.limits.memory_bytes:
            most = self.limits.memory_bytes / 2**30
            return Text("it used more than {most:g} GB of memory", most=most)
        if self._stopped.is_set():
            return ""
        if any(not CONNECTION.fullmatch(name) for name in os.listdir(self.private)):
            return Text("it wrote into the folder of its own connection")
        return ""


def end_group(pid: int) -> None:
    """Kill a process and its group."""
    with contextlib.suppress(ProcessLookupError):
        os.killpg(pid, signal.SIGKILL)
