"""What failures mean: a course registers explanations, and whoever tells of a failure asks."""

from collections.abc import Callable
from typing import Any, Literal

from .mistake import Mistake

Kind = Literal["error", "call", "returned"]
"""What is to be explained: the message of an error, that of a function that was called, or what the
function returned."""
Explanation = Callable[..., tuple[Mistake, ...]]

_known: dict[Kind, list[Explanation]] = {}


def explains(kind: Kind) -> Callable[[Explanation], Explanation]:
    """Register a function that returns the mistakes which explain a failure, none if none does."""

    def register(explanation: Explanation) -> Explanation:
        _known.setdefault(kind, []).append(explanation)
        return explanation

    return register


def explained(kind: Kind, *failure: Any) -> tuple[Mistake, ...]:
    """Return the mistakes that explain a failure: what the first who knows an answer says."""
    found = (explanation(*failure) for explanation in _known.get(kind, ()))
    return next((mistakes for mistakes in found if mistakes), ())
