"""Search texts for what is private."""

import json
import re
from collections.abc import Iterator
from typing import Any

from .secrets import Secrets, joined

NUMBER = re.compile(r"(?<![\w.])\d+(?:\.\d+)?(?!\w|\.\d)")
Run = tuple[float, float, float]
"""Three numbers, one after the other, of a draw: no coincidence."""


class Search:
    """Looks for secrets in one text after the other.

    Parameters
    ----------
    secrets : Secrets
        What to look for.
    """

    def __init__(self, secrets: Secrets) -> None:
        self._key = secrets.key
        self._lines = {joined(line): (line, what) for line, what in secrets.lines.items()}
        self._runs = {
            run: call
            for call, rows in secrets.draws.items()
            for row in rows
            for run in _runs([abs(float(value)) for value in row])
            if _telling(run)
        }

    def leaks(self, text: str) -> Iterator[str]:
        """Yield what a text gives away, in words; nothing if it gives nothing away."""
        readings = [text, *_strings(text)]
        if any(self._key in each for each in readings):
            yield "the course key"
        everything = "\n".join(joined(each) for each in readings)
        for line, (shown, what) in self._lines.items():
            if line in everything:
                yield f"{what}: {shown}"
        numbers = [[float(each) for each in NUMBER.findall(part)] for part in readings]
        found = {self._runs[run] for part in numbers for run in _runs(part) if run in self._runs}
        yield from (f"numbers that {call} draws with the course key" for call in sorted(found))


def _strings(text: str) -> list[str]:
    """Return the strings in a JSON document, such as a notebook; lists of lines as one string."""
    try:
        return list(_inside(json.loads(text)))
    except ValueError:
        return [text.replace('\\"', '"')]  # a difference between two notebooks, for one


def _inside(part: Any) -> Iterator[str]:
    if isinstance(part, str):
        yield part
    elif isinstance(part, list) and all(isinstance(each, str) for each in part):
        yield "".join(part)
    elif isinstance(part, (list, dict)):
        for each in part.values() if isinstance(part, dict) else part:
            yield from _inside(each)


def _runs(numbers: list[float]) -> Iterator[Run]:
    return zip(numbers, numbers[1:], numbers[2:], strict=False)


def _telling(run: Run) -> bool:
    """Return whether a run is one that nobody writes by chance: 0, 0, 0 is none."""
    return len(set(run)) == len(run) and sum(round(10 * each, 6) % 1 != 0 for each in run) > 1
