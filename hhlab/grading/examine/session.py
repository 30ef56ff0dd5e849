"""A student's kernel from the grader's side: start it, ask it, replace it when it dies, end it."""

import os
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from queue import Empty
from typing import Any

from jupyter_client.manager import AsyncKernelManager
from jupyter_client.utils import run_sync
from nbclient.client import NotebookClient
from nbformat import NotebookNode
from nbgrader.preprocessors import Execute
from traitlets import Bool, Integer, Unicode

from ...channel.language import Text
from ..jail.connection import WaryManager
from ..jail.provisioner import GradingSpecs, JailProvisioner
from .interview import KernelGone

ANSWER = "hhlab_answer"
STAYS = "get_ipython().unobserve_all('exit_now')"
"""Has ``quit()`` and ``exit()`` end a cell alone: the kernel would stop a little later, while some
other cell runs."""


class Session(Execute):
    """nbgrader's Execute with a jailed kernel, limits in time, and a way to ask for data."""

    notebook_timeout = Integer(300, help="Seconds for one notebook, tests included").tag(
        config=True
    )
    probe_timeout = Integer(30, help="Seconds for one question to the model").tag(config=True)
    restarts = Integer(12, help="How often a dead kernel is replaced").tag(config=True)
    jail = Bool(
        help="Whether the kernel is jailed. Switch it off only for code that you trust."
    ).tag(config=True)

    unit = Unicode(
        "", help="What the grader has to know of the course: a Unit, as module:object"
    ).tag(config=True)

    nb: NotebookNode
    manager: type[WaryManager] = WaryManager
    shutdown_kernel = "immediate"
    record_timing = False  # the same submission leaves the same notebook

    def _jail_default(self) -> bool:
        return os.environ.get("HHLAB_NO_JAIL", "") != "1"

    def begin(self, nb: NotebookNode, resources: Any, km: Any) -> None:
        """Take up a notebook: its time runs from now."""
        if not self.jail:
            self.log.warning("NO JAIL: this submission's code can read and change your files")
        NotebookClient.__init__(self, nb, km)
        self._check_assign_resources(resources)
        self._deadline = time.monotonic() + self.notebook_timeout
        self._restarts_left = self.restarts
        self.seconds: dict[str, float] = {}

    def create_kernel_manager(self) -> AsyncKernelManager:
        """Return a manager for the grading kernel, whatever kernel the notebook names."""
        provisioner = "hhlab-jail" if self.jail else "local-provisioner"
        specs = GradingSpecs(provisioner=provisioner, unit=self.unit, parent=self)
        self.km = self.manager(kernel_spec_manager=specs, kernel_name="graded", parent=self)
        return self.km

    @contextmanager
    def timed(self, what: str) -> Iterator[None]:
        """Measure how long the body takes, and add that to `seconds` under a name."""
        began = time.monotonic()
        try:
            yield
        finally:
            self.seconds[what] = self.seconds.get(what, 0.0) + time.monotonic() - began

    @property
    def runs(self) -> bool:
        """Whether there is a kernel."""
        return self.km is not None and self.kc is not None

    def start(self) -> None:
        """Start a kernel."""
        self.reset_execution_trackers()
        with self.timed("fork"):
            self.create_kernel_manager()
            self.start_new_kernel()
        with self.timed("ready"):
            self.start_new_kernel_client()
            self.ask(STAYS, self.probe_timeout)

    def stop(self) -> None:
        """End the kernel, with every process in it."""
        try:
            if self.km is not None:
                with self.timed("stop"):
                    self._cleanup_kernel()
        finally:
            self.km, self.kc = None, None  # type: ignore[assignment]  # as nbclient leaves them

    def restart(self) -> None:
        """Start a fresh kernel in place of one that died.

        Raises
        ------
        KernelGone
            If that has been done too often, or this one dies, too.
        """
        if self._restarts_left == 0:
            raise KernelGone(Text("the kernel died too often"))
        self._restarts_left -= 1
        self.stop()
        try:
            self.start()
        except RuntimeError as dead:  # the submission's loss, as it is the second
            self.stop()
            raise KernelGone(Text("the kernel died again")) from dead

    def remaining(self, limit: float) -> float:
        """Return the seconds that something may take: its limit, or what the notebook has left.

        Raises
        ------
        KernelGone
            If nothing is left.
        """
        left = self._deadline - time.monotonic()
        if left <= 0:
            raise KernelGone(
                Text(
                    "the notebook took more than {seconds} s in all", seconds=self.notebook_timeout
                )
            )
        return min(limit, left)

    def excuse(self, otherwise: str) -> str:
        """Return why the kernel ended, as the jail saw it."""
        provisioner = self.km.provisioner if self.km else None
        exceeded = provisioner.exceeded if isinstance(provisioner, JailProvisioner) else ""
        return Text("it was stopped: {why}", why=exceeded) if exceeded else otherwise

    async def _async_poll_kernel_alive(self) -> None:
        """Look after the kernel while a cell runs.

        Where a cell's messages cannot be read, nbclient leaves this behind, and the kernel is gone.
        """
        with suppress(AssertionError):
            await super()._async_poll_kernel_alive()

    def responds(self) -> bool:
        """Return whether the kernel is idle again, shortly after an interrupt."""
        try:
            self.ask("None", 5)
        except KernelGone:
            return False
        return True

    async def _async_ask(self, expression: str, limit: float) -> dict[str, Any]:
        """Evaluate an expression in the kernel; return its entry of ``user_expressions``.

        Raises
        ------
        KernelGone
            If there is no proper answer in time.
        """
        assert self.kc is not None and self.km is not None
        request = self.kc.execute(
            "", silent=True, store_history=False, user_expressions={ANSWER: expression}
        )
        until = time.monotonic() + self.remaining(limit)
        while time.monotonic() < until:
            try:
                reply = await self.kc.get_shell_msg(timeout=0.5)
                await self._drop_outputs(until)
                if reply["parent_header"].get("msg_id") == request:
                    entries = reply["content"].get("user_expressions")
                    return entries.get(ANSWER, {}) if isinstance(entries, dict) else {}
            except Empty:
                await self._drop_outputs(until)
                if not await self.km.is_alive():
                    raise KernelGone(Text("the kernel died")) from None
            except Exception as malformed:  # what a hostile kernel sends may make anything raise
                kind = type(malformed).__name__
                raise KernelGone(Text("no message ({kind})", kind=kind)) from None
        self.remaining(limit)
        raise KernelGone(
            Text("no answer within {seconds:g} s; perhaps a loop never ends", seconds=limit)
        )

    ask = run_sync(_async_ask)

    async def _drop_outputs(self, until: float) -> None:
        """Forget what the model printed while it was asked: nobody may see it, as it could tell.

        It is not even parsed, which could take long.
        """
        assert self.kc is not None
        socket = self.kc.iopub_channel.socket
        for _ in range(1000):
            if time.monotonic() > until or not await socket.poll(0):
                return
            await socket.recv_multipart()
