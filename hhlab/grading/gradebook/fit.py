"""Whether a course can be graded into: its folder, and its gradebook."""

import glob
import os
from pathlib import Path
from typing import Any

from ..database import NoGradebook, gradebook_file, look_at
from ..jail.machine import Finding


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
    try:
        look_at(course, writing=True)
    except NoGradebook as why:
        return [Finding(*why.args)]
    return [Finding(str(path), "whole, of this nbgrader's schema, and nobody has it locked")]
