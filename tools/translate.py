"""Keep the course in other languages in step with its English (`make translations`).

Notebooks in source/ are written once, in English, and so is what the package says of them. What a
reader reads are messages: each heading, paragraph, list item and table row of a notebook's text and
each comment in its code; each ``Text(…)`` of the package and each sentence in its pages. From each
catalogue in ``locale/LOCALE/LC_MESSAGES/``, an empty one to begin with, this makes

* of ``NOTEBOOK.po`` an edition, ``source/NOTEBOOK-LANGUAGE/``: the same cells, translated;
* of ``hhlab.po`` what the package reads, ``hhlab/channel/locale/LOCALE/LC_MESSAGES/hhlab.mo``.

First it brings the catalogue up to date: a new message is untranslated, one that changed is fuzzy.
Either stays English until somebody has looked, as gettext has it.
"""

import ast
import re
from collections.abc import Callable, Iterator
from copy import deepcopy
from pathlib import Path

import nbformat
from babel.messages.catalog import Catalog, Message
from babel.messages.extract import extract_from_dir
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po, write_po
from nbformat import NotebookNode

ROOT = Path(__file__).resolve().parent.parent
MARKER = r"#+ |[*-] |\d+\. "
VERBATIM = r"^\$\$$[\s\S]*?^\$\$$|^```[\s\S]*?^```|^### (?:BEGIN|END) .*$|^</?details>$"
BLOCK = re.compile(
    rf"{VERBATIM}|^(?P<marker>{MARKER}|)(?P<text>\S.*(?:\n(?!{MARKER}|\||\$\$|```).*\S.*)*)", re.M
)
"""A formula, code or mark of nbgrader's, which stay, or a marker and a paragraph (or table row)."""
SYMBOLS = re.compile(r"\$[^$]*\$|`[^`]*`")
FIELD = re.compile(r"\{[^}]*\}")
WORD = re.compile(r"[^\W\d_]{2}")
COMMENT = re.compile(r"^(?P<indent> *)# (?P<text>.*(?:\n(?P=indent)# .*)*)$", re.M)

Translate = Callable[[str], str]


def markdown(source: str, translate: Translate) -> str:
    """Return Markdown with each heading, paragraph, list item and table row translated.

    Lines that the author wrapped are one line in the message, so that wrapping changes nothing.
    Of code that is shown, the comments are translated.
    """

    def block(found: re.Match[str]) -> str:
        if found["text"] is None:
            return code(found[0], translate) if found[0].startswith("```python") else found[0]
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
PACKAGE = "hhlab"
TEMPLATES = "**/templates/**.j2"


def messages(notebook: NotebookNode, name: str) -> Catalog:
    """Return a template: a notebook's messages, each with the cells that it is in."""
    catalog = Catalog()
    for cell in notebook.cells:

        def note(message: str, place: str = f"{name}.ipynb:{cell.id}") -> str:
            catalog.add(message, locations=[(place, None)])
            return message

        WAYS[cell.cell_type](cell.source, note)
    return catalog


def sentences(package: Path) -> Catalog:
    """Return a template: what a package says, with the files that it is in.

    What the code of notebooks says and writes into figures is among it: code is not translated,
    but looks its words up here.
    """
    catalog = Catalog()
    found = extract_from_dir(
        package,
        method_map=[("**.py", "python"), (TEMPLATES, "jinja2")],
        options_map={TEMPLATES: {"trimmed": "true"}},
        keywords={"Text": None, "_": None, "gettext": None, "ngettext": (1, 2)},
    )
    for file, _, message, _, _ in sorted(found, key=lambda each: each[:2]):
        catalog.add(message, locations=[(f"{package.name}/{file}", None)])
    for path in sorted(package.parent.glob("source/*/*.ipynb")):
        notebook = nbformat.read(path, as_version=4)
        if "language" not in notebook.metadata:
            for message, cell in spoken(notebook):
                catalog.add(message, locations=[(f"{path.name}:{cell.id}", None)])
    return catalog


def spoken(notebook: NotebookNode) -> Iterator[tuple[str, NotebookNode]]:
    """Yield the words that a notebook's code hands to ``say`` and ``panel``."""
    for cell in notebook.cells:
        tree = ast.parse(cell.source if cell.cell_type == "code" else "")
        for call in ast.walk(tree):
            if isinstance(call, ast.Call) and getattr(call.func, "id", "") in ("say", "panel"):
                for part in ast.walk(call):
                    words = isinstance(part, ast.Constant) and isinstance(part.value, str)
                    if words and WORD.search(FIELD.sub("", part.value)) and part.value != "xy":
                        yield part.value, cell


def edition(notebook: NotebookNode, catalog: Catalog) -> NotebookNode:
    """Return the notebook with its messages translated."""

    def translate(message: str) -> str:
        known = catalog.get(message)
        return known.string if known and known.string and not known.fuzzy else message

    translated = deepcopy(notebook)
    translated.metadata["language"] = catalog.locale_identifier
    for cell in translated.cells:
        cell.source = WAYS[cell.cell_type](cell.source, translate)
    return translated


class Catalogue:
    """A catalogue, and what is made of it: one of the classes below.

    Parameters
    ----------
    path : Path
        Where it is.
    """

    flags = frozenset({"fuzzy"})

    def __init__(self, path: Path) -> None:
        self.path, self.original, self.locale = path, path.stem, path.parts[-3]
        self.root = path.parents[3]
        with path.open("rb") as file:
            self.catalog = read_po(file, locale=self.locale)

    def update(self) -> None:
        """Bring the catalogue up to date, and what is made of it."""
        self.catalog.update(self.messages(), update_creation_date=False)
        for message in self.catalog:
            message.flags &= self.flags  # Babel takes TeX's braces for a Python format
        with self.path.open("wb") as file:
            # what nobody says any more is in Git, and Babel never looks for it again
            write_po(file, self.catalog, width=100, include_lineno=False, ignore_obsolete=True)
        self.target.parent.mkdir(parents=True, exist_ok=True)
        self.make()

    def to_do(self) -> list[str]:
        """Return what is not translated, or fuzzy, in the catalogue's words."""
        return [each.id for each in self.catalog if each.id and not _is_done(each)]


def _is_done(message: Message) -> bool:
    forms = message.string if message.pluralizable else [message.string]
    return all(forms) and not message.fuzzy


class Edition(Catalogue):
    """A notebook's edition in another language."""

    def __init__(self, path: Path) -> None:
        super().__init__(path)
        self.name = f"{self.original}-{self.locale.partition('_')[0]}"
        self.source = self.root / "source" / self.original / f"{self.original}.ipynb"
        self.target = self.root / "source" / self.name / f"{self.name}.ipynb"

    def messages(self) -> Catalog:
        """Return the notebook's messages."""
        return messages(nbformat.read(self.source, as_version=4), self.original)

    def make(self) -> None:
        """Write the edition; pictures of its own, which `make figures` draws, stay."""
        made = edition(nbformat.read(self.source, as_version=4), self.catalog)
        before = nbformat.read(self.target, as_version=4).cells if self.target.exists() else []
        own = {cell.id: cell.get("attachments", {}) for cell in before}
        for cell in made.cells:
            for name in cell.get("attachments", {}).keys() & own.get(cell.id, {}).keys():
                cell.attachments[name] = own[cell.id][name]
        nbformat.write(made, self.target)


class Sentences(Catalogue):
    """What the package says, in another language."""

    flags = Catalogue.flags | {"python-format", "python-brace-format"}

    def __init__(self, path: Path) -> None:
        super().__init__(path)
        self.name = f"{PACKAGE} in {self.locale}"
        place = path.relative_to(self.root).with_suffix(".mo")
        self.target = self.root / PACKAGE / "channel" / place

    def messages(self) -> Catalog:
        """Return the package's sentences."""
        return sentences(self.root / PACKAGE)

    def make(self) -> None:
        """Write what the package reads."""
        with self.target.open("wb") as file:
            write_mo(file, self.catalog)


def catalogues(root: Path = ROOT) -> list[Catalogue]:
    """Return the catalogues of a course."""
    return [
        Sentences(path) if path.stem == PACKAGE else Edition(path)
        for path in sorted(root.glob("locale/*/LC_MESSAGES/*.po"))
    ]


def editions(root: Path = ROOT) -> list[Edition]:
    """Return the editions of a course's notebooks."""
    return [each for each in catalogues(root) if isinstance(each, Edition)]


if __name__ == "__main__":
    for each in catalogues():
        each.update()
        print(f"{each.name}: {len(each.catalog)} messages, {len(each.to_do())} to be translated")
