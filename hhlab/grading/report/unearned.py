"""Find points that no answer can have earned, for a human to look at first."""

import re

from ..regions import BLANK
from .graded_class import ClassRecord, Part, Submission

TODO = re.compile(r"\bTODO \d+\b")


def beside_blanks(record: ClassRecord) -> list[tuple[Submission, list[Part]]]:
    """Return who has points for parts whose blanks are still there, and for which parts.

    What answers the tests instead of a blank has got hold of the kernel, or stands in another cell.
    """
    found = []
    for each in record.submissions:
        left = set(BLANK.findall(each.code))
        parts = [
            part
            for part in record.parts
            if each.points.get(part.name) and left & set(TODO.findall(part.title))
        ]
        if parts:
            found.append((each, parts))
    return found
