"""The folder that is, or becomes, the students' repository: look at it, and write into it."""

import json
import subprocess
from collections.abc import Iterator
from pathlib import Path, PurePosixPath

MANIFEST = ".published.json"
PRIVATE = (
    *("source/", "submitted/", "autograded/", "feedback/", "downloaded/", "report/"),
    *("gradebook.db", "grades.csv", "nbgrader_config.py", "hhlab/grading/", "hhlab/course/"),
)
"""How paths begin at which a course keeps what is not for students."""
EXECUTABLE = {"postBuild", "start"}


class Refused(Exception):
    """Nothing was written; the arguments are sentences that say why, and what to do."""


class Place:
    """A folder for the students' repository.

    Parameters
    ----------
    root : Path
        It need not exist. If it is a clone, its ``.git`` is read, and never changed.
    """

    def __init__(self, root: Path) -> None:
        self.root = root
        self._before = self._manifest()

    @property
    def is_clone(self) -> bool:
        """Whether it is under Git's control."""
        return (self.root / ".git").exists()

    def address(self) -> str:
        """Return where the clone came from; empty if it is none or came from a folder."""
        remotes = self._git("remote").split() if self.is_clone else []
        found = self._git("remote", "get-url", "origin").strip() if "origin" in remotes else ""
        return found if found.startswith(("https://", "git@")) else ""

    def others(self) -> Iterator[tuple[str, str]]:
        """Yield the texts that lie in the folder and were not written by publishing.

        The clone's history is one of them: who clones a repository gets it all.
        """
        for name in self._names():
            path = self.root / name
            if path.is_file() and name not in self._before:
                yield name, path.read_bytes().decode(errors="replace")
        if self.is_clone:
            yield "the history", self._git("log", "--all", "--patch", "--no-color", "--no-ext-diff")

    def objections(self, files: dict[str, bytes]) -> Iterator[str]:
        """Yield why these files cannot be written here."""
        past = self._git("log", "--all", "--format=", "--name-only") if self.is_clone else ""
        for name in sorted({each for each in past.split("\n") if is_private(each)})[:1]:
            yield (
                f"{self.root} has {name} in its history, which everybody gets who clones it: "
                "publish into a repository that is made for students"
            )
        unsaved = self._unsaved()
        for name in sorted(files.keys() | self._before):
            path = self.root / name
            behind = (path, *(each for each in path.parents if self.root in each.parents))
            if any(each.is_symlink() for each in behind):
                yield f"{name} is, or is behind, a link to somewhere else: remove the link"
            elif name in unsaved and path.read_bytes() != files.get(name):
                yield (
                    f"{name} is there, and no commit holds it as it is: commit it, or move it away"
                )

    def write(self, files: dict[str, bytes]) -> dict[str, list[str]]:
        """Write files that nothing is objected to; remove those of last time that are no more.

        Returns
        -------
        dict
            Names of files, by what became of them: ``written``, ``unchanged``, ``removed``.
        """
        done: dict[str, list[str]] = {"written": [], "unchanged": [], "removed": []}
        for name, content in files.items():
            path = self.root / name
            same = path.exists() and path.read_bytes() == content
            done["unchanged" if same else "written"].append(name)
            if not same:
                path.parent.mkdir(parents=True, exist_ok=True)
                path.write_bytes(content)
            path.chmod(0o755 if name in EXECUTABLE else 0o644)
        for name in sorted(self._before - files.keys()):
            if (self.root / name).is_file():
                (self.root / name).unlink()
                done["removed"].append(name)
        text = json.dumps({"written by": "hhlab publish", "files": list(files)}, indent=1)
        (self.root / MANIFEST).write_text(f"{text}\n", encoding="utf-8")
        return done

    def _names(self) -> list[str]:
        """Return the files in the folder; in a clone, those that Git tracks or would add."""
        if self.is_clone:
            asked = ("ls-files", "-z", "--cached", "--others", "--exclude-standard")
            return sorted(filter(None, self._git(*asked).split("\0")))
        return sorted(path.relative_to(self.root).as_posix() for path in self.root.rglob("*"))

    def _unsaved(self) -> set[str]:
        """Return the files in the folder that Git could not bring back as they are."""
        if not self.is_clone:
            return {name for name in self._names() if (self.root / name).is_file()}
        asked = ("status", "-z", "--no-renames", "--untracked-files=all", "--ignored")
        found = {each[3:] for each in self._git(*asked).split("\0")}
        return {name for name in found if (self.root / name).is_file()}

    def _manifest(self) -> set[str]:
        """Return the files that were written last time.

        Raises
        ------
        Refused
            If the list of them cannot be read.
        """
        path = self.root / MANIFEST
        if not path.exists():
            return set()
        try:
            files = json.loads(path.read_text(encoding="utf-8"))["files"]
            return {name for name in files if _is_inside(name)}
        except (ValueError, KeyError, TypeError) as error:
            raise Refused(
                f"{path} does not list what was published before ({type(error).__name__}): "
                "bring it back with `git checkout`, or publish into an empty folder"
            ) from error

    def _git(self, *arguments: str) -> str:
        """Return what Git says of the clone.

        Raises
        ------
        Refused
            If Git is not there, or says nothing.
        """
        command = ["git", "-C", str(self.root), *arguments]
        try:
            done = subprocess.run(
                command, capture_output=True, check=True, text=True, errors="replace"
            )
        except (OSError, subprocess.CalledProcessError) as error:
            said = getattr(error, "stderr", "") or error
            raise Refused(f"`{' '.join(command)}` failed: {said}") from error
        return done.stdout


def is_private(name: str) -> bool:
    """Return whether a path is one at which a course keeps what is not for students."""
    return name.startswith(PRIVATE)


def _is_inside(name: str) -> bool:
    path = PurePosixPath(name)
    return not path.is_absolute() and ".." not in path.parts and path.parts[0] != ".git"
