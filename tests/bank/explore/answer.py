"""What an answer to hh-explore is, which tests look at it, and how several go into one notebook."""

from collections.abc import Mapping
from typing import NamedTuple

from hhlab.course.sample_class import Submission

TESTS = {
    1: "test-steady-state",
    2: "test-time-constant",
    3: "test-crossing",
    4: "test-threshold",
    5: "test-rheobase",
    6: "test-chronaxie",
    7: "test-rate",
    8: "test-onset",
    9: "test-two-rates",
    10: "test-second-threshold",
    11: "test-anode-break",
    12: "test-resting-potential",
    13: "test-spike-shape",
    14: "test-q10",
    15: "test-heat-block",
    16: "test-separate",
    17: "test-order",
    18: "test-gates-first",
}
"""The test of each TODO."""

USED_BY = {1: {3}, 7: {8, 9, 15}}
"""The instructor's answers to these call the first."""


def concerned(todo: int) -> set[int]:
    """Return the TODOs whose tests an answer to this one may pass or fail."""
    return {todo} | USED_BY.get(todo, set())


class Answer(NamedTuple):
    """An answer to one blank.

    Attributes
    ----------
    what : str
        What it does, in a sentence.
    todo : int
        The blank.
    code : str
        What stands there.
    loses : set of int
        The TODOs whose tests must notice, and no others. Empty for a right answer.
    """

    what: str
    todo: int
    code: str
    loses: frozenset[int] = frozenset()


def wrong(todo: int, what: str, code: str, *also: int) -> Answer:
    """Return an answer that loses its own points, and those of some that build on it."""
    return Answer(what, todo, code, frozenset({todo, *also}))


def right(todo: int, what: str, code: str) -> Answer:
    """Return an answer that keeps every point."""
    return Answer(what, todo, code)


def notebooks(answers: Mapping[str, Answer]) -> list[dict[str, Answer]]:
    """Put answers together that have nothing to do with each other, into few notebooks.

    Returns
    -------
    list of dict
        The answers of each notebook, by name.
    """
    left, filled = dict(answers), []
    while left:
        together, taken = {}, set()
        for name, answer in list(left.items()):
            if not concerned(answer.todo) & taken:
                together[name] = left.pop(name)
                taken |= concerned(answer.todo)
        filled.append(together)
    return filled


def submission(answers: Mapping[str, Answer]) -> Submission:
    """Return the submission in which these blanks are answered so, the others by the instructor."""
    return Submission(
        "; ".join(answer.what for answer in answers.values()),
        {answer.todo: answer.code for answer in answers.values()},
    )


def lost(answers: Mapping[str, Answer]) -> set[str]:
    """Return the tests that must notice one of these answers, and no others."""
    return {TESTS[todo] for answer in answers.values() for todo in answer.loses}
