"""Run a student's cells in the kernel, up to the limits, and again where a kernel died."""

import contextlib
import copy
import itertools
import json
from typing import Any

import nbformat
from nbclient.exceptions import CellTimeoutError, DeadKernelError
from nbformat import NotebookNode
from traitlets import Integer

from ...channel.failure import framed
from ...channel.language import Text, language_of, said
from ..jail.connection import PromptClient
from ..regions import is_test
from ..unit import load
from .interview import KernelGone
from .session import ANSWER, Session

CALL = "__import__({module!r}, fromlist=[{function!r}]).{function}"
"""A function, in the student's kernel."""
OUTPUTS = ("stream", "display_data", "update_display_data", "execute_result", "error")
KNOWN = (*OUTPUTS, "status", "execute_input", "clear_output")


class Performance(Session):
    """A session in which a student's cells run: all that are no tests, in their order."""

    output_limit = Integer(2**20, help="Characters of output that one cell may have").tag(
        config=True
    )
    notebook_output_limit = Integer(8 * 2**20, help="The same for all cells of a notebook").tag(
        config=True
    )

    def begin(self, nb: NotebookNode, resources: Any, km: Any) -> None:
        """Begin with a notebook, which the kernels write into; keep another as it was handed in."""
        super().begin(copy.deepcopy(nb), resources, km)
        self._handed_in, self._skipped, self._ended_well = nb, set[int](), False
        self._notebook_room = self.notebook_output_limit

    def start(self) -> None:
        """Start a kernel, and prepare it."""
        super().start()
        if prepare := load(self.unit).prepare:
            self._tell(call(prepare, f"({language_of(self.nb.metadata)!r})"))

    def students_cells(self) -> list[tuple[int, NotebookNode]]:
        """Return the code cells that are no tests, with their numbers in the notebook."""
        return [
            (index, cell)
            for index, cell in enumerate(self.nb.cells)
            if cell.cell_type == "code" and not is_test(cell)
        ]

    def places(self) -> dict[str, int]:
        """Return after how many of the student's cells each test stands, by its source."""
        places, before = {}, 0
        for cell in self.nb.cells:
            if is_test(cell):
                places[cell.source] = before
            before += cell.cell_type == "code" and not is_test(cell)
        return places

    def perform(self) -> None:
        """Run every cell that is not a test, in order; a kernel that dies is replaced."""
        for index, cell in self.students_cells():
            try:
                ended = self._why_ended(cell, index)
                if ended:
                    self._skipped.add(index)
                    cell.outputs.append(
                        error("KernelEnded", Text("While this cell ran, {what}.", what=ended))
                    )
                    self.replace_kernel(before=index)
            except KernelGone as gone:
                self.log.warning("Cell %s: %s; the cells after it were not run", index, gone)
                cell.outputs.append(error("NotRun", Text("Not run further: {why}.", why=str(gone))))
                return

    def replace_kernel(self, before: int | None = None) -> None:
        """Start a fresh kernel and bring it to where the old one was, less what ended that.

        What it puts out meanwhile goes into a notebook of its own, and from there nowhere.

        Raises
        ------
        KernelGone
            As :meth:`restart`, or if it dies of what the old one lived through.
        """
        self.restart()
        first = self.nb
        self.nb = copy.deepcopy(self._handed_in)
        before = len(first.cells) if before is None else before
        try:
            for index, cell in self.students_cells():
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
            return no_message(malformed)
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
        if not any(map(is_test, itertools.islice(later, 1))):
            return ""
        place = sum(before <= index for before, _ in self.students_cells())
        return call("hhlab.channel.reply:remember", f"(get_ipython().user_ns, {place})")

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
            outputs[-1] = cut()

    def process_message(self, msg: Any, cell: NotebookNode, cell_index: int) -> Any:
        """Keep what a cell puts out, up to the limits; what is no output is not even named."""
        if msg["msg_type"] not in KNOWN:
            return None  # widgets of a graded notebook have nobody to talk to
        if msg["msg_type"] in OUTPUTS:
            before, size = self._output_size, len(json.dumps(msg["content"]))
            self._output_size, self._notebook_room = before + size, self._notebook_room - size
            if self._output_size > self._output_room:
                if before <= self._output_room:
                    cell.outputs.append(cut())
                return None
        elif msg["msg_type"] == "clear_output" and self._output_size > self._output_room:
            return None  # what was cut off must not look as if it had never been
        return super().process_message(msg, cell, cell_index)


def call(function: str, arguments: str) -> str:
    """Return the call of a function, ``module:function``, in the student's kernel."""
    module, _, name = function.partition(":")
    return CALL.format(module=module, function=name) + arguments


def no_message(malformed: Exception) -> str:
    """Return the sentence for what a hostile kernel sends."""
    kind = type(malformed).__name__
    return Text("the kernel sent something that is no message ({kind})", kind=kind)


def cut() -> NotebookNode:
    """Return the output that stands where the rest is left out."""
    return error("TooMuchOutput", Text("The rest of the output was cut off."))


def error(name: str, sentence: str) -> NotebookNode:
    """Return an error of the grader's, as a cell's output."""
    sentence = said(sentence)
    return nbformat.v4.new_output(
        "error", ename=name, evalue=sentence.split("\n")[0], traceback=[framed(sentence)]
    )
