"""What is imported where students' code runs, and what is here: told apart, and said."""

import importlib.util
import json
import os
import subprocess

from ..jail import bubblewrap, syscalls
from ..jail.ended import ended
from ..jail.folders import Place
from ..unit import Unit
from ..version import version_of

PACKAGE = __package__.partition(".")[0]
FIND = """
import importlib.util, json
specs = {{name: importlib.util.find_spec(name) for name in {names}}}
print(json.dumps({{name: spec and spec.origin for name, spec in specs.items()}}))
"""
IMPORT = "import ipykernel.kernelapp, {names}"


def elsewhere(unit: Unit, jail: bool) -> str:
    """Return a line on each package that the jail would take from elsewhere, or nothing."""
    here = found_here(unit)
    answer = _run(FIND.format(names=list(here)), unit, jail)
    try:
        there: dict[str, str | None] = json.loads(answer.stdout)
    except ValueError:
        return f"  in the jail, Python does not run: {_last_line(answer.stderr)}"
    return "\n".join(
        f"  {name}: the grader has {here[name]}, the jail {there[name] or 'none'}"
        for name in here
        if _real(here[name]) != _real(there[name])
    )


def imported(unit: Unit, jail: bool) -> str:
    """Return what can be imported where students' code runs, and from where."""
    found = {name: origin for name, origin in found_here(unit).items() if origin}
    tried = _run(IMPORT.format(names=", ".join(found)), unit, jail)
    if tried.returncode:
        return f"  students' code cannot import what the grader can: {_last_line(tried.stderr)}"
    names = [f"{name} {version_of(name)}".strip() for name in found]
    return f"  The grader and students' code have the same: {', '.join(names)} ({found[PACKAGE]})."


def found_here(unit: Unit) -> dict[str, str | None]:
    """Return where this process has the packages from that decide results."""
    specs = {name: importlib.util.find_spec(name) for name in (PACKAGE, *unit.depends_on)}
    return {name: spec.origin if spec else None for name, spec in specs.items()}


def _real(origin: str | None) -> str:
    return os.path.realpath(origin) if origin else ""


def _last_line(text: str) -> str:
    return (text.strip().splitlines() or ["it ended at once"])[-1]


def _run(program: str, unit: Unit, jail: bool) -> subprocess.CompletedProcess[str]:
    """Run a program with the Python, and in the place, that students' code runs in."""
    command = [bubblewrap.PYTHON, "-c", program]
    if not jail:
        return ended(command)
    place = Place(bubblewrap.owner())
    try:
        with syscalls.file() as filter_file:
            seccomp = filter_file.fileno()
            walls = bubblewrap.command(place.path, 2**20, seccomp_from=seccomp, unit=unit)
            return ended([*walls, *command], pass_fds=[seccomp], cwd="/")
    finally:
        place.remove()
