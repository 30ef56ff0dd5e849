"""One grading of an assignment at a time."""

import errno
import fcntl
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

NO_LOCKS = {errno.EBADF, errno.EINVAL, errno.ENOLCK, errno.ENOSYS, errno.EOPNOTSUPP}
"""What file systems say that cannot lock a folder, such as NFS."""
LOCKS = Path("/proc/locks")


class NotAlone(RuntimeError):
    """Another grading of the assignment is running; the message says which, and what to do."""


@contextmanager
def alone(course: Any) -> Iterator[None]:
    """Be the only one who grades an assignment.

    The folder of its source is locked, which leaves no file and ends with the process. Where there
    is none, or its file system has no such locks, nobody is kept out.

    Parameters
    ----------
    course : nbgrader.coursedir.CourseDirectory
        The course, which knows the assignment.

    Raises
    ------
    NotAlone
        If somebody else grades it.
    """
    assignment = course.assignment_id
    source = course.format_path(course.source_directory, ".", assignment)
    if not os.path.isdir(source):
        yield
        return
    folder = os.open(source, os.O_RDONLY | os.O_DIRECTORY)
    try:
        try:
            fcntl.flock(folder, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise NotAlone(
                f"another grading of '{assignment}' is running{_by_whom(folder)}: "
                "wait for its end, then run this again"
            ) from None
        except OSError as error:
            if error.errno not in NO_LOCKS:
                raise
        yield
    finally:
        os.close(folder)


def _by_whom(folder: int) -> str:
    """Return which process has locked a folder, if Linux tells."""
    there = os.fstat(folder)
    name = f"{os.major(there.st_dev):02x}:{os.minor(there.st_dev):02x}:{there.st_ino}"
    lines = LOCKS.read_text().splitlines() if LOCKS.exists() else []
    for _, kind, _, _, process, file, *_ in map(str.split, lines):
        if (kind, file) == ("FLOCK", name) and process.isdecimal() and process != "0":
            return f" (process {process})"
    return ""
