"""Generate a release twice: beside the course, and where nothing speaks against it, in its place.

nbgrader removes the old release, then generates the new one, and removes that as well where it
fails.
"""

import hashlib
import shlex
from collections.abc import Iterator
from contextlib import chdir
from pathlib import Path
from typing import Any

import nbformat
from nbconvert.exporters import NotebookExporter
from nbformat import NotebookNode
from nbgrader.api import Gradebook, MissingEntry
from nbgrader.converters.base import NbGraderException
from nbgrader.exchange.default import ExchangeReleaseAssignment
from traitlets.config import Config

from ..database import look_at, usable
from ..log import tell_people
from ..regions import is_kept
from .blanks import NameBlanks
from .faults import broken, faults, odd_points
from .hidden import check


class _TidyExporter(NotebookExporter):
    """nbconvert's NotebookExporter, which first gives cells line ends and ids as all have them."""

    def from_notebook_node(
        self, nb: NotebookNode, resources: Any = None, **kwargs: Any
    ) -> tuple[Any, dict[str, Any]]:
        """Convert a notebook."""
        for cell in nb.cells:
            cell.source = cell.source.replace("\r\n", "\n")
        _name_cells(nb)
        return super().from_notebook_node(nb, resources, **kwargs)  # type: ignore[no-untyped-call]


def _name_cells(notebook: NotebookNode) -> None:
    """Give cells the ids that answers are found by; notebooks before format 4.5 have none.

    They follow from the text, so that the next release of the same notebook has the same.
    """
    known = {cell.id for cell in notebook.cells if "id" in cell}
    for cell in notebook.cells:
        if "id" not in cell:
            digest, count = hashlib.sha256(cell.source.encode()).hexdigest()[:8], 0
            while f"{digest}-{count}" in known:
                count += 1
            cell["id"] = f"{digest}-{count}"
            known.add(cell["id"])
    notebook["nbformat_minor"] = max(notebook.nbformat_minor, 5)


class ReleaseExporter(_TidyExporter):
    """nbconvert's NotebookExporter, which is made only if all that it is for can be released.

    Set in ``c.GenerateAssignment.exporter_class``; nbgrader makes it before it removes anything.

    Raises
    ------
    NbGraderException
        If a notebook cannot be generated, would hold what is hidden, or does not fit what was
        graded; or if the gradebook cannot be used.
    """

    parent: Any

    def __init__(self, config: Any = None, **kwargs: Any) -> None:
        super().__init__(config=config, **kwargs)  # type: ignore[no-untyped-call]
        tell_people(self.log)
        course = self.parent.coursedir
        try:
            if not self.parent.no_database:
                look_at(course, writing=True)
            with chdir(course.root), usable(course):
                for paths in self.parent.assignments.values():
                    self._try(paths)
        except Exception as error:
            self.log.error("Nothing was generated, and nothing removed: %s", error)
            raise NbGraderException(str(error)) from error

    def _try(self, paths: list[str]) -> None:
        """Generate an assignment's notebooks, and keep nothing of them."""
        config = Config(self.config)
        config.SaveCells = Config(self.config.SaveCells, enabled=False)
        exporter = _TidyExporter(parent=self.parent, config=config)  # type: ignore[no-untyped-call]
        for step in self.parent.preprocessors:
            exporter.register_preprocessor(step)  # type: ignore[no-untyped-call]
        generated, named = {}, NameBlanks in self.parent.preprocessors
        for path in paths:
            written = nbformat.read(path, as_version=4)
            if found := list(faults(written, named)):
                lines = "\n  ".join(found)
                raise NbGraderException(f"{path} cannot be released as it is:\n  {lines}")
            for odd in odd_points(written):
                self.log.warning("%s: %s in its first line", path, odd)
            resources = self.parent.init_single_notebook_resources(path)
            output, _ = exporter.from_filename(path, resources=resources)
            generated[Path(path).stem] = notebook = nbformat.reads(output, as_version=4)
            check(notebook, path)
            if found := list(broken(written, notebook)):
                raise NbGraderException(f"{path} cannot be released: {'; '.join(found)}")
        if not self.parent.no_database:
            assignment = resources["nbgrader"]["assignment"]
            self._compare_with_grades(assignment, generated)

    def _compare_with_grades(self, assignment: str, generated: dict[str, NotebookNode]) -> None:
        course = self.parent.coursedir
        with Gradebook(course.db_url, course.course_id) as gradebook:
            try:
                graded = gradebook.find_assignment(assignment)
            except MissingEntry:
                return
            if not graded.submissions:
                return
            known = {book.name: {c.name for c in book.source_cells} for book in graded.notebooks}
        if course.notebook_id != "*":
            known = {name: cells for name, cells in known.items() if name in generated}
        now = {name: set(_names(notebook)) for name, notebook in generated.items()}
        if known != now:
            differ = known.keys() ^ now.keys()
            for name in known.keys() & now.keys():
                differ |= known[name] ^ now[name]
            named = shlex.quote(assignment)
            raise NbGraderException(
                f"{assignment} was graded when {', '.join(sorted(differ))} was not there, or still "
                "there, and cells cannot come or go after that. Take it back, and go on with what "
                "is there; or forget all grades and comments of this assignment, and grade again: "
                f"nbgrader db assignment remove {named} --force; "
                f"nbgrader generate_assignment {named} --force; hhlab autograde {named} --force"
            )


def _names(notebook: NotebookNode) -> Iterator[str]:
    """Yield the names of the cells that nbgrader keeps in its gradebook."""
    for cell in filter(is_kept, notebook.cells):
        yield cell.metadata.nbgrader.grade_id


class ReleaseAssignment(ExchangeReleaseAssignment):
    """nbgrader's way to the exchange, for what holds nothing hidden.

    Set in ``c.ExchangeFactory.release_assignment``.
    """

    def copy_files(self) -> None:
        """Release the notebooks, if they may be."""
        tell_people(self.log)
        for path in sorted(Path(self.src_path).rglob("*.ipynb")):
            try:
                check(nbformat.read(path, as_version=4), str(path))
            except NbGraderException as hidden:
                self.fail(str(hidden))
        super().copy_files()
