"""Make a release, or none: whatever speaks against it is found before the one that is there goes.

Students get blanks that name their TODO, and tests without their hidden regions. nbgrader removes
the old release, then generates the new one, and removes that as well where it fails. So it is
generated once before, beside the course.
"""

import hashlib
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
from nbgrader.nbgraderformat import MetadataValidator, SchemaTooOldError, ValidationError
from nbgrader.preprocessors import ClearSolutions
from nbgrader.utils import is_grade, is_locked, is_solution, is_task
from traitlets.config import Config

from .database import look_at, usable
from .log import tell_people
from .regions import COMMAND, POINTS, astray, is_test, region

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


def faults(notebook: NotebookNode, named: bool) -> Iterator[str]:
    """Yield what an author has to put right in a notebook before students get it, with its cell.

    Parameters
    ----------
    notebook : NotebookNode
        As it was written.
    named : bool
        Whether each blank has its TODO.
    """
    names: set[str] = set()
    todos: set[str] = set()
    for number, cell in enumerate(notebook.cells, start=1):
        name = cell.metadata.get("nbgrader", {}).get("grade_id") or cell.get("id", "")
        found = list(_faults_of(cell, names))
        if named and cell.cell_type == "code" and is_solution(cell):
            found += _unblanked(cell.source, todos)
        for fault in found:
            yield f"cell {number} ({name}), {fault}" if name else f"cell {number}, {fault}"


def _faults_of(cell: NotebookNode, names: set[str]) -> Iterator[str]:
    grading = cell.metadata.get("nbgrader", {})
    try:
        MetadataValidator().validate_cell(cell)
    except SchemaTooOldError as error:
        yield f"{error}: run 'nbgrader update source'"
        return
    except ValidationError as error:
        yield ": ".join([*map(str, error.path), error.message.split("\n")[0]])
        return
    if any(kind(cell) for kind in (is_grade, is_solution, is_locked, is_task)):
        if grading["grade_id"] in names:
            yield "grade_id: another cell has it, too"
        names.add(grading["grade_id"])
    yield from astray(cell.source)
    if region(cell.source, "SOLUTION") and not is_solution(cell):
        yield "it has an answer between marks, and is no answer cell"
    if region(cell.source, "HIDDEN TESTS") and not is_grade(cell):
        yield "it has hidden tests, and is no test cell"
    first = cell.source.lstrip().split("\n")[0].rstrip()
    said = re.search(rf"^#.*{POINTS}$", first)
    if said and is_test(cell) and float(said["points"]) != grading["points"]:
        yield f"points: it gives {grading['points']:g}, and its first line says {said['points']}"


def _unblanked(source: str, todos: set[str]) -> Iterator[str]:
    """Yield what is wrong with TODOs and their blanks: to each TODO its own, below it."""
    inside, waiting = region(source, "SOLUTION"), ""
    if not inside:
        yield "it has no '### BEGIN SOLUTION': all of it would be one blank, without a TODO"
        return
    lines = enumerate(source.split("\n"), start=1)
    for number, line in lines:
        found = None if number in inside else TODO.search(line)
        if found and waiting:
            yield f"{waiting} has no '### BEGIN SOLUTION' below it: its answer would be seen"
        if found:
            todo = found[1].partition(",")[0].strip()
            if todo in todos:
                yield f"line {number}: there is another {todo}"
            todos.add(todo)
            waiting = f"line {number}: {todo}"
        elif number in inside and "BEGIN SOLUTION" in line:
            if not waiting:
                yield f"line {number}: a blank needs a comment '# TODO n, name: …' above it"
            waiting = ""
    if waiting:
        yield f"{waiting} has no '### BEGIN SOLUTION' below it: its answer would be seen"


def hidden_in(notebook: NotebookNode) -> Iterator[str]:
    """Yield the marks that a released notebook must not have, with their cells."""
    for cell in notebook.cells:
        for mark in sorted(set(HIDDEN.findall(cell.source))):
            yield f"{mark} in cell {cell.id}"


def _broken(written: NotebookNode, released: NotebookNode) -> Iterator[str]:
    """Yield which cells are Python as they were written, and none with their blanks."""
    for before, after in zip(written.cells, released.cells, strict=False):
        answer = before.cell_type == "code" and is_solution(before)
        if answer and not _error(before.source) and (error := _error(after.source)):
            name = before.metadata.nbgrader.grade_id
            yield f"cell {name} with its blanks is no Python: {error}; see how it is indented"


def _error(source: str) -> str:
    try:
        compile(COMMAND.sub(r"\1pass", source), "blank", "exec")
    except SyntaxError as error:
        return str(error)
    return ""


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
            resources = self.parent.init_single_notebook_resources(path)
            output, _ = exporter.from_filename(path, resources=resources)
            generated[Path(path).stem] = notebook = nbformat.reads(output, as_version=4)
            check(notebook, path)
            if broken := list(_broken(written, notebook)):
                raise NbGraderException(f"{path} cannot be released: {'; '.join(broken)}")
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
