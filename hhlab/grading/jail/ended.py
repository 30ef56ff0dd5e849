"""Run a command in a jail to its end, whatever it leaves running."""

import subprocess
import tempfile
from typing import Any

from .limits import end_group


def ended(command: list[str], **how: Any) -> subprocess.CompletedProcess[str]:
    """Run a command to its end, and end what it leaves.

    A bubblewrap that gives up half-way leaves a process that would hold a pipe open for ever: so
    what is said goes into files.

    Parameters
    ----------
    command : list of str
        The program and its arguments.
    **how
        Further arguments of :class:`subprocess.Popen`.
    """
    with tempfile.TemporaryFile("w+") as out, tempfile.TemporaryFile("w+") as err:
        kept: dict[str, Any] = {"stdin": subprocess.DEVNULL, "stdout": out, "stderr": err, **how}
        process = subprocess.Popen(command, start_new_session=True, **kept)
        try:
            status = process.wait()
        finally:
            end_group(process.pid)
        out.seek(0)
        err.seek(0)
        return subprocess.CompletedProcess(command, status, out.read(), err.read())
