"""One submission's grading as a function of bytes: what a worker does, wherever it is."""

import copy
import functools
import hashlib
import json
import logging
from collections.abc import Sequence
from dataclasses import dataclass, replace

import nbformat
from traitlets.config import Config

from ..examine.compile_cache import ready
from ..examine.examine import Examine
from ..examine.settings import software
from ..marks import Remarks, read, write


class WrongVersion(RuntimeError):
    """A worker's software is not the coordinator's: their grades could differ."""


@dataclass(frozen=True)
class Job:
    """A notebook to be graded.

    Attributes
    ----------
    student, name : str
        Whose it is, and which of the assignment's notebooks.
    notebook : str
        The rebuilt notebook with its hidden tests, as JSON.
    references : sequence of str
        The assignment's notebooks with the instructor's answers, likewise.
    settings : Config
        The grader's.
    version : str
        From :func:`hhlab.grading.examine.settings.software`.
    """

    student: str
    name: str
    notebook: str
    references: Sequence[str]
    settings: Config
    version: str

    @functools.cached_property
    def key(self) -> str:
        """A name for all that the result depends on: submission, master, settings, software."""
        parts = [self.notebook, json.dumps(self.settings, sort_keys=True, default=str)]
        return hashlib.sha256("\0".join([*parts, self.version]).encode()).hexdigest()


@dataclass(frozen=True)
class Result:
    """What became of a job.

    Attributes
    ----------
    notebook : str
        The examined notebook, as JSON; its metadata holds the job's key.
    seconds : dict of float
        How long its parts took.
    said : sequence of (int, str)
        What there is to be logged, with levels.
    """

    notebook: str
    seconds: dict[str, float]
    said: Sequence[tuple[int, str]] = ()


def grade_one(job: Job) -> Result:
    """Grade one notebook in this process.

    Raises
    ------
    WrongVersion
        If this process runs other software than the one that made the job.
    """
    if job.version != software(job.settings):
        raise WrongVersion(
            "a worker has another version of hhlab, or of a package that decides results, than "
            "the coordinator: "
            "install the same uv.lock on both"
        )
    log, said = _collector()
    config = copy.deepcopy(job.settings)
    if config.Examine.jail and job.references:
        config.JailProvisioner.cache = _compiled(tuple(job.references), job.settings)
    notebook = nbformat.reads(job.notebook, as_version=4)
    examine = Examine(config=config, log=log)
    examine.preprocess(notebook, {})
    write(notebook, replace(read(Remarks, notebook) or Remarks(), key=job.key))
    return Result(nbformat.writes(notebook), examine.seconds, said)


_filled: dict[tuple[str, ...], str] = {}


def _compiled(references: tuple[str, ...], config: Config) -> str:
    """Return this machine's folder of compiled programs, found once for each process."""
    if references not in _filled:
        notebooks = [nbformat.reads(text, as_version=4) for text in references]
        _filled[references] = ready(notebooks, config, logging.getLogger(__name__))
    return _filled[references]


def _collector() -> tuple[logging.Logger, list[tuple[int, str]]]:
    """Return a logger, and the list in which what it is told collects."""
    said: list[tuple[int, str]] = []

    class Collect(logging.Handler):
        def emit(self, record: logging.LogRecord) -> None:
            said.append((record.levelno, record.getMessage()))

    log = logging.Logger("grading", logging.WARNING)
    log.addHandler(Collect())
    return log, said
