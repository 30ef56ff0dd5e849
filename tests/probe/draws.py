"""Course keys to draw from, and the ranges that draws of parameters come from."""

from collections.abc import Iterator
from contextlib import contextmanager

from hhlab.channel.hidden import course_key
from hhlab.probe.draws import OTHER_PARAMETERS

KEYS = [f"course {number}" for number in range(300)]
RANGES = OTHER_PARAMETERS


@contextmanager
def course(key: str) -> Iterator[None]:
    """Draw with another course key for a while."""
    token = course_key.set(key)
    try:
        yield
    finally:
        course_key.reset(token)
