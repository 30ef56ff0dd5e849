"""Look at a jail from outside, and end it when it takes more than it may."""

import contextlib
import os
import re
import signal
import stat
import threading
import time
from collections.abc import Callable, Collection
from dataclasses import dataclass, field

import psutil

from ...channel.language import Text
from .cgroup import Group

LISTS_CHILDREN = os.path.exists(f"/proc/self/task/{os.getpid()}/children")
"""Whether the system tells a process's children; else all processes have to be gone through."""

SOCKETS = re.compile(r"k-[1-5]")
"""What a kernel puts into its private folder, beside the file that says so."""
LARGEST_CONNECTION_FILE = 64 * 2**10
MOST_RECEIVED = 600 * 2**20
"""Bytes by which the grader itself may grow: a message of many parts has no other limit."""
LEAST_FREE = 300 * 2**20
"""Bytes that the machine has to have left: a system can hold memory in places without a number."""
LONGEST_LOOK = 2.0
"""Seconds that it may take to count memory: what takes longer would grow meanwhile."""


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
    group : Group, optional
        Where the system counts the memory of the jail, and keeps that limit itself.
    """

    pid: int
    others: Collection[int]
    private: str
    limits: Limits
    ended: Callable[[], bool]
    end: Callable[[], None]
    group: Group | None = None
    _exceeded: str = ""
    _kills: int = 0
    _own: int = field(default_factory=lambda: psutil.Process().memory_info().rss)
    _stopped: threading.Event = field(default_factory=threading.Event)

    @property
    def exceeded(self) -> str:
        """Which limit ended the kernel, in words; nothing as long as none did."""
        return self._exceeded or (self._too_much() if self._was_killed() else "")

    def start(self) -> None:
        """Start watching."""
        self._kills = self.group.kills() if self.group else 0
        threading.Thread(target=self._run, name="jail watch", daemon=True).start()

    def stop(self) -> None:
        """Stop watching; what the system has ended for its memory is known from then on."""
        self._exceeded = self.exceeded
        self._stopped.set()

    def _run(self) -> None:
        while not self._stopped.wait(self.limits.every) and not self.ended():
            try:
                self._exceeded = self._excess()
            except Exception as unwatched:  # what cannot be watched must not go on
                self._exceeded = Text(
                    "it could not be watched ({kind})", kind=type(unwatched).__name__
                )
            if self._exceeded:
                self.end()
                return

    def _excess(self) -> str:
        """Return in words which limit is exceeded, or nothing."""
        inside = descendants(self.pid) - set(self.others)
        if len(inside) > self.limits.processes:
            return Text("it started more than {most} processes", most=self.limits.processes)
        resident = threads = 0
        for pid in inside:
            with contextlib.suppress(OSError):
                status = _status(pid)
                resident += _resident(status)
                threads += _number("Threads", status)
        if threads > self.limits.threads:
            return Text("it started more than {most} threads", most=self.limits.threads)
        if self._was_killed():
            return self._too_much()
        most = self.limits.memory_bytes
        if not self.group and resident > most and self._taken(inside) > most:
            return self._too_much()
        if psutil.Process().memory_info().rss - self._own > MOST_RECEIVED:
            return Text("what it sent was too large")
        if psutil.virtual_memory().available < LEAST_FREE:
            return Text("the machine had no memory left")
        if self._stopped.is_set():
            return ""
        with os.scandir(self.private) as entries:
            if any(map(_is_foreign, entries)):
                return Text("it wrote into the folder of its own connection")
        return ""

    def _was_killed(self) -> bool:
        """Return whether the system has ended one of its processes for want of memory."""
        return self.group is not None and self.group.kills() > self._kills

    def _too_much(self) -> str:
        most = self.limits.memory_bytes / 2**30
        return Text("it used more than {most:g} GB of memory", most=most)

    def _taken(self, inside: Collection[int]) -> int:
        """Return the bytes that processes take, what they share counted once.

        Raises
        ------
        TimeoutError
            If that takes long, as it does of processes with a great many mappings.
        """
        taken, until = 0, time.monotonic() + LONGEST_LOOK
        for pid in inside:
            with contextlib.suppress(ProcessLookupError, FileNotFoundError):
                taken += memory(pid)
            if time.monotonic() > until:
                raise TimeoutError
        return taken


def _is_foreign(entry: os.DirEntry[str]) -> bool:
    """Return whether something in a private folder is neither socket nor connection file."""
    try:
        status = entry.stat(follow_symlinks=False)
    except FileNotFoundError:
        return False
    if SOCKETS.fullmatch(entry.name):
        return not stat.S_ISSOCK(status.st_mode)
    is_file = entry.name == "connection.json" and stat.S_ISREG(status.st_mode)
    return not is_file or status.st_size > LARGEST_CONNECTION_FILE


def memory(pid: int) -> int:
    """Return the bytes that a process takes: what it shares in part, page tables as well."""
    status = _status(pid)
    try:
        with open(f"/proc/{pid}/smaps_rollup") as file:
            return _number("Pss", file.read()) + _number("VmPTE", status)
    except PermissionError:  # an ordinary user may not look into each process
        return _resident(status)


def _resident(status: str) -> int:
    """Return the bytes that a process takes, all that it shares among them."""
    return _number("VmRSS", status) + _number("VmPTE", status)


def _status(pid: int) -> str:
    with open(f"/proc/{pid}/status") as file:
        return file.read()


def _number(name: str, table: str) -> int:
    """Return a number in a table of the system's, in bytes if it has a unit."""
    found = re.search(rf"^{name}:\s+(\d+)( kB)?$", table, re.M)
    return int(found[1]) * (1024 if found[2] else 1) if found else 0


def end_group(pid: int) -> None:
    """Kill a process and its group."""
    with contextlib.suppress(ProcessLookupError):
        os.killpg(pid, signal.SIGKILL)
