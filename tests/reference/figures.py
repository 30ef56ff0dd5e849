"""Figures that were measured once, outside of this package, with a relative tolerance of 1e-11."""

import pytest

from hhlab.reference import CANONICAL, HOMEWORK

MEMBRANES = {"canonical": CANONICAL, "homework": HOMEWORK}


def printed(figure: str, accuracy: float = 1e-5):
    """Return what equals a printed figure: to half of its last digit, and what ours may err by."""
    _, _, decimals = figure.partition(".")
    value = float(figure)
    return pytest.approx(value, rel=0, abs=0.5 * 10 ** -len(decimals) + accuracy * abs(value))
