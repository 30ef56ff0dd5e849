"""The package builds, holds all it needs, and runs where nothing else of the repository is."""

import re
import subprocess
import tomllib
import zipfile
from importlib.metadata import version

import pytest
from uv import find_uv_bin

import hhlab

UV = [find_uv_bin(), "--system-certs", "--quiet"]


def test_every_place_names_one_version(root):
    project = tomllib.loads((root / "pyproject.toml").read_text())["project"]
    assert project["version"] == hhlab.__version__ == version("hhlab")
    assert f"\nversion: {hhlab.__version__}\n" in (root / "CITATION.cff").read_text()
    assert f"version {hhlab.__version__}, 2026" in (root / "README.md").read_text()
    newest = re.search(r"^## (\S+)", (root / "CHANGELOG.md").read_text(), re.M)
    assert newest[1] in ("Unreleased", hhlab.__version__)


@pytest.fixture(scope="module")
def wheel(root, tmp_path_factory):
    """The wheel, built from the source distribution."""
    place = tmp_path_factory.mktemp("dist")
    subprocess.run([*UV, "build", "--out-dir", place, root], check=True)
    (found,) = place.glob("*.whl")
    return found


@pytest.mark.thorough("setup")
def test_the_wheel_holds_the_package_and_nothing_else(wheel, root):
    tracked = subprocess.run(
        ["git", "ls-files", "--cached", "--others", "--exclude-standard", "hhlab"],
        cwd=root,
        check=True,
        stdout=subprocess.PIPE,
        text=True,
    ).stdout.split()
    with zipfile.ZipFile(wheel) as archive:
        names = archive.namelist()
    assert {name for name in names if ".dist-info/" not in name} == set(tracked)
    assert {name.split("/")[-1] for name in names} >= {"LICENSE", "LICENSE-TEXT"}


RENDER = """
from hhlab.grading.feedback.environment import environment
from hhlab.channel.language import CATALOGUES
for name in environment().list_templates():
    environment().get_template(name)
    print(name)
print(*CATALOGUES.glob("*/LC_MESSAGES/*.mo"))
"""


@pytest.mark.thorough("setup")
def test_the_wheel_runs_in_an_environment_of_its_own(wheel, packages, tmp_path, environment):
    place = packages(tmp_path / "clean")
    python = place / "bin" / "python"
    install = [*UV, "pip", "install", "--no-deps", "--python", python, wheel]
    subprocess.run(install, check=True)

    def run(*command):
        outside = {k: v for k, v in environment.items() if k != "PYTHONDONTWRITEBYTECODE"}
        return subprocess.run(
            command, cwd=tmp_path, env=outside, check=True, stdout=subprocess.PIPE, text=True
        ).stdout

    said = run(place / "bin" / "hhlab", "--help")
    commands = ("demo", "autograde", "report", "publish", "links", "pack")
    assert [name for name in commands if not re.search(rf"^ +{name}\b", said, re.M)] == []
    found = run(python, "-c", RENDER)
    assert {"feedback.html.j2", "student/README.md.j2", "student/.gitignore.j2"} <= {*found.split()}
    assert f"{place}/lib" in found
    assert "zh_CN" in found
