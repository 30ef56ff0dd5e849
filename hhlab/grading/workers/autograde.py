"""nbgrader's autograde, with many submissions at a time."""

import os
import re
from collections.abc import Iterator, Sequence
from concurrent.futures import Executor
from contextlib import closing, contextmanager
from functools import partial
from pathlib import Path

from nbformat import NotebookNode
from nbgrader.converters import Autograde
from nbgrader.converters.base import NbGraderException
from nbgrader.preprocessors import AssignLatePenalties, CheckCellMetadata
from sqlalchemy.exc import OperationalError
from traitlets import Integer, Unicode

from ..database import NoGradebook, usable
from ..examine.examine import Examine
from ..examine.rehearsal import Rehearsal
from ..examine.settings import settings, software
from ..gradebook.ledger import Ledger
from ..gradebook.scores import RecordScores
from ..interrupt import Heed, heeded
from ..jail.bubblewrap import NoJail
from ..jail.machine import NotFit, refuse, together
from ..marks import said_of
from ..parcel import packed, unpacked
from ..submissions.exporter import SubmissionExporter
from ..submissions.left import is_done, is_newer
from .cluster import NoCluster, connected
from .job import Job, Result, WrongVersion, prepare
from .progress import Bar, progress
from .workers import Processes, grade_all

KNOWN = (Examine, RecordScores, AssignLatePenalties, CheckCellMetadata)
"""The steps of a grading that workers and ledger take."""


class ParallelAutograde(Autograde):
    """nbgrader's converter, whose submissions are graded by many workers and written by one.

    Its hooks are called once, before the first submission and after the last.
    """

    workers = Integer(
        len(os.sched_getaffinity(0)), min=1, help="How many submissions to grade at a time"
    ).tag(config=True)
    scheduler = Unicode(
        "", help="Address of a Dask scheduler, tcp://…, whose workers grade; else processes here do"
    ).tag(config=True)

    exporter: SubmissionExporter
    workers_rehearse = True

    def convert_notebooks(self) -> None:
        """Grade what is not graded yet, and write results as they come.

        Raises
        ------
        NbGraderException
            If a submission could not be graded, or results could not be written; what could is.
        """
        self._refuse_unknown_steps()
        self.run_pre_convert_hook()
        try:
            with (
                usable(self.coursedir),
                closing(Ledger(self)) as ledger,
                progress(self.log, len(self.assignments)) as bar,
            ):
                self._grade(ledger, bar)
        except (NoGradebook, OSError, OperationalError) as error:
            raise self._stopped(f"{error}. What was written is kept; run the same again") from error
        except (NoCluster, NotFit, NoJail, WrongVersion, NbGraderException) as error:
            raise self._stopped(str(error)) from error
        self.run_post_convert_hook()
        if bar.failed:
            raise self._stopped(f"these could not be graded: {', '.join(bar.failed)}")

    def _grade(self, ledger: Ledger, bar: Bar) -> None:
        """Have jobs graded, and enter submissions whose notebooks are all there."""
        rehearsal = self.exporter.rehearsal()
        complete: dict[str, dict[str, NotebookNode]] = {}
        try:
            with self._executor(rehearsal) as (executor, at_once), heeded() as heed:
                jobs = self._jobs(ledger, bar, rehearsal, heed)
                for job, result in grade_all(jobs, executor, at_once, heed):
                    try:
                        notebook, said = opened(result)
                    except Exception as error:
                        self.log.error("%s could not be graded: %s", job.student, error)
                        bar.fail(job.student)
                        continue
                    for level, sentence in said:
                        self.log.log(level, "%s: %s", job.student, sentence)
                    notebooks = complete.setdefault(job.student, {})
                    notebooks[job.name] = notebook
                    if len(notebooks) == len(self._names(job.student)):
                        ledger.enter(job.student, self._folder(job.student), notebooks)
                        del complete[job.student]
                        bar.advance()
        finally:
            with heeded():
                ledger.write()  # also what was graded before Ctrl-C

    def _jobs(self, ledger: Ledger, bar: Bar, rehearsal: Rehearsal, heed: Heed) -> Iterator[Job]:
        """Yield what there is to be graded, prepared as it is asked for."""
        kept = settings(self.config)
        version = software(kept)
        excluded = self.coursedir.student_id_exclude.split(",")
        for folder in self.exporter.in_turn():
            heed()
            student = self._student(folder)
            notebooks = {name: self.exporter.rebuilt(folder, name) for name in self._names(student)}
            jobs = [
                Job(student, name, packed(notebook), rehearsal, kept, version)
                for name, notebook in notebooks.items()
            ]
            place = ledger.place(student)
            done = all(is_done(place, each.name, each.key) for each in jobs)
            done = done and not self.force and not is_newer(folder, place)
            if student in excluded or (done and ledger.settle(student, folder, notebooks)):
                self.log.info("Skipping %s", place)
                bar.skip()
                continue
            for notebook in notebooks.values():
                for sentence in said_of(notebook):
                    self.log.warning("%s: %s", student, sentence)
            yield from jobs

    @contextmanager
    def _executor(self, rehearsal: Rehearsal) -> Iterator[tuple[Executor, int]]:
        """Have an executor, and how many jobs to give it at one time."""
        if self.scheduler:
            kept = settings(self.config)
            first = partial(prepare, rehearsal, kept, software(kept))
            with connected(self.scheduler, first) as (executor, kernels):
                yield executor, 4 * kernels
        else:
            refuse(together())
            with Processes(self.workers) as executor:
                yield executor, self.workers

    def _refuse_unknown_steps(self) -> None:
        unknown = [each for each in self.autograde_preprocessors if each not in KNOWN]
        if unknown:
            names = ", ".join(getattr(each, "__name__", str(each)) for each in unknown)
            raise self._stopped(f"workers do not know {names}: use 'nbgrader autograde' instead")

    def _stopped(self, why: str) -> NbGraderException:
        self.log.error("Stopped: %s", why)
        return NbGraderException(why)

    def _folder(self, student: str) -> str:
        return str(self._format_source(self.coursedir.assignment_id, student))

    def _student(self, folder: str) -> str:
        pattern = self._format_source(".*", "(?P<student>.*)", escape=True)
        found = re.match(pattern, folder)
        assert found is not None
        return found["student"]

    def _names(self, student: str) -> list[str]:
        return [Path(path).stem for path in self.assignments[self._folder(student)]]


def opened(result: Result | Exception) -> tuple[NotebookNode, Sequence[tuple[int, str]]]:
    """Return the notebook of a worker's result, if it can be written, and what is to be logged.

    Raises
    ------
    Exception
        What the worker raised, or why the notebook is none that can be written.
    """
    if isinstance(result, Exception):
        raise result
    result.notebook.encode()
    return unpacked(result.notebook), result.said
