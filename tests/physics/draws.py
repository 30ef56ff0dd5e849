"""Course keys to draw from, and the ranges that draws of parameters come from."""

from collections.abc import Iterator
from contextlib import contextmanager

from hhlab.stimulus import course_key

KEYS = [f"course {number}" for number in range(300)]
RANGES = {"T": (8, 14), "gNa": (110, 138), "gK": (31, 41), "gL": (0.02, 0.05), "C": (0.9, 1.1)}


@contextmanager
def course(key: str) -> Iterator[None]:
    """Draw with another course key for a while."""
    token = course_key.set(key)
    try:
        yield
    finally:
        course_key.reset(token)
