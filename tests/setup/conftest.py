"""What the tests of the set-up share: clean clones, and machines on which little is installed."""

import os
import re
import shutil
import subprocess
import sys
import sysconfig
from pathlib import Path

import pytest
from home import THEIRS
from shared import ROOT
from uv import find_uv_bin

ADDRESS = "https://github.com/OWNER/REPOSITORY"


def pythons():
    """Return the Python that runs this, and, where pyenv has one, a Python that is too old."""
    old = [
        python
        for minor in range(6, 12)
        for python in THEIRS.glob(f".pyenv/versions/3.{minor}.*/bin/python3")
    ]
    return [Path(sys.base_prefix, "bin", "python3"), *old[:1]]


@pytest.fixture(params=pythons(), ids=lambda python: python.resolve().name)
def python(request):
    """A python3 that a machine may come with."""
    return request.param


@pytest.fixture(scope="session")
def root():
    """The repository that these tests are in."""
    return ROOT


@pytest.fixture(scope="session")
def clone(tmp_path_factory):
    """A clean clone of the last commit, to be looked at."""
    place = tmp_path_factory.mktemp("setup") / "clone"
    subprocess.run(["git", "clone", "--quiet", ROOT, place], check=True)
    return place


@pytest.fixture(scope="session")
def students(root, tmp_path_factory):
    """The students' repository, published and committed."""
    place = tmp_path_factory.mktemp("published") / "students"
    publish = [sys.executable, "-m", "hhlab", "publish", place, "--repo", ADDRESS]
    key = {"HHLAB_COURSE_KEY": "the key of a course that publishes"}
    subprocess.run(publish, cwd=root, env=os.environ | key, check=True, stdout=subprocess.PIPE)
    git = ["git", "-C", place, "-c", "user.name=ada", "-c", "user.email=ada@example.org"]
    for command in (["init", "-b", "main"], ["add", "--all"], ["commit", "-m", "Publish"]):
        subprocess.run([*git, *command], check=True, stdout=subprocess.PIPE)
    return place


@pytest.fixture(scope="session")
def packages(root):
    """A function that makes an environment with the packages of environment.yml."""

    def make(place):
        pins = re.findall(r"^ +- (\S+==\S+)$", (root / "environment.yml").read_text(), re.M)
        uv = [find_uv_bin(), "--system-certs", "--quiet"]
        subprocess.run([*uv, "venv", "--seed", "--python", sys.executable, place], check=True)
        install = [*uv, "pip", "install", "--no-deps", "--python", place / "bin" / "python"]
        subprocess.run([*install, *pins], check=True)
        share_bytecode(Path(sysconfig.get_path("purelib")), *place.glob("lib/*/site-packages"))
        return place

    return make


def share_bytecode(compiled, fresh):
    """Link what Python has compiled in one environment into another with the same packages.

    uv links files of the same package, so that their times agree; where they do not, Python
    compiles them again.
    """
    for folder in compiled.rglob("__pycache__"):
        place = fresh / folder.relative_to(compiled)
        if place.parent.is_dir() and not place.exists():
            place.mkdir()
            for file in folder.glob("*.pyc"):
                (place / file.name).hardlink_to(file)


@pytest.fixture(scope="session")
def image(packages, tmp_path_factory):
    """What Binder makes of environment.yml."""
    return packages(tmp_path_factory.mktemp("binder") / "image")


@pytest.fixture(scope="session")
def home(tmp_path_factory):
    """The home of whoever uses the image."""
    return tmp_path_factory.mktemp("home")


@pytest.fixture(scope="session")
def in_image(image, home, environment):
    """A function that runs a command in the image, and returns what it printed."""

    def run(*command, cwd=home, check=True):
        path = f"{image}/bin:{os.environ['PATH']}"
        outside = {k: v for k, v in environment.items() if k != "PYTHONDONTWRITEBYTECODE"}
        done = subprocess.run(
            command,
            cwd=cwd,
            env=outside | {"PATH": path, "HOME": str(home), "VIRTUAL_ENV": str(image)},
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
        )
        assert done.returncode == 0 or not check, done.stdout
        return done.stdout

    return run


@pytest.fixture(scope="session")
def environment():
    """The environment variables of this machine, without those that `make test` sets."""
    make = ("MAKEFLAGS", "MAKELEVEL", "MFLAGS")
    return {name: value for name, value in os.environ.items() if name not in make}


@pytest.fixture
def bare_machine(python, environment, tmp_path):
    """The environment variables of a machine that has make and a python3, and little else.

    The Python that is new enough is behind a shim of pyenv, and not active.
    """
    programs = tmp_path / "programs"
    programs.mkdir()
    for name in ("expand", "make", "sed", "sh", "touch"):
        (programs / name).symlink_to(shutil.which(name))
    (programs / "python3").symlink_to(python)

    shim = tmp_path / "pyenv" / "shims" / "python3"
    shim.parent.mkdir(parents=True)
    shim.write_text("#!/bin/sh\necho 'pyenv: python3: command not found' >&2\nexit 127\n")
    shim.chmod(0o755)
    versions = tmp_path / "pyenv" / "versions"
    versions.mkdir()
    (versions / "new").symlink_to(sys.base_prefix)

    # What this machine has downloaded once need not be downloaded again.
    cache = subprocess.run([find_uv_bin(), "cache", "dir"], check=True, stdout=subprocess.PIPE)
    return environment | {
        "HOME": str(tmp_path),
        "PATH": f"{programs}:{shim.parent}",
        "UV_CACHE_DIR": cache.stdout.decode().strip(),
    }
