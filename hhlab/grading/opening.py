"""What a published notebook opens with: where else it opens, and what Google Colab lacks.

Grading knows these cells again, in whatever edition, and leaves them out: they are nobody's answer.
"""

import re
from collections.abc import Mapping

import nbformat
from nbformat import NotebookNode

from ..channel.language import Text, language_of, said, speaking

BADGES = {
    "Binder": "https://mybinder.org/badge_logo.svg",
    "Colab": "https://colab.research.google.com/assets/colab-badge.svg",
    "Codespaces": "https://github.com/codespaces/badge.svg",
}
"""Pictures that say where a link leads; other links say it themselves."""
WHY = Text("On Google Colab, this installs what the notebook uses; elsewhere it does nothing.")
INSTALL = """\
# {why}
import sys

if "google.colab" in sys.modules:
  %pip install --quiet git+{repository}"""
OPENING = re.compile(
    r"\[!\[Binder\]\(|# [^\n]+\nimport sys\n\n"
    r'if "google\.colab" in sys\.modules:\n  %pip install --quiet git\+\S+\s*\Z'
)


def opened_with(notebook: NotebookNode, links: Mapping[str, str], repository: str) -> NotebookNode:
    """Return a notebook with badges in its first cell and, if Colab opens it, what that runs.

    Parameters
    ----------
    notebook : NotebookNode
        As it is released.
    links : mapping of str to str
        What opens it, by name; without links it stays as it is.
    repository : str
        Where pip finds the students' package.
    """
    cells = []
    if links:
        badges = " ".join(_badge(name, link) for name, link in links.items())
        cells.append(nbformat.v4.new_markdown_cell(badges, id="open"))
    if "Colab" in links:
        with speaking(language_of(notebook.metadata)):
            code = INSTALL.format(why=said(WHY), repository=repository)
        cells.append(nbformat.v4.new_code_cell(code, id="install"))
    return nbformat.from_dict({**notebook, "cells": [*cells, *notebook.cells]})


def is_opening(source: str) -> bool:
    """Return whether a cell is one that a published notebook opens with."""
    return bool(OPENING.match(source))


def _badge(name: str, link: str) -> str:
    return f"[![{name}]({BADGES[name]})]({link})" if name in BADGES else f"[{name}]({link})"
