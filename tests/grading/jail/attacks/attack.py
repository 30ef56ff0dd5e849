"""What an attack is."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from textwrap import dedent
from typing import Any, NamedTuple

from hhlab.course.sample_class import BLANK, Submission

CARRIED_OUT = "the attack was carried out"

KERNEL = """
kernel = get_ipython().kernel

def publish(kind, content, parent=None, kernel=kernel):
    kernel.session.send(
        kernel.iopub_socket, kind, content=content, parent=parent or kernel.get_parent(), ident=b"x"
    )
"""
"""How code in a cell sends messages of its own making.

What a cell below the tests names is not there any more when they ask: it is kept in defaults.
"""


@dataclass(frozen=True)
class Attack:
    """A submission that tries something, and what shows that it did.

    Attributes
    ----------
    submission : Submission
        The attack in a model.
    ran : str
        What the cells' outputs or the tests' sentences hold when the attack was carried out; a
        regular expression.
    base : Submission
        The same model without the attack.
    victim : str, optional
        A test that falls for the attack where tests run in the student's kernel.
    settings : mapping
        Traits of the grader, so that limits are reached quickly.
    destructive : bool
        Whether the next submission's grading is looked at as well.
    """

    submission: Submission
    ran: str
    base: Submission = field(default_factory=lambda: Submission("the blank notebook", BLANK))
    victim: str = ""
    settings: Mapping[str, Any] = field(default_factory=dict)
    destructive: bool = False


class Look(NamedTuple):
    """A cell that prints GOT and what it got, or else REFUSED and why.

    Attributes
    ----------
    code : str
        What is tried. ``$COURSE``, ``$HOME`` and ``$TMP`` stand for the machine's folders.
    outside : bool
        Whether it is safe to be tried in the test's own process as well, where it must succeed.
    """

    code: str
    outside: bool = False


def in_cell(what: str, code: str, *, ran: str = CARRIED_OUT, **rest: Any) -> Attack:
    """Return an attack from a cell that a student added to the blank notebook."""
    code = dedent(code).strip("\n")
    if ran == CARRIED_OUT:
        code += f"\nprint({CARRIED_OUT!r})"
    return Attack(Submission(what, BLANK, also=[code]), ran, **rest)


def beside_right_answers(what: str, code: str, *, ran: str = CARRIED_OUT, **rest: Any) -> Attack:
    """Return an attack from a cell that a student added to a right and complete notebook."""
    code = dedent(code).strip("\n")
    if ran == CARRIED_OUT:
        code += f"\nprint({CARRIED_OUT!r})"
    base = Submission("the instructor's answers")
    return Attack(Submission(what, also=[code]), ran, base, **rest)
