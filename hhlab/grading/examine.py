"""Grade one notebook: its student's cells run in a jailed kernel, then its tests run here.

The students' cells all run before the first test does. So nothing that a test tells the model, such
as a hidden stimulus, can turn up in the outputs that the student gets to see.
"""

import os
import time
from collections.abc import Callable
from dataclasses import replace
from queue import Empty
from typing import Any

import nbformat
from jupyter_client.manager import AsyncKernelManager
from jupyter_client.utils import run_sync
from nbclient.client import NotebookClient
from nbclient.exceptions import CellTimeoutError, DeadKernelError
from nbformat import NotebookNode
from nbgrader.preprocessors import Execute
from nbgrader.utils import is_grade, is_locked
from traitlets import Bool, Integer, Unicode

from ..stimulus import course_key
from ..verdict import framed
from .feedback import inert
from .jail import GradingSpecs, JailProvisioner, bubblewrap
from .remote import KernelGone
from .verdicts import Examiner, Verdict

ANSWER = "hhlab_answer"
LARGEST_MESSAGE = 16 * 2**20
MOST_MESSAGES = 100
OUTPUTS = ("stream", "display_data", "update_display_data", "execute_result", "error")


class Examine(Execute):
    """nbgrader's Execute, with the tests taken out of the student's process.

    Set in ``c.Autograde.autograde_preprocessors``; the verdicts go to
    :class:`hhlab.grading.record.RecordScores` in the cells' metadata, which no student can write.
    """

    course_key = Unicode(
        course_key.get(), help="What the hidden stimuli follow from; keep it to yourself"
    ).tag(config=True)
    notebook_timeout = Integer(300, help="Seconds for one notebook, tests included").tag(
        config=True
    )
    probe_timeout = Integer(30, help="Seconds for one question to the model").tag(config=True)
    restarts = Integer(12, help="How often a dead kernel is replaced").tag(config=True)
    output_limit = Integer(2**20, help="Characters of output that one cell may have").tag(
        config=True
    )
    jail = Bool(
        help="Whether the kernel is jailed. Switch it off only for code that you trust."
    ).tag(config=True)

    shutdown_kernel = "immediate"

    def _jail_default(self) -> bool:
        return os.environ.get("HHLAB_NO_JAIL", "") != "1"

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
        else:
            self.log.warning("NO JAIL: this submission's code can read and change your files")
        NotebookClient.__init__(self, nb, km)
        self._check_assign_resources(resources)
        self._deadline = time.monotonic() + self.notebook_timeout
        self._skipped: set[int] = set()
        self._restarts_left = self.restarts
        try:
            self._start()
            self._perform()
            for _, cell in self._students_cells():
                cell.outputs, cell.execution_count = inert(cell.outputs), None
            self._examine()
        finally:
            self._stop()
        return nb, self.resources

    # -- the kernel -------------------------------------------------------------------------------

    def create_kernel_manager(self) -> AsyncKernelManager:
        """Return a manager for the grading kernel, whatever kernel the notebook names."""
        provisioner = "hhlab-jail" if self.jail else "local-provisioner"
        specs = GradingSpecs(provisioner=provisioner, parent=self)
        self.km = AsyncKernelManager(kernel_spec_manager=specs, kernel_name="graded", parent=self)
        # A kernel that floods its sockets is cut off before it fills the grader's memory.
        self.km.context.MAXMSGSIZE = LARGEST_MESSAGE
        self.km.context.RCVHWM = MOST_MESSAGES
        return self.km

    def _start(self) -> None:
        self.reset_execution_trackers()
        self.create_kernel_manager()
        self.start_new_kernel()
        self.start_new_kernel_client()

    def _stop(self) -> None:
        if self.km is not None:
            self._cleanup_kernel()
        self.km, self.kc = None, None  # type: ignore[assignment]  # as nbclient leaves them

    def _replace(self) -> None:
        """Start a fresh kernel and bring it to where the old one was, less what ended that."""
        if self._restarts_left == 0:
            raise KernelGone("the kernel died too often")
        self._restarts_left -= 1
        self._stop()
        self._start()
        for index, cell in self._students_cells():
            if index not in self._skipped:
                ended = self._why_ended(nbformat.v4.new_code_cell(cell.source), index)
                self.nb.cells[index] = (
                    cell  # nbclient puts there what it ran; keep the first outputs
                )
                if ended:
                    raise KernelGone("the kernel died again")

    def _remaining(self, limit: float) -> float:
        left = self._deadline - time.monotonic()
        if left <= 0:
            raise KernelGone(f"the notebook took more than {self.notebook_timeout} s in all")
        return min(limit, left)

    def _excuse(self, otherwise: str) -> str:
        """Return why the kernel ended, as the jail saw it."""
        provisioner = self.km.provisioner if self.km else None
        exceeded = provisioner.exceeded if isinstance(provisioner, JailProvisioner) else ""
        return f"it was stopped: {exceeded}" if exceeded else otherwise

    # -- perform ----------------------------------------------------------------------------------

    def _students_cells(self) -> list[tuple[int, NotebookNode]]:
        return [
            (index, cell)
            for index, cell in enumerate(self.nb.cells)
            if cell.cell_type == "code" and not _is_test(cell)
        ]

    def _perform(self) -> None:
        """Run every cell that is not a test, in order; a kernel that dies is replaced."""
        for index, cell in self._students_cells():
            try:
                ended = self._why_ended(cell, index)
                if ended:
                    self._skipped.add(index)
                    cell.outputs.append(_error("KernelEnded", f"While this cell ran, {ended}."))
                    self._replace()
            except KernelGone as gone:
                self.log.warning("Cell %s: %s; the cells after it were not run", index, gone)
                cell.outputs.append(_error("NotRun", f"Not run further: {gone}."))
                return

    def _why_ended(self, cell: NotebookNode, index: int) -> str:
        """Run one of the student's cells; return why the kernel has to be replaced, or nothing."""
        self._output_size = 0
        self.timeout_func = lambda _: self._remaining(self.timeout)
        try:
            self.execute_cell(cell, index, store_history=True)
        except KernelGone:
            raise
        except DeadKernelError:
            return self._excuse("the kernel died")
        except CellTimeoutError:
            return f"its output did not end within {self.timeout} s"
        except Exception as malformed:  # what a hostile kernel sends may make anything raise
            return f"the kernel sent something that is no message ({type(malformed).__name__})"
        if any(output.get("ename") == "CellTimeoutError" for output in cell.outputs):
            return "" if self._responds() else f"it did not end within {self.timeout} s"
        return ""

    def _responds(self) -> bool:
        """Return whether the kernel is idle again, shortly after an interrupt."""
        try:
            self._ask("None", 5)
        except KernelGone:
            return False
        return True

    def process_message(self, msg: Any, cell: NotebookNode, cell_index: int) -> Any:
        """Keep what a cell puts out, up to the limit."""
        if msg["msg_type"] in OUTPUTS:
            before, self._output_size = (
                self._output_size,
                self._output_size + len(str(msg["content"])),
            )
            if self._output_size > self.output_limit:
                if before <= self.output_limit:
                    cell.outputs.append(
                        _error("TooMuchOutput", "The rest of the output was cut off.")
                    )
                return None
        elif msg["msg_type"].startswith("comm"):
            return None  # widgets of a graded notebook have nobody to talk to
        return super().process_message(msg, cell, cell_index)

    # -- examine ----------------------------------------------------------------------------------

    def _examine(self) -> None:
        """Run all visible parts of the tests, then the hidden parts of those that passed."""
        examiner = Examiner(self._send)
        tests = [cell for cell in self.nb.cells if _is_test(cell)]
        token = course_key.set(self.course_key)
        try:
            verdicts = [self._verdict(examiner.visible, cell) for cell in tests]
            for cell, seen in zip(tests, verdicts, strict=True):
                verdict = self._verdict(examiner.hidden, cell) if seen.passed else seen
                _write(cell, replace(verdict, printed=seen.printed))
        finally:
            course_key.reset(token)

    def _verdict(self, examine: Callable[[str], Verdict], cell: NotebookNode) -> Verdict:
        try:
            if self.km is None or self.kc is None:
                self._replace()
            return examine(cell.source)
        except KernelGone as gone:
            sentence = f"Your model did not answer: {self._excuse(str(gone))}."
            self.log.warning("%s: %s", cell.metadata.nbgrader.grade_id, sentence)
            self._stop()
            return Verdict(False, sentence, technical=True)

    def _send(self, expression: str) -> dict[str, Any]:
        return self._ask(expression, self.probe_timeout)

    async def _async_ask(self, expression: str, limit: float) -> dict[str, Any]:
        assert self.kc is not None and self.km is not None
        request = self.kc.execute(
            "", silent=True, store_history=False, user_expressions={ANSWER: expression}
        )
        limit = self._remaining(limit)
        until = time.monotonic() + limit
        while time.monotonic() < until:
            try:
                reply = await self.kc.get_shell_msg(timeout=0.5)
                await self._drop_outputs()
                if reply["parent_header"].get("msg_id") == request:
                    entries = reply["content"].get("user_expressions")
                    return entries.get(ANSWER, {}) if isinstance(entries, dict) else {}
            except Empty:
                await self._drop_outputs()
                if not await self.km.is_alive():
                    raise KernelGone("the kernel died") from None
            except Exception as malformed:  # what a hostile kernel sends may make anything raise
                raise KernelGone(f"no message ({type(malformed).__name__})") from None
        raise KernelGone(f"no answer within {limit:.0f} s")

    async def _drop_outputs(self) -> None:
        """Forget what the model printed while it was asked: nobody may see it, as it could tell."""
        assert self.kc is not None
        for _ in range(10 * MOST_MESSAGES):
            try:
                await self.kc.get_iopub_msg(timeout=0)
            except Empty:
                return

    _ask = run_sync(_async_ask)


def _is_test(cell: NotebookNode) -> bool:
    return bool(cell.cell_type == "code" and is_grade(cell) and is_locked(cell))


def _write(cell: NotebookNode, verdict: Verdict) -> None:
    """Put a verdict into a test cell: outputs for people, metadata for the gradebook."""
    cell.outputs = []
    if verdict.printed:
        cell.outputs.append(nbformat.v4.new_output("stream", name="stdout", text=verdict.printed))
    if not verdict.passed:
        cell.outputs.append(_error("CheckFailed", verdict.sentence))
    cell.metadata["hhlab"] = {
        "passed": verdict.passed,
        "technical": verdict.technical,
        "sentence": verdict.sentence,
    }


def passed(cell: NotebookNode) -> bool:
    """Return whether an examined test cell earned its points; a cell without a verdict did not."""
    return cell.metadata.get("hhlab", {}).get("passed") is True


def _error(name: str, sentence: str) -> NotebookNode:
    return nbformat.v4.new_output(
        "error", ename=name, evalue=sentence.split("\n")[0], traceback=[framed(sentence)]
    )
