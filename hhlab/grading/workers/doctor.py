"""``hhlab doctor``: whether a class could be graded here, and everything that was looked at."""

import os
import platform
import sys
from collections.abc import Callable, Iterator
from functools import partial
from importlib.metadata import version
from pathlib import Path
from typing import Any

import psutil
from nbgrader.api import Gradebook
from nbgrader.apps.baseapp import NbGrader
from nbgrader.coursedir import CourseDirectory
from traitlets import default
from traitlets.config import Config

from ...channel.hidden import course_key
from ..arguments import in_course
from ..database import gradebook_file
from ..examine.examine import Examine
from ..examine.kept import cache
from ..examine.settings import settings
from ..gradebook.fit import course_findings
from ..jail.bubblewrap import NoJail, bubblewrap, font_list
from ..jail.cgroup import who_counts
from ..jail.machine import Finding, NotFit, machine, together
from ..jail.provisioner import JailProvisioner
from ..submissions.exporter import master_notebooks, rehearsal_of
from ..unit import load

GB = 2**30


class DoctorApp(NbGrader):
    """Look at the machine and at the course, then rehearse; change nothing."""

    name = "hhlab doctor"
    description = "Say whether a class could be graded here, and everything that was looked at"
    examples = """
        Look at this machine and course, and rehearse each assignment of the gradebook:

            hhlab doctor

        Rehearse one:

            hhlab doctor hh-model
        """

    @default("classes")
    def _classes_default(self) -> list[type]:
        return [*super()._classes_default(), CourseDirectory, Examine, JailProvisioner]

    def start(self) -> None:
        """Print a line on each thing; exit with 1 if something is missing."""
        super().start()
        in_course(self)
        kept, missing = settings(self.config), 0
        for finding in self._findings(kept):
            missing += bool(finding.remedy)
            print(f"{'NO' if finding.remedy else 'ok':4}{finding.name}: {finding.found}")
            if finding.remedy:
                print(f"      {finding.remedy}")
        sys.exit(bool(missing))

    def _findings(self, kept: Config) -> Iterator[Finding]:
        yield from _software(kept)
        yield from machine(kept)
        yield from together()
        yield _memory(kept)
        yield _jail(kept)
        yield cache()
        yield _fonts()
        yield from (found := course_findings(self.coursedir))
        yield self._key(kept)
        if any(each.remedy for each in found):
            yield Finding("rehearsal", "not tried", "mend the course's folder and gradebook first")
            return
        for assignment in self.extra_args or self._assignments():
            yield _tried(f"rehearsal of {assignment}", partial(self._rehearse, assignment, kept))

    def _assignments(self) -> list[str]:
        path = gradebook_file(self.coursedir)
        if path is not None and not path.exists():
            return []  # nbgrader would make one
        with Gradebook(self.coursedir.db_url, self.coursedir.course_id) as gradebook:
            return [each.name for each in gradebook.assignments]

    def _rehearse(self, assignment: str, kept: Config) -> str:
        course = self.coursedir
        course.assignment_id = assignment
        names = master_notebooks(course)
        if not names:
            raise NotFit(f"the gradebook has none: run 'nbgrader generate_assignment {assignment}'")
        rehearsal_of(course, names).hold(kept, self.log)
        return "the instructor's answer earns every point, the blank none"

    def _key(self, kept: Config) -> Finding:
        if Examine(config=kept).course_key == course_key.get():
            return Finding("course key", "not set: anybody can foresee the hidden values")
        return Finding("course key", "set")


def _tried(name: str, look: Callable[[], str]) -> Finding:
    """Return what a look says, or why it could not be taken."""
    try:
        return Finding(name, look())
    except (NotFit, NoJail) as why:
        return Finding(name, "no", str(why).replace("\n", "\n      "))
    except Exception as error:
        return Finding(name, type(error).__name__, str(error))


def _software(kept: Config) -> Iterator[Finding]:
    package = Path(__file__).parents[2]
    yield Finding("Python", f"{platform.python_version()} ({sys.prefix})")
    yield Finding(package.name, f"{version(package.name)} ({package})")
    for name in ("nbgrader", *load(Examine(config=kept).unit).depends_on):
        yield _tried(name, partial(version, name))


def _memory(kept: Config) -> Finding:
    free = psutil.virtual_memory().available
    kernel = JailProvisioner(config=kept).memory_bytes
    cores = len(os.sched_getaffinity(0))
    found = f"{free / GB:.1f} GB free; a kernel may use {kernel / GB:g}, {cores} run at a time"
    found = f"{found}; {who_counts()}" if kept.Examine.jail else found
    return Finding("memory", found, "" if free > kernel else "close other programs, or get more")


def _jail(kept: Config) -> Finding:
    if not kept.Examine.jail:
        return Finding("jail", "waived by HHLAB_NO_JAIL: submissions can change your files")
    return _tried("jail (bubblewrap, user namespaces)", bubblewrap)


def _fonts() -> Finding:
    found: Any = font_list()
    return Finding("list of fonts", str(found or "none yet: matplotlib makes it in each kernel"))


def main(arguments: list[str]) -> Any:
    """Run the command."""
    return DoctorApp.launch_instance(argv=arguments)
