"""``hhlab feedback``: nbgrader's generate_feedback, for many submissions at a time."""

import concurrent.futures
import logging
import math
import multiprocessing
import os
import shutil
import sys
from collections.abc import Collection, Sequence
from concurrent.futures import ProcessPoolExecutor
from pathlib import Path
from typing import Any, ClassVar

from nbgrader.apps.generatefeedbackapp import GenerateFeedbackApp, aliases, flags
from nbgrader.converters import GenerateFeedback
from nbgrader.converters.base import NbGraderException
from nbgrader.utils import rmtree
from rich.console import Console
from rich.progress import Progress
from traitlets import Integer, default

from ..arguments import take_assignment
from ..database import NoGradebook, look_at, usable
from ..interrupt import Heed, heeded, unheard
from .stale import stale

SHARE = 10
"""How many submissions a process takes at a time, at most."""
FEW = 5
"""So many are made in this process: another takes longer to begin than they do."""


class Share(GenerateFeedback):
    """nbgrader's converter, for some of the submissions.

    Parameters
    ----------
    folders : collection of str
        Those whose pages are to be made.
    heed : callable
        Where Ctrl-C may end this.
    """

    assignments: dict[str, list[str]]
    renews = True

    def __init__(self, folders: Collection[str], heed: Heed, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self._folders, self._heed = folders, heed

    def init_notebooks(self) -> None:
        """Find the notebooks of these submissions."""
        super().init_notebooks()
        self.assignments = {each: self.assignments[each] for each in self._folders}

    def init_destination(self, assignment_id: str, student_id: str) -> bool:
        """Have a page made anew that tells of something that has changed since."""
        if not self.force and stale(self.coursedir, assignment_id, student_id):
            rmtree(self._format_dest(assignment_id, student_id))
        return bool(super().init_destination(assignment_id, student_id))

    def convert_single_notebook(self, filename: str) -> None:
        """Make a page; end this process's share where the gradebook cannot be used any more."""
        self._heed()
        try:
            with usable(self.coursedir):
                super().convert_single_notebook(filename)
        except NoGradebook as why:  # nbgrader would take it for this student's failure
            if self.coursedir.notebook_id == "*":  # else nothing is there yet
                student = Path(filename).parent.parent.name
                place = self._format_dest(self.coursedir.assignment_id, student)
                shutil.rmtree(place, ignore_errors=True)
            self.parent.fail(f"Stopped: {why}. What is made is kept; run the same to go on.")


class ParallelFeedback(GenerateFeedback):
    """nbgrader's converter, whose pages are made by several processes."""

    renews = True
    workers = Integer(
        len(os.sched_getaffinity(0)), min=1, help="How many processes make pages"
    ).tag(config=True)

    def convert_notebooks(self) -> None:
        """Make the pages.

        Raises
        ------
        NbGraderException
            If a page could not be made; all others are.
        """
        folders = sorted(self.assignments)
        made = self._here(folders) if len(folders) <= FEW else self._by_processes(folders)
        if not made:
            raise NbGraderException("some feedback pages could not be made, see above")

    def _here(self, folders: list[str]) -> bool:
        with heeded() as heed:
            return make(self.parent, folders, heed)

    def _by_processes(self, folders: list[str]) -> bool:
        size = min(SHARE, math.ceil(len(folders) / self.workers))
        shares = [folders[first : first + size] for first in range(0, len(folders), size)]
        console = Console(stderr=True)
        spawn = multiprocessing.get_context("spawn")
        with (
            ProcessPoolExecutor(min(self.workers, len(shares)), spawn) as executor,
            Progress(console=console, disable=not console.is_terminal) as bar,
        ):
            task = bar.add_task("feedback", total=len(folders))
            with unheard():
                running = {executor.submit(generate, self.parent.arguments, s): s for s in shares}
            made = True
            try:
                for share in concurrent.futures.as_completed(running):
                    made &= share.result()
                    bar.advance(task, len(running[share]))
            except KeyboardInterrupt:
                executor.shutdown(cancel_futures=True)  # once what is begun is whole
                raise
        return made


class ParallelFeedbackApp(GenerateFeedbackApp):
    """nbgrader's generate_feedback, with its options, and one more."""

    name = "hhlab feedback"
    description = "Make feedback pages, many at a time; options mean what they mean in nbgrader"
    aliases: ClassVar = {**aliases, "workers": "ParallelFeedback.workers"}
    flags: ClassVar = flags
    examples = """
        Make pages of what is in autograded/*/hh-model, on all cores of this machine:

            hhlab feedback hh-model

        For one student, again:

            hhlab feedback hh-model --student ada --force
        """

    @default("classes")
    def _classes_default(self) -> list[type]:
        return [*super()._classes_default(), ParallelFeedback]

    @default("log_level")
    def _log_level_default(self) -> int:
        return logging.WARNING

    def initialize(self, argv: list[str] | None = None) -> None:
        """Read arguments and configuration."""
        self.arguments = sys.argv[1:] if argv is None else argv
        super().initialize(argv)

    def start(self) -> None:
        """Make the pages of the assignment that the arguments name."""
        take_assignment(self)
        try:
            look_at(self.coursedir)
            ParallelFeedback(coursedir=self.coursedir, parent=self).start()
        except NoGradebook as why:
            self.log.error("No page was made. %s.", why)
            sys.exit(1)
        except NbGraderException:
            sys.exit(1)
        except KeyboardInterrupt:
            self.log.error("Stopped by Ctrl-C. What is made is kept; run the same to go on.")
            sys.exit(130)


def generate(arguments: Sequence[str], folders: Collection[str]) -> bool:
    """Make the pages of some submissions in a process that does nothing else.

    A course's configuration may hold what cannot be sent to a process, such as a class. So each
    reads it itself.
    """
    app = ParallelFeedbackApp()
    app.initialize(list(arguments))
    take_assignment(app)
    return make(app, folders, heed=lambda: None)  # who started us hears of Ctrl-C


def make(app: ParallelFeedbackApp, folders: Collection[str], heed: Heed) -> bool:
    """Make the pages of some submissions; return whether all could be made."""
    try:
        Share(folders, heed, coursedir=app.coursedir, parent=app).start()
    except (NbGraderException, SystemExit):  # which is how nbgrader's applications fail
        return False
    return True


def main(arguments: list[str]) -> Any:
    """Run the command."""
    return ParallelFeedbackApp.launch_instance(argv=arguments)
