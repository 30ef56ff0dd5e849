"""Tables in the column formats that Canvas and Moodle import.

Canvas makes an assignment of every column of points, so the parts have a file of their own: who
imported both would count all points twice. Moodle asks what each column is, so one file serves.
"""

import csv
import re
from pathlib import Path

from .graded_class import ClassRecord, Submission

COMPUTES = "=+-@＝＋－＠"
"""What a formula begins with, at the start of a cell or behind what some spreadsheets split at."""
Points = list[list[float]]
Rows = list[list[object]]

CANVAS = ("Student", "ID", "SIS User ID", "SIS Login ID", "Section")
MOODLE = ("First name", "Last name", "Username", "ID number", "Email address")


def write_tables(record: ClassRecord, folder: Path) -> list[Path]:
    """Write the points of a class as CSV files; those who handed nothing in are left out.

    Parameters
    ----------
    record : ClassRecord
        The class.
    folder : Path
        Where to.

    Returns
    -------
    list of Path
        For Canvas the totals and the parts, for Moodle both in one.
    """
    names = [f"{record.assignment} {part.name}" for part in record.parts]
    full = [part.points for part in record.parts]
    parts = [
        [each.points.get(part.name, 0.0) for part in record.parts] for each in record.submissions
    ]
    totals = [[each.total] for each in record.submissions]
    both = [total + own for total, own in zip(totals, parts, strict=True)]
    tables = {
        "canvas": _canvas(record, [record.assignment], [record.points], totals),
        "canvas-parts": _canvas(record, names, full, parts),
        "moodle": _moodle(record, [record.assignment, *names], both),
    }
    paths = []
    for kind, rows in tables.items():
        paths.append(folder / f"{record.assignment}-{kind}.csv")
        _write(paths[-1], rows)
    return paths


def _canvas(record: ClassRecord, columns: list[str], full: list[float], points: Points) -> Rows:
    rows = zip(record.submissions, points, strict=True)
    return [
        [*CANVAS, *columns],
        ["Points Possible", "", "", "", "", *full],
        *([_reversed(each), each.lms_id, "", each.student, "", *own] for each, own in rows),
    ]


def _moodle(record: ClassRecord, columns: list[str], points: Points) -> Rows:
    return [
        [*MOODLE, *columns],
        *(
            [each.first_name, each.last_name, each.student, each.lms_id, each.email, *own]
            for each, own in zip(record.submissions, points, strict=True)
        ),
    ]


def _reversed(each: Submission) -> str:
    """Return a student's name as Canvas sorts it."""
    return f"{each.last_name}, {each.first_name}".strip(", ") or each.student


def _write(path: Path, rows: Rows) -> None:
    with path.open("w", newline="", encoding="utf-8", errors="replace") as file:
        csv.writer(file).writerows([[_cell(value) for value in row] for row in rows])


def _cell(value: object) -> str:
    """Return what stands in a cell: one line, and nothing that a spreadsheet would compute."""
    if isinstance(value, float):
        return f"{value:g}"
    text = re.sub(r"[\x00-\x1f\x7f]+", " ", str(value)).strip()
    if text[:1] in tuple(COMPUTES):
        text = f"'{text}"
    return re.sub(rf"([;,|])(?=\s*[{re.escape(COMPUTES)}])", r"\1'", text)
