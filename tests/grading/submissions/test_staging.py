"""What nbgrader gets to see of a submission, and what is said about the rest."""

import contextlib
import os
import socket
import subprocess
import sys
import tempfile
from datetime import datetime
from pathlib import Path

import nbformat
import pytest
from nbgrader.coursedir import CourseDirectory
from shared import listing

from hhlab.grading.submissions import choosing
from hhlab.grading.submissions.reading import Unreadable, read
from hhlab.grading.submissions.staging import Assignment, Stage, time_of

EMPTY = nbformat.v4.new_notebook()
HOMEWORK = Assignment({"hh-model": EMPTY}, given=["data/pulses.csv"], taken=["data/mine.csv"])


@pytest.fixture
def course(tmp_path):
    """A course folder, as nbgrader describes it."""
    return CourseDirectory(root=str(tmp_path / "course"), assignment_id="hh-model")


@pytest.fixture
def folder(course):
    """The folder of a student who handed in what was asked for."""
    return hand_in(course, "ada")


def hand_in(course, student):
    folder = Path(course.root, "submitted", student, "hh-model")
    folder.mkdir(parents=True)
    (folder / "hh-model.ipynb").write_text("{}")
    return folder


def staged(course):
    """Stage a class of one; return what nbgrader sees, file by file, and the sentences."""
    submitted = Path(course.root, "submitted")
    before = listing(submitted)
    stage = Stage(course, HOMEWORK)
    assert listing(submitted) == before
    [(stand_in, handed_in)] = stage.handed_in.items()
    files = [path for path in Path(stand_in).rglob("*") if not path.is_dir()]
    assert all(path.is_file() and not path.is_symlink() for path in files)
    content = {str(path.relative_to(stand_in)): path.read_bytes() for path in files}
    return content, handed_in.sentences


def test_a_proper_submission_is_a_name_and_needs_no_sentence(course, folder):
    (folder / ".ipynb_checkpoints").mkdir()
    (folder / ".ipynb_checkpoints" / "hh-model-checkpoint.ipynb").write_text("{}")
    assert staged(course) == ({"hh-model.ipynb": b""}, [])


def test_the_assignments_own_files_need_no_sentence(course, folder):
    (folder / "data").mkdir()
    (folder / "data" / "pulses.csv").write_text("12")
    (folder / "data" / "mine.csv").write_text("8")
    assert staged(course) == ({"hh-model.ipynb": b"", "data/mine.csv": b"8"}, [])


def test_the_course_of_the_caller_is_left_alone(course, folder):
    stage = Stage(course, HOMEWORK)
    assert course.submitted_directory == "submitted"
    place = stage.course.format_path(stage.course.submitted_directory, "ada", "hh-model")
    assert list(stage.handed_in) == [place]


# -- the notebook ---------------------------------------------------------------------------------


def test_the_only_notebook_is_taken_under_another_name(course, folder):
    (folder / "hh-model.ipynb").rename(folder / "homework\n(2).ipynb")
    stage = Stage(course, HOMEWORK)
    [handed_in] = stage.handed_in.values()
    assert handed_in.notebooks == {"hh-model": folder / "homework\n(2).ipynb"}
    assert handed_in.sentences == [
        "The notebook is called 'homework\\n(2).ipynb'; it should be 'hh-model.ipynb'."
    ]


def test_a_second_notebook_is_left_out(course, folder):
    (folder / "hh-model-Copy1.ipynb").write_text("{}")
    files, [sentence] = staged(course)
    assert list(files) == ["hh-model.ipynb"]
    assert "left out: 'hh-model-Copy1.ipynb'" in sentence


@pytest.mark.parametrize("others", [1, 2])
def test_for_a_broken_notebook_the_only_one_that_can_be_read_is_taken(others, course, folder):
    (folder / "hh-model.ipynb").write_text("<<<<<<< HEAD")
    (folder / "hh-model (1).ipynb").write_text('{"cells": []}')
    (folder / "._hh-model (1).ipynb").write_bytes(b"\0\5\x16\7")
    if others == 2:
        (folder / "notes.ipynb").write_text("none")
    [handed_in] = Stage(course, HOMEWORK).handed_in.values()
    assert handed_in.notebooks["hh-model"].name == "hh-model (1).ipynb"
    assert "should be 'hh-model.ipynb'" in handed_in.sentences[0]


def cell(source, name, cell_id, **marks):
    given = {"nbgrader": {"grade_id": name, "solution": True, "grade": False, **marks}}
    return nbformat.v4.new_code_cell(source, metadata=given, id=cell_id)


def written(path, *cells):
    nbformat.write(nbformat.v4.new_notebook(cells=list(cells)), path)


ASKED = cell("raise NotImplementedError", "one", "a")
ANSWERED = cell("answer = 1", "one", "a")
KEPT = {
    "blank": [ASKED],
    "answered": [ANSWERED],
    "comments alone": [cell("# hm\nraise NotImplementedError", "one", "a")],
    "answered elsewhere": [ASKED, nbformat.v4.new_code_cell("answer = 1", id="b")],
    "of another assignment": [cell("x = 1", "two", "c")],
}
FILLED_IN = {"answered"}
NOT_BLANK = {"answered", "answered elsewhere", "of another assignment"}


@pytest.mark.parametrize("right", [*KEPT, "broken", "missing"])
@pytest.mark.parametrize("beside", [*KEPT, "broken"])
def test_of_two_notebooks_the_one_that_is_filled_in_is_taken(right, beside, course, folder):
    for name, what in (("one.ipynb", right), ("one (2).ipynb", beside)):
        if what in KEPT:
            written(folder / name, *KEPT[what])
        elif what == "broken":
            (folder / name).write_text("<<<<<<< HEAD")
    (folder / "hh-model.ipynb").unlink()
    master = nbformat.v4.new_notebook(cells=[ASKED])
    [handed_in] = Stage(course, Assignment({"one": master})).handed_in.values()
    blank = right in KEPT.keys() - NOT_BLANK
    other = (
        right == "missing"
        or (right == "broken" and beside != "broken")
        or (blank and beside in FILLED_IN)
    )
    assert handed_in.notebooks == {"one": folder / ("one (2).ipynb" if other else "one.ipynb")}
    called = "The notebook is called 'one (2).ipynb'; it should be 'one.ipynb'."
    empty = "'one.ipynb' has nothing filled in, and was left out."
    left = "Files that do not belong to the assignment were left out: 'one (2).ipynb'."
    assert handed_in.sentences == ([called] + blank * [empty] if other else [left])


def test_of_two_that_are_filled_in_none_is_taken_for_a_blank_one(course, folder):
    written(folder / "hh-model.ipynb", ASKED)
    for name in ("one.ipynb", "two.ipynb"):
        written(folder / name, ANSWERED)
    master = nbformat.v4.new_notebook(cells=[ASKED])
    [handed_in] = Stage(course, Assignment({"hh-model": master})).handed_in.values()
    assert handed_in.notebooks == {"hh-model": folder / "hh-model.ipynb"}


def test_a_file_that_cannot_be_looked_through_keeps_nobody_from_being_staged(
    course, folder, monkeypatch
):
    def deep(*_):
        raise RecursionError

    written(folder / "one.ipynb", ASKED)
    written(folder / "one (2).ipynb", ANSWERED)
    (folder / "hh-model.ipynb").unlink()
    monkeypatch.setattr(choosing, "is_blank", deep)
    master = nbformat.v4.new_notebook(cells=[ASKED])
    [handed_in] = Stage(course, Assignment({"one": master})).handed_in.values()
    assert handed_in.notebooks == {"one": folder / "one (2).ipynb"}


def test_a_copy_is_not_taken_for_another_notebook_that_is_blank(course, folder):
    written(folder / "one.ipynb", ANSWERED)
    written(folder / "one (2).ipynb", ANSWERED)
    written(folder / "two.ipynb", cell("raise NotImplementedError", "two", "c"))
    masters = {
        "one": nbformat.v4.new_notebook(cells=[ASKED]),
        "two": nbformat.v4.new_notebook(cells=[cell("raise NotImplementedError", "two", "c")]),
    }
    [handed_in] = Stage(course, Assignment(masters)).handed_in.values()
    assert handed_in.notebooks == {name: folder / f"{name}.ipynb" for name in masters}


def test_another_of_the_assignments_notebooks_is_not_taken_for_a_missing_one(course, folder):
    stage = Stage(course, Assignment({"hh-model": EMPTY, "cable": EMPTY}))
    [handed_in] = stage.handed_in.values()
    assert handed_in.notebooks["cable"] == folder / "cable.ipynb"


# -- beside the notebook --------------------------------------------------------------------------


def listening(path):
    with socket.socket(socket.AF_UNIX) as server:
        os.chdir(path.parent)  # the name of a socket has to be short
        server.bind(path.name)


@pytest.mark.parametrize(
    "make",
    [
        lambda path: path.symlink_to("nowhere"),
        lambda path: path.symlink_to("/dev/zero"),
        lambda path: path.symlink_to("/etc"),
        lambda path: path.symlink_to(path.name),
        os.mkfifo,
        listening,
        lambda path: path.write_text("import os"),
    ],
    ids=["broken", "endless", "folder", "loop", "pipe", "socket", "file"],
)
@pytest.mark.parametrize("name", ["numpy.py", "timestamp.txt"])
def test_what_nobody_asked_for_is_left_out(name, make, course, folder, monkeypatch):
    monkeypatch.chdir(folder)
    make(folder / name)
    files, [sentence] = staged(course)
    assert list(files) == ["hh-model.ipynb"]
    assert "left out" in sentence
    assert name in sentence


@pytest.mark.parametrize("level", ["data", "data/mine.csv", "data/pulses.csv"])
def test_a_link_by_the_name_of_an_asked_for_file_is_left_out(level, course, folder, tmp_path):
    elsewhere = tmp_path / "elsewhere"
    (folder / level).parent.mkdir(exist_ok=True)
    if level == "data":
        elsewhere.mkdir()
        (elsewhere / "mine.csv").write_text("secret")
    else:
        elsewhere.write_text("secret")
    (folder / level).symlink_to(elsewhere)
    files, [sentence] = staged(course)
    assert list(files) == ["hh-model.ipynb"]
    assert f"left out: '{level}'" in sentence


def test_a_file_larger_than_a_notebook_may_be_is_left_out(course, folder):
    (folder / "data").mkdir()
    with (folder / "data" / "mine.csv").open("wb") as file:
        file.truncate(200 * 2**20)
    files, [sentence] = staged(course)
    assert list(files) == ["hh-model.ipynb"]
    assert sentence == "The file data/mine.csv was left out: it has 200 MB, more than 20 MB."


@pytest.mark.parametrize(
    ("name", "told"),
    [
        (b"\xff\xfe.txt", r"'\udcff\udcfe.txt'"),
        (b"a\nCRITICAL all is lost", r"'a\nCRITICAL all is lost'"),
        (b"\x1b[2J", r"'\x1b[2J'"),
        ("\N{RIGHT-TO-LEFT OVERRIDE}fdp.exe".encode(), r"'\u202efdp.exe'"),
        ("größe.csv".encode(), "'größe.csv'"),
        (b"x" * 200, f"'{'x' * 60}…'"),
    ],
)
def test_odd_names_are_told_in_plain_text(name, told, course, folder):
    with open(os.path.join(os.fsencode(folder), name), "w"):
        pass
    _, sentences = staged(course)
    assert sentences == [f"Files that do not belong to the assignment were left out: {told}."]


def test_of_many_files_some_are_told(course, folder):
    for number in range(2000):
        (folder / f"{number:04}.txt").touch()
    _, [sentence] = staged(course)
    assert sentence.endswith("'0000.txt', '0001.txt', '0002.txt', '0003.txt', '0004.txt', ….")


# -- timestamps -----------------------------------------------------------------------------------


@pytest.mark.parametrize("text", ["2026-11-23 10:00:00.5 UTC", "2026-11-23 11:00 Europe/Berlin\n"])
def test_a_timestamp_is_handed_on_as_it_is(text, course, folder):
    (folder / "timestamp.txt").write_text(text)
    files, sentences = staged(course)
    assert files["timestamp.txt"] == text.encode()
    assert sentences == []
    stage = Stage(course, HOMEWORK)
    [stand_in] = stage.handed_in
    assert stage.course.get_existing_timestamp(stand_in).date() == datetime(2026, 11, 23).date()


@pytest.mark.parametrize(
    ("content", "hour"),
    [
        (b"2026-11-23 10:00 PM", 22),
        (b"2026-11-23 10:00:00 pm UTC", 22),
        (b"2026-11-23 12:30 AM", 0),
        (b"2026-11-23 10:00 PM +0100", 21),
        (b"\xef\xbb\xbf2026-11-23 10:00 UTC\r\n", 10),
        (b"\xef\xbb\xbf2026-11-23 10:00 PM", 22),
    ],
)
def test_a_timestamp_is_read_however_it_was_written(content, hour, course, folder):
    (folder / "timestamp.txt").write_bytes(content)
    stage = Stage(course, HOMEWORK)
    [(stand_in, handed_in)] = stage.handed_in.items()
    when = stage.course.get_existing_timestamp(stand_in)
    assert (when.day, when.hour, handed_in.sentences) == (23, hour, [])


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"half past nine, <b>or so</b>",
        b"\xff\xfe",
        b"\0",
        b"9" * 1_000_000,
        b"0001-01-01 00:00 +9999",
        b"0001-01-02 00:00 +9999",
        b"9999-12-31 23:59 -2359",
        b"2026-11-23 10:00 99999999999999999999",
        b"2026-11-23 10:00 /dev/zero /etc/passwd",
    ],
)
def test_a_timestamp_that_is_none_is_left_out(content, course, folder):
    (folder / "timestamp.txt").write_bytes(content)
    files, [sentence] = staged(course)
    assert list(files) == ["hh-model.ipynb"]
    assert sentence == (
        "The file timestamp.txt was left out: it does not say when the notebook was handed in."
    )


@pytest.mark.parametrize(
    "odd",
    [
        os.mkfifo,
        lambda path: path.write_text("half past nine"),
        lambda path: path.symlink_to("/dev/zero"),
        lambda path: None,
    ],
    ids=["pipe", "no time", "link", "nothing"],
)
def test_when_a_folder_was_handed_in_is_not_waited_for(odd, folder):
    timestamp = folder / "timestamp.txt"
    odd(timestamp)
    assert time_of(folder) is None
    timestamp.unlink(missing_ok=True)
    timestamp.write_text("2026-11-23 10:00 PM +0100")
    assert time_of(folder) == datetime(2026, 11, 23, 21)


# -- the exchange's secret -------------------------------------------------------------------------


def test_what_the_exchange_finds_feedback_by_is_handed_on(course, folder):
    (folder / "submission_secret.txt").write_text("5f" * 64)
    files, sentences = staged(course)
    assert files["submission_secret.txt"] == b"5f" * 64
    assert sentences == []


@pytest.mark.parametrize("content", [b"\xff\xfe", b"two\nlines", b"9" * 1_000_000])
def test_what_the_exchange_never_wrote_is_left_out(content, course, folder):
    (folder / "submission_secret.txt").write_bytes(content)
    files, [sentence] = staged(course)
    assert list(files) == ["hh-model.ipynb"]
    assert "left out: 'submission_secret.txt'" in sentence


# -- folders --------------------------------------------------------------------------------------


@pytest.mark.parametrize("student", ["two\nlines", "*", "a[b", "who?", os.fsdecode(b"\xff")])
def test_a_folder_that_no_student_can_have_is_refused_and_the_next_is_staged(student, course):
    hand_in(course, student)
    hand_in(course, "zoe")
    stage = Stage(course, HOMEWORK)
    assert [Path(place).parent.name for place in stage.handed_in] == ["zoe"]
    [sentence] = stage.refused
    assert repr(student) in sentence
    assert sentence.isprintable()


@pytest.mark.parametrize(
    "make",
    [lambda path: path.write_text("a file"), os.mkfifo, lambda path: path.symlink_to("nowhere")],
    ids=["file", "pipe", "link"],
)
def test_what_is_no_folder_is_staged_without_waiting(make, course):
    path = Path(course.root, "submitted", "ada", "hh-model")
    path.parent.mkdir(parents=True)
    make(path)
    stage = Stage(course, HOMEWORK)
    [handed_in] = stage.handed_in.values()
    assert handed_in.notebooks == {"hh-model": path / "hh-model.ipynb"}


@pytest.mark.parametrize("level", ["ada", "ada/hh-model"])
def test_nothing_behind_a_linked_folder_is_told(level, course, tmp_path):
    elsewhere = tmp_path / "elsewhere" / "hh-model"
    elsewhere.mkdir(parents=True)
    (elsewhere / "secret.ipynb").write_text("{}")
    (elsewhere / "timestamp.txt").write_text("2026-11-23 10:00 UTC")
    place = Path(course.root, "submitted", level)
    place.parent.mkdir(parents=True)
    place.symlink_to(elsewhere if "/" in level else elsewhere.parent)
    assert staged(course) == ({"hh-model.ipynb": b""}, [])


@contextlib.contextmanager
def ordinary_user():
    """Be somebody who may not read everything, as root may."""
    us = os.geteuid()
    if us == 0:
        os.seteuid(65534)
    try:
        yield
    finally:
        os.seteuid(us)


@pytest.mark.parametrize(
    ("closed", "sentence"),
    [
        ("ada", "ada' was left out: you may not look into it."),
        ("ada/hh-model", "it cannot be opened: Permission denied"),
        ("ada/hh-model/hh-model.ipynb", "it cannot be opened: Permission denied"),
        ("ada/hh-model/timestamp.txt", "timestamp.txt was left out: it cannot be opened"),
    ],
)
def test_what_may_not_be_read_stops_nobody(closed, sentence):
    with tempfile.TemporaryDirectory() as root:
        os.chmod(root, 0o755)  # an ordinary user has to get here
        course = CourseDirectory(root=root, assignment_id="hh-model")
        for student in ("ada", "zoe"):
            (hand_in(course, student) / "timestamp.txt").write_text("2026-11-23 10:00 UTC")
        path = Path(root, "submitted", closed)
        mode = path.stat().st_mode
        path.chmod(0)
        try:
            with ordinary_user():
                stage = Stage(course, HOMEWORK)
                said = stage.refused + [
                    sentence
                    for handed_in in stage.handed_in.values()
                    for sentence in [*handed_in.sentences, why_unreadable(handed_in)]
                ]
        finally:
            path.chmod(mode)
    assert Path(list(stage.handed_in)[-1]).parent.name == "zoe"
    assert sum(sentence in each for each in said) == 1


def why_unreadable(handed_in):
    try:
        read(handed_in.notebooks["hh-model"])
    except Unreadable as why:
        return str(why)
    return ""


# -- as a whole -----------------------------------------------------------------------------------


def test_stand_ins_go_when_the_process_ends(course, folder):
    command = (
        "import os, sys\n"
        "from nbgrader.coursedir import CourseDirectory\n"
        "from hhlab.grading.submissions.staging import Assignment, Stage\n"
        f"course = CourseDirectory(root={course.root!r}, assignment_id='hh-model')\n"
        "stage = Stage(course, Assignment({'hh-model': None}))\n"
        "print(*stage.handed_in, flush=True)\n"
        "raise KeyboardInterrupt\n"
    )
    done = subprocess.run([sys.executable, "-c", command], capture_output=True, text=True)
    assert "KeyboardInterrupt" in done.stderr
    assert done.stdout.startswith("/tmp/hhlab-")
    assert not os.path.lexists("/".join(done.stdout.split("/")[:3]))


@pytest.mark.timeout(120)
def test_a_class_of_a_thousand_is_staged(course):
    for number in range(1000):
        folder = hand_in(course, f"student-{number}")
        (folder / "timestamp.txt").write_text("2026-11-23 10:00 UTC")
    stage = Stage(course, HOMEWORK)
    assert len(stage.handed_in) == 1000
