"""Is the release what the source gives? Generate it again, beside the course, and compare."""

import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path

from nbgrader.converters import GenerateAssignment
from nbgrader.coursedir import CourseDirectory
from traitlets.config import Config

from ..unit import Unit
from .files import assignments


def stale(course: Path, unit: Unit, config: Config) -> Iterator[str]:
    """Yield why a release cannot be published: it is not what its source gives today.

    Parameters
    ----------
    course : Path
        The course.
    unit : Unit
        Of the course.
    config : Config
        Its configuration, which says how a release is made.
    """
    for name in assignments(course, unit):
        if not (course / "source" / name).is_dir():
            yield f"release/{name} has no source/{name}: remove it, or bring its source back"
        elif _files(course / "release" / name) != _generated(course, name, config):
            yield (
                f"release/{name} is not what source/{name} gives: run `make release` "
                f"(or `nbgrader generate_assignment {name} --force`), look at it, and publish again"
            )


def _generated(course: Path, name: str, config: Config) -> dict[str, bytes]:
    """Return the files of a release that is generated now; nothing in the course changes."""
    with tempfile.TemporaryDirectory() as folder:
        shutil.copytree(course / "source" / name, Path(folder, "source", name))
        without_gradebook = Config(config)
        without_gradebook.SaveCells.enabled = False
        without_gradebook.GenerateAssignment.no_database = True
        without_gradebook.CourseDirectory.root = folder
        without_gradebook.CourseDirectory.assignment_id = name
        place = CourseDirectory(config=without_gradebook)
        GenerateAssignment(coursedir=place, config=without_gradebook).start()
        return _files(Path(folder, "release", name))


def _files(folder: Path) -> dict[str, bytes]:
    return {
        path.relative_to(folder).as_posix(): path.read_bytes()
        for path in folder.rglob("*")
        if path.is_file() and ".ipynb_checkpoints" not in path.parts
    }
