"""What is compiled for the instructor's answer: compiled once, shown to every kernel, read only.

Most students' right answers compile to the very same programs, which is a third of the time that a
grading takes. The cache is filled by the instructor's own code alone and no student's kernel can
write to it, as its readers trust it.
"""

import copy
import fcntl
import hashlib
import logging
import os
import platform
import shutil
import tempfile
from collections.abc import Sequence
from pathlib import Path

import nbformat
from nbformat import NotebookNode
from traitlets.config import Config

from ..jail import bubblewrap
from ..jail.connection import FillingManager
from ..marks import passed
from ..unit import load
from ..version import version
from .examine import Examine, tests


class _Fill(Examine):
    """Examine the instructor's own answer, in the one kernel that may write to the cache."""

    manager = FillingManager


def ready(references: Sequence[NotebookNode], settings: Config, log: logging.Logger) -> str:
    """Return the folder of what the references compile to, having filled it if need be.

    Parameters
    ----------
    references : sequence of NotebookNode
        An assignment's notebooks with the instructor's answers, as
        :func:`hhlab.grading.submissions.rebuild.rebuild` returns them.
    settings : Config
        The grader's: key, limits, jail.
    log : Logger
        Told when the folder is filled, and warned if a reference does not earn every point.

    Returns
    -------
    str
        The folder; it is kept for later runs. Empty where there is no place for it.
    """
    if not writable():
        return ""
    folder = home() / _key(references, settings)
    with (home() / "lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)  # the other workers of a machine wait for the first
        if not folder.is_dir():
            log.info("Compiling the instructor's answers, once: %s", folder)
            _fill(folder, references, settings, log)
    return str(folder)


def home() -> Path:
    """Return where compiled programs are kept: in ``~/.cache/hhlab``, or ``XDG_CACHE_HOME``."""
    caches = os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache"
    return Path(caches) / "hhlab" / "compiled"


def writable() -> bool:
    """Return whether compiled programs can be kept."""
    try:
        home().mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryFile(dir=home()):
            return True
    except OSError:
        return False


def _key(references: Sequence[NotebookNode], settings: Config) -> str:
    """Return a name that differs whenever the compiled programs could."""
    cells = (cell for each in references for cell in each.cells)
    parts = [cell.source for cell in cells if cell.cell_type == "code"]
    parts += [platform.machine(), platform.python_version()]
    parts.append(version(load(Examine(config=settings).unit).depends_on))
    cpu = Path("/proc/cpuinfo")
    if cpu.exists():  # programs are compiled for what this processor can do
        lines = cpu.read_text().splitlines()
        parts += sorted({line for line in lines if line.startswith(("flags", "Features", "model"))})
    return hashlib.sha256("\0".join(parts).encode()).hexdigest()[:32]


def _fill(
    folder: Path, references: Sequence[NotebookNode], settings: Config, log: logging.Logger
) -> None:
    """Grade the references in a kernel that writes what it compiles; keep all of that or none."""
    started = tempfile.mkdtemp(dir=folder.parent)
    try:
        if (owner := bubblewrap.owner()) is not None:
            os.chown(started, owner, owner)
        config = copy.deepcopy(settings)
        config.JailProvisioner.cache = started
        for reference in references:
            graded = nbformat.from_dict(reference)
            _Fill(config=config, log=log).preprocess(graded, {})
            lost = [cell.metadata.nbgrader.grade_id for cell in tests(graded) if not passed(cell)]
            if lost:
                log.warning("THE INSTRUCTOR'S OWN ANSWER FAILS %s", ", ".join(lost))
        os.rename(started, folder)
    finally:
        shutil.rmtree(started, ignore_errors=True)
