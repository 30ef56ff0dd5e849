"""A machine of a test's own: this one, on which it may install, add users and serve, as root."""

import os
import shutil
import signal
import socket
import subprocess
import sys
from contextlib import contextmanager
from pathlib import Path

import pytest

OWN = ("etc", "home", "opt", "srv", "usr/local")
"""What the test may write to: its changes lie in a folder of its own, and go with it."""
UNSHARE = ("unshare", "--mount", "--pid", "--fork", "--mount-proc", "--kill-child")
needs_root = pytest.mark.skipif(
    os.geteuid() != 0 or not shutil.which("unshare"),
    reason="a machine of the test's own needs root, and mounts",
)


class Machine:
    """What is asked of the machine, by its users.

    Parameters
    ----------
    first : int
        Id of its first process, as it is known outside.
    """

    def __init__(self, first):
        self.enter = ["nsenter", f"--target={first}", "--mount", "--pid", "--"]

    def command(self, script, user="root"):
        """Return the command that runs a script as somebody logged in."""
        return [*self.enter, "runuser", "--login", user, "--shell", "/bin/bash", "-c", script]

    def run(self, script, user="root", status=0):
        """Run a script and return what it printed."""
        done = subprocess.run(
            self.command(f"set -e\n{script}", user),
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            timeout=600,
        )
        assert done.returncode == status, f"{script}\n{done.stdout}"
        return done.stdout

    def write(self, path, text):
        """Write a file, as root."""
        subprocess.run(
            [*self.enter, "tee", path], input=text.encode(), check=True, stdout=subprocess.DEVNULL
        )


@contextmanager
def machine(folder, own=OWN):
    """Start a machine, and end all that runs on it.

    Parameters
    ----------
    folder : Path
        Where all that is written on it lies.
    own : tuple of str
        The folders that may be written to.
    """
    mounts = [f"mount -t overlay overlay -o {_layers(folder, name)} /{name}" for name in own]
    script = " && ".join([*mounts, "echo ready", "sleep infinity & wait"])
    with subprocess.Popen([*UNSHARE, "sh", "-c", script], stdout=subprocess.PIPE) as unshare:
        try:
            if unshare.stdout.readline() != b"ready\n":
                pytest.skip("no file system can be laid over another here")
            yield Machine(_child(unshare.pid))
        finally:
            unshare.send_signal(signal.SIGKILL)


def _layers(folder, name):
    """Make the folders of an overlay, and return its options."""
    upper, work = (folder / each / name for each in ("upper", "work"))
    for place in (upper, work):
        place.mkdir(parents=True)
        place.chmod(0o755)
    return f"lowerdir=/{name},upperdir={upper},workdir={work}"


def _child(process):
    """Return the id of the only child of a process."""
    return int(Path(f"/proc/{process}/task/{process}/children").read_text())


def share_python(machine):
    """Show users the Python that runs this as one that uv has put into /opt/python."""
    place = f"/opt/python/cpython-{sys.version.split()[0]}-linux-{os.uname().machine}-gnu"
    machine.run(f"mkdir -p {place} && mount --bind {sys.base_prefix} {place}")
    machine.write("/etc/ld.so.conf.d/opt-python.conf", f"{place}/lib\n")
    machine.run("ldconfig")


def free_ports(count):
    """Return ports that nobody listens at."""
    taken = [socket.create_server(("127.0.0.1", 0)) for _ in range(count)]
    ports = [each.getsockname()[1] for each in taken]
    for each in taken:
        each.close()
    return ports
