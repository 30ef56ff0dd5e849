"""What Binder builds for students."""

import json
import os
import re
import subprocess
import sys
from pathlib import Path

import pytest
from uv import find_uv_bin


def test_it_is_made_from_the_lock(root, monkeypatch):
    monkeypatch.syspath_prepend(root / "tools")
    from environment import environment

    assert (root / "environment.yml").read_text() == environment(), "run `make environment`"


def test_binder_builds_it_with_the_python_of_the_lock(clone):
    """repo2docker reads no other form than python=3.13, and a binder/ folder would hide it all."""
    done = subprocess.run(
        [sys.executable, "-m", "repo2docker", "--no-build", "--debug", clone],
        check=True,
        capture_output=True,
        text=True,
    )
    dockerfile = done.stdout + done.stderr
    assert "Building conda environment for python=3.13\n" in dockerfile
    assert 'env update -p ${NB_PYTHON_PREFIX} --file "environment.yml"' in dockerfile
    assert "RUN ./postBuild" in dockerfile


@pytest.fixture
def image(root, tmp_path):
    """An environment with the packages of environment.yml."""
    made = tmp_path / "image"
    pins = re.findall(r"^ +- (\S+==\S+)$", (root / "environment.yml").read_text(), re.M)
    uv = [find_uv_bin(), "--system-certs", "--quiet"]
    subprocess.run([*uv, "venv", "--seed", "--python", sys.executable, made], check=True)
    install = [*uv, "pip", "install", "--no-deps", "--python", made / "bin" / "python", *pins]
    subprocess.run(install, check=True)
    return made


@pytest.mark.slow
def test_post_build_finishes_the_image(image, clone, tmp_path):
    def run(*command, cwd=tmp_path):
        """Run a command of the image, in a home of its own, and return what it printed."""
        path = f"{image}/bin:{os.environ['PATH']}"
        outside = {k: v for k, v in os.environ.items() if k != "PYTHONDONTWRITEBYTECODE"}
        return subprocess.run(
            command,
            cwd=cwd,
            env=outside | {"PATH": path, "HOME": str(tmp_path), "VIRTUAL_ENV": str(image)},
            check=True,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
        ).stdout

    run("./postBuild", cwd=clone)

    hhlab = run("python", "-c", "import hhlab; print(hhlab.__file__)")
    assert Path(hhlab).is_relative_to(image)
    assert "All installed packages are compatible" in run(find_uv_bin(), "pip", "check")
    extensions = run("jupyter", "server", "extension", "list")
    assert re.search(r"validate_assignment\W.*enabled", extensions)
    assert re.search(r"formgrader\W.*disabled", extensions)
    page = json.loads((image / "etc/jupyter/labconfig/page_config.json").read_text())
    assert page["disabledExtensions"]["@jupyter/nbgrader:formgrader"]
