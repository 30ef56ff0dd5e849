"""A control group for each jail, where one can be had: the system counts what it takes as a whole.

That is exact: what processes share counts once, and what belongs to none of them, such as shared
mappings, buffers of sockets and names of files, counts as well. Only groups of version 2 will do.
Whoever owns one, as root does and users of a desktop, makes others in it; for all others systemd
may do so, if it works for users.
"""

import contextlib
import functools
import os
import shutil
import subprocess
import time
import uuid
from pathlib import Path

PREFIX = "hhlab-"
COUNTED = {"memory", "pids"}
ENTER = 'echo 0 > "$0"; exec "$@"'
ENTERED_WITHIN = 5.0
"""Seconds that may pass until a process is in its group."""
LEFT_WITHIN = 10.0
"""Seconds that the processes of a jail may take to be gone from its group."""


class Group:
    """The group of one jail.

    Parameters
    ----------
    path : Path
        Its folder.
    """

    def __init__(self, path: Path) -> None:
        self._path = path

    def allow(self, memory_bytes: int, tasks: int) -> None:
        """Let it take so much more than it takes now, but for what the system can drop by itself.

        Parameters
        ----------
        memory_bytes : int
            Memory, of all kinds.
        tasks : int
            Threads, those of all processes together.
        """
        stat = self._table("memory.stat")
        held = self._number("memory.current") - stat["file"] + stat["shmem"]
        with contextlib.suppress(FileNotFoundError):  # where nothing is ever swapped out
            self._write("memory.swap.max", 0)
        self._write("memory.max", held + memory_bytes)
        self._write("pids.max", self._number("pids.current") + tasks)

    def kills(self) -> int:
        """Return how many of its processes the system has killed for want of memory."""
        with contextlib.suppress(OSError):  # systemd removes a group when its last process ends
            return self._table("memory.events")["oom_kill"]
        return 0

    def remove(self) -> None:
        """Remove it; its processes have been told to end."""
        until = time.monotonic() + LEFT_WITHIN
        while not _removed(self._path) and time.monotonic() < until:
            time.sleep(0.01)

    def _number(self, name: str) -> int:
        return int((self._path / name).read_text())

    def _table(self, name: str) -> dict[str, int]:
        lines = (self._path / name).read_text().splitlines()
        return {key: int(value) for key, value in map(str.split, lines)}

    def _write(self, name: str, value: int) -> None:
        (self._path / name).write_text(str(value))


def entering() -> list[str]:
    """Return what stands before a command that is to have a group; nothing where none can be had.

    The process of the command stays the one that is started.
    """
    name = f"{PREFIX}{uuid.uuid4().hex}"
    if (around := _owned()) is None:
        return [*run, f"--unit={name}", "--"] if (run := _systemd()) else []
    sweep()
    with contextlib.suppress(OSError):
        (around / name).mkdir()
        return ["/bin/sh", "-c", ENTER, str(around / name / "cgroup.procs")]
    return []


def sweep() -> None:
    """Remove the groups of graders that were killed, but for those that may just be entered."""
    around = _owned()
    for left in around.glob(f"{PREFIX}*") if around else ():
        with contextlib.suppress(OSError):
            if time.time() - left.stat().st_ctime > ENTERED_WITHIN:
                _removed(left)


def of(pid: int) -> Group | None:
    """Return the group of a process that was started to have one, once it is in it."""
    if _owned() is None and not _systemd():
        return None
    until = time.monotonic() + ENTERED_WITHIN
    while time.monotonic() < until:
        path = _around(str(pid))
        if path is None:
            return None
        if path.name.startswith(PREFIX) and (path / "memory.max").exists():
            return Group(path)
        time.sleep(0.01)
    return None


def who_counts() -> str:
    """Return in words what counts the memory of a jail on this machine."""
    if _owned() is not None:
        return "counted by the system: a control group for each jail"
    if _systemd():
        return "counted by the system: a control group for each jail, made by systemd"
    return "counted process by process: no control group of version 2 may be made here"


@functools.cache
def _owned() -> Path | None:
    """Return the nearest group around us in which we may make others that are counted."""
    own = _around("self")
    for folder in (own, *own.parents) if own else ():
        with contextlib.suppress(OSError):
            counted = set((folder / "cgroup.subtree_control").read_text().split())
            ours = all(os.access(each, os.W_OK) for each in (folder, folder / "cgroup.procs"))
            if counted >= COUNTED and ours:
                return folder
    return None


@functools.cache
def _systemd() -> tuple[str, ...]:
    """Return the command by which systemd makes a group, if it does so for us."""
    runtime = os.environ.get("XDG_RUNTIME_DIR") or f"/run/user/{os.getuid()}"
    found = shutil.which("systemd-run")
    if found is None or not Path(runtime, "systemd").exists() or _around("self") is None:
        return ()
    run = ("env", f"XDG_RUNTIME_DIR={runtime}", found, "--user", "--scope", "--quiet", "--collect")
    try:
        done = subprocess.run([*run, "cat", "/proc/self/cgroup"], capture_output=True, timeout=10)
    except (OSError, subprocess.TimeoutExpired):
        return ()
    path = _mounted(done.stdout.decode())
    counted = not done.returncode and path is not None and (path.parent / "memory.max").exists()
    return run if counted else ()


def _around(process: str) -> Path | None:
    """Return the folder of the group that a process is in."""
    try:
        return _mounted(Path("/proc", process, "cgroup").read_text())
    except OSError:
        return None


def _mounted(groups: str) -> Path | None:
    """Return the folder of the group of version 2 among those that a process is in."""
    path = next((line[3:] for line in groups.splitlines() if line.startswith("0::/")), None)
    mounts = (line.split() for line in Path("/proc/self/mounts").read_text().splitlines())
    root = next((where for _, where, kind, *_ in mounts if kind == "cgroup2"), None)
    return Path(root + path.rstrip("/")) if path and root else None


def _removed(folder: Path) -> bool:
    """Remove an empty group; return whether it is gone."""
    try:
        folder.rmdir()
    except FileNotFoundError:
        return True
    except OSError:
        return False
    return True
