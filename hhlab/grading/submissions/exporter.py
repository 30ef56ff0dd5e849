"""nbgrader's way in: read submissions with suspicion, and hand on rebuilt ones.

Set as ``c.Autograde.exporter_class``. nbgrader converts each notebook twice, from submitted/ to
autograded/ and again in place; the first pass is where a submission comes in.
"""

import os
import shlex
from collections.abc import Collection
from dataclasses import replace
from fnmatch import fnmatch
from pathlib import Path
from typing import Any

import nbformat
from nbconvert.exporters import NotebookExporter
from nbformat import NotebookNode
from nbgrader.api import Gradebook, MissingEntry
from nbgrader.converters.base import NbGraderException

from ...channel.hidden import course_key
from ...channel.language import Text
from ..examine.examine import Examine
from ..examine.kept import cache
from ..examine.rehearsal import Rehearsal
from ..examine.settings import key, settings, software
from ..gradebook.fit import course_findings
from ..jail.bubblewrap import NoJail
from ..jail.machine import NotFit, machine, refuse
from ..log import tell_people
from ..marks import Remarks, said_of, write
from ..marks import read as read_mark
from ..parcel import packed
from .left import say_who_is_left
from .reading import Unreadable, read, shown
from .rebuild import note, rebuild
from .staging import Assignment, Stage


class SubmissionExporter(NotebookExporter):
    """nbconvert's NotebookExporter, which takes any file as a submission and fails on none.

    nbgrader makes it before it looks into the first submission.

    Raises
    ------
    NbGraderException
        If the gradebook does not have the assignment, or nothing may be graded here.
    """

    parent: Any

    def __init__(self, config: Any = None, **kwargs: Any) -> None:
        super().__init__(config=config, **kwargs)  # type: ignore[no-untyped-call]
        tell_people(self.log)
        if Examine(config=self.config).course_key == course_key.get():
            self.log.warning(
                "c.Examine.course_key is not set: the hidden values follow from a default that "
                "anybody can read. Set a key in nbgrader_config.py, or HHLAB_COURSE_KEY."
            )
        try:
            assignment = self._prepared()
        except (NbGraderException, NotFit, NoJail) as why:  # before anything makes place for it
            self.log.error("%s", why)
            raise NbGraderException(str(why)) from None
        self._stage = Stage(self.parent.coursedir, assignment)
        for sentence in self._stage.refused:
            self.log.error(sentence)
        # The converter's own course: formgrader's is another, and lives on.
        self.parent.coursedir = self._stage.course
        self.parent.assignments = {
            folder: [os.path.join(folder, f"{name}.ipynb") for name in handed_in.notebooks]
            for folder, handed_in in self._stage.handed_in.items()
        }
        if not self.parent.force and not getattr(self.parent, "workers_rehearse", False):
            say_who_is_left(self.parent, self._stage.handed_in, self.keyed)

    def _prepared(self) -> Assignment:
        """Have everything looked at, and rehearsed, before nbgrader touches the first submission.

        Where workers grade, each of their machines rehearses itself.
        """
        kept = self._settings = settings(self.config)
        refuse([*machine(kept), *course_findings(self.parent.coursedir)])
        if (kept_in := cache()).remedy:
            self.log.warning("%s %s: %s.", *kept_in)
        assignment = self._assignment()
        self._masters = assignment.notebooks
        if not getattr(self.parent, "workers_rehearse", False):
            folder = self.rehearsal().hold(kept, self.log)
            if kept.Examine.jail:
                self.config.JailProvisioner.cache = folder
        return assignment

    def _assignment(self) -> Assignment:
        course = self.parent.coursedir
        notebooks = [name for name in master_notebooks(course) if fnmatch(name, course.notebook_id)]
        if not notebooks:
            raise NbGraderException(
                f"the gradebook has no notebook of {course.assignment_id!r}: "
                f"run 'nbgrader generate_assignment {course.assignment_id} --force'"
            )
        source = Path(course.format_path(course.source_directory, ".", course.assignment_id))
        return Assignment(
            {name: read_master(course, course.assignment_id, name) for name in notebooks},
            given=[str(path.relative_to(source)) for path in source.rglob("*") if path.is_file()],
            taken=self.parent.exclude_overwriting.get(course.assignment_id, []),
        )

    def from_filename(
        self, filename: str, resources: Any = None, **kwargs: Any
    ) -> tuple[Any, dict[str, Any]]:
        """Convert one notebook; a submitted one is rebuilt from the master first."""
        folder = os.path.dirname(filename)
        if folder not in self._stage.handed_in:
            return super().from_filename(filename, resources=resources, **kwargs)
        names = resources["nbgrader"]
        notebook = self.keyed(folder, names["notebook"])
        for sentence in said_of(notebook):
            self.log.warning("%s: %s", names["student"], sentence)
        resources["metadata"] = {"name": names["notebook"], "path": folder}
        return super().from_notebook_node(notebook, resources=resources, **kwargs)  # type: ignore[no-untyped-call]

    def rebuilt(self, folder: str, name: str) -> NotebookNode:
        """Return a notebook that was handed in, rebuilt from the master.

        Parameters
        ----------
        folder : str
            The folder that stands in for the submission.
        name : str
            One of the assignment's notebooks.

        Returns
        -------
        NotebookNode
            Its metadata hold sentences on what was odd.
        """
        handed_in = self._stage.handed_in[folder]
        path, unread = handed_in.notebooks[name], ""
        try:
            cells, oddities = read(path)
            notebook, repairs = rebuild(cells, self._masters[name])
            sentences = oddities + repairs
        except Exception as why:  # what nobody foresaw in a file must not keep others from grading
            notebook, _ = rebuild([], self._masters[name])
            unread = Text(
                "The notebook {name} could not be graded: {why}.",
                name=shown(path.name),
                why=str(_as_unreadable(why)),
            )
            sentences = [unread]
        note(notebook, [*handed_in.sentences, *sentences], unread)
        return notebook

    def in_turn(self) -> list[str]:
        """Return the folders that stand in for submissions, the largest of these first.

        Where little was filled in, little takes time: so all cores have something to do until the
        end, rather than wait for one long submission.
        """
        handed_in = self._stage.handed_in
        sizes = {
            folder: sum(map(_size, handed_in[folder].notebooks.values())) for folder in handed_in
        }
        return sorted(handed_in, key=lambda folder: (-sizes[folder], folder))

    def keyed(self, folder: str, name: str) -> NotebookNode:
        """Return what :meth:`rebuilt` does, with the key of its grading in its metadata."""
        notebook = self.rebuilt(folder, name)
        named = key(packed(notebook), self._settings, software(self._settings))
        write(notebook, replace(read_mark(Remarks, notebook) or Remarks(), key=named))
        return notebook

    def rehearsal(self) -> Rehearsal:
        """Return what has to come out right before a submission is graded."""
        return rehearsal_of(self.parent.coursedir, self._masters)


def _size(path: Path) -> int:
    try:
        return path.lstat().st_size
    except (OSError, ValueError):
        return 0


def _as_unreadable(why: Exception) -> Unreadable:
    """Return what a file led to as an error that tells the student of it."""
    if isinstance(why, Unreadable):
        return why
    kind = type(why).__name__
    return Unreadable(Text("what is in it could not be looked through ({kind})", kind=kind))


def rehearsal_of(course: Any, names: Collection[str]) -> Rehearsal:
    """Return the instructor's answers to some of an assignment's notebooks, and their blanks.

    Raises
    ------
    NotFit
        If the authored notebooks are not here.
    """
    folder = Path(course.format_path(course.source_directory, ".", course.assignment_id))
    answers: list[str] = []
    blanks: list[str] = []
    for name in sorted(names):
        path = folder / f"{name}.ipynb"
        if not path.is_file():
            raise NotFit(f"Nothing was graded: there is no {path}. Its answers are graded first.")
        master = read_master(course, course.assignment_id, name)
        for kind, cells in ((answers, read(path)[0]), (blanks, ())):
            notebook, _ = rebuild(cells, master)
            note(notebook, [])
            kind.append(packed(notebook))
    return Rehearsal(tuple(answers), tuple(blanks))


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
    remedy = f"run 'nbgrader generate_assignment {shlex.quote(assignment)} --force'"
    if not path.is_file():
        raise NbGraderException(f"there is no {path}, which submissions are rebuilt from: {remedy}")
    master = nbformat.read(path, as_version=4)
    if not all("id" in cell for cell in master.cells):
        raise NbGraderException(f"{path} has cells without ids: {remedy}")
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
