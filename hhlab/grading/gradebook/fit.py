"""Whether a course can be graded into: its folder, and its gradebook."""

import glob
import os
import sqlite3
from pathlib import Path
from typing import Any

from nbgrader.api import Base

from ..database import gradebook_file
from ..jail.machine import Finding

WAIT = 5.0
"""Seconds that somebody else may take to write."""


def course_findings(course: Any) -> list[Finding]:
    """Look at a course's folder and at its gradebook, and change neither.

    Parameters
    ----------
    course : nbgrader.coursedir.CourseDirectory
        The course.
    """
    root = Path(course.root)
    return [_folder(root), *_gradebook(course)]


def name_finding(root: str) -> Finding | None:
    """Return what is wrong with a course folder's name, which nbgrader takes for a pattern."""
    if not glob.has_magic(root):
        return None
    found = "nbgrader finds no file where a path has one of * ? ["
    return Finding(root, found, "give that folder a name without them")


def _folder(root: Path) -> Finding:
    if unfit := name_finding(str(root)):
        return unfit
    for folder in (root, root / "autograded"):
        if folder.exists() and not os.access(folder, os.W_OK | os.X_OK):
            remedy = f"let {os.environ.get('USER', 'this user')} write to it, or grade in a copy"
            return Finding(str(folder), "you may not write to it", remedy)
    return Finding(str(root), "can be written to")


def _gradebook(course: Any) -> list[Finding]:
    path = gradebook_file(course)
    if path is None or not path.exists():
        return []
    name = str(path)
    if not os.access(path, os.W_OK):
        return [Finding(name, "you may not write to it", "give it write permission")]
    try:
        if missing := _missing(path):
            remedy = f"keep a copy of it, then run 'nbgrader db upgrade' in {course.root}"
            found = f"made by an older nbgrader: it has no {missing}"
            return [Finding(name, found, remedy)]
    except sqlite3.OperationalError as error:
        remedy = "close what has it open (formgrader, another grading), then run this again"
        return [Finding(name, f"cannot be written ({error})", remedy)]
    except sqlite3.DatabaseError as error:
        return [Finding(name, f"no gradebook ({error})", "put back a copy of it, or remove it")]
    return [Finding(name, "of this nbgrader's schema, and nobody has it locked")]


def _missing(path: Path) -> str:
    """Return a table or column that this nbgrader needs and the gradebook lacks, or nothing."""
    database = sqlite3.connect(path, timeout=WAIT, isolation_level=None)
    try:
        database.execute("begin immediate")
        database.execute("rollback")
        for table in Base.metadata.sorted_tables:
            there = {row[1] for row in database.execute(f"pragma table_info('{table.name}')")}
            for column in table.columns:
                if column.name not in there:
                    return f"{table.name}.{column.name}"
        return ""
    finally:
        database.close()
