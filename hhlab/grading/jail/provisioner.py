"""How Jupyter starts a graded kernel: in a jail, warm where that can be, watched from outside."""

import asyncio
import os
import stat
import subprocess
import time
from functools import partial
from typing import Any

from jupyter_client.kernelspec import KernelSpec, KernelSpecManager
from jupyter_client.provisioning import LocalProvisioner
from traitlets import Bool, Float, Integer, Unicode

from ..unit import load
from . import bubblewrap, cgroup
from .connection import FillingManager
from .folders import Place, remove
from .forker import FIRST_TO_END, SEALED, SOCKETS
from .limits import Limits, Watch, end_group
from .warm import Forker, forker

LISTENS_WITHIN = 60
"""Seconds after which a cold kernel that does not listen is left to whoever waits for its answer,
and a warm one is ended."""

OPTIONS = (
    "--IPKernelApp.matplotlib=inline",
    "--InlineBackend.print_figure_kwargs={'bbox_inches': None}",
    "--HistoryManager.enabled=False",
    "--IPythonKernel._execute_sleep=0",
)
"""A kernel's options: figures become outputs, saved as they are rather than drawn once more to be
cropped (there is nothing in them that a format other than PNG would not take). The history of
inputs is kept for this session, which no later one will ask for. After a cell nothing is waited
for: the half millisecond is for those who type."""


class JailProvisioner(LocalProvisioner):
    """Start and watch a kernel in a jail. Registered as ``hhlab-jail``."""

    warm = Bool(True, help="Whether kernels may be forks of one warm process").tag(config=True)
    cache = Unicode("", help="Folder of what was compiled before; none where empty").tag(
        config=True
    )
    memory_bytes = Integer(2 * 2**30, help="Resident memory of all processes together").tag(
        config=True
    )
    processes = Integer(64, help="Processes at one time").tag(config=True)
    threads = Integer(512, help="Threads at one time").tag(config=True)
    cpu_seconds = Integer(600, help="CPU time of each process").tag(config=True)
    open_files = Integer(256, help="Open files of each process").tag(config=True)
    disk_bytes = Integer(64 * 2**20, help="Size of each private file system").tag(config=True)
    watch_seconds = Float(0.1, help="How often the limits are looked at").tag(config=True)

    unit = Unicode()  # the course's, from the kernel specification: see Examine.unit

    _forker: Forker | None = None
    _place: Place | None = None
    _watch: Watch | None = None
    _group: cgroup.Group | None = None
    _private = ""

    @property
    def exceeded(self) -> str:
        """Which limit ended the kernel, in words."""
        return self._watch.exceeded if self._watch else ""

    @property
    def _fills_cache(self) -> bool:
        """Whether the kernel may write to the cache: no setting gives it that right."""
        return isinstance(self.parent, FillingManager)

    async def pre_launch(self, **kwargs: Any) -> dict[str, Any]:
        """Lay out the private folder, and have the kernel's sockets in it."""
        manager = self.parent
        assert manager is not None
        cache = self.cache or None
        warm = self.warm and not self._fills_cache
        self._forker = forker(self.log, load(self.unit), cache) if warm else None
        if self._forker:
            self._private = self._forker.folder()
        else:
            self._place = Place(bubblewrap.owner())
            self._private = self._place.folder("1")
        manager.transport = "ipc"
        manager.ip = f"{self._private}/k"
        manager.connection_file = f"{self._private}/connection.json"
        return await super().pre_launch(**kwargs)

    async def launch_kernel(self, cmd: list[str], **kwargs: Any) -> Any:
        """Start the kernel, and a thread that watches it."""
        process: Any
        if self._forker:
            self._allow(self._forker.group)
            connection_file = f"{self._private}/connection.json"
            process = self._forker.fork(
                self._private, connection_file, cmd[2:], self.disk_bytes, self.limits()
            )
            end, others = process.kill, self._forker.processes
        else:
            process = self._cold(cmd)
            end, others = partial(end_group, process.pid), frozenset()
            self.pgid = process.pid
            self._allow(cgroup.of(process.pid))
        self.process, self.pid = process, process.pid
        self._watch = Watch(
            process.pid,
            others,
            self._private,
            Limits(self.memory_bytes, self.processes, self.threads, self.watch_seconds),
            ended=lambda: process.poll() is not None,
            end=end,
            group=self._group,
        )
        self._watch.start()
        await self._listening()
        return self.connection_info

    def _allow(self, group: cgroup.Group | None) -> None:
        """Have the system itself keep the limits of a jail, where it can."""
        self._group = group
        if group:
            group.allow(self.memory_bytes, self.threads)

    async def _listening(self) -> None:
        """Wait until the kernel listens: who connects too early tries again only much later.

        A warm one must also have lost the right to write where its sockets are.
        """
        until = time.monotonic() + LISTENS_WITHIN
        while not self._listens() and await self.poll() is None:
            if time.monotonic() > until:
                if self._forker:
                    await self.kill()
                return
            await asyncio.sleep(0.002)

    def _listens(self) -> bool:
        if self._forker:
            return stat.S_IMODE(os.stat(self._private).st_mode) == SEALED
        return all(
            os.path.exists(f"{self._private}/k-{number}") for number in range(1, SOCKETS + 1)
        )

    def _cold(self, cmd: list[str]) -> subprocess.Popen[bytes]:
        """Start a kernel as a process of its own, with imports of its own."""
        assert self._place is not None
        self._place.give(f"{self._private}/connection.json")
        limits = [f"--{name.lower()}={limit}" for name, limit in self.limits().items()]
        return bubblewrap.start(
            ["choom", "-n", FIRST_TO_END, "--", "prlimit", *limits, *cmd],
            self._private,
            self.disk_bytes,
            cache=self.cache or None,
            fills_cache=self._fills_cache,
            unit=load(self.unit),
        )

    def limits(self) -> dict[str, int]:
        """Return the limits that the system keeps itself, by the names of ``setrlimit``."""
        return {
            "CORE": 0,
            "CPU": self.cpu_seconds,
            "FSIZE": self.disk_bytes,
            "NOFILE": self.open_files,
            "NPROC": self.threads,
        }

    async def cleanup(self, restart: bool = False) -> None:
        """Remove the private folder. The namespace ended with its first process."""
        await super().cleanup(restart=restart)
        if self._watch:
            self._watch.stop()
        if self._place:
            if self._group:
                self._group.remove()
            self._place.remove()
            self._place = None
        elif self._private:
            remove(self._private)


class GradingSpecs(KernelSpecManager):
    """The one kernel that grading uses: the grader's own Python, whatever a notebook asks for."""

    provisioner = Unicode("hhlab-jail")
    unit = Unicode()

    def get_kernel_spec(self, kernel_name: str) -> KernelSpec:
        """Return the grading kernel for any name."""
        return KernelSpec(
            argv=[
                bubblewrap.PYTHON,
                "-m",
                "ipykernel_launcher",
                "-f",
                "{connection_file}",
                *OPTIONS,
            ],
            display_name="Python 3 (graded)",
            language="python",
            interrupt_mode="message",
            metadata={"kernel_provisioner": self._provisioner()},
        )

    def _provisioner(self) -> dict[str, Any]:
        config = {"unit": self.unit} if self.provisioner == "hhlab-jail" else {}
        return {"provisioner_name": self.provisioner, "config": config}
