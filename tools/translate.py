"""Keep the editions of the notebooks in other languages in step with them (`make translations`).

A notebook in source/ is written once, in English. What a reader reads in it are messages: each
heading, paragraph, list item and table row of its text, and each comment in its code. For every
catalogue ``locale/LOCALE/LC_MESSAGES/NOTEBOOK.po``, an empty one to begin with, this

* brings the catalogue up to date: a new message is untranslated, one that changed is fuzzy;
* writes the edition, ``source/NOTEBOOK-LANGUAGE/``: the same cells with the messages translated.

A message that is untranslated or fuzzy stays English in the edition, as gettext has it.
"""

import re
from collections.abc import Callable
from copy import deepcopy
from pathlib import Path

import nbformat
from babel.messages.catalog import Catalog
from babel.messages.pofile import read_po, write_po
from nbformat import NotebookNode

ROOT = Path(__file__).resolve().parent.parent
MARKER = r"#+ |[*-] |\d+\. "
VERBATIM = r"^\$\$$[\s\S]*?^\$\$$|^```[\s\S]*?^```"
BLOCK = re.compile(
    rf"{VERBATIM}|^(?P<marker>{MARKER}|)(?P<text>\S.*(?:\n(?!{MARKER}|\||\$\$|```).*\S.*)*)", re.M
)
"""A formula or code, which stay as they are, or a marker and a paragraph (or row of a table)."""
SYMBOLS = re.compile(r"\$[^$]*\$|`[^`]*`")
WORD = re.compile(r"[^\W\d_]{2}")
COMMENT = re.compile(r"^(?P<indent> *)# (?P<text>.*(?:\n(?P=indent)# .*)*)$", re.M)

Translate = Callable[[str], str]


def markdown(source: str, translate: Translate) -> str:
    """Return Markdown with each heading, paragraph, list item and table row translated.

    Lines that the author wrapped are one line in the message, so that wrapping changes nothing.
    """

    def block(found: re.Match[str]) -> str:
        if found["text"] is None:
            return found[0]
        message = " ".join(line.strip() for line in found["text"].split("\n"))
        words = WORD.search(SYMBOLS.sub("", message))
        return found["marker"] + (translate(message) if words else message)

    return BLOCK.sub(block, source)


def code(source: str, translate: Translate) -> str:
    """Return code with its comments translated, where they have lines of their own.

    nbgrader's marks begin with ###, and stay.
    """

    def comment(found: re.Match[str]) -> str:
        begin = f"{found['indent']}# "
        message = found["text"].replace(f"\n{begin}", "\n")
        return begin + translate(message).replace("\n", f"\n{begin}")

    return COMMENT.sub(comment, source)


WAYS = {"markdown": markdown, "code": code}


def messages(notebook: NotebookNode, name: str) -> Catalog:
    """Return a template: a notebook's messages, each with the cells that it is in."""
    catalog = Catalog()
    for cell in notebook.cells:

        def note(message: str, place: str = f"{name}.ipynb:{cell.id}") -> str:
            catalog.add(message, locations=[(place, None)])
            return message

        WAYS[cell.cell_type](cell.source, note)
    return catalog


def edition(notebook: NotebookNode, catalog: Catalog) -> NotebookNode:
    """Return the notebook with its messages translated."""

    def translate(message: str) -> str:
        known = catalog.get(message)
        return known.string if known and known.string and not known.fuzzy else message

    translated = deepcopy(notebook)
    for cell in translated.cells:
        cell.source = WAYS[cell.cell_type](cell.source, translate)
    return translated


class Edition:
    """A notebook's edition in another language.

    Parameters
    ----------
    path : Path
        Its catalogue.
    """

    def __init__(self, path: Path) -> None:
        self.path, self.original = path, path.stem
        locale = path.parts[-3]
        self.name = f"{self.original}-{locale.partition('_')[0]}"
        root = path.parents[3]
        self.source = root / "source" / self.original / f"{self.original}.ipynb"
        self.target = root / "source" / self.name / f"{self.name}.ipynb"
        with path.open("rb") as file:
            self.catalog = read_po(file, locale=locale)

    def update(self) -> None:
        """Bring the catalogue and the edition up to date."""
        notebook = nbformat.read(self.source, as_version=4)
        self.catalog.update(messages(notebook, self.original), update_creation_date=False)
        for message in self.catalog:
            message.flags &= {"fuzzy"}  # Babel takes TeX's braces for a Python format
        with self.path.open("wb") as file:
            write_po(file, self.catalog, width=100, include_lineno=False)
        self.target.parent.mkdir(parents=True, exist_ok=True)
        nbformat.write(edition(notebook, self.catalog), self.target)

    def to_do(self) -> list[str]:
        """Return what is not translated, or fuzzy, in the catalogue's words."""
        return [each.id for each in self.catalog if each.id and (each.fuzzy or not each.string)]


def editions(root: Path = ROOT) -> list[Edition]:
    """Return the editions of a course's notebooks."""
    return [Edition(path) for path in sorted(root.glob("locale/*/LC_MESSAGES/*.po"))]


if __name__ == "__main__":
    for each in editions():
        each.update()
        print(f"{each.name}: {len(each.catalog)} messages, {len(each.to_do())} to be translated")
