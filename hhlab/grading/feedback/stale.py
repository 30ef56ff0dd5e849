"""Whether a feedback page tells of something that has changed since."""

from pathlib import Path
from typing import Any

from ..database import gradebook_file


def stale(course: Any, assignment: str, student: str) -> bool:
    """Return whether a student's pages are older than the gradebook or the graded notebooks.

    Parameters
    ----------
    course : nbgrader.coursedir.CourseDirectory
        The course.
    assignment, student : str
        Whose pages.
    """
    graded, pages = (
        Path(course.format_path(folder, student, assignment))
        for folder in (course.autograded_directory, course.feedback_directory)
    )
    made = [page.stat().st_mtime for page in pages.glob("*.html")]
    told_of = [gradebook_file(course), *graded.glob("*.ipynb")]
    times = [path.stat().st_mtime for path in told_of if path and path.is_file()]
    return bool(made) and min(made) < max(times, default=0)
