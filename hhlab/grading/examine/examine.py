"""Grade one notebook: its student's cells run in a jailed kernel, then its tests run here.

The students' cells all run before the first test does. So nothing that a test tells the model, such
as a hidden value, can turn up in the outputs that the student gets to see.
"""

import contextlib
import copy
import functools
import json
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import nbformat
from nbclient.exceptions import CellTimeoutError, DeadKernelError
from nbformat import NotebookNode
from traitlets import Integer, Unicode

from ...channel.failure import framed
from ...channel.hidden import course_key
from ...channel.language import Text, language_of, said, speaking
from ..feedback.inert import Room, inert
from ..jail.bubblewrap import bubblewrap
from ..jail.connection import PromptClient
from ..marks import Mark, Remarks, read, write
from ..regions import is_test
from ..unit import Unit, load
from .examiner import Examiner, Verdict
from .interview import KernelGone
from .missing import why_none_of
from .session import ANSWER, Session

CALL = "__import__({module!r}, fromlist=[{function!r}]).{function}"
"""A function, in the student's kernel."""
OUTPUTS = ("stream", "display_data", "update_display_data", "execute_result", "error")
KNOWN = (*OUTPUTS, "status", "execute_input", "clear_output")


class Examine(Session):
    """nbgrader's Execute, with the tests taken out of the student's process.

    Set in ``c.Autograde.autograde_preprocessors``; verdicts go to
    :class:`~hhlab.grading.gradebook.scores.RecordScores` in the cells' metadata, which no student
    can write.
    """

    course_key = Unicode(
        course_key.get(), help="What the hidden values follow from; keep it to yourself"
    ).tag(config=True)
    output_limit = Integer(2**20, help="Characters of output that one cell may have").tag(
        config=True
    )
    notebook_output_limit = Integer(8 * 2**20, help="The same for all cells of a notebook").tag(
        config=True
    )

    def preprocess(
        self, nb: NotebookNode, resources: Any = None, km: Any = None
    ) -> tuple[NotebookNode, Any]:
        """Run the student's cells and examine the test cells of a repaired notebook.

        Raises
        ------
        NoJail
            If there is no jail and none was waived.
        """
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
        self._handed_in, self._skipped, self._ended_well = nb, set[int](), False
        self._notebook_room = self.notebook_output_limit
        self.begin(copy.deepcopy(nb), resources, km)
        try:
            self.start()
            with self.timed("student's cells"):
                self._perform()
            room = Room(self.notebook_output_limit, _cut())
            shown = {index: inert(cell.outputs, room) for index, cell in self._students_cells()}
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
            verdict = _unanswered(_no_message(unfit))
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
        nbformat.writes(nb).encode()

    def start(self) -> None:
        """Start a kernel, and prepare it."""
        super().start()
        if prepare := load(self.unit).prepare:
            self._tell(_call(prepare, f"({language_of(self.nb.metadata)!r})"))

    # -- perform ----------------------------------------------------------------------------------

    def _students_cells(self) -> list[tuple[int, NotebookNode]]:
        return [
            (index, cell)
            for index, cell in enumerate(self.nb.cells)
            if cell.cell_type == "code" and not is_test(cell)
        ]

    def _places(self) -> dict[str, int]:
        """Return after how many of the student's cells each test stands, by its source."""
        places, before = {}, 0
        for cell in self.nb.cells:
            if is_test(cell):
                places[cell.source] = before
            before += cell.cell_type == "code" and not is_test(cell)
        return places

    def _perform(self) -> None:
        """Run every cell that is not a test, in order; a kernel that dies is replaced."""
        for index, cell in self._students_cells():
            try:
                ended = self._why_ended(cell, index)
                if ended:
                    self._skipped.add(index)
                    cell.outputs.append(
                        _error("KernelEnded", Text("While this cell ran, {what}.", what=ended))
                    )
                    self._replace(before=index)
            except KernelGone as gone:
                self.log.warning("Cell %s: %s; the cells after it were not run", index, gone)
                cell.outputs.append(
                    _error("NotRun", Text("Not run further: {why}.", why=str(gone)))
                )
                return

    def _replace(self, before: int | None = None) -> None:
        """Start a fresh kernel and bring it to where the old one was, less what ended that.

        What it puts out meanwhile goes into a notebook of its own, and from there nowhere.
        """
        self.restart()
        first = self.nb
        self.nb = copy.deepcopy(self._handed_in)
        before = len(first.cells) if before is None else before
        try:
            for index, cell in self._students_cells():
                if index < before and index not in self._skipped and self._why_ended(cell, index):
                    raise KernelGone(Text("the kernel died again"))
        finally:
            self.nb = first
            self.reset_execution_trackers()  # a display of the rerun is none of the first's

    def _why_ended(self, cell: NotebookNode, index: int) -> str:
        """Run one of the student's cells; return why the kernel has to be replaced, or nothing."""
        self._output_size, self._output_room = 0, min(self.output_limit, self._notebook_room)
        self.timeout_func = lambda _: self.remaining(self.timeout)
        try:
            self._execute(cell, index)
        except KernelGone:
            raise
        except DeadKernelError:
            return self.excuse(Text("the kernel died"))
        except CellTimeoutError:
            return Text("its output was too large for one piece, or did not end")
        except Exception as malformed:  # what a hostile kernel sends may make anything raise
            return _no_message(malformed)
        if any(output.get("ename") == "CellTimeoutError" for output in cell.outputs):
            late = Text("it did not end within {seconds} s", seconds=self.timeout)
            return "" if self.responds() else late
        return ""

    def _execute(self, cell: NotebookNode, index: int) -> None:
        """Run a cell, and where a test follows have the kernel remember what names mean after it.

        That goes with the cell; a cell that is empty or stops with an error takes nothing along.
        """
        remember = self._remembering(index)
        assert isinstance(self.kc, PromptClient)
        self.kc.also, self._ended_well = {ANSWER: remember} if remember else {}, False
        try:
            self.execute_cell(cell, index, store_history=True)
        finally:
            self.kc.also = {}
        if remember and not self._ended_well:
            self._tell(remember)

    def _remembering(self, index: int) -> str:
        """Return what has the kernel remember names after this cell, if a test follows it."""
        later = (cell for cell in self.nb.cells[index + 1 :] if cell.cell_type == "code")
        if not is_test(next(later, nbformat.v4.new_markdown_cell())):
            return ""
        place = sum(before <= index for before, _ in self._students_cells())
        return _call("hhlab.channel.reply:remember", f"(get_ipython().user_ns, {place})")

    def _tell(self, expression: str) -> None:
        """Have the kernel evaluate something; where it cannot, the next cell will say so."""
        with contextlib.suppress(KernelGone):
            self.ask(expression, self.timeout)

    def on_cell_executed(self, **kwargs: Any) -> None:
        """Add a reply's error to a cell's outputs, as nbgrader does, unless it is too large."""
        super().on_cell_executed(**kwargs)
        self._ended_well = kwargs["execute_reply"]["content"].get("status") == "ok"
        outputs = kwargs["cell"].outputs
        if outputs and len(json.dumps(outputs[-1])) > self.output_limit:
            outputs[-1] = _cut()

    def process_message(self, msg: Any, cell: NotebookNode, cell_index: int) -> Any:
        """Keep what a cell puts out, up to the limits; what is no output is not even named."""
        if msg["msg_type"] not in KNOWN:
            return None  # widgets of a graded notebook have nobody to talk to
        if msg["msg_type"] in OUTPUTS:
            before, size = self._output_size, len(json.dumps(msg["content"]))
            self._output_size, self._notebook_room = before + size, self._notebook_room - size
            if self._output_size > self._output_room:
                if before <= self._output_room:
                    cell.outputs.append(_cut())
                return None
        elif msg["msg_type"] == "clear_output" and self._output_size > self._output_room:
            return None  # what was cut off must not look as if it had never been
        return super().process_message(msg, cell, cell_index)

    # -- examine ----------------------------------------------------------------------------------

    def _examine(self) -> list[Verdict]:
        """Run all visible parts of the tests, then the hidden parts of those that passed."""
        cells = [cell for _, cell in self._students_cells()]
        why_none = functools.partial(why_none_of, cells)
        examiner = Examiner(self._send, load(self.unit), self._places(), why_none)
        token = course_key.set(self.course_key)
        try:
            cells = tests(self.nb)
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
        finally:
            course_key.reset(token)

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
                self._replace()
            return examine(cell.source)
        except KernelGone as gone:
            verdict = _unanswered(self.excuse(str(gone)))
            self.log.warning("%s: %s", cell.metadata.nbgrader.grade_id, verdict.sentence)
            self.stop()
            return verdict

    def _send(self, expression: str) -> dict[str, Any]:
        return self.ask(expression, self.probe_timeout)


def tests(notebook: NotebookNode) -> list[NotebookNode]:
    """Return a notebook's locked grade cells."""
    return [cell for cell in notebook.cells if is_test(cell)]


def _write(cell: NotebookNode, verdict: Verdict, unit: Unit) -> None:
    """Put a verdict into a test cell: outputs for people, metadata for the gradebook."""
    cell.outputs, sentence = [], said(verdict.sentence)
    if verdict.printed:
        cell.outputs.append(nbformat.v4.new_output("stream", name="stdout", text=verdict.printed))
    if not verdict.passed:
        cell.outputs.append(_error("CheckFailed", sentence))
        if shown := unit.picture(verdict.evidence, sentence):
            cell.outputs.append(shown)
    mistakes = tuple(said(name) for name in verdict.mistakes)
    write(cell, Mark(verdict.passed, verdict.technical, sentence, mistakes))


def _call(function: str, arguments: str) -> str:
    """Return the call of a function, ``module:function``, in the student's kernel."""
    module, _, name = function.partition(":")
    return CALL.format(module=module, function=name) + arguments


def _unanswered(why: str) -> Verdict:
    return Verdict(False, Text("Your model did not answer: {why}.", why=why), technical=True)


def _no_message(malformed: Exception) -> str:
    kind = type(malformed).__name__
    return Text("the kernel sent something that is no message ({kind})", kind=kind)


def _cut() -> NotebookNode:
    return _error("TooMuchOutput", Text("The rest of the output was cut off."))


def _error(name: str, sentence: str) -> NotebookNode:
    sentence = said(sentence)
    return nbformat.v4.new_output(
        "error", ename=name, evalue=sentence.split("\n")[0], traceback=[framed(sentence)]
    )
