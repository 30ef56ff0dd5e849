"""The one writer: graded notebooks go into the gradebook and autograded/, whole or not at all."""

import os
import shutil
import time
from collections.abc import Collection
from pathlib import Path
from typing import Any

import nbformat
from nbformat import NotebookNode
from nbgrader.api import Gradebook, MissingEntry
from nbgrader.converters import Autograde
from nbgrader.preprocessors import AssignLatePenalties
from nbgrader.utils import find_all_files, rmtree
from sqlalchemy.orm import Session, scoped_session, sessionmaker

from ..interrupt import heeded
from .scores import record

AT_ONCE = 50
"""Most submissions of a batch."""
SECONDS = 2.0
"""How long a result may wait to be written."""


class _Batch(Session):
    """A session whose many small commits, inside nbgrader's gradebook, wait for one large one."""

    def commit(self) -> None:
        self.flush()

    def commit_batch(self) -> None:
        super().commit()


class BatchedGradebook(Gradebook):
    """nbgrader's Gradebook, which writes to disk only when it is told to."""

    def __init__(self, db_url: str, course_id: str) -> None:
        super().__init__(db_url, course_id)
        self.db: scoped_session[_Batch]
        self.db.remove()
        self.db = scoped_session(
            sessionmaker(class_=_Batch, bind=self.engine, expire_on_commit=False)
        )

    def commit_batch(self) -> None:
        """Write everything since the last time, or, where that fails, nothing of it."""
        try:
            self.db().commit_batch()
        except BaseException:
            self.db.rollback()
            raise


class Ledger:
    """Enters graded submissions, as nbgrader's ``autograde`` does, but in batches.

    A submission is first laid out beside its place in autograded/. When its batch is in the
    gradebook it is moved there. So at any moment a submission that is in autograded/ is in the
    gradebook as well, and an interrupted run leaves nothing that a later one would take for done.

    Parameters
    ----------
    converter : Autograde
        nbgrader's, for the course, its configuration and its hooks.
    """

    def __init__(self, converter: Autograde) -> None:
        self._converter = converter
        self._course = converter.coursedir
        self._gradebook = BatchedGradebook(self._course.db_url, self._course.course_id)
        self._penalties: AssignLatePenalties | None = None
        if AssignLatePenalties in converter.autograde_preprocessors:
            self._penalties = AssignLatePenalties(parent=converter)
            self._penalties.init_plugin()
        self._waiting: list[tuple[str, Path]] = []
        self._since = time.monotonic()

    def place(self, student: str) -> Path:
        """Return the folder of a student's graded notebooks."""
        course = self._course
        return Path(
            course.format_path(course.autograded_directory, student, course.assignment_id)
        ).absolute()

    def enter(self, student: str, submitted: str, notebooks: dict[str, NotebookNode]) -> None:
        """Enter a submission, and write the batch if it is due.

        Parameters
        ----------
        student : str
            Whose it is.
        submitted : str
            The folder that stands in for the submission: its timestamp and extra files.
        notebooks : dict of str to NotebookNode
            Its examined notebooks, by name.
        """
        assignment = self._course.assignment_id
        try:
            self._enter_submission(student, assignment, submitted)
            for name, notebook in notebooks.items():
                record(self._gradebook, notebook, name, assignment, student)
                self._enter_penalty(student, assignment, name)
            self._waiting.append((student, self._lay_out(student, submitted, notebooks)))
        except BaseException:
            self._forget()  # half a submission must not be written with the next
            raise
        if len(self._waiting) >= AT_ONCE or time.monotonic() - self._since > SECONDS:
            self.write()

    def settle(self, student: str, submitted: str, names: Collection[str]) -> bool:
        """Enter again what lateness costs a submission that stays as it was graded.

        Its timestamp, the due date, or the price may have changed. Returns whether the gradebook
        has it at all.
        """
        assignment = self._course.assignment_id
        try:
            for name in names:
                self._gradebook.find_submission_notebook(name, assignment, student)
            self._enter_submission(student, assignment, submitted)
            for name in names:
                self._enter_penalty(student, assignment, name)
        except MissingEntry:
            return False
        return True

    def write(self) -> None:
        """Write the batch: gradebook first, then each submission's folder in one move."""
        self._gradebook.commit_batch()
        for student, prepared in self._waiting:
            place = self.place(student)
            if place.exists():
                rmtree(str(place))
            os.rename(prepared, place)
            self._converter.set_permissions(self._course.assignment_id, student)
        self._waiting.clear()
        self._since = time.monotonic()

    def close(self) -> None:
        """Forget what was not written."""
        with heeded():  # what closes a database takes an interrupt for a failure of its own
            self._forget()
            self._gradebook.close()

    def _forget(self) -> None:
        for _, prepared in self._waiting:
            shutil.rmtree(prepared, ignore_errors=True)
        self._waiting.clear()
        self._gradebook.db.rollback()

    def _enter_submission(self, student: str, assignment: str, submitted: str) -> None:
        """Make sure that the gradebook has the student and the submission.

        Raises
        ------
        MissingEntry
            If there is no such student and none may be made.
        """
        if self._converter.create_student:
            self._gradebook.update_or_create_student(student)
        else:
            self._gradebook.find_student(student)
        timestamp = self._course.get_existing_timestamp(submitted)
        known: dict[str, Any] = {"timestamp": timestamp} if timestamp else {}
        with self._gradebook.db.no_autoflush:  # nbgrader builds it before it adds it
            self._gradebook.update_or_create_submission(assignment, student, **known)

    def _enter_penalty(self, student: str, assignment: str, name: str) -> None:
        """Enter what lateness costs, by the course's plugin."""
        if self._penalties is None:
            return
        submission = self._gradebook.find_submission(assignment, student)
        notebook = self._gradebook.find_submission_notebook(name, assignment, student)
        late, penalty = submission.total_seconds_late, None
        if late > 0:
            self._gradebook.db.flush()
            self._gradebook.db.refresh(notebook)  # its score is a sum that the database makes
            score = notebook.score
            penalty = self._penalties.plugin_inst.late_submission_penalty(student, score, late)
            if penalty is not None:
                penalty = min(max(penalty, 0), score)
        notebook.late_submission_penalty = penalty

    def _lay_out(self, student: str, submitted: str, notebooks: dict[str, NotebookNode]) -> Path:
        """Write a submission's graded folder beside its place, and return where."""
        place = self.place(student)
        prepared = place.with_name(f".{place.name}.new")
        shutil.rmtree(prepared, ignore_errors=True)
        prepared.parent.mkdir(parents=True, exist_ok=True)
        unwanted = [*self._course.ignore, "*.ipynb"]
        shutil.copytree(submitted, prepared, ignore=shutil.ignore_patterns(*unwanted))
        assignment = self._course.assignment_id
        source = self._course.format_path(self._course.source_directory, ".", assignment)
        taken = self._converter.exclude_overwriting.get(assignment, [])
        for file in find_all_files(source, unwanted):
            name = os.path.relpath(file, source)
            if name not in taken:
                (prepared / name).parent.mkdir(parents=True, exist_ok=True)
                shutil.copy(file, prepared / name)
        for name, notebook in notebooks.items():
            nbformat.write(notebook, prepared / f"{name}.ipynb")
        return prepared
