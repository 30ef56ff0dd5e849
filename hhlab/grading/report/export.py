"""Tables in the column formats that Canvas and Moodle import.

Canvas makes an assignment of every column of points, so the parts have a file of their own: who
imported both would count all points twice. Moodle asks what each column is, so one file serves.
"""

import csv
import re
from collections.abc import Iterable
from pathlib import Path

from .record import ClassRecord, Submission

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

    def canvas(
        columns: list[str], possible: list[float], points: list[list[float]]
    ) -> list[list[object]]:
        rows = zip(record.submissions, points, strict=True)
        return [
            [*CANVAS, *columns],
            ["Points Possible", "", "", "", "", *possible],
            *([_reversed(each), each.lms_id, "", each.student, "", *own] for each, own in rows),
        ]

    def moodle() -> list[list[object]]:
        rows = zip(record.submissions, totals, parts, strict=True)
        return [
            [*MOODLE, record.assignment, *names],
            *(
                [
                    each.first_name,
                    each.last_name,
                    each.student,
                    each.lms_id,
                    each.email,
                    *total,
                    *own,
                ]
                for each, total, own in rows
            ),
        ]

    tables = {
        f"{record.assignment}-canvas.csv": canvas([record.assignment], [record.points], totals),
        f"{record.assignment}-canvas-parts.csv": canvas(names, full, parts),
        f"{record.assignment}-moodle.csv": moodle(),
    }
    for name, rows in tables.items():
        _write(folder / name, rows)
    return [folder / name for name in tables]


def _reversed(each: Submission) -> str:
    """Return a student's name as Canvas sorts it."""
    return f"{each.last_name}, {each.first_name}".strip(", ") or each.student


def _write(path: Path, rows: Iterable[Iterable[object]]) -> None:
    with path.open("w", newline="", encoding="utf-8", errors="replace") as file:
        csv.writer(file).writerows([[_cell(value) for value in row] for row in rows])


def _cell(value: object) -> str:
    """Return what stands in a cell: one line, and nothing that a spreadsheet would compute."""
    if isinstance(value, float):
        return f"{value:g}"
    text = re.sub(r"[\x00-\x1f\x7f]+", " ", str(value)).strip()
    return f"'{text}" if text[:1] in tuple("=+-@") else text
