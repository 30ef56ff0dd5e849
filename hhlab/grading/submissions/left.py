"""Who is graded already, and stays so: said, where something has changed since."""

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import nbformat
from nbformat import NotebookNode

from ..gradebook.ledger import Ledger
from ..marks import Mark, Remarks, read
from ..regions import tests
from .staging import HandedIn, time_of


def is_done(place: Path, name: str, key: str) -> bool:
    """Return whether a folder of graded notebooks has the result of this very grading."""
    try:
        graded = nbformat.read(place / f"{name}.ipynb", as_version=4)
    except (OSError, ValueError):
        return False
    remarks = read(Remarks, graded) or Remarks()
    return remarks.key == key and all(read(Mark, cell) for cell in tests(graded))


def is_newer(folder: str | Path, place: Path) -> bool:
    """Return whether what was handed in has a later time than what was graded."""
    handed_in, graded = time_of(folder), time_of(place)
    return bool(handed_in and graded and handed_in > graded)


def say_who_is_left(
    converter: Any,
    handed_in: Mapping[str, HandedIn],
    keyed: Callable[[str, str], NotebookNode],
) -> None:
    """Name whom nbgrader leaves although something has changed; enter due dates and prices anew.

    Parameters
    ----------
    converter : nbgrader.converters.Autograde
        nbgrader's, which takes what has no folder in autograded/, or a newer timestamp.
    handed_in : mapping of str to HandedIn
        Submissions, by the folders that stand in for them.
    keyed : callable
        Takes such a folder and a notebook's name; returns that with its key.
    """
    course, ledger, left = converter.coursedir, Ledger(converter), []
    excluded = course.student_id_exclude.split(",")
    for folder, submission in handed_in.items():
        student = Path(folder).parent.name
        place = ledger.place(student)
        taken = is_newer(folder, place) or not place.is_dir()
        if taken or student in excluded:  # nbgrader takes them, or must not
            continue
        remarks = {name: read(Remarks, keyed(folder, name)) for name in submission.notebooks}
        done = all(is_done(place, name, each.key) for name, each in remarks.items() if each)
        if not (ledger.settle(student, folder, remarks) and done):
            left.append(student)
    ledger.write()
    ledger.close()
    if left:
        converter.log.warning(
            "Left as they were graded, although the submission, a test, points, settings or the "
            "software have changed: %s. Use --force, or 'hhlab autograde %s'.",
            ", ".join(left),
            course.assignment_id,
        )
