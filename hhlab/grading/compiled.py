"""What JAX compiles for the instructor's answer: compiled once, shown to every kernel, read only.

Most students' right answers compile to the very same programs, which is a third of the time that a
grading takes. The cache is filled by the instructor's own code alone and no student's kernel can
write to it, as its readers trust it.
"""

import fcntl
import hashlib
import logging
import os
import platform
import shutil
import tempfile
from importlib.metadata import version
from pathlib import Path

import nbformat
from nbformat import NotebookNode
from traitlets.config import Config

from . import jail
from .examine import Examine
from .grade import points

PARTS = ("brainpy", "brainevent", "braintools", "jax", "jaxlib", "numpy")


def ready(reference: NotebookNode, settings: Config, log: logging.Logger) -> str:
    """Return the folder of what the reference compiles to, having filled it if need be.

    Parameters
    ----------
    reference : NotebookNode
        The master with the instructor's answers in it, as :func:`hhlab.grading.repair.rebuild`
        returns it.
    settings : Config
        The grader's: key, limits, jail.
    log : Logger
        Told when the folder is filled, and warned if the reference does not earn every point.

    Returns
    -------
    str
        The folder; it is kept for later runs, under ``~/.cache/hhlab`` or ``XDG_CACHE_HOME``.
    """
    home = Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "hhlab" / "compiled"
    home.mkdir(parents=True, exist_ok=True)
    folder = home / _key(reference)
    with (home / "lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)  # the others of a class of workers wait for the first
        if not folder.is_dir():
            log.info("Compiling the instructor's answer, once: %s", folder)
            _fill(folder, reference, settings, log)
    return str(folder)


def _key(reference: NotebookNode) -> str:
    """Return a name that differs whenever the compiled programs could."""
    source = "\0".join(cell.source for cell in reference.cells if cell.cell_type == "code")
    parts = [source, platform.machine(), platform.python_version(), *map(_version, PARTS)]
    cpu = Path("/proc/cpuinfo")
    if cpu.exists():  # programs are compiled for what this processor can do
        lines = cpu.read_text().splitlines()
        parts += sorted({line for line in lines if line.startswith(("flags", "Features", "model"))})
    return hashlib.sha256("\0".join(parts).encode()).hexdigest()[:32]


def _version(name: str) -> str:
    try:
        return version(name)
    except ModuleNotFoundError:
        return ""


def _fill(folder: Path, reference: NotebookNode, settings: Config, log: logging.Logger) -> None:
    """Grade the reference in a kernel that writes what it compiles; keep all of that or none."""
    started = tempfile.mkdtemp(dir=folder.parent)
    try:
        if (owner := jail.owner()) is not None:
            os.chown(started, owner, owner)
        config = Config(settings)
        config.JailProvisioner.cache = started
        config.JailProvisioner.fills_cache = True
        graded = nbformat.from_dict(reference)
        Examine(config=config, log=log).preprocess(graded, {})
        earned = points(graded)
        full = {
            c.metadata.nbgrader.grade_id: c.metadata.nbgrader.points
            for c in graded.cells
            if c.metadata.get("nbgrader", {}).get("grade_id") in earned
        }
        if earned != full:
            lost = ", ".join(name for name in full if earned[name] < full[name])
            log.warning("THE INSTRUCTOR'S OWN ANSWER DOES NOT EARN EVERY POINT: it fails %s", lost)
        os.rename(started, folder)
    finally:
        shutil.rmtree(started, ignore_errors=True)
