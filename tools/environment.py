"""Write environment.yml, from which Binder builds the students' image, from uv.lock.

The image gets what hhlab needs at run time, each package and the packages that it needs in turn in
the version that uv.lock names. hhlab itself is installed by postBuild: a local path in this file
would make Binder install everything again whenever any file of the repository changes.
"""

import subprocess
from pathlib import Path

from packaging.requirements import Requirement
from uv import find_uv_bin

ROOT = Path(__file__).resolve().parent.parent
PYTHON = "3.13"
BINDER = {
    "implementation_name": "cpython",
    "os_name": "posix",
    "platform_machine": "x86_64",
    "platform_python_implementation": "CPython",
    "platform_system": "Linux",
    "python_full_version": f"{PYTHON}.0",
    "python_version": PYTHON,
    "sys_platform": "linux",
}
"""Binder's machines, in the words of PEP 508."""

HEAD = f"""\
# Made from uv.lock by `make environment`; do not edit.
name: hhlab
channels:
  - conda-forge
dependencies:
  # Binder reads the version only if it is written like this, with one = or two.
  - python={PYTHON}
  - pip
  - pip:
"""


def environment() -> str:
    """Return the text of environment.yml."""
    return HEAD + "".join(f"      - {name}=={version}\n" for name, version in pins().items())


def pins() -> dict[str, str]:
    """Return what hhlab needs at run time on Binder: names and versions, in order."""
    export = [find_uv_bin(), "export", "--quiet", "--locked", "--no-default-groups"]
    export += ["--no-emit-project", "--no-hashes", "--no-annotate", "--no-header"]
    exported = subprocess.run(
        export, cwd=ROOT, check=True, stdout=subprocess.PIPE, text=True
    ).stdout
    found = {}
    for requirement in map(Requirement, exported.splitlines()):
        if requirement.marker is None or requirement.marker.evaluate(BINDER):
            found[requirement.name] = str(requirement.specifier).removeprefix("==")
    return found


if __name__ == "__main__":
    (ROOT / "environment.yml").write_text(environment())
