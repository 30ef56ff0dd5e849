"""What a mistake is: a name, and what to tell a student about it.

A course registers which mistakes explain a failure, and whoever tells of a failure asks.
"""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from typing import Any, Literal

from .language import Text, said

MEANING = Text("What this means")
HINT = Text("Hint")


@dataclass(frozen=True)
class Mistake:
    """A misconception, or a slip.

    Nothing in it depends on what a test asked, so that it may be told of a hidden test as well.

    Attributes
    ----------
    name : str
        What it is, in a few words; the class report counts by it.
    why : str
        What the model does because of it.
    look : str
        Where to look, and what should be there.
    """

    name: str
    why: str
    look: str


def told(mistakes: tuple[Mistake, ...]) -> str:
    """Return what to tell a student of the mistakes that fit, in the language that is spoken.

    Parameters
    ----------
    mistakes : tuple of Mistake
        Each fits as well as the others. Few enough to be read.

    Returns
    -------
    str
        Paragraphs; nothing where nothing fits.
    """
    if not mistakes:
        return ""
    if len(mistakes) == 1:
        (mistake,) = mistakes
        meaning = Text("{name}. {why}", name=mistake.name, why=mistake.why)
        return f"{labelled(MEANING, meaning)}\n{labelled(HINT, mistake.look)}"
    names = "\n".join(f"– {labelled(mistake.name, mistake.look)}" for mistake in mistakes)
    return f"{said(Text('It could be one of these; your numbers fit each of them:'))}\n{names}"


def labelled(label: str, text: str) -> str:
    """Return a text behind what it is, in the language that is spoken."""
    return said(Text("{label}: {text}", label=label, text=text))


Kind = Literal["error", "call", "returned"]
"""What is to be explained: the message of an error, that of a function that was called, or what the
function returned."""
Explanation = Callable[..., tuple[Mistake, ...]]

_known: dict[Kind, list[Explanation]] = {}
_asked: ContextVar[tuple[str, ...] | None] = ContextVar("asked", default=None)


def explains(kind: Kind) -> Callable[[Explanation], Explanation]:
    """Register a function that returns the mistakes which explain a failure, none if none does."""

    def register(explanation: Explanation) -> Explanation:
        _known.setdefault(kind, []).append(explanation)
        return explanation

    return register


@contextmanager
def explained_by(packages: tuple[str, ...]) -> Iterator[None]:
    """Have explanations of these packages alone be heard, whatever else has been imported.

    A process that grades may have more than one course's; outside of this, all are heard.
    """
    token = _asked.set(packages)
    try:
        yield
    finally:
        _asked.reset(token)


def explained(kind: Kind, *failure: Any) -> tuple[Mistake, ...]:
    """Return the mistakes that explain a failure: what the first who knows an answer says."""
    packages = _asked.get()
    found = (
        explanation(*failure)
        for explanation in _known.get(kind, ())
        if packages is None or explanation.__module__.startswith(packages)
    )
    return next((mistakes for mistakes in found if mistakes), ())
