"""Before a class is graded: the instructor's own answer earns every point, and the blank none.

Both go the way of a submission, on the machine that grades. Where they do not come out right,
nothing is graded, since what is a machine's fault, or a test's, is never a student's.

What its tests have computed is written down, so that no worker need compute it again.

The same run fills the cache of compiled programs. Most students' right answers compile to the very
programs of the instructor's, which is a third of the time that a grading takes. It is filled by the
instructor's own code alone, and no student's kernel can write to it, as its readers trust it.
"""

import contextlib
import copy
import fcntl
import hashlib
import json
import logging
import os
import platform
import shutil
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from nbformat import NotebookNode
from traitlets.config import Config

from ..jail import bubblewrap
from ..jail.connection import FillingManager
from ..jail.machine import NotFit, machine, refuse
from ..marks import Mark, passed, read
from ..parcel import unpacked
from ..regions import tests
from ..unit import Unit, load
from . import kept
from .examine import Examine
from .imports import PACKAGE, elsewhere, found_here, imported
from .settings import software

MOST_LINES = 12

REFUSED = """Nothing was graded: on {machine}, {what}.

{lines}

{software}

What to do: {remedy}
'hhlab doctor' says what else is known of this machine."""
OTHER = """the grader runs with one copy of a package, and the students' code with another, or none.
If the folder that you work in has a {package}/ of its own, use the commands of that folder's own
environment (its .venv/bin), or work in a folder without one. If the package is somewhere that the
jail does not show, install it into the environment: {prefix}."""
ANSWER = """a test or its answer is wrong, or this machine is. Open the notebook in source/, run it
from the top, and press Validate; mend what fails, run 'nbgrader generate_assignment … --force', and
grade again. If all passes there, the difference is the machine: look at the lines above."""


class _Fill(Examine):
    """Examine the instructor's own answer, in the one kernel that may write to the cache."""

    manager = FillingManager


@dataclass(frozen=True)
class Rehearsal:
    """What is graded before a class is.

    Attributes
    ----------
    answers, blanks : tuple of str
        An assignment's notebooks, as JSON, rebuilt as a submission would be: with the instructor's
        answers, and with none.
    """

    answers: tuple[str, ...]
    blanks: tuple[str, ...]

    def hold(self, settings: Config, log: logging.Logger) -> str:
        """Rehearse, unless that has been done on this machine with all that matters the same.

        Parameters
        ----------
        settings : Config
            The grader's: key, limits, jail.
        log : Logger
            Told that it begins.

        Returns
        -------
        str
            The folder of what the answers compile to. It is kept for later runs, under
            ``~/.cache/hhlab`` or ``XDG_CACHE_HOME``, if that can be written to.

        Raises
        ------
        NotFit
            If nothing may be graded here; the message is a page that says why.
        NoJail
            If the machine cannot make a jail.
        """
        refuse(machine(settings))
        if settings.Examine.jail:
            bubblewrap.bubblewrap()
        home = kept.home()
        folder = home / self._key(settings)
        went_well = folder.with_suffix(".rehearsed")
        unit = _unit(settings)
        if not went_well.exists():
            with (home / "lock").open("w") as lock:
                fcntl.flock(lock, fcntl.LOCK_EX)  # others of this machine wait for the first
                if not went_well.exists():
                    log.info("Rehearsing: the instructor's answer, and the blank, go first")
                    shutil.rmtree(folder, ignore_errors=True)
                    self._rehearse(folder, settings, log)
                    with contextlib.suppress(OSError):  # a full disk: it is rehearsed once more
                        kept.write(went_well, unit.tell())
        with contextlib.suppress(OSError, ValueError):  # then it is computed again
            unit.learn(went_well.read_text())
        return str(folder)

    def _key(self, settings: Config) -> str:
        """Return a name that differs whenever it could come out otherwise."""
        parts = [*self.answers, *self.blanks, json.dumps(settings, sort_keys=True, default=str)]
        parts += [platform.machine(), sys.version, software(settings), *bubblewrap.shown()]
        # not sys.path, which differs with the folder and the command: where it leads to
        parts.append(json.dumps(found_here(_unit(settings))))
        cpu = Path("/proc/cpuinfo")
        if cpu.exists():  # programs are compiled for what this processor can do
            lines = cpu.read_text().splitlines()
            parts += sorted({ln for ln in lines if ln.startswith(("flags", "Features", "model"))})
        return hashlib.sha256("\0".join(parts).encode()).hexdigest()[:32]

    def _rehearse(self, folder: Path, settings: Config, log: logging.Logger) -> None:
        """Grade answers and blanks: cold, which fills the cache, then as students' are."""
        unit, jail = _unit(settings), settings.Examine.jail
        if other := elsewhere(unit, jail):
            what = "the students' code would not run with the software of the grader"
            raise NotFit(_page(what, [], other, OTHER))
        folder.mkdir()
        if (owner := bubblewrap.owner()) is not None:
            os.chown(folder, owner, owner)
        config = copy.deepcopy(settings)
        if config.Examine.jail:
            config.JailProvisioner.cache = str(folder)
        wrong = []
        ways = [("a cold kernel", _Fill), ("a kernel of students", Examine)]
        for how, examine in ways if config.Examine.jail else ways[:1]:
            wrong += [f"{line} (in {how})" for line in _lost(self.answers, examine, config, log)]
            if wrong:
                what = "the instructor's own answer does not earn every point"
                raise NotFit(_page(what, wrong, imported(unit, jail), ANSWER))
        if wrong := list(_given_away(self.blanks, config, log)):
            raise NotFit(_page("the blank notebook earns points", wrong, "", ANSWER))


def _graded(
    text: str, examine: type[Examine], config: Config, log: logging.Logger
) -> tuple[NotebookNode, dict[str, str]]:
    """Return a graded notebook, and what is wrong with its tests themselves."""
    notebook, grader = unpacked(text), examine(config=config, log=log)
    grader.preprocess(notebook, {})
    return notebook, grader.faults


def _lost(
    answers: tuple[str, ...], examine: type[Examine], config: Config, log: logging.Logger
) -> Iterator[str]:
    """Yield a line on each test that an instructor's answer fails."""
    for text in answers:
        try:
            graded, faults = _graded(text, examine, config, log)
        except (OSError, RuntimeError) as error:
            yield f"no kernel could be started: {error}"
            continue
        for cell in tests(graded):
            if not passed(cell):
                name, mark = cell.metadata.nbgrader.grade_id, read(Mark, cell) or Mark(False)
                yield f"{name}: {faults.get(name) or mark.sentence.split('\n')[0]}"


def _given_away(blanks: tuple[str, ...], config: Config, log: logging.Logger) -> Iterator[str]:
    for text in blanks:
        for cell in tests(_graded(text, Examine, config, log)[0]):
            if passed(cell) and cell.metadata.nbgrader.points > 0:
                yield f"{cell.metadata.nbgrader.grade_id}: passed, with nothing filled in"


def _page(what: str, wrong: list[str], found: str, remedy: str) -> str:
    """Return what is said on the terminal: which test, its sentence, what differs, what to do."""
    shown = [f"  {line}" for line in wrong[:MOST_LINES]]
    if len(wrong) > MOST_LINES:
        shown.append(f"  … and {len(wrong) - MOST_LINES} more")
    page = REFUSED.format(
        machine=platform.node(),
        what=what,
        lines="\n".join(shown),
        software=found,
        remedy=remedy.format(package=PACKAGE, prefix=sys.prefix),
    )
    return page.replace("\n\n\n", "\n")


def _unit(settings: Config) -> Unit:
    return load(Examine(config=settings).unit)
