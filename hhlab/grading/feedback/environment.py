"""What the feedback page and the report share: templates in which every text is escaped."""

import base64
import functools
import hashlib
import re

from jinja2 import Environment, PackageLoader, StrictUndefined
from markupsafe import Markup

from ...channel.language import ENGLISH, catalogue
from ..regions import POINTS


@functools.cache
def environment(language: str = ENGLISH) -> Environment:
    """Return the environment of the templates in a language; what they are given is escaped."""
    found = Environment(
        loader=PackageLoader("hhlab.grading"),
        autoescape=True,
        extensions=["jinja2.ext.i18n"],
        trim_blocks=True,
        lstrip_blocks=True,
        undefined=StrictUndefined,
    )
    found.policies["ext.i18n.trimmed"] = True
    found.install_gettext_translations(catalogue(language), newstyle=True)  # type: ignore[attr-defined]
    found.globals["lang"] = language.replace("_", "-")
    found.filters["number"] = _number
    return found


def script(name: str) -> tuple[Markup, str]:
    """Return a script and the source that a page's security policy names to let it, alone, run."""
    text = environment().get_template(name).render()
    digest = hashlib.sha256(text.encode()).digest()
    return Markup(text), f"'sha256-{base64.b64encode(digest).decode()}'"


def _number(value: float, digits: int = 2) -> str:
    """Return a number without needless zeros, and with a proper minus sign."""
    return f"{round(value, digits) + 0.0:g}".replace("-", "−")


def title(source: str) -> str:
    """Return what a test cell is about: its first line, if that is a comment, less the points."""
    first = source.lstrip().split("\n")[0]
    text = re.sub(rf"\s*{POINTS}\s*$", "", first.lstrip("# ")) if first[:1] == "#" else ""
    return text[:1].upper() + text[1:]
