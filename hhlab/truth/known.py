"""What takes long is computed once: in a process, and, as a rehearsal tells, on a machine."""

import functools
import inspect
import json
from collections.abc import Callable

MOST = 4096
"""How many results are kept."""

_known: dict[str, float | None] = {}
"""Results, by what was asked: numbers that are written as they are print as they are."""


def remembered[**P, R: (float, float | None)](function: Callable[P, R]) -> Callable[P, R]:
    """Have a function of numbers and a membrane keep its results."""
    signature = inspect.signature(function)

    @functools.wraps(function)
    def known(*args: P.args, **named: P.kwargs) -> R:
        asked = signature.bind(*args, **named)
        asked.apply_defaults()
        name = f"{function.__name__}{asked.args!r}"
        if name not in _known:
            result = function(*args, **named)
            if len(_known) >= MOST:
                _known.clear()
            _known[name] = result
        return _known[name]  # type: ignore[return-value]  # this function's own

    return known


def tell() -> str:
    """Return all that is known, as text."""
    return json.dumps(_known)


def learn(told: str) -> None:
    """Know what another process, of this very software, has told; what is no such text is no loss.

    Parameters
    ----------
    told : str
        What :func:`tell` returned.
    """
    try:
        _known.update(json.loads(told))
    except (ValueError, TypeError):
        return
