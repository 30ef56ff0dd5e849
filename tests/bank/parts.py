"""The parts of the homework, and what a wrong answer is."""

from typing import NamedTuple

from hhlab.course.sample_class import Submission

V0, M0, H0, N0 = "test-V", "test-m", "test-h", "test-n"
LAST, SPIKE = "test-t-last-spike", "test-spike"
VARIABLES = {V0, M0, H0, N0, LAST, SPIKE}
JOINT, UPDATE, BACK = "test-derivative", "test-update", "test-write-back"
GATES, SPIKES, OTHER = "test-gates", "test-spikes", "test-parameters"
WHOLE = {GATES, SPIKES, OTHER}
EVERYTHING = VARIABLES | {JOINT, UPDATE, BACK} | WHOLE


class Wrong(NamedTuple):
    """A wrong answer, and what the grader must make of it.

    Attributes
    ----------
    submission : Submission
        The answer.
    loses : set of str
        The test cells that must notice it, and no others.
    named : set of str
        What the mistake may be called. Empty where it should be called nothing.
    """

    submission: Submission
    loses: set[str]
    named: set[str]


def edit(what: str, old: str, new: str, loses: set[str], *named: str) -> Wrong:
    """Return a wrong answer with other code in one place around the blanks."""
    return Wrong(Submission(what, edits=[(old, new)]), loses, set(named))


def todo(number: int, what: str, code: str | None, loses: set[str], *named: str) -> Wrong:
    """Return a wrong answer with other code in one blank; None leaves it."""
    return Wrong(Submission(what, {number: code}), loses, set(named))
