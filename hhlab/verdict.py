"""How a failed test speaks: one sentence to the student, without a traceback of test code."""

import textwrap
from typing import TYPE_CHECKING

from .mistakes.errors import of_error
from .mistakes.mistake import Mistake, told

if TYPE_CHECKING:
    from .probe import Inspection, Rates, Run, Step


def framed(sentence: str) -> str:
    """Return a failed check's sentence as it stands under a cell: marked, and in lines of 80."""
    paragraphs = [textwrap.wrap(text, 78) for text in sentence.split("\n")]
    return "✗ " + "\n  ".join(line for lines in paragraphs for line in lines)


class CheckFailed(AssertionError):
    """A check did not pass.

    Parameters
    ----------
    message : str
        What was expected, what came, and how far apart they may be.
    hint : str
        Where to look.
    discreet : str
        What may be said when the check used values that students must not learn: what went wrong,
        without the stimulus and without the expected values.

    Attributes
    ----------
    evidence : Run, Step, Rates or Inspection, or None
        What the check looked at, if it got that far.
    mistakes : tuple of Mistake
        Those that explain it, each as well as the others; told in place of the hint.
    """

    evidence: "Run | Step | Rates | Inspection | None" = None
    mistakes: tuple[Mistake, ...] = ()

    def __init__(self, message: str, hint: str = "", discreet: str = "") -> None:
        super().__init__(message)
        self._message, self._hint, self._discreet = message, hint, discreet

    def explain(self, mistakes: tuple[Mistake, ...]) -> None:
        """Take note of the mistakes that explain the failure."""
        self.mistakes = mistakes

    def __str__(self) -> str:
        return self._with_explanation(self._message)

    @property
    def discreet(self) -> str:
        """What may be said of values that students must not learn; empty if nothing may."""
        return self._with_explanation(self._discreet) if self._discreet else ""

    def _with_explanation(self, message: str) -> str:
        hint = f"Hint: {self._hint}" if self._hint else ""
        return "\n".join(filter(None, (message, told(self.mistakes) or hint)))

    def _render_traceback_(self) -> list[str]:
        """Have IPython show the sentence alone."""
        return [framed(str(self))]


class ModelError(CheckFailed):
    """The model could not answer: it raised, or what it returned is not what was asked for."""

    def __init__(self, message: str, hint: str = "") -> None:
        super().__init__(message, hint, "Your model raised an error or returned no finite numbers.")
        self.explain(of_error(message))
