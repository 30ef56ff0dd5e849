"""Find points that an answer may not have earned itself, for a human to look at first."""

import re

from ..regions import BLANK
from .graded_class import ClassRecord, Part, Submission

TODO = re.compile(r"\bTODO \d+\b")
REACHES = (
    r"\b(?:sys\.modules|importlib|exec|eval|ctypes|settrace|setprofile|get_ipython|gc\.get_\w+)\b"
    r"|\b__(?:import|builtins|globals|subclasses|code)__\b"
)
"""What gets hold of the process that answers, by whatever name the rest is spelt."""


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


def borrowed(record: ClassRecord) -> list[tuple[Submission, list[str]]]:
    """Return who writes what would answer in a student's place, or reach what does, and what it is.

    What the notebook or the solution writes as well is left out, and so are comments.
    """
    kinds = [re.compile(each) for each in (*record.finished, REACHES)]
    known = _written(record.given, kinds)
    found = [(each, sorted(_written(each.code, kinds) - known)) for each in record.submissions]
    return [(each, names) for each, names in found if names]


def _written(code: str, kinds: list[re.Pattern[str]]) -> set[str]:
    bare = re.sub(r"#.*", "", code)
    return {name.strip() for kind in kinds for name in kind.findall(bare)}
