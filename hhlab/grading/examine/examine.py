"""Grade one notebook: its student's cells run in a jailed kernel, then its tests run here.

The students' cells all run before the first test does. So nothing that a test tells the model, such
as a hidden value, can turn up in the outputs that the student gets to see.
"""

import contextlib
import functools
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import nbformat
from nbformat import NotebookNode
from traitlets import Unicode

from ...channel.hidden import course_key
from ...channel.language import Text, language_of, said, speaking
from ...channel.mistake import explained_by
from ..feedback.inert import Room, inert
from ..jail.bubblewrap import bubblewrap
from ..marks import Mark, Remarks, read, write
from ..parcel import packed
from ..regions import tests
from ..unit import Unit, load
from .examiner import Examiner, Verdict
from .interview import KernelGone
from .missing import why_none_of
from .performance import Performance, cut, error, no_message


class Examine(Performance):
    """nbgrader's Execute, with the tests taken out of the student's process.

    Set in ``c.Autograde.autograde_preprocessors``; verdicts go to
    :class:`~hhlab.grading.gradebook.scores.RecordScores` in the cells' metadata, which no student
    can write.
    """

    course_key = Unicode(
        course_key.get(), help="What the hidden values follow from; keep it to yourself"
    ).tag(config=True)

    def preprocess(
        self, nb: NotebookNode, resources: Any = None, km: Any = None
    ) -> tuple[NotebookNode, Any]:
        """Run the student's cells and examine the test cells of a repaired notebook.

        Raises
        ------
        NoJail
            If there is no jail and none was waived.
        """
        self.faults: dict[str, str] = {}  # of tests, by their names: for a rehearsal
        if self.jail:
            bubblewrap()
        with speaking(language_of(nb.metadata)):
            return self._graded(nb, resources, km)

    def _graded(self, nb: NotebookNode, resources: Any, km: Any) -> tuple[NotebookNode, Any]:
        """Grade a notebook; what there is to show gets into it at the end, when all has run.

        Kernels write into another one. Its outputs are taken before the first test: whatever comes
        later is from a kernel that may know hidden values.
        """
        remarks = read(Remarks, nb)
        if remarks and remarks.unread:
            self.seconds = {}
            self._write(nb, {}, [Verdict(False, remarks.unread, technical=True)] * len(tests(nb)))
            return nb, resources
        self.begin(nb, resources, km)
        try:
            self.start()
            with self.timed("student's cells"):
                self.perform()
            room = Room(self.notebook_output_limit, cut())
            shown = {index: inert(cell.outputs, room) for index, cell in self.students_cells()}
            verdicts = self._examine()
        except KeyboardInterrupt:  # else nbgrader would take what cannot be stopped for the cause
            with contextlib.suppress(Exception):
                self.stop()
            raise
        finally:
            self.stop()
        try:
            self._write(nb, shown, verdicts)
        except Exception as unfit:  # what cannot be stored is this submission's loss and no other's
            self.log.warning("Nothing could be stored of it: %s", type(unfit).__name__)
            verdict = _unanswered(no_message(unfit))
            self._write(nb, {index: [] for index in shown}, [verdict] * len(verdicts))
        return nb, self.resources

    def _write(
        self, nb: NotebookNode, shown: dict[int, list[NotebookNode]], verdicts: list[Verdict]
    ) -> None:
        """Put into a notebook what its student's cells have shown, and the tests' verdicts."""
        for index, outputs in shown.items():
            nb.cells[index].outputs, nb.cells[index].execution_count = outputs, None
        for cell, verdict in zip(tests(nb), verdicts, strict=True):
            _write(cell, verdict, load(self.unit))
        nbformat.validate(nb)
        packed(nb).encode()

    def _examine(self) -> list[Verdict]:
        """Run all visible parts of the tests, then the hidden parts of those that passed."""
        why_none = functools.partial(why_none_of, self.nb.cells)
        unit = load(self.unit)
        examiner = Examiner(self._send, unit, self.places(), why_none)
        token = course_key.set(self.course_key)
        try:
            with explained_by(unit.explains):
                return self._verdicts(examiner, tests(self.nb))
        finally:
            course_key.reset(token)

    def _verdicts(self, examiner: Examiner, cells: list[NotebookNode]) -> list[Verdict]:
        with self.timed("visible tests"):
            self._ask_together(examiner.ask_visible, cells)
            verdicts = [self._verdict(examiner.visible, cell) for cell in cells]
        both = list(zip(cells, verdicts, strict=True))
        passed = [cell for cell, seen in both if seen.passed]
        with self.timed("hidden tests"):
            self._ask_together(examiner.ask_hidden, passed)
            return [
                replace(self._verdict(examiner.hidden, cell), printed=seen.printed)
                if seen.passed
                else seen
                for cell, seen in both
            ]

    def _ask_together(self, ask: Callable[[list[str]], None], cells: list[NotebookNode]) -> None:
        """Have the kernel answer in one go; one that dies of it is asked one by one later."""
        try:
            if self.runs:
                ask([cell.source for cell in cells])
        except KernelGone as gone:
            self.log.info("Not everything could be asked at once: %s", self.excuse(str(gone)))
            self._restarts_left += 1  # this try is ours, and costs the model nothing
            self.stop()

    def _verdict(self, examine: Callable[[str], Verdict], cell: NotebookNode) -> Verdict:
        try:
            if not self.runs:
                self.replace_kernel()
            verdict = examine(cell.source)
            if verdict.fault:
                self.faults[cell.metadata.nbgrader.grade_id] = verdict.fault
            return verdict
        except KernelGone as gone:
            verdict = _unanswered(self.excuse(str(gone)))
            self.log.warning("%s: %s", cell.metadata.nbgrader.grade_id, verdict.sentence)
            self.stop()
            return verdict

    def _send(self, expression: str) -> dict[str, Any]:
        return self.ask(expression, self.probe_timeout)


def _write(cell: NotebookNode, verdict: Verdict, unit: Unit) -> None:
    """Put a verdict into a test cell: outputs for people, metadata for the gradebook."""
    cell.outputs, sentence = [], said(verdict.sentence)
    if verdict.printed:
        cell.outputs.append(nbformat.v4.new_output("stream", name="stdout", text=verdict.printed))
    if not verdict.passed:
        cell.outputs.append(error("CheckFailed", sentence))
        if shown := unit.picture(verdict.evidence, sentence):
            cell.outputs.append(shown)
    mistakes = tuple(said(name) for name in verdict.mistakes)
    write(cell, Mark(verdict.passed, verdict.technical, sentence, mistakes))


def _unanswered(why: str) -> Verdict:
    return Verdict(False, Text("Your model did not answer: {why}.", why=why), technical=True)
