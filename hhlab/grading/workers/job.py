"""One submission's grading as a function of bytes: what a worker does, wherever it is."""

import copy
import functools
import json
import logging
from collections.abc import Sequence
from dataclasses import dataclass, replace

from traitlets.config import Config

from ..examine.examine import Examine
from ..examine.rehearsal import Rehearsal
from ..examine.settings import key, software
from ..marks import Remarks, read, write
from ..parcel import packed, unpacked


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
    rehearsal : Rehearsal
        What has to come out right first, on each machine.
    settings : Config
        The grader's.
    version : str
        From :func:`hhlab.grading.examine.settings.software`.
    """

    student: str
    name: str
    notebook: str
    rehearsal: Rehearsal
    settings: Config
    version: str

    @functools.cached_property
    def key(self) -> str:
        """A name for all that the result depends on."""
        return key(self.notebook, self.settings, self.version)


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


def prepare(rehearsal: Rehearsal, settings: Config, version: str) -> str:
    """Rehearse in this process, once; return this machine's folder of compiled programs.

    Raises
    ------
    WrongVersion
        If this process runs other software than the coordinator, whose version is given.
    NotFit, NoJail
        If nothing may be graded on this machine.
    """
    if version != software(settings):
        raise WrongVersion(
            "a worker has another version of hhlab, or of a package that decides results, than "
            "the coordinator: install the same uv.lock on both"
        )
    held = rehearsal, json.dumps(settings, sort_keys=True, default=str)
    if held not in _held:
        _held[held] = rehearsal.hold(settings, logging.getLogger(__name__))
    return _held[held]


_held: dict[tuple[Rehearsal, str], str] = {}


def grade_one(job: Job) -> Result:
    """Grade one notebook in this process.

    Raises
    ------
    WrongVersion, NotFit, NoJail
        As :func:`prepare`.
    """
    log, said = _collector()
    config = copy.deepcopy(job.settings)
    cache = prepare(job.rehearsal, job.settings, job.version)
    if config.Examine.jail:
        config.JailProvisioner.cache = cache
    notebook = unpacked(job.notebook)
    examine = Examine(config=config, log=log)
    examine.preprocess(notebook, {})
    write(notebook, replace(read(Remarks, notebook) or Remarks(), key=job.key))
    return Result(packed(notebook), examine.seconds, said)


def _collector() -> tuple[logging.Logger, list[tuple[int, str]]]:
    """Return a logger, and the list in which what it is told collects."""
    said: list[tuple[int, str]] = []

    class Collect(logging.Handler):
        def emit(self, record: logging.LogRecord) -> None:
            said.append((record.levelno, record.getMessage()))

    log = logging.Logger("grading", logging.WARNING)
    log.addHandler(Collect())
    return log, said
