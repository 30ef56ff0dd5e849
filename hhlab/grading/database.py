"""Where a course's gradebook is, and what may be wrong with it."""

import os
import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any

import sqlalchemy.exc
from nbgrader.api import Base

SQLITE = "sqlite:///"
WAIT = 5.0
"""Seconds that somebody else may take to write."""
AGAIN = "close what has it open (formgrader, another grading), then run this again"
BACK = "put back a copy of it, or remove it"
WRONG = {
    sqlite3.SQLITE_BUSY: ("in use", AGAIN),
    sqlite3.SQLITE_LOCKED: ("in use", AGAIN),
    sqlite3.SQLITE_CORRUPT: ("damaged", BACK),
    sqlite3.SQLITE_NOTADB: ("no gradebook", BACK),
    sqlite3.SQLITE_FULL: ("cannot be written", "make room on its disk, then run this again"),
    sqlite3.SQLITE_IOERR: ("cannot be read or written", "see whether its disk is full, or gone"),
    sqlite3.SQLITE_CANTOPEN: ("cannot be opened", "see who may read and write it and its folder"),
    sqlite3.SQLITE_READONLY: ("cannot be written", "give it and its folder write permission"),
}
"""What SQLite's codes mean that tell of the file, and what to do; others tell of a bug."""


class NoGradebook(RuntimeError):
    """A gradebook that cannot be used: its file, what is wrong with it, and what to do."""

    def __str__(self) -> str:
        return ": ".join(map(str, self.args))


def gradebook_file(course: Any) -> Path | None:
    """Return the file of a course's gradebook; None if it is in another kind of database.

    Parameters
    ----------
    course : nbgrader.coursedir.CourseDirectory
        The course.
    """
    url = str(course.db_url)
    if not url.startswith(SQLITE):
        return None
    return Path(course.root) / url.removeprefix(SQLITE).partition("?")[0]


def look_at(course: Any, writing: bool = False) -> None:
    """Look at a course's gradebook, if it is there, and change nothing.

    Parameters
    ----------
    course : nbgrader.coursedir.CourseDirectory
        The course.
    writing : bool
        Whether it will be written to.

    Raises
    ------
    NoGradebook
        If it is damaged, locked, of another schema, or no file that may be used.
    """
    path = gradebook_file(course)
    if path is None or not path.exists():
        return
    name = str(path)
    if not path.is_file():
        found = f"{'a folder' if path.is_dir() else 'no file'}, and no gradebook"
        raise NoGradebook(name, found, "move it away, then put back a copy of the gradebook")
    if not os.access(path, os.R_OK):
        raise NoGradebook(name, "you may not read it", "give it read permission")
    if writing and not os.access(path, os.W_OK):
        raise NoGradebook(name, "you may not write to it", "give it write permission")
    if not path.stat().st_size:
        raise NoGradebook(name, "empty", BACK)
    try:
        damage, missing = _state(path, "immediate" if writing else "deferred")
    except sqlite3.DatabaseError as error:
        if why := _told(name, error):
            raise why from error
        raise
    if damage:
        raise NoGradebook(name, f"damaged ({damage})", BACK)
    if missing:
        found = f"made by an older nbgrader: it has no {missing}"
        remedy = f"keep a copy of it, then run 'nbgrader db upgrade' in {course.root}"
        raise NoGradebook(name, found, remedy)


@contextmanager
def usable(course: Any) -> Iterator[None]:
    """Have whatever turns out to be wrong with a gradebook's file said in a sentence.

    Parameters
    ----------
    course : nbgrader.coursedir.CourseDirectory
        The course.

    Raises
    ------
    NoGradebook
        If SQLite finds the file damaged, locked, or not to be read or written.
    """
    try:
        yield
    except sqlalchemy.exc.DatabaseError as error:
        if why := _told(str(gradebook_file(course)), error.orig):
            raise why from error
        raise


def _told(name: str, error: BaseException | None) -> NoGradebook | None:
    """Return what an error of SQLite's says of a file; None if it speaks of something else."""
    code = getattr(error, "sqlite_errorcode", 0) & 0xFF  # the rest says more closely what
    if code not in WRONG:
        return None
    found, remedy = WRONG[code]
    return NoGradebook(name, f"{found} ({error})", remedy)


def _state(path: Path, kind: str) -> tuple[str, str]:
    """Return what is damaged, and which table or column this nbgrader needs and does not find."""
    with closing(sqlite3.connect(path, timeout=WAIT, isolation_level=None)) as database:
        database.execute(f"begin {kind}")
        (said,) = database.execute("pragma quick_check(1)").fetchone()
        if said != "ok":
            return said.splitlines()[-1], ""
        for table in Base.metadata.sorted_tables:
            there = {row[1] for row in database.execute(f"pragma table_info('{table.name}')")}
            for column in table.columns:
                if column.name not in there:
                    return "", f"{table.name}.{column.name}"
        return "", ""
