"""Have a check that fails say what explains it."""

import functools
from collections.abc import Callable, Sequence
from typing import Concatenate

from ..channel.failure import CheckFailed
from ..channel.language import Text
from ..channel.mistake import Mistake, explained
from ..probe.evidence import Inspection, Rates, Run, Step


def explained_by[E: (Run, Step, Rates, Inspection), **P](
    diagnose: Callable[Concatenate[E, P], tuple[Mistake, ...]],
) -> Callable[[Callable[Concatenate[E, P], None]], Callable[Concatenate[E, P], None]]:
    """Let a check that fails hand on what it looked at, and the mistakes that explain it."""

    def decorate(check: Callable[Concatenate[E, P], None]) -> Callable[Concatenate[E, P], None]:
        @functools.wraps(check)
        def checked(evidence: E, /, *args: P.args, **kwargs: P.kwargs) -> None:
            try:
                check(evidence, *args, **kwargs)
            except CheckFailed as failed:
                failed.evidence = evidence
                if not failed.mistakes:
                    failed.explain(diagnose(evidence, *args, **kwargs))
                raise

        return checked

    return decorate


def stopped(what: str, error: str, hint: str = "", discreet: str = "") -> CheckFailed:
    """Return the failure of a model that raised an error."""
    failed = CheckFailed(
        Text("{what}: {error}", what=what, error=error),
        hint,
        discreet or Text("{what} with an error.", what=what),
    )
    failed.explain(explained("error", error))
    return failed


def listed(names: Sequence[str]) -> str:
    """Return names as a sentence lists them."""
    *first, last = names
    return Text("{names} and {last}", names=", ".join(first), last=last) if first else last
