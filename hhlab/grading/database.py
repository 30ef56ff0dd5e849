"""Where a course's gradebook is."""

from pathlib import Path
from typing import Any

SQLITE = "sqlite:///"


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
