"""A filter for system calls that take memory where nobody would count it, and look or reach around.

A program for the kernel's packet filter machine, as ``bwrap --seccomp`` takes it. Memory that a
kernel holds must show in its resident size or in a file system that has a limit; memory that
belongs to no mapping and no file (System V, memfd, message queues, pipes, rings) shows in neither.
What no notebook needs is refused as well: to watch or lock files that others use, to leave the
grader's core, and kinds of sockets but those of files and of the internet, which is not there.
"""

import contextlib
import errno
import platform
import struct
import tempfile
from collections.abc import Iterator
from typing import IO, Any

LOAD, JUMP_IF_EQUAL, JUMP_IF_AT_LEAST, RETURN = 0x20, 0x15, 0x35, 0x06
NUMBER_AT, ARCHITECTURE_AT, ARGUMENTS_AT = 0, 4, 16
ALLOW, REFUSE, KILL = 0x7FFF0000, 0x00050000 | errno.EPERM, 0x80000000
PRETEND = 0x00050000
"""Says that it is done, and does nothing."""
Step = tuple[int, int, int, int]
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
    ("vmsplice", 278, 75),
    ("inotify_init", 253, None),
    ("inotify_init1", 294, 26),
    ("fanotify_init", 300, 262),
    ("flock", 73, 32),
    ("sched_setaffinity", 203, 122),
)
SOCKET, FCNTL = (41, 198), (72, 25)
FAMILIES = (1, 2, 10, 16)
"""AF_UNIX, AF_INET, AF_INET6, and AF_NETLINK, by which ZeroMQ asks for addresses."""
LEASE_AND_NOTIFY = (1024, 1026)
"""Commands of fcntl that tell what others do with a file."""
LOCKS = (6, 7, 37, 38)
"""Commands of fcntl that lock parts of a file. SQLite, for one, needs them to succeed; but of a
device, or of a file of the environment, they would be the whole machine's."""
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
    numbers = [call[column] for call in REFUSED if call[column] is not None]
    refuse = [(RETURN, 0, 0, REFUSE)]
    families = dict.fromkeys(FAMILIES, ALLOW)
    commands = dict.fromkeys(LEASE_AND_NOTIFY, REFUSE) | dict.fromkeys(LOCKS, PRETEND)
    steps = [
        (LOAD, 0, 0, ARCHITECTURE_AT),
        (JUMP_IF_EQUAL, 1, 0, architecture),
        (RETURN, 0, 0, KILL),
        (LOAD, 0, 0, NUMBER_AT),
        *_if(JUMP_IF_AT_LEAST, X32, refuse),
        *(step for number in numbers for step in _if(JUMP_IF_EQUAL, number, refuse)),
        *_if(JUMP_IF_EQUAL, SOCKET[column - 1], _by_argument(0, families, REFUSE)),
        *_if(JUMP_IF_EQUAL, FCNTL[column - 1], _by_argument(1, commands, ALLOW)),
        (RETURN, 0, 0, ALLOW),
    ]
    return b"".join(struct.pack("=HBBI", *step) for step in steps)


def _if(test: int, number: Any, then: list[Step]) -> list[Step]:
    """Return the steps that do something for one system call; they have to end with a return."""
    return [(test, 0, len(then), number), *then]


def _by_argument(place: int, answers: dict[int, int], otherwise: int) -> list[Step]:
    """Return the steps that answer by the value of an argument."""
    return [
        (LOAD, 0, 0, ARGUMENTS_AT + 8 * place),
        *(
            step
            for value, answer in answers.items()
            for step in _if(JUMP_IF_EQUAL, value, [(RETURN, 0, 0, answer)])
        ),
        (RETURN, 0, 0, otherwise),
    ]


@contextlib.contextmanager
def file() -> Iterator[IO[bytes]]:
    """Open a file that holds the filter for this machine, to be inherited."""
    with tempfile.TemporaryFile() as opened:
        opened.write(program())
        opened.seek(0)
        yield opened
