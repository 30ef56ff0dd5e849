"""A filter for system calls that take memory where nobody would count it.

A program for the kernel's packet filter machine, as ``bwrap --seccomp`` takes it. Memory that a
kernel holds must show in its resident size or in a file system that has a limit; memory that
belongs to no mapping and no file (System V, memfd, message queues, rings) shows in neither.
"""

import contextlib
import errno
import platform
import struct
import tempfile
from collections.abc import Iterator
from typing import IO

LOAD, JUMP_IF_EQUAL, JUMP_IF_AT_LEAST, RETURN = 0x20, 0x15, 0x35, 0x06
NUMBER_AT, ARCHITECTURE_AT = 0, 4
ALLOW, REFUSE, KILL = 0x7FFF0000, 0x00050000 | errno.EPERM, 0x80000000
X32 = 0x40000000
"""From here on, x86_64's numbers are a second name for the same calls."""

REFUSED = (
    # name, number on x86_64, number on aarch64 (linux: arch/x86/entry/syscalls/syscall_64.tbl and
    # include/uapi/asm-generic/unistd.h)
    ("shmget", 29, 194),
    ("semget", 64, 190),
    ("msgget", 68, 186),
    ("mq_open", 240, 180),
    ("memfd_create", 319, 279),
    ("memfd_secret", 447, 447),
    ("add_key", 248, 217),
    ("request_key", 249, 218),
    ("keyctl", 250, 219),
    ("perf_event_open", 298, 241),
    ("bpf", 321, 280),
    ("userfaultfd", 323, 282),
    ("io_uring_setup", 425, 425),
)
ARCHITECTURES = {"x86_64": (0xC000003E, 1), "aarch64": (0xC00000B7, 2)}
"""By machine: the kernel's name for it (linux/audit.h), and its column in `REFUSED`."""


def program(machine: str | None = None) -> bytes:
    """Return the filter for a machine (default: this one).

    Raises
    ------
    KeyError
        For machines of another kind.
    """
    architecture, column = ARCHITECTURES[machine or platform.machine()]
    numbers = [int(call[column]) for call in REFUSED]
    checks = [(JUMP_IF_AT_LEAST, X32), *((JUMP_IF_EQUAL, number) for number in numbers)]
    steps = [
        (LOAD, 0, 0, ARCHITECTURE_AT),
        (JUMP_IF_EQUAL, 1, 0, architecture),
        (RETURN, 0, 0, KILL),
        (LOAD, 0, 0, NUMBER_AT),
        *((test, len(checks) - k, 0, number) for k, (test, number) in enumerate(checks)),
        (RETURN, 0, 0, ALLOW),
        (RETURN, 0, 0, REFUSE),
    ]
    return b"".join(struct.pack("=HBBI", *step) for step in steps)


@contextlib.contextmanager
def file() -> Iterator[IO[bytes]]:
    """Open a file that holds the filter for this machine, to be inherited."""
    with tempfile.TemporaryFile() as opened:
        opened.write(program())
        opened.seek(0)
        yield opened
