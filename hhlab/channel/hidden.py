"""Values that only the grader knows: they follow from the course's key."""

import hashlib
from contextvars import ContextVar

import numpy as np

course_key: ContextVar[str] = ContextVar(
    "course_key", default="a course that has not chosen its key"
)
"""What the hidden values follow from. The grader sets it, from `c.Examine.course_key`."""


def hidden_number(name: str, low: float, high: float, digits: int = 2) -> float:
    """Return a number between two others, drawn from the course key.

    Who knows the method but not the key does not know the number; the same key always gives the
    same one.

    Parameters
    ----------
    name : str
        What the draw is for; each name has values of its own.
    low, high : float
        Between what.
    digits : int
        How many digits it has after the point.
    """
    return round(float(generator(name).uniform(low, high)), digits)


def generator(name: str) -> np.random.Generator:
    """Return a random generator that depends on nothing but the course key and the name."""
    digest = hashlib.sha256(f"{course_key.get()}\0{name}".encode()).digest()
    return np.random.default_rng(int.from_bytes(digest))
