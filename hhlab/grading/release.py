"""Make a release, or none: whatever speaks against it is found before the one that is there goes.

Students get blanks that name their TODO, and tests without their hidden regions. nbgrader removes
the old release, then generates the new one, and removes that as well where it fails. So it is
generated once before, beside the course.
"""

import re
import shlex
from collections.abc import Iterator
from contextlib import chdir
from pathlib import Path
from typing import Any, ClassVar

import nbformat
from nbconvert.exporters import NotebookExporter
from nbformat import NotebookNode
from nbgrader.api import Gradebook, MissingEntry
from nbgrader.converters.base import NbGraderException
from nbgrader.exchange.default import ExchangeReleaseAssignment
from nbgrader.preprocessors import ClearSolutions
from nbgrader.utils import is_grade, is_locked, is_solution, is_task
from traitlets.config import Config

from .database import look_at, usable
from .log import tell_people

TODO = re.compile(r"#\s*(TODO \d+[^:：]*)[:：]")
STUB = "raise NotImplementedError()"
MARKS = (
    ("ClearSolutions", "solution", "SOLUTION"),
    ("ClearHiddenTests", "test", "HIDDEN TESTS"),
    ("ClearMarkScheme", "mark_scheme", "MARK SCHEME"),
)
"""nbgrader's steps, how each calls its marks, and their words."""
HIDDEN = re.compile(rf"\b(?:BEGIN|END) (?:{'|'.join(words for *_, words in MARKS)})\b")


class NameBlanks(ClearSolutions):
    """nbgrader's ClearSolutions, whose stubs say which TODO they stand for."""

    code_stub: ClassVar = {"python": STUB}

    def preprocess_cell(
        self, cell: NotebookNode, resources: Any, cell_index: int
    ) -> tuple[NotebookNode, Any]:
        """Replace the solution regions of one cell.

        Raises
        ------
        ValueError
            If a blank has no ``# TODO n, name: …`` comment above it.
        """
        cell, resources = super().preprocess_cell(cell, resources, cell_index)
        if cell.cell_type == "code":
            cell.source = name_blanks(cell.source)
        return cell, resources


def name_blanks(source: str) -> str:
    """Return code in which every bare stub names the nearest TODO comment above it."""
    lines, todo = source.split("\n"), None
    for number, line in enumerate(lines):
        if found := TODO.search(line):
            todo = found.group(1).strip()
        elif line.strip() == STUB:
            if todo is None:
                raise ValueError(
                    f"line {number + 1}: a blank needs a comment '# TODO n, name: …' above it"
                )
            lines[number] = line.replace("()", f'("{todo}")')
            todo = None
    return "\n".join(lines)


def hidden_in(notebook: NotebookNode) -> Iterator[str]:
    """Yield the marks that a released notebook must not have, with their cells."""
    for cell in notebook.cells:
        for mark in sorted(set(HIDDEN.findall(cell.source))):
            yield f"{mark} in cell {cell.id}"


def check(notebook: NotebookNode, name: str) -> None:
    """Look for what is hidden in a notebook that students would get.

    Raises
    ------
    NbGraderException
        If there is any.
    """
    if found := list(hidden_in(notebook)):
        raise NbGraderException(
            f"{name} still holds what students must not get ({', '.join(found)}): nothing was "
            "released. See that each mark has its other half, and that steps of "
            "c.GenerateAssignment.preprocessors are as in this course's nbgrader_config.py"
        )


class ReleaseExporter(NotebookExporter):
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
        exporter = NotebookExporter(parent=self.parent, config=config)
        for step in self.parent.preprocessors:
            exporter.register_preprocessor(step)
        generated = {}
        for path in paths:
            resources = self.parent.init_single_notebook_resources(path)
            output, _ = exporter.from_filename(path, resources=resources)
            generated[Path(path).stem] = notebook = nbformat.reads(output, as_version=4)
            check(notebook, path)
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
    for cell in notebook.cells:
        if any(kind(cell) for kind in (is_grade, is_solution, is_locked, is_task)):
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
