"""nbgrader's way in: read submissions with suspicion, and hand on rebuilt ones.

Set as ``c.Autograde.exporter_class``. nbgrader converts each notebook twice, from submitted/ to
autograded/ and again in place; the first pass is where a submission comes in.
"""

import glob
import os
from pathlib import Path
from typing import Any

import nbformat
from nbconvert.exporters import NotebookExporter
from nbformat import NotebookNode
from nbgrader.api import Gradebook, MissingEntry
from nbgrader.converters.base import NbGraderException

from . import repair

KEPT = "timestamp.txt"
"""The one file beside the notebook that nbgrader itself reads again."""


class SubmissionExporter(NotebookExporter):
    """nbconvert's NotebookExporter, which takes any file as a submission and fails on none."""

    parent: Any

    def __init__(self, config: Any = None, **kwargs: Any) -> None:
        super().__init__(config=config, **kwargs)  # type: ignore[no-untyped-call]
        self._expect_the_masters_names()

    def _expect_the_masters_names(self) -> None:
        """Have every student's folder looked at under the names that the assignment has.

        nbgrader skips notebooks that students renamed, and folders without any; this way they
        come in as what they are, and leave with a sentence about it.
        """
        course = self.parent.coursedir
        names = list(master_notebooks(course))
        if not names or course.notebook_id != "*":
            return
        pattern = course.format_path(
            course.submitted_directory, course.student_id, course.assignment_id
        )
        for folder in glob.glob(pattern):
            if os.path.isdir(folder):
                self.parent.assignments[folder] = [f"{folder}/{name}.ipynb" for name in names]

    def from_filename(
        self, filename: str, resources: Any = None, **kwargs: Any
    ) -> tuple[Any, dict[str, Any]]:
        """Convert one notebook; a submitted one is rebuilt from the master first."""
        course = self.parent.coursedir
        names = resources["nbgrader"]
        submitted = course.format_path(
            course.submitted_directory, names["student"], names["assignment"]
        )
        if os.path.dirname(filename) != submitted:
            return super().from_filename(filename, resources=resources, **kwargs)
        notebook, sentences = self._take_in(filename, names)
        sentences += self._drop_extra_files(submitted, names)
        for sentence in sentences:
            self.log.warning("%s: %s", filename, sentence)
        notebook.metadata["hhlab"] = {"sentences": sentences}
        resources["metadata"] = {"name": names["notebook"], "path": submitted}
        return super().from_notebook_node(notebook, resources=resources, **kwargs)  # type: ignore[no-untyped-call]

    def _take_in(self, filename: str, names: dict[str, str]) -> tuple[NotebookNode, list[str]]:
        master = read_master(self.parent.coursedir, names["assignment"], names["notebook"])
        sentences = []
        path = Path(filename)
        if not os.path.lexists(path):
            others = sorted(path.parent.glob("*.ipynb"))
            if len(others) == 1:
                sentences = [
                    f"The notebook is called {others[0].name!r}; it should be {path.name!r}."
                ]
                path = others[0]
        try:
            cells = repair.read(path)
        except repair.Unreadable as why:
            sentences.append(f"The notebook {path.name!r} could not be graded: {why}.")
            return repair.rebuild([], master)[0], sentences
        notebook, repairs = repair.rebuild(cells, master)
        return notebook, sentences + repairs

    def _drop_extra_files(self, submitted: str, names: dict[str, str]) -> list[str]:
        """Remove what nbgrader copied beside the notebook and the assignment does not have."""
        course = self.parent.coursedir
        graded = Path(
            course.format_path(course.autograded_directory, names["student"], names["assignment"])
        )
        source = Path(course.format_path(course.source_directory, ".", names["assignment"]))
        wanted = {path.relative_to(source) for path in source.rglob("*") if path.is_file()}
        wanted |= {
            Path(name) for name in self.parent.exclude_overwriting.get(names["assignment"], [])
        }
        wanted.add(Path(KEPT))
        dropped = []
        for path in sorted(graded.rglob("*")):
            name = path.relative_to(graded)
            linked = os.path.islink(os.path.join(submitted, name))
            if path.is_file() and path.suffix != ".ipynb" and (name not in wanted or linked):
                path.unlink()
                dropped.append(str(name)[:80])
        if not dropped:
            return []
        shown = ", ".join(dropped[:5]) + (" …" if len(dropped) > 5 else "")
        return [f"Files that do not belong to the assignment were left out: {shown}."]


def master_notebooks(course: Any) -> list[str]:
    """Return the names of an assignment's notebooks, as they are in the gradebook."""
    with Gradebook(course.db_url, course.course_id) as gradebook:
        try:
            return [book.name for book in gradebook.find_assignment(course.assignment_id).notebooks]
        except MissingEntry:
            return []


def read_master(course: Any, assignment: str, name: str) -> NotebookNode:
    """Return the released notebook with the gradebook's tests in it.

    Raises
    ------
    NbGraderException
        If the release is missing or does not have the gradebook's cells.
    """
    folder = course.format_path(course.release_directory, ".", assignment)
    path = Path(folder) / f"{name}.ipynb"
    remedy = f"run 'nbgrader generate_assignment {assignment}'"
    if not path.is_file():
        raise NbGraderException(f"there is no {path}, which submissions are rebuilt from: {remedy}")
    master = nbformat.read(path, as_version=4)
    with Gradebook(course.db_url, course.course_id) as gradebook:
        book = gradebook.find_notebook(name, assignment)
        points = {cell.name: cell.max_score for cell in book.grade_cells}
        cells = {cell.name: (cell.source, cell.checksum, cell.locked) for cell in book.source_cells}
    released = {
        cell.metadata.nbgrader.grade_id for cell in master.cells if "nbgrader" in cell.metadata
    }
    if released != cells.keys():
        differ = ", ".join(sorted(released ^ cells.keys()))
        raise NbGraderException(f"{path} and the gradebook differ in the cells {differ}: {remedy}")
    for cell in master.cells:
        if "nbgrader" in cell.metadata:
            grading = cell.metadata.nbgrader
            source, grading["checksum"], locked = cells[grading.grade_id]
            if grading.grade_id in points:
                grading["points"] = points[grading.grade_id]
            if locked:
                cell.source = source
    return master
