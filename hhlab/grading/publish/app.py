"""``hhlab publish``: the students' repository, made or brought up to date."""

import logging
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any, ClassVar

from nbgrader.apps.baseapp import NbGrader
from nbgrader.converters.base import NbGraderException
from traitlets import Unicode, default

from ...channel.hidden import course_key
from ..arguments import in_course
from ..examine.examine import Examine
from ..unit import load
from .files import students_files
from .leaks import REGIONS, Secrets, leaks, secrets
from .notebooks import PICTURES
from .release import stale
from .repository import MANIFEST, Place, Refused, is_private

NO_KEY = (
    "the course has no key of its own, so that anybody could work out the hidden values from what "
    "students get: set HHLAB_COURSE_KEY, or c.Examine.course_key in nbgrader_config.py, and keep it"
)


class PublishApp(NbGrader):
    """Makes the students' repository from the release."""

    name = "hhlab publish"
    description = "Make, or bring up to date, the repository that students get"
    aliases: ClassVar = {"repo": "PublishApp.repository", "hub": "PublishApp.hub"}
    flags: ClassVar[dict[str, Any]] = {}
    examples = """
        Into a folder that is made, or into a clone of the students' repository:

            hhlab publish ../hh-notebooks --repo https://github.com/OWNER/REPOSITORY
            hhlab publish ../hh-notebooks

        Look at what it wrote, then commit and push it as ever. --repo, and --hub for a JupyterHub
        with nbgitpuller, are for the links in the README; a clone knows its address itself.
        """
    repository = Unicode("", help="Address of the students' repository").tag(config=True)
    hub = Unicode("", help="Address of a JupyterHub with nbgitpuller").tag(config=True)

    @default("classes")
    def _classes_default(self) -> list[type]:
        return [*super()._classes_default(), PublishApp, Examine]

    @default("log_level")
    def _log_level_default(self) -> int:
        return logging.WARNING

    def start(self) -> None:
        """Publish into the folder that the arguments name."""
        super().start()
        in_course(self)
        if len(self.extra_args) != 1:
            self.fail("Name one folder: hhlab publish DIR")
        try:
            place = Place(Path(self.extra_args[0]).resolve())
            self.publish(place)
        except (Refused, NbGraderException, OSError, ValueError) as refused:
            sentences = refused.args if isinstance(refused, Refused) else (str(refused),)
            listed = "\n".join(f"  - {each}" for each in sentences)
            print(f"hhlab publish: nothing was written, because\n{listed}", file=sys.stderr)
            sys.exit(1)

    def publish(self, place: Place) -> None:
        """Look for whatever speaks against it, then write.

        Raises
        ------
        Refused
            If anything does.
        """
        course = Path(self.coursedir.root)
        if place.root in (course, *course.parents):
            raise Refused(f"{place.root} holds the course itself: name another folder")
        examine = Examine(config=self.config)
        key, unit = examine.course_key, load(examine.unit)
        if key == course_key.get():
            raise Refused(NO_KEY)
        if reasons := list(stale(course, unit, self.config)):
            raise Refused(*reasons)
        files = students_files(course, unit, self.repository or place.address(), self.hub)
        if reasons := list(place.objections(files)):
            raise Refused(*reasons)
        private = secrets(course / "source", key)
        texts = [*_texts(files), *place.others()]
        if reasons := list(_leaks(texts, private)):
            raise Refused(*reasons)
        _say(place, place.write(files), f"{len(texts)} texts", private)


def _texts(files: dict[str, bytes]) -> Iterator[tuple[str, str]]:
    """Yield the names and texts of files; of compiled catalogues, with other things between them.

    The README's pictures are attached to notebooks, which are searched.

    Raises
    ------
    Refused
        If one is no text, and so cannot be searched.
    """
    for name, content in files.items():
        if name.startswith(PICTURES):
            continue
        try:
            yield name, content.decode(errors="replace" if name.endswith(".mo") else "strict")
        except UnicodeDecodeError:
            raise Refused(
                f"{name} is no text in UTF-8, and cannot be searched for what is private: "
                "attach pictures to a cell of the notebook, as JupyterLab does when one is dropped"
            ) from None


def _leaks(texts: list[tuple[str, str]], private: Secrets) -> Iterator[str]:
    """Yield what is private in some texts, in sentences."""
    for name, text in texts:
        if is_private(name):
            yield f"{name} is not for students, and lies in the folder: move it away"
        yield from (f"{name} holds {leak}" for leak in leaks(text, private))


def _say(place: Place, done: dict[str, list[str]], texts: str, private: Secrets) -> None:
    """Print what was looked for, what was written and what comes next."""
    searched = "files and the history" if place.is_clone else "files"
    print(f"Searched {texts} ({searched}) for")
    for part in REGIONS.values():
        print(f"  {private.count(part):4} lines of {part.split(' ', 1)[1]}s")
    print("     1 course key\nand found none of them.\n")
    for what, names in done.items():
        if what != "unchanged":
            print("".join(f"{what:<10}{name}\n" for name in names), end="")
    print(f"{len(done['unchanged'])} files are as they were; {MANIFEST} lists all.\n")
    if done["written"] or done["removed"]:
        print(f"Look at it. Then, in {place.root}:")
        if not place.is_clone:
            print("  git init --initial-branch main")
        print("  git add --all\n  git commit --message 'Publish'")
        push = "" if place.is_clone else " --set-upstream ADDRESS main"
        print(f"  git push{push}")


def main(arguments: list[str]) -> Any:
    """Run the command."""
    return PublishApp.launch_instance(argv=arguments)
