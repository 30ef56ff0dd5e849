"""How a failed test speaks: one sentence to the student, without a traceback of test code."""

import re
import textwrap
from typing import Any
from unicodedata import east_asian_width

from .language import Text, said
from .mistake import HINT, Mistake, explained, labelled, told

WIDE = "[\u2e80-\u9fff\uf900-\ufaff\uff00-\uff60]"
"""Chinese, Japanese and Korean characters: two columns each, with no spaces between words."""
UNBROKEN = re.compile(rf"\s*(?:{WIDE}|(?:(?!{WIDE})\S)+)[，。：；、！？）」”]*")
"""What stays on one line: a wide character or a word, with the punctuation that closes it."""


def framed(sentence: str) -> str:
    """Return a failed check's sentence as it stands under a cell: marked, and in lines of 80."""
    wrap = _wrapped if re.search(WIDE, sentence) else textwrap.wrap
    paragraphs = [wrap(text, 78) for text in sentence.split("\n")]
    return "✗ " + "\n  ".join(line for lines in paragraphs for line in lines)


def _wrapped(text: str, width: int) -> list[str]:
    """Return a text with wide characters in lines of so many columns."""
    lines = [""]
    for piece in UNBROKEN.findall(text):
        if _columns(lines[-1] + piece) > width:
            lines.append(piece.lstrip())
        else:
            lines[-1] += piece
    return lines


def _columns(text: str) -> int:
    return sum(2 if east_asian_width(character) in "WF" else 1 for character in text)


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
        without the question and without the expected values.

    Attributes
    ----------
    message : str
        As it was given; in English, if it is a :class:`hhlab.channel.language.Text`.
    evidence : object
        What the check looked at, if it got that far; who draws pictures looks inside.
    mistakes : tuple of Mistake
        Those that explain it, each as well as the others; told in place of the hint.
    """

    evidence: Any = None
    mistakes: tuple[Mistake, ...] = ()

    def __init__(self, message: str, hint: str = "", discreet: str = "") -> None:
        super().__init__(message)
        self.message, self._hint, self._discreet = message, hint, discreet

    def explain(self, mistakes: tuple[Mistake, ...]) -> None:
        """Take note of the mistakes that explain the failure."""
        self.mistakes = mistakes

    def __str__(self) -> str:
        return self._with_explanation(self.message)

    @property
    def discreet(self) -> str:
        """What may be said of values that students must not learn; empty if nothing may."""
        return self._with_explanation(self._discreet) if self._discreet else ""

    def _with_explanation(self, message: str) -> str:
        hint = labelled(HINT, self._hint) if self._hint else ""
        return "\n".join(filter(None, (said(message), told(self.mistakes) or hint)))

    def _render_traceback_(self) -> list[str]:
        """Have IPython show the sentence alone."""
        return [framed(str(self))]


class ModelError(CheckFailed):
    """The model could not answer: it raised, or what it returned is not what was asked for."""

    def __init__(self, message: str, hint: str = "") -> None:
        discreet = Text("Your model raised an error or returned no finite numbers.")
        super().__init__(message, hint, discreet)
        self.explain(explained("error", message))
