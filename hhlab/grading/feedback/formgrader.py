"""nbgrader's page for grading by hand: nothing that a student wrote runs in it, or is too much."""

import base64
import hashlib
import secrets
from pathlib import Path
from typing import Any, ClassVar

import nbgrader
from nbformat import NotebookNode
from nbgrader.preprocessors import NbGraderPreprocessor
from pygments import format as written
from pygments.formatters import HtmlFormatter
from traitlets.config import Config

from .inert import inert
from .outputs import Allowance, tokens

TEMPLATES = Path(__file__).parents[1] / "templates"
THEIRS = Path(nbgrader.__file__).parent / "server_extensions/formgrader/templates"
LONGEST_TEXT = 500_000
LONGEST_OUTPUT = 20_000
"""Characters of HTML on a page, and of one output."""
PICTURES = 10 * 2**20
HANDLERS = ("toggle_name(true);", "toggle_name(false);")
"""What nbgrader's page has in attributes that are scripts."""
POLICY = (
    "default-src 'none'; base-uri 'none'; form-action 'none'; connect-src 'self'; "
    "img-src 'self' data:; font-src 'self' https://cdnjs.cloudflare.com; "
    "style-src 'self' 'unsafe-inline'; "
    # nbgrader's page makes functions of its own texts, and MathJax loads its parts
    "script-src 'unsafe-eval' 'strict-dynamic' 'unsafe-hashes' {trusted}"
)


class ShowSafely(NbGraderPreprocessor):
    """Reduce a notebook to what is inert, and to what a browser can show; name a page's scripts."""

    allowance: ClassVar[Allowance] = Allowance(0, 0)
    """That of the page which is being made: a server makes one at a time."""

    def preprocess(self, nb: NotebookNode, resources: Any) -> tuple[NotebookNode, Any]:
        """Return the notebook, as far as there is room for it, and the page's policy."""
        room = ShowSafely.allowance = Allowance(LONGEST_TEXT, PICTURES)
        for cell in nb.cells:
            cell.source = room.write(cell.source)
            if cell.cell_type == "code":
                if "hhlab" not in cell.metadata:  # else they are the grader's own
                    cell.outputs = inert(cell.outputs)
                cell.outputs = [each for each in cell.outputs if _fits(each, room)]
        nonce = resources["nonce"] = secrets.token_urlsafe()
        trusted = [f"'nonce-{nonce}'", *map(_hashed, HANDLERS)]
        resources["policy"] = POLICY.format(trusted=" ".join(trusted))
        return nb, resources


def _fits(output: NotebookNode, room: Allowance) -> bool:
    """Cut an output's texts to what there is room for; return whether there is for its picture."""
    if "text" in output:
        output.text = room.write(output.text, LONGEST_OUTPUT)
    if "traceback" in output:
        output.traceback = [room.write("\n".join(output.traceback), LONGEST_OUTPUT)]
    data = output.get("data", {})
    if "text/plain" in data:
        data["text/plain"] = room.write(data["text/plain"], LONGEST_OUTPUT)
    for mime in [each for each in data if each.startswith("image/")]:
        kind, _, encoded = room.show(mime, data.pop(mime)).partition(";base64,")
        if not encoded:
            return False
        data[kind.removeprefix("data:")] = encoded
    return True


def highlighted(source: str, **_: Any) -> str:
    """Return code as nbconvert's filter of this name does, in bounded time."""
    formatter = HtmlFormatter(cssclass=" highlight hl-ipython3")
    return written(tokens(source, ShowSafely.allowance), formatter)


def _hashed(script: str) -> str:
    return f"'sha256-{base64.b64encode(hashlib.sha256(script.encode()).digest()).decode()}'"


def use(config: Config) -> None:
    """Have formgrader show notebooks so: set what nbgrader's config has for it."""
    config.HTMLExporter.template_name = "formgrade-safe"
    config.HTMLExporter.extra_template_basedirs = [str(TEMPLATES), str(THEIRS)]
    config.HTMLExporter.extra_template_paths = [str(THEIRS)]
    config.HTMLExporter.preprocessors = [ShowSafely]
    config.HTMLExporter.filters = {"highlight_code": highlighted}
