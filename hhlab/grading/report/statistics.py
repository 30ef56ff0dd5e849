"""Numbers about a class: how the totals lie, and how each part does as a question."""

import functools
import re
from collections import defaultdict
from dataclasses import dataclass
from itertools import pairwise

import numpy as np

from ...channel.language import Text, said
from .graded_class import ClassRecord, Part, Submission

ENOUGH = 20
"""Fewest submissions from which a correlation is reported."""
MOST_BARS = 21


@dataclass(frozen=True)
class Item:
    """How a part does.

    Attributes
    ----------
    part : Part
        Which part.
    difficulty : float
        The mean share of its points that was earned; 1 is easiest.
    full, none : int
        How many submissions earned all of it, and nothing.
    discrimination : float or None
        The correlation of its points with those of all *other* parts; None if there are fewer than
        20 submissions, or if all earned the same in it or in the rest.
    """

    part: Part
    difficulty: float
    full: int
    none: int
    discrimination: float | None


def items(record: ClassRecord) -> list[Item]:
    """Return the statistics of each part."""
    points = np.array(
        [[each.points.get(part.name, 0.0) for part in record.parts] for each in record.submissions]
    )
    found = []
    for k, part in enumerate(record.parts):
        own, rest = points[:, k], points.sum(axis=1) - points[:, k]
        enough = len(own) >= ENOUGH and np.ptp(own) > 0 and np.ptp(rest) > 0
        found.append(
            Item(
                part,
                float(own.mean() / part.points) if part.points else 0.0,
                int((own >= part.points).sum()),
                int((own == 0).sum()),
                float(np.corrcoef(own, rest)[0, 1]) if enough else None,
            )
        )
    return found


@dataclass(frozen=True)
class Totals:
    """How the totals lie.

    Attributes
    ----------
    mean, deviation, median, lower, upper : float
        Mean, standard deviation, median and quartiles of the points.
    bars : list of (low, high, count)
        Submissions with low ≤ total < high; the last bar includes its upper end.
    """

    mean: float
    deviation: float
    median: float
    lower: float
    upper: float
    bars: list[tuple[float, float, int]]


def totals(record: ClassRecord) -> Totals:
    """Return how the totals of a class lie."""
    values = np.array([each.total for each in record.submissions])
    top = max(record.points, float(values.max()), 1.0)
    width = next(w for w in (1, 2, 5, 10, 20, 50, 100, 10**9) if top / w < MOST_BARS)
    edges = np.arange(0, top + 1.5 * width, width)
    counts, edges = np.histogram(values, edges)
    lower, median, upper = np.percentile(values, [25, 50, 75])
    return Totals(
        float(values.mean()),
        float(values.std()),
        float(median),
        float(lower),
        float(upper),
        [(float(a), float(b), int(n)) for (a, b), n in zip(pairwise(edges), counts, strict=True)],
    )


@dataclass(frozen=True)
class Mistake:
    """A mistake that students made.

    Attributes
    ----------
    name : str
        The name of the mistake, names of several that cannot be told apart, or what the test said,
        with its numbers left out.
    named : bool
        Whether it was recognised.
    students : list of Submission
        Who made it.
    parts : list of Part
        Where it cost points, in the order of the notebook.
    """

    name: str
    named: bool
    students: list[Submission]
    parts: list[Part]


def mistakes(record: ClassRecord) -> list[Mistake]:
    """Return the mistakes of a class, the most frequent first; technical failures are none."""
    students: dict[tuple[bool, str], list[Submission]] = defaultdict(list)
    parts: dict[tuple[bool, str], set[str]] = defaultdict(set)
    for each in record.submissions:
        for part, failure in each.failures.items():
            if failure.technical:
                continue
            names = said(functools.reduce(_or, failure.mistakes, ""))
            key = (bool(names), names or _without_numbers(failure.sentence))
            if each not in students[key][-1:]:
                students[key].append(each)
            parts[key].add(part)
    found = [
        Mistake(name, named, who, [p for p in record.parts if p.name in parts[named, name]])
        for (named, name), who in students.items()
    ]
    return sorted(found, key=lambda mistake: (-len(mistake.students), mistake.name))


def _or(one: str, other: str) -> str:
    return Text("{one}, or {other}", one=one, other=other) if one else other


def _without_numbers(sentence: str) -> str:
    """Return the first line of a sentence with its numbers left out, so that like meets like."""
    return re.sub(
        r"(?<![\w.])(?<!TODO )[-+−]?\d[\d.]*(e[-+]?\d+)?(?!\w)", "…", sentence.split("\n")[0]
    )
