"""`make` on a machine that has nothing yet, and on one that has everything."""

import re
import shutil
import subprocess
import sys

import pytest
from commands import started
from uv import find_uv_bin

PROJECT = """
[project]
name = "hhlab"
version = "0"
requires-python = ">=3.12"

[dependency-groups]
dev = ["packaging", "uv"]

[tool.uv]
system-certs = true
"""


@pytest.fixture
def small_project(root, tmp_path):
    """A project that is set up as this one is, with less to install."""
    project = tmp_path / "a project"
    shutil.copytree(root / "tools", project / "tools")
    shutil.copy(root / "Makefile", project)
    shutil.copy(root / "uv.lock", project)  # uv keeps to the versions in it
    (project / "pyproject.toml").write_text(PROJECT)
    lock = [find_uv_bin(), "lock", "--quiet", "--python", sys.executable]
    subprocess.run(lock, cwd=project, check=True)
    return project


def make(*arguments, project, environment):
    """Run make and return what it printed."""
    status, printed = started(["make", *arguments], project, environment)
    assert status == 0, printed
    return printed


@pytest.mark.thorough("setup")
def test_the_first_make_sets_up_a_bare_machine(small_project, bare_machine):
    assert shutil.which("uv", path=bare_machine["PATH"]) is None
    printed = make("setup", project=small_project, environment=bare_machine)
    assert "Fetching uv" in printed
    installed = subprocess.run(
        [small_project / ".venv/bin/python", "-c", "import packaging; print(packaging.__cached__)"],
        stdout=subprocess.PIPE,
        text=True,
        check=True,
    )
    assert (small_project / installed.stdout.strip()).exists(), "no bytecode was compiled"

    again = make("setup", project=small_project, environment=bare_machine)
    assert "Nothing to be done" in again

    (small_project / "uv.lock").touch()
    assert "setup.py" in make("setup", project=small_project, environment=bare_machine)


def test_help_lists_every_target(root, environment):
    makefile = (root / "Makefile").read_text()
    targets = re.search(r"^\.PHONY: (.+)$", makefile, re.M).group(1).split()
    listed = make(project=root, environment=environment)
    assert [line.split()[0] for line in listed.splitlines()] == targets
    assert all(len(line.split()) > 2 for line in listed.splitlines())


def test_what_make_test_leaves_out_is_listed_with_a_reason(root):
    sources = [path.read_text() for path in (root / "tests").rglob("*.py")]
    used = re.findall(r"""\b(?:thorough|beside)\("(\w+)""", "\n".join(sources))
    text = (root / "CONTRIBUTING.md").read_text()
    assert sorted(set(used)) == re.findall(r"^\* \*\*(\w+)\*\*: ", text, re.M)


@pytest.mark.thorough("setup")
def test_release_leaves_the_gradebook_alone(root, clone, environment, tmp_path):
    course = shutil.copytree(clone, tmp_path / "course", symlinks=True)
    (course / ".venv").symlink_to(root / ".venv")
    (course / "gradebook.db").write_text("what an instructor has graded")
    shutil.rmtree(course / "release")
    shutil.rmtree(course / "locale")  # one assignment tells as much as all of them
    for other in set((course / "source").iterdir()) - {course / "source/hh-model"}:
        shutil.rmtree(other)

    # -o: the environment is there and is not to be looked after.
    make("-o", ".venv/.made", "release", project=course, environment=environment)

    assert (course / "gradebook.db").read_text() == "what an instructor has graded"
    assert (course / "release" / "hh-model" / "hh-model.ipynb").exists()
