"""The class report: one page for the instructor, and tables for the course's own gradebook."""

from pathlib import Path

from .page import render
from .reading import read_class
from .tables import write_tables

__all__ = ["write_report"]


def write_report(course: Path, assignment: str) -> list[Path]:
    """Write the report of an assignment into the course's folder ``report/``.

    Parameters
    ----------
    course : Path
        The folder of a course in which the assignment has been autograded.
    assignment : str
        Which assignment.

    Returns
    -------
    list of Path
        The page, and the CSV files beside it.

    Raises
    ------
    FileNotFoundError
        If there is no gradebook.
    NoGradebook
        If it cannot be read.
    ValueError
        If it has no graded submission of the assignment.
    """
    record = read_class(course, assignment)
    folder = course / "report"
    folder.mkdir(exist_ok=True)
    tables = write_tables(record, folder)
    page = folder / f"{assignment}.html"
    page.write_text(render(record, [table.name for table in tables]), "utf-8", "replace")
    return [page, *tables]
