"""What the tests of the set-up share: clean clones, and machines on which little is installed."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from shared import ROOT
from uv import find_uv_bin


def pythons():
    """Return the Python that runs this, and, where pyenv has one, a Python that is too old."""
    old = [
        python
        for minor in range(6, 12)
        for python in Path.home().glob(f".pyenv/versions/3.{minor}.*/bin/python3")
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
