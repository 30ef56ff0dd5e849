"""One attack of each family where kernels are, or are started, in another way than in the bank."""

import os
import shutil
import subprocess
import sys
import tempfile
from contextlib import ExitStack
from pathlib import Path
from string import Template

import nbformat
import pytest
from classroom import ENVIRONMENT, copied
from cluster import scheduler
from grading.jail.attacks import ALONE, FAMILIES, TOGETHER
from grading.jail.test_attacks import LIMITS, _is_marked, assert_inert, carried_out
from nbgrader.utils import is_grade, is_locked
from psutil import pids
from shared import run

from hhlab.course.folder import Course
from hhlab.course.sample_class import BLANK, Submission
from hhlab.grading.jail import bubblewrap

FIRST = [next(iter(family)) for family in FAMILIES]
COLD = "c.JailProvisioner.warm = False"
VARIANTS = {
    "cold kernels": (FIRST[::3], []),
    "an ordinary user": (FIRST, TOGETHER),
    "root of few processes": (FIRST[::3], TOGETHER),
    "hh-explore": (FIRST[1::3], TOGETHER),
    "a Dask worker": (FIRST[2::3], TOGETHER),
}
"""Who attacks in each: all families where kernels have other walls, some where they have the same,
and who looks, but where test_attacks.py has looked already."""


def looks(course, kind):
    """Return the cells of a kind that need nothing of the machine but its folders."""
    folders = {"COURSE": course.root, "HOME": Path.home()}
    codes = [Template(each.code).safe_substitute(folders) for each in TOGETHER[kind].values()]
    return [
        code for code in codes if not any(f"${name}" in code for name in ("PORT", "ABS", "TMP"))
    ]


def handed_in(variant, course, filled):
    """Return the attackers' notebooks, and an honest one between and behind them."""
    names, kinds = VARIANTS[variant]
    attackers = {name: ALONE[name].submission for name in names}
    attackers |= {kind: Submission(kind, BLANK, also=looks(course, kind)) for kind in kinds}
    honest = nbformat.read(course.source, 4)
    if course.assignment == "hh-model":
        notebooks = {name: filled(each, course) for name, each in attackers.items()}
    else:
        notebooks = {name: nbformat.read(course.release, 4) for name in attackers}
        for name, each in attackers.items():
            notebooks[name].cells += map(nbformat.v4.new_code_cell, each.also)
    return notebooks | dict.fromkeys(("m-honest", "z-honest"), honest)


def grade(variant, course, tmp_path):
    """Grade a class in one of these ways."""
    command = [sys.executable, "-m", "hhlab", "autograde", course.assignment]
    if variant == "an ordinary user":
        as_nobody([*command, "--workers=2"], course)
        return
    if variant == "root of few processes":  # as in a container
        if not bubblewrap._is_root():
            pytest.skip("only root can be so")
        command = ["unshare", "--pid", "--fork", "--mount-proc", "--kill-child", *command]
    with ExitStack() as kept:
        if variant == "a Dask worker":
            client, worker = kept.enter_context(scheduler(tmp_path))
            kept.enter_context(worker())
            client.wait_for_workers(1, timeout=60)
            command.append(f"--scheduler={client.scheduler.address}")
        subprocess.run(command, cwd=course.root, env=ENVIRONMENT, check=True)


def as_nobody(command, course):
    """Run a command as an ordinary user, who has a copy of the course, and finds all else."""
    if not bubblewrap._is_root():
        pytest.skip("an ordinary user has run all the others")
    seen = [("--ro-bind", path) for path in (*bubblewrap.shown(), "/etc")] + [("--bind", "/tmp")]
    walls = bubblewrap._dropped(bubblewrap.bubblewrap(), seen)
    walls.remove("--unshare-pid")  # an ordinary user has the processes that /proc shows
    own = Path(tempfile.mkdtemp(prefix="nobody-", dir="/tmp"))
    try:
        shutil.copytree(course.root, own / "course", symlinks=True)
        for path in (own, *own.rglob("*")):
            os.chown(path, bubblewrap.NOBODY, bubblewrap.NOBODY)
        home = ENVIRONMENT | {"HOME": str(own), "TMPDIR": str(own), "XDG_CACHE_HOME": str(own)}
        subprocess.run(
            [*walls, "sh", "-c", 'cd "$0" && exec "$@"', str(own / "course"), *command],
            env=home,
            check=True,
        )
        shutil.copytree(own / "course", course.root, dirs_exist_ok=True)
    finally:
        shutil.rmtree(own)


@pytest.mark.thorough("attacks")
@pytest.mark.parametrize("variant", VARIANTS)
def test_one_attack_of_each_family_gains_nothing(variant, undrawn, filled, tmp_path):
    course = copied(undrawn, tmp_path)
    if variant == "hh-explore":
        course = Course(course.root, variant)
        run(course, "nbgrader", "generate_assignment", variant)
    with (course.root / "nbgrader_config.py").open("a") as config:
        config.write(LIMITS + (COLD if variant == "cold kernels" else ""))
    notebooks = handed_in(variant, course, filled)
    course.submit(notebooks)
    others = {path for path in course.root.rglob("*") if path.is_file() and path.suffix != ".db"}
    before = {path: path.read_bytes() for path in others}
    grade(variant, course, tmp_path)

    assert {path: path.read_bytes() for path in others} == before
    assert not any(map(_is_marked, pids()))
    for each in course.grades():
        graded = nbformat.read(course.autograded(each.student), 4)
        full = sum(c.metadata.nbgrader.points for c in graded.cells if is_grade(c) and is_locked(c))
        base = ALONE[each.student].base if each.student in ALONE else None
        if each.student.endswith("honest"):
            assert each.total == full, each.student
        elif course.assignment != "hh-model" or not base or base.blanks == BLANK:
            assert each.total == 0, each.student
        assert_inert(graded)
        if base and course.assignment == "hh-model":
            assert carried_out(ALONE[each.student], graded), each.student
        for code in looks(course, each.student) if each.student in TOGETHER else ():
            cell = next(cell for cell in graded.cells if cell.source == code)
            said = "".join(out.text for out in cell.outputs if out.get("name") == "stdout")
            assert said.startswith("REFUSED"), (code, said, cell.outputs)
    assert len(course.grades()) == len(notebooks)
