"""Runs in the jail: import everything once, then fork a confined kernel for each submission.

Started by :mod:`hhlab.grading.jail.warm` with a socket as its standard input. It answers with
nothing, or why it can't be warm; then each request holds a kernel's command line, and is answered
by how the kernel ended. It is a program of its own, and imports nothing of the grader, which the
jail does not have.

A fork has its own user, PID, mount, IPC, UTS and network namespaces, its own file systems in
memory, no privileges, and no way to make further namespaces. So it can't see or reach the forker,
which has never run a line of a student's, nor leave anything to the next.
"""

import contextlib
import ctypes
import errno
import gc
import importlib
import json
import os
import random
import resource
import select
import signal
import socket
import sys
import time
import warnings
from typing import Any

MS_RDONLY, MS_NOSUID, MS_NODEV, MS_NOEXEC, MS_REMOUNT, MS_BIND = 1, 2, 4, 8, 32, 4096
MS_REC, MS_PRIVATE = 16384, 1 << 18
PR_SET_PDEATHSIG, PR_CAPBSET_DROP, PR_SET_NO_NEW_PRIVS = 1, 24, 38
CAPABILITY_VERSION_3 = 0x20080522
OPEN_FILES = 1024
"""More than the forker ever has open."""
MOST_FILES = 10_000
"""Of each file system in memory: a name of an empty file takes a kilobyte that no size counts."""

SOCKETS = 5
"""How many a kernel makes."""
SEALED = 0o500
"""The mode of a kernel's private folder once it is read only: :mod:`hhlab.grading.jail.provisioner`
waits for that."""
FIRST_TO_END = "1000"
"""Where memory is short, the system ends what a student started before anything of ours."""

DEBUGGER = "debugpy"
"""What graded kernels do without: where it is missing, ipykernel offers no debugger."""
PRELOADED = (
    "ipykernel.debugger",
    "ipykernel.ipkernel",
    "ipykernel.kernelapp",
    "tornado.platform.asyncio",
    "IPython.core.completerlib",
    "IPython.core.debugger",
    "IPython.core.logger",
    "IPython.core.magics.execution",
    "IPython.core.oinspect",
    "IPython.extensions.storemagic",
    "matplotlib.pyplot",
    "matplotlib_inline.backend_inline",
    "zmq.utils.garbage",
)
"""What every kernel needs, also what these would import only when they are first used."""

libc = ctypes.CDLL(None, use_errno=True)


def preload(modules: list[str], warm_up: str, kept: int) -> str:
    """Import what a kernel needs, and warm it up; return why forks would not be safe, or nothing.

    Parameters
    ----------
    modules : list of str
        What the course's kernels import.
    warm_up : str
        The course's own function, ``module:function``.
    kept : int
        The one file that may be open beside those of input and output.
    """
    gc.disable()  # a fifth of the time of imports, which leave next to nothing to collect
    sys.modules[DEBUGGER] = None  # type: ignore[assignment]  # which is how Python is told so
    for module in (*modules, *PRELOADED):
        importlib.import_module(module)
    del sys.modules[DEBUGGER]
    name, _, function = warm_up.partition(":")
    why_not = str(getattr(importlib.import_module(name), function)()) if name else ""
    explain()
    gc.freeze()  # the collector of a fork has nothing to look for in what was imported
    gc.enable()
    if not why_not and (threads := len(os.listdir("/proc/self/task"))) != 1:
        return f"importing has left {threads} threads"
    if left := [file for file in range(3, OPEN_FILES) if file != kept and is_open(file)]:
        return f"importing has left open files ({left})"
    return why_not


def is_open(file: int) -> bool:
    """Return whether a file descriptor is one."""
    try:
        return bool(os.fstat(file))
    except OSError:
        return False


def share_no_files() -> None:
    """Close what was open before the fork, and open the three anew.

    An open file has a position and flags that all forks would have in common.
    """
    os.closerange(0, OPEN_FILES)
    for _ in range(3):
        os.set_inheritable(os.open(os.devnull, os.O_RDWR), True)


def explain() -> None:
    """Have IPython explain an error, for nobody: what it needs for that is loaded by then."""
    from IPython.core.ultratb import AutoFormattedTB

    try:
        json.loads("{")
    except ValueError:
        AutoFormattedTB(mode="Context").structured_traceback(*sys.exc_info())


def serve(requests: socket.socket) -> None:
    """Fork a kernel for each request, one at a time, until the other end is closed."""
    while request := requests.recv(65536):
        kernel, ended = fork(json.loads(request), requests)
        while requests in _readable(requests, ended):
            with contextlib.suppress(ProcessLookupError):
                os.kill(kernel, signal.SIGKILL)  # with it ends its whole namespace
            if not requests.recv(65536):
                return
            _readable(ended)
        _, status = os.waitpid(-1, 0)
        os.close(ended)
        requests.send(json.dumps(os.waitstatus_to_exitcode(status)).encode())


def _readable(*sources: Any) -> list[Any]:
    """Wait until one of them can be read; return those that can."""
    return select.select(sources, [], [])[0]


def fork(request: dict[str, Any], requests: socket.socket) -> tuple[int, int]:
    """Start a kernel in namespaces of its own.

    Returns
    -------
    kernel : int
        Its process, the first of its namespace.
    ended : int
        A pidfd of the process that waits for it.
    """
    read, write = os.pipe()
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # some libraries warn of any fork; warm_up has looked
        keeper = os.fork()
    if keeper == 0:
        code = 1
        try:
            requests.close()
            os.close(read)
            code = keep(request, write)
        finally:
            os._exit(code)
    os.close(write)
    told = os.read(read, 32)
    os.close(read)
    return int(told or keeper), os.pidfd_open(keeper)


def keep(request: dict[str, Any], tell: int) -> int:
    """Enter new namespaces, start the kernel as their first process, and wait for it."""
    user, group = os.getuid(), os.getgid()
    private = os.open(request["private"], os.O_RDONLY)
    os.unshare(
        os.CLONE_NEWUSER
        | os.CLONE_NEWPID
        | os.CLONE_NEWNS
        | os.CLONE_NEWIPC
        | os.CLONE_NEWUTS
        | os.CLONE_NEWNET
    )
    _write("/proc/self/setgroups", "deny")
    _write("/proc/self/uid_map", f"{user} {user} 1")
    _write("/proc/self/gid_map", f"{group} {group} 1")
    _write("/proc/sys/user/max_user_namespaces", "0")
    kernel = os.fork()
    if kernel == 0:
        code = 1
        try:
            share_no_files()
            _write("/proc/self/oom_score_adj", FIRST_TO_END)
            os.setsid()  # signals to its own process group must not reach the forker's
            check(libc.prctl(PR_SET_PDEATHSIG, signal.SIGKILL, 0, 0, 0))
            furnish(request)
            drop_privileges()
            run_kernel(request["command"])
            code = 0
        finally:
            os._exit(code)
    os.write(tell, str(kernel).encode())
    os.close(tell)
    seal(request["private"], private, kernel)
    _, status = os.waitpid(kernel, 0)
    code = os.waitstatus_to_exitcode(status)
    return code if code >= 0 else 128 - code


def seal(path: str, outside: int, kernel: int) -> None:
    """Make the folder of the sockets read only for a kernel that has made them.

    A file that is open and has no name could fill the machine's disk, and nobody would see it.

    Parameters
    ----------
    path : str
        The folder, as the kernel sees it.
    outside : int
        The same, opened before the kernel's namespaces were made: its mode says that it is done.
    kernel : int
        Its process.
    """
    while os.waitid(os.P_PID, kernel, os.WEXITED | os.WNOHANG | os.WNOWAIT) is None:
        if sum(name.startswith("k-") for name in os.listdir(outside)) == SOCKETS:
            kept = os.statvfs(path).f_flag & (MS_NOSUID | MS_NODEV | MS_NOEXEC)
            flags = MS_REMOUNT | MS_BIND | MS_RDONLY | kept
            if not libc.mount(None, path.encode(), None, flags, None):
                os.fchmod(outside, SEALED)
                return
            check(ctypes.get_errno() != errno.EBUSY)  # the last socket is just being made
        time.sleep(0.002)


def furnish(request: dict[str, Any]) -> None:
    """Give the fork file systems of its own, and hide those of the forker."""
    check(libc.mount(b"none", b"/", None, MS_REC | MS_PRIVATE, None))
    private = request["private"]
    kept = [private, *(path for path in request["shown"] if path.startswith("/tmp/"))]
    handles = [(path, os.open(path, os.O_PATH)) for path in kept]
    for place in ("/tmp", "/dev/shm", os.environ["HOME"]):
        mount_memory(place, request["file_system_bytes"])
    for path, handle in handles:
        os.makedirs(path, exist_ok=True)
        flags = MS_BIND | MS_REC
        check(libc.mount(f"/proc/self/fd/{handle}".encode(), path.encode(), None, flags, None))
        os.close(handle)
    os.chdir(os.environ["HOME"])
    mount_memory("/proc", 4096, MS_RDONLY)
    for name, limit in request["limits"].items():
        resource.setrlimit(getattr(resource, f"RLIMIT_{name}"), (limit, limit))


def mount_memory(place: str, size: int, flags: int = 0) -> None:
    """Mount a file system in memory."""
    options = f"size={size},nr_inodes={MOST_FILES},mode=0755".encode()
    check(libc.mount(b"tmpfs", place.encode(), b"tmpfs", MS_NOSUID | MS_NODEV | flags, options))


def drop_privileges() -> None:
    """Give up, for good, what the first process of a user namespace has in it."""
    check(libc.prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0))
    for capability in range(64):
        if libc.prctl(PR_CAPBSET_DROP, capability, 0, 0, 0):
            break  # that was the last one
    header = (ctypes.c_uint32 * 2)(CAPABILITY_VERSION_3, 0)
    check(libc.capset(header, (ctypes.c_uint32 * 6)()))


def run_kernel(command: list[str]) -> None:
    """Be an ordinary IPython kernel, until it is told to end."""
    from ipykernel.kernelapp import IPKernelApp

    sys.argv = command
    sys.path[0] = ""
    random.seed()
    if numpy := sys.modules.get("numpy"):
        numpy.random.seed()
    IPKernelApp.launch_instance()


def check(result: int) -> None:
    """Raise the system's error where a call has failed."""
    if result != 0:
        number = ctypes.get_errno()
        raise OSError(number, os.strerror(number))


def _write(path: str, text: str) -> None:
    with open(path, "w") as file:
        file.write(text)


if __name__ == "__main__":
    channel = socket.socket(fileno=os.dup(0))
    os.dup2(empty := os.open(os.devnull, os.O_RDONLY | os.O_CLOEXEC), 0)
    os.close(empty)
    modules, warm_up = json.loads(sys.argv[1])
    why_not = preload(modules, warm_up, channel.fileno())
    channel.send(json.dumps(why_not).encode())
    if not why_not:
        serve(channel)
