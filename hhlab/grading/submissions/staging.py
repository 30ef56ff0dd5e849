"""Stage what was handed in: nbgrader gets clean stand-ins, and submissions are only ever read.

nbgrader opens and copies whatever lies in a student's folder before anything of ours is asked:
links, pipes, a timestamp that is none. So it is shown another folder. There each student has an
empty file by the name of each notebook, and a copy of the few other files that grading looks at.
"""

import contextlib
import copy
import fnmatch
import glob
import os
import re
import weakref
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import islice
from pathlib import Path
from typing import Any

from nbformat import NotebookNode
from nbgrader.utils import parse_utc

from ...channel.language import Text
from ..jail.folders import Place
from .choosing import MOST_NAMES, chosen
from .reading import LARGEST, Unreadable, read_bytes, shown

TIMESTAMP = "timestamp.txt"
"""When a submission was handed in."""
SECRET = "submission_secret.txt"
"""What the exchange finds a student's feedback by; nbgrader releases none without it."""
LONGEST_TIMESTAMP = 100
LONGEST_SECRET = 1000
HALF = re.compile(r" ([AP]M)\b", re.I)
OFFSET = re.compile(r" (?P<sign>[+-])(?P<hours>\d\d):?(?P<minutes>\d\d)$")


@dataclass(frozen=True)
class Assignment:
    """What an assignment consists of.

    Attributes
    ----------
    notebooks : mapping of str to NotebookNode
        The released notebooks with the hidden tests put back in, by their names without a suffix.
    given : collection of str
        The files that students get beside them, relative to the assignment's folder.
    taken : collection of str
        The files beside them that are taken as students hand them in.
    """

    notebooks: Mapping[str, NotebookNode]
    given: Collection[str] = ()
    taken: Collection[str] = ()


@dataclass(frozen=True)
class HandedIn:
    """What a student handed in.

    Attributes
    ----------
    notebooks : dict of str to Path
        The file for each of the assignment's notebooks, by the notebook's name; it may be missing,
        or anything but a notebook.
    sentences : list of str
        What was odd about the folder.
    """

    notebooks: dict[str, Path]
    sentences: list[str]


class Stage:
    """Stand-ins for what a class handed in, which last as long as this object or the process.

    Parameters
    ----------
    course : nbgrader.coursedir.CourseDirectory
        Says where submissions are, and which are wanted. It is not changed.
    assignment : Assignment
        What is expected in each folder.

    Attributes
    ----------
    course : nbgrader.coursedir.CourseDirectory
        A copy, in which the stand-ins are the submissions.
    handed_in : dict of str to HandedIn
        By the folder that stands in for it.
    refused : list of str
        A sentence on each folder that nbgrader could not handle.
    """

    def __init__(self, course: Any, assignment: Assignment) -> None:
        place = Place()
        weakref.finalize(self, place.remove)
        self.course = copy.copy(course)
        self.course.submitted_directory = os.path.join(place.path, "submitted")
        self.handed_in: dict[str, HandedIn] = {}
        pattern = _format(course, course.student_id)
        self.refused = [
            f"The folder {shown(os.path.basename(path))} was left out: you may not look into it."
            for path in glob.glob(os.path.dirname(pattern))
            if os.path.isdir(path) and not os.path.exists(os.path.join(path, os.curdir))
        ]
        for path in sorted(glob.glob(pattern)):
            student = _student(course, path)
            if glob.has_magic(student) or not student.isprintable():
                self.refused.append(
                    f"The folder {shown(student)} was left out: a student cannot have this name. "
                    "Rename it and grade again."
                )
            else:
                stand_in = _format(self.course, student)
                self.handed_in[stand_in] = _stage(Path(path), Path(stand_in), assignment, course)


def _format(course: Any, student: str) -> str:
    return course.format_path(course.submitted_directory, student, course.assignment_id)


def _student(course: Any, path: str) -> str:
    pattern = course.format_path(course.submitted_directory, "(?P<id>.*)", ".*", escape=True)
    match = re.fullmatch(pattern, path, re.DOTALL)
    assert match is not None
    return match["id"]


def _stage(folder: Path, stand_in: Path, assignment: Assignment, course: Any) -> HandedIn:
    """Put a clean folder in a submission's place, and return what the submission is."""
    stand_in.mkdir(parents=True)
    for name in assignment.notebooks:
        (stand_in / f"{name}.ipynb").touch()
    if os.path.islink(folder) or os.path.islink(folder.parent):  # read() says so
        return HandedIn({name: folder / f"{name}.ipynb" for name in assignment.notebooks}, [])
    notebooks, sentences = chosen(folder, assignment.notebooks)
    taken = [name for name in (TIMESTAMP, *assignment.taken) if _is_plain(folder, name)]
    taken += [SECRET] if _has_secret(folder) else []
    for name in taken:
        try:
            _take(folder / name, stand_in / name)
        except Unreadable as why:
            sentences.append(Text("The file {name} was left out: {why}.", name=name, why=str(why)))
    given = [name for name in assignment.given if _is_plain(folder, name)]
    belong = {*taken, *given, *(path.name for path in notebooks.values())}
    belong |= {f"{name}.ipynb" for name in assignment.notebooks}
    others = (shown(name) for name in _files(folder, course.ignore) if name not in belong)
    if named := list(islice(others, MOST_NAMES + 1)):
        names = ", ".join(named[:MOST_NAMES]) + (", …" if len(named) > MOST_NAMES else "")
        sentences.append(
            Text("Files that do not belong to the assignment were left out: {names}.", names=names)
        )
    return HandedIn(notebooks, sentences)


def _take(file: Path, place: Path) -> None:
    content = read_bytes(file, LARGEST)
    if file.name == TIMESTAMP:
        content = _in_nbgraders_words(content)
    place.parent.mkdir(parents=True, exist_ok=True)
    place.write_bytes(content)


def _in_nbgraders_words(content: bytes) -> bytes:
    """Return a time that nbgrader can read.

    Raises
    ------
    Unreadable
        If it is none.
    """
    try:
        if len(content) > LONGEST_TIMESTAMP:
            raise ValueError("parsing takes a minute for a million digits")
        said = content.decode("utf-8-sig")  # Windows' editors mark theirs
        text = said.strip()
        for each in (text, in_utc := _in_utc(text)):
            parse_utc(each)
        return (said if in_utc == text else in_utc).encode()
    except Exception:  # hostile text may make the parser raise anything
        raise Unreadable(Text("it does not say when the notebook was handed in")) from None


def time_of(folder: str | Path) -> datetime | None:
    """Return when a submission was handed in, if its folder says so; nothing else is believed.

    nbgrader would wait for a pipe, and end whatever command asks where the text is no time.
    """
    with contextlib.suppress(Unreadable):
        said = _in_nbgraders_words(read_bytes(Path(folder) / TIMESTAMP, LARGEST))
        return parse_utc(said.decode("utf-8-sig").strip())
    return None


def _in_utc(text: str) -> str:
    """Return a time as nbgrader reads it rightly: it takes ``+0100`` for seconds, PM for a zone."""
    text = HALF.sub(r"\1", text)
    if not (offset := OFFSET.search(text)):
        return text
    hours, minutes = (int(offset["sign"] + offset[part]) for part in ("hours", "minutes"))
    when = parse_utc(text[: offset.start()]) - timedelta(hours=hours, minutes=minutes)
    return f"{when:%Y-%m-%d %H:%M:%S.%f} UTC"


def _has_secret(folder: Path) -> bool:
    """Return whether a submission came through the exchange, as far as one can see."""
    if not _is_plain(folder, SECRET):
        return False
    try:
        content = read_bytes(folder / SECRET, LONGEST_SECRET)
    except Unreadable:
        return False
    return content.isascii() and content.decode().isprintable()


def _is_plain(folder: Path, name: str) -> bool:
    """Return whether a file is one, and inside the folder."""
    path = folder / name
    inside = [path, *path.parents][: len(Path(name).parts)]
    return os.path.isfile(path) and not any(map(os.path.islink, inside))


def _files(folder: Path, ignore: Collection[str]) -> Iterator[str]:
    """Yield the name of everything in a folder but folders, and what nbgrader ignores."""
    for place, folders, files in os.walk(folder):
        for names in (folders, files):
            names[:] = [n for n in names if not any(fnmatch.fnmatch(n, each) for each in ignore)]
        links = [name for name in folders if os.path.islink(os.path.join(place, name))]
        for name in sorted(files + links):
            yield os.path.relpath(os.path.join(place, name), folder)
