"""Kernels that start in a moment: one warm process in the jail, one fork of it for each submission.

Importing what a course needs takes seconds. :mod:`hhlab.grading.jail.forker` does it once, in the
jail, before any student's code is there, and each kernel is a fork of it.
"""

import atexit
import contextlib
import json
import logging
import signal
import socket
import subprocess
import threading
from typing import Any

from ..unit import Unit
from . import bubblewrap, cgroup, limits
from .folders import Place

READY_WITHIN = 90
"""Seconds that the imports may take."""
OWN_BYTES = 2**20
"""Size of the warm process's own file systems in memory, which it does not use."""
ENDS_WITHIN = 5
"""Seconds that a fork may take to end when it is killed."""


class CannotFork(RuntimeError):
    """No warm kernels can be had here; the message says why."""


class Forker:
    """A warm process in a jail of its own, and the folder that it shares with us.

    Parameters
    ----------
    unit : Unit
        The course's.
    cache : str, optional
        A folder of compiled programs to show, read only.

    Raises
    ------
    CannotFork
        If the process can't be started, or forks of it would not be safe.
    """

    def __init__(self, unit: Unit, cache: str | None = None) -> None:
        self.unit, self.cache = unit, cache
        self.place = Place(bubblewrap.owner())
        self.ours, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        self._forks = 0
        self.group: cgroup.Group | None = None
        with theirs:
            self.process = bubblewrap.start(
                [bubblewrap.PYTHON, bubblewrap.FORKER, json.dumps([unit.preload, unit.warm_up])],
                self.place.path,
                OWN_BYTES,
                stdin=theirs.fileno(),
                cache=cache,
                may_fork_jails=True,
                unit=unit,
            )
        atexit.register(self.close)
        self.ours.settimeout(READY_WITHIN)
        why_not = self._answer()
        if why_not:
            self.close()
            raise CannotFork(why_not)
        self.processes = limits.descendants(self.process.pid)
        self.group = cgroup.of(self.process.pid)

    def _answer(self) -> Any:
        """Return what the process says next; why it can't be, where it says nothing."""
        try:
            said = self.ours.recv(65536)
        except TimeoutError:
            return f"its imports took more than {READY_WITHIN} s"
        except OSError as error:
            return f"it can't be heard ({error.strerror})"
        return json.loads(said) if said else "it ended at once"

    def folder(self) -> str:
        """Make the private folder of the next fork and return its path."""
        self._forks += 1
        return self.place.folder(str(self._forks))

    def fork(
        self,
        private: str,
        connection_file: str,
        command: list[str],
        file_system_bytes: int,
        resource_limits: dict[str, int],
    ) -> "Fork":
        """Start a kernel.

        Parameters
        ----------
        private : str
            From :meth:`folder`.
        connection_file : str
            In that folder.
        command : list of str
            What a kernel that starts cold would be told: its module, and its arguments.
        file_system_bytes : int
            Size of each of its file systems in memory.
        resource_limits : dict
            Resource limits by their names without ``RLIMIT_``.
        """
        self.place.give(connection_file)
        request = {
            "private": private,
            "command": command,
            "file_system_bytes": file_system_bytes,
            "limits": resource_limits,
            "shown": bubblewrap.shown(),
        }
        self.ours.send(json.dumps(request).encode())
        return Fork(self)

    def serves(self, unit: Unit, cache: str | None) -> bool:
        """Return whether it lives, and is this unit's with this cache."""
        return self.process.poll() is None and self.unit is unit and self.cache == cache

    def close(self) -> None:
        """End it, with all that lives in its jail."""
        atexit.unregister(self.close)
        self.ours.close()
        limits.end_group(self.process.pid)
        self.process.wait()
        if self.group:
            self.group.remove()
        self.place.remove()


class Fork:
    """A kernel's process, as far as jupyter_client looks at it: like a ``subprocess.Popen``.

    Attributes
    ----------
    pid : int
        That of the jail, whose descendants the kernel and all its processes are.
    """

    stdin = stdout = stderr = None

    def __init__(self, forker: Forker) -> None:
        self._forker = forker
        self._lock = threading.Lock()
        self.pid = forker.process.pid
        self.returncode: int | None = None

    def poll(self) -> int | None:
        """Return how it ended, or None."""
        return self._ended(0)

    def wait(self, timeout: float = ENDS_WITHIN) -> int:
        """Return how it ended.

        Raises
        ------
        subprocess.TimeoutExpired
            If it does not end in time.
        """
        ended = self._ended(timeout)
        if ended is None:
            raise subprocess.TimeoutExpired("kernel", timeout)
        return ended

    def _ended(self, timeout: float) -> int | None:
        with self._lock:
            if self.returncode is None:
                self._forker.ours.settimeout(timeout)
                try:
                    said = self._forker.ours.recv(65536)
                    self.returncode = json.loads(said) if said else -signal.SIGKILL
                except (BlockingIOError, TimeoutError):
                    pass
                except OSError:
                    self.returncode = -signal.SIGKILL
        return self.returncode

    def send_signal(self, number: int) -> None:
        """End it: the only signal that reaches a namespace from outside is the last."""
        with self._lock:
            if self.returncode is None:
                with contextlib.suppress(OSError):
                    self._forker.ours.send(b"kill")

    def kill(self) -> None:
        """End it, and the whole jail with it if it doesn't end by itself."""
        self.send_signal(signal.SIGKILL)
        if self._ended(ENDS_WITHIN) is None:
            limits.end_group(self.pid)  # whoever asks for the next kernel closes the forker

    terminate = kill


started: Forker | None = None
"""This process's forker, once it has one."""
_why_not = ""


def forker(log: logging.Logger, unit: Unit, cache: str | None) -> Forker | None:
    """Return this process's forker, started if need be; nothing where there can be none.

    Why there can be none is said once, as a warning.
    """
    global started, _why_not
    if _why_not:
        return None
    if started is None or not started.serves(unit, cache):
        if started is not None:
            started.close()
        try:
            started = Forker(unit, cache)
        except (CannotFork, OSError) as error:
            _why_not = str(error)
            log.warning("Kernels start cold, some seconds each: %s", error)
            return None
    return started
