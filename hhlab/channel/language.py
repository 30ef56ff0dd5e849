"""Say sentences in the language of an edition.

A :class:`Text` is its English for everything that compares, searches or stores. :func:`said` puts
it into the language spoken, where somebody is about to read it. That language is the notebook's,
never the machine's: graders name it with :func:`speaking`, and a student's kernel finds it noted in
a comment of the notebook, ``# language: zh_CN``.
"""

import functools
import gettext
import re
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from pathlib import Path
from typing import Any

ENGLISH = "en"
CATALOGUES = Path(__file__).parent / "locale"
NOTED = re.compile(r"^# language: (\w+)$", re.M)

_spoken: ContextVar[str] = ContextVar("language", default="")


class Text(str):
    """A sentence, or a part of one, that can be said in other languages.

    Parameters
    ----------
    template : str
        The English, with named fields as in :meth:`str.format`; what catalogues translate.
    **values
        What goes into the fields. Texts among them are translated as well.
    """

    template: str
    values: Mapping[str, Any]

    def __new__(cls, template: str, /, **values: Any) -> "Text":
        """Fill in the English."""
        text = super().__new__(cls, template.format(**values) if values else template)
        text.template, text.values = template, values
        return text

    def __str__(self) -> "Text":
        """Return itself: what an exception says stays a text."""
        return self


def said(text: str) -> str:
    """Return a text in the language that is spoken here; a plain string as it is."""
    return _said(text, catalogue(spoken()))


def both(one: str, other: str) -> Text:
    """Return two things as one; :func:`functools.reduce` makes one of many."""
    return Text("{one} and {other}", one=one, other=other)


def number(value: float, digits: int = 6) -> str:
    """Return a number as people write it: 110 rather than 1.1e+02, -1e7 as notebooks have it.

    Parameters
    ----------
    value : float
        What is neither tiny nor huge is written without an exponent, and -0 as 0.
    digits : int
        How many of them count.
    """
    text = f"{float(f'{value:.{digits}g}') + 0.0:.{max(digits, 6)}g}"
    return re.sub(r"e\+?(-?)0*", r"e\1", text)


def _said(text: str, known: gettext.NullTranslations) -> str:
    if not text or not isinstance(text, Text):  # gettext's name for a catalogue's head is ""
        return text
    values = {
        name: _said(value, known) if isinstance(value, str) else value
        for name, value in text.values.items()
    }
    translated = known.gettext(text.template)
    return translated.format(**values) if values else translated


@functools.cache
def catalogue(language: str) -> gettext.NullTranslations:
    """Return what is known of a language; where that is nothing, texts stay English."""
    return gettext.translation("hhlab", CATALOGUES, [language], fallback=True)


@contextmanager
def speaking(language: str) -> Iterator[None]:
    """Have texts said in a language, in this thread or task, for a while.

    Parameters
    ----------
    language : str
        As catalogues are named: ``en``, ``zh_CN``.
    """
    token = _spoken.set(language)
    try:
        yield
    finally:
        _spoken.reset(token)


def spoken() -> str:
    """Return the language that is spoken here: as somebody chose, as noted, or English."""
    return _spoken.get() or _noted() or ENGLISH


def language_of(metadata: Mapping[str, Any]) -> str:
    """Return the language of an edition, from its notebook's metadata."""
    return str(metadata.get("language", ENGLISH))


def _noted() -> str:
    """Return the language that was last noted in a cell which this kernel has run."""
    ipython = sys.modules.get("IPython")
    shell = ipython.get_ipython() if ipython else None
    cells = shell.history_manager.input_hist_parsed if shell else []
    found = (NOTED.search(source) for source in reversed(cells))
    return next((note[1] for note in found if note), "")
