"""Private folders under /tmp, for sockets and submissions; they end with their process."""

import contextlib
import fcntl
import os
import shutil
import tempfile
import uuid
from pathlib import Path

import psutil

TEMPORARY = "/tmp"
PREFIX = "hhlab-"
FOLDER = os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW
LOCK = "lock"
"""A file that is locked for as long as the folder's process lives."""


class Place:
    """A folder of one's own. Its path is short, as a socket's has to be.

    Parameters
    ----------
    belongs_to : int, optional
        The user whose it is to be (default: ours).
    """

    def __init__(self, belongs_to: int | None = None) -> None:
        sweep()
        self._lock, self.outer = _locked_folder()
        self.path = f"{self.outer}/k"
        self.belongs_to = belongs_to
        os.mkdir(self.path, 0o700)
        self.give(self.path)
        if belongs_to is not None:
            os.chmod(self.outer, 0o711)

    def folder(self, name: str) -> str:
        """Make a folder in it and return its path."""
        path = f"{self.path}/{name}"
        os.mkdir(path, 0o700)
        self.give(path)
        return path

    def give(self, path: str) -> None:
        """Let a file belong to whom the folder belongs."""
        if self.belongs_to is not None:
            os.chown(path, self.belongs_to, self.belongs_to, follow_symlinks=False)

    def remove(self) -> None:
        """Remove it with all that is in it."""
        _remove_locked(self.outer)
        os.close(self._lock)


def sweep() -> None:
    """Remove the folders of processes that were killed."""
    for folder in Path(TEMPORARY).glob(f"{PREFIX}*"):
        try:
            handle = os.open(folder / LOCK, os.O_RDWR | os.O_NOFOLLOW)
        except OSError:
            continue  # not ours, just being made, or gone meanwhile
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
            _end_jails(f"{folder}/")
            _remove_locked(str(folder))
        except BlockingIOError:
            pass  # its process lives
        finally:
            os.close(handle)


def _end_jails(place: str) -> None:
    """End the jails of a process that was killed while they were being made.

    Later they end with it; but until bubblewrap has said so to the kernel, nothing ends it.
    """
    for process in psutil.process_iter(["name", "cmdline"]):
        said = process.info["cmdline"] or ()
        if process.info["name"] == "bwrap" and any(word.startswith(place) for word in said):
            with contextlib.suppress(psutil.Error):
                process.kill()


def _remove_locked(folder: str) -> None:
    """Remove a folder of ours, its lock last: where something is left, the next sweep finds it."""
    remove(f"{folder}/k")
    if not os.path.lexists(f"{folder}/k"):
        shutil.rmtree(folder, ignore_errors=True)


def remove(folder: str) -> None:
    """Remove a folder, however deep it is and whatever modes the folders in it have.

    What is in its folders is moved to its top, one level after the other. So there is no long path,
    and no file has to be open for each level.
    """
    with contextlib.suppress(OSError):  # what is left then, a sweep finds
        os.chmod(folder, 0o700)
        top = os.open(folder, FOLDER)
        try:
            waiting = _without_files(top)
            for name in waiting:
                inner = os.open(name, FOLDER, dir_fd=top)
                try:
                    for below in _without_files(inner):
                        waiting.append(uuid.uuid4().hex)
                        os.rename(below, waiting[-1], src_dir_fd=inner, dst_dir_fd=top)
                finally:
                    os.close(inner)
                os.rmdir(name, dir_fd=top)
        finally:
            os.close(top)
        os.rmdir(folder)


def _without_files(folder: int) -> list[str]:
    """Remove the files in an open folder; return the names of its folders, which we may enter."""
    folders = []
    with os.scandir(folder) as entries:
        for entry in list(entries):
            if entry.is_dir(follow_symlinks=False):
                os.chmod(entry.name, 0o700, dir_fd=folder)
                folders.append(entry.name)
            else:
                os.unlink(entry.name, dir_fd=folder)
    return folders


def _locked_folder() -> tuple[int, str]:
    """Make a folder; it appears under its name only when its lock is held."""
    while True:
        folder = tempfile.mkdtemp(prefix=PREFIX, dir=TEMPORARY)
        handle = os.open(f"{folder}/{LOCK}", os.O_RDWR | os.O_CREAT | os.O_EXCL, 0o600)
        fcntl.flock(handle, fcntl.LOCK_EX)
        if os.path.exists(f"{folder}/{LOCK}"):  # else somebody swept it in the moment between
            return handle, folder
        os.close(handle)
