"""Find what an author has written wrongly: nbgrader passes over it, or names no cell."""

import re
from collections.abc import Iterator
from difflib import get_close_matches

from nbformat import NotebookNode
from nbgrader.nbgraderformat import MetadataValidator, SchemaTooOldError, ValidationError
from nbgrader.utils import is_grade, is_solution

from ..regions import COMMAND, POINTS, is_kept, is_test, region
from .blanks import NO_TODO, TODO
from .hidden import MARKS

KINDS = tuple(words for *_, words in MARKS)
"""The regions, as nbgrader's marks name them."""
ALIKE = 0.82
"""How much of a mark a comment may share that is none."""


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
    if is_kept(cell):
        if grading["grade_id"] in names:
            yield "grade_id: another cell has it, too"
        names.add(grading["grade_id"])
    yield from _astray(cell.source)
    if region(cell.source, "SOLUTION") and not is_solution(cell):
        yield "it has an answer between marks, and is no answer cell"
    if region(cell.source, "HIDDEN TESTS") and not is_grade(cell):
        yield "it has hidden tests, and is no test cell"


def odd_points(notebook: NotebookNode) -> Iterator[str]:
    """Yield which tests give other points than their first line says: a student counts those."""
    for cell in filter(is_test, notebook.cells):
        first = cell.source.lstrip().split("\n")[0].rstrip()
        said, gives = re.search(rf"^#.*{POINTS}$", first), cell.metadata.nbgrader.points
        if said and float(said["points"]) != gives:
            name = cell.metadata.nbgrader.grade_id
            yield f"{name} gives {gives:g} points, and tells students of {said['points']}"


def _astray(source: str) -> Iterator[str]:
    """Yield what is wrong with the marks of a cell: nbgrader passes over what it does not know.

    What an author meant to be hidden would then be in what students get.
    """
    marks = [f"{edge} {kind}" for kind in KINDS for edge in ("BEGIN", "END")]
    for number, line in enumerate(source.split("\n"), start=1):
        comment = line.strip().lstrip("#").strip() if line.lstrip().startswith("#") else ""
        if not any(mark in line for mark in marks) and (
            meant := get_close_matches(comment.upper(), marks, 1, ALIKE)
        ):
            yield f"line {number}: '{line.strip()}' is no mark; '### {meant[0]}' is"
    for kind in KINDS:
        yield from _unpaired(source, kind)


def _unpaired(source: str, kind: str) -> Iterator[str]:
    opened = 0
    for number, line in enumerate(source.split("\n"), start=1):
        if f"BEGIN {kind}" in line:
            if opened:
                yield f"line {opened}: '### BEGIN {kind}' has no '### END {kind}'"
            opened = number
        elif f"END {kind}" in line:
            if not opened:
                yield f"line {number}: '### END {kind}' has no '### BEGIN {kind}' above it"
            opened = 0
    if opened:
        yield f"line {opened}: '### BEGIN {kind}' has no '### END {kind}'"


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
                yield NO_TODO.format(line=number)
            waiting = ""
    if waiting:
        yield f"{waiting} has no '### BEGIN SOLUTION' below it: its answer would be seen"


def broken(written: NotebookNode, released: NotebookNode) -> Iterator[str]:
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
