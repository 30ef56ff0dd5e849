"""Generate the release of a course anew, beside it: what is published is what its source gives."""

import shutil
import tempfile
from pathlib import Path

from nbgrader.converters import GenerateAssignment
from nbgrader.coursedir import CourseDirectory
from traitlets.config import Config


def generate(course: Path, names: list[str], config: Config, folder: Path) -> None:
    """Generate the release of assignments in a folder; nothing in the course changes.

    Parameters
    ----------
    course : Path
        The course.
    names : list of str
        Its assignments.
    config : Config
        Its configuration, which says how a release is made.
    folder : Path
        Each assignment is put into a folder of its name in here.

    Raises
    ------
    FileNotFoundError
        If an assignment has no source.
    """
    here = Config(config)
    here.SaveCells.enabled = False
    here.GenerateAssignment.no_database = True
    here.CourseDirectory.release_directory = str(folder)
    with tempfile.TemporaryDirectory() as root:
        here.CourseDirectory.root = root
        for name in names:
            if not (course / "source" / name).is_dir():
                raise FileNotFoundError(
                    f"release/{name} has no source/{name}: remove it, or bring its source back"
                )
            shutil.copytree(course / "source" / name, Path(root, "source", name))
            here.CourseDirectory.assignment_id = name
            GenerateAssignment(coursedir=CourseDirectory(config=here), config=here).start()
