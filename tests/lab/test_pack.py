"""One file to hand in, and what nbgrader makes of it when it comes back from a platform."""

import os
import re
import shutil
import subprocess
import sys
import zipfile
from pathlib import Path

import nbformat
import pytest
from shared import ROOT, run

from hhlab.__main__ import main as instructors
from hhlab.course.sample_class import Submission, fill
from hhlab.lab.pack import PACKED, main, unpacked

RELEASE = ROOT / "release/hh-model/hh-model.ipynb"
NAME = re.compile(r"hh-model__ada__\d{8}T\d{6}Z\.ipynb")


@pytest.fixture
def notebook(tmp_path, answers, monkeypatch):
    """A student's notebook with one blank left."""
    path = tmp_path / "repository" / "hh-model" / "hh-model.ipynb"
    path.parent.mkdir(parents=True)
    left = Submission("leaves one blank", {8: None})
    nbformat.write(fill(RELEASE, answers, left), path)
    monkeypatch.chdir(path.parents[1])
    return path


@pytest.mark.parametrize("command", [main, instructors], ids=["students", "instructors"])
def test_a_notebook_is_packed_into_one_file_of_the_student(command, notebook, tmp_path, capsys):
    assert command(["pack", "hh-model/hh-model.ipynb", "--student", "ada"]) == 0
    (packed,) = Path().glob("*.ipynb")
    assert NAME.fullmatch(packed.name)
    assert packed.read_bytes() == notebook.read_bytes()
    said = capsys.readouterr().out
    assert packed.name in said
    assert "saved 0 minutes ago" in said
    assert "Still blank: TODO 8, update." in said


def test_who_gives_no_id_is_asked_for_it(notebook, monkeypatch, capsys):
    monkeypatch.setattr("builtins.input", lambda question: " ada ")
    assert main(["pack", str(notebook)]) == 0
    assert NAME.fullmatch(next(Path().glob("*.ipynb")).name)


@pytest.mark.parametrize("student", ["", "../eve", "a b", "a__b", "_a", "a_", "a/b", ".."])
def test_what_is_no_id_is_refused(student, notebook, monkeypatch, capsys):
    monkeypatch.setattr("builtins.input", lambda question: student)
    assert main(["pack", str(notebook), f"--student={student}"]) == 1
    assert "is no student ID: use letters" in capsys.readouterr().err
    assert not list(Path().glob("*.ipynb"))


def test_what_is_no_notebook_is_refused(notebook, capsys):
    assert main(["pack", "elsewhere.ipynb", "--student", "ada"]) == 1
    assert "there is no elsewhere.ipynb: name the notebook" in capsys.readouterr().err
    notebook.write_text("")
    assert main(["pack", str(notebook), "--student", "ada"]) == 1
    assert "is no notebook: save it in JupyterLab, and try again" in capsys.readouterr().err
    assert not list(Path().glob("*.ipynb"))


@pytest.mark.parametrize("command", [("hhlab", "pack"), ("hhlab.lab.pack",)])
def test_where_nobody_can_be_asked_it_says_what_is_missing(command, notebook):
    told = [sys.executable, "-m", *command, str(notebook)]
    done = subprocess.run(told, stdin=subprocess.DEVNULL, capture_output=True, text=True)
    assert done.returncode == 1
    assert done.stderr == "hhlab pack: your student ID is missing: add --student and the ID\n"
    assert not list(Path().glob("*.ipynb"))


def test_a_folder_that_is_not_there_is_said(notebook, capsys):
    for folder in ("elsewhere", str(notebook)):
        assert main(["pack", str(notebook), "--student", "ada", "--into", folder]) == 1
        said = f"hhlab pack: there is no folder {folder}: make it, or name another after --into\n"
        assert capsys.readouterr().err == said


NAMES = ["hh-model", "第一次", "2026-hh", "hh (next)", "hh_next", "nb-x", "Homework 2.2", "größe"]


PACK_EACH = """
import sys
from hhlab.lab.pack import main
for name in sys.argv[1:]:
    assert main(["pack", name, "--student", "ada", "--into", name + ".d"]) == 0, name
"""


@pytest.mark.parametrize("locale", ["C.UTF-8", "en_US.ISO-8859-1", "POSIX"])
def test_a_notebook_of_any_name_comes_back_under_it(locale, notebook):
    environment = {**os.environ, "LC_ALL": locale, "PYTHONUTF8": "0", "PYTHONCOERCECLOCALE": "0"}
    for name in NAMES:
        shutil.copy(notebook, f"{name}.ipynb")
        Path(f"{name}.ipynb.d").mkdir()
    command = [sys.executable, "-c", PACK_EACH, *(f"{name}.ipynb" for name in NAMES)]
    subprocess.run(command, env=environment, check=True)
    for name in NAMES:
        (packed,) = Path(f"{name}.ipynb.d").iterdir()
        assert packed.name.isascii()
        found = re.match(PACKED, f"zhang_{packed.name}")
        assert (unpacked(found["file_id"]), found["student_id"]) == (name, "ada")


def packed(notebook, student, stamp):
    """Return the name and content of what a student packs at some time."""
    return f"{notebook.stem}__{student}__{stamp}.ipynb", notebook.read_text()


def test_zip_collect_takes_what_platforms_hand_out(notebook, course):
    archive = course.root / "downloaded" / "hh-model" / "archive"
    archive.mkdir(parents=True)
    early, late = "20260901T120000Z", "20260902T080000Z"
    with zipfile.ZipFile(archive / "All.ZIP", "w") as download:

        def put(before, student, stamp, after="", text=None, end=".ipynb"):
            name, content = packed(notebook, student, stamp)
            download.writestr(f"{before}{name[:-6]}{after}{end}", text or content)

        put("Ada Lovelace_4711_assignsubmission_file_/", "ada", early)  # Moodle
        put("turingalan_LATE_815_9012_", "a.turing@uni-x.edu", early, "-1")  # Canvas, again
        put("zhang_", "2026_0042", early, text="the first try")
        put("zhang_", "2026_0042", late, " (1)")
        put("zhang_", "2026_0042", "20260903T080000Z", " (2)", "{newer, and unreadable")
        put("zhang_", "2026_0042", "20269999T999999Z", " (3)")
        put("lin_", "lin", early, ".ipynb", end=".txt")  # by Windows
        put("__MACOSX/Ada/._", "ada", late, text="Mac OS X")
        put("Ada/._", "ada", late, text="Mac OS X")
        download.writestr("grace/hh-model.ipynb", "not packed")
    (archive / "part.zip").write_bytes((archive / "All.ZIP").read_bytes()[:-200])
    said = run(course, "nbgrader", "zip_collect", "hh-model")
    assert "it is a zip that is cut off or damaged: download it once more" in said
    notebooks = {
        path.relative_to(course.root / "submitted").as_posix(): path.read_text()
        for path in course.root.glob("submitted/*/*/*.ipynb")
    }
    students = ("ada", "a.turing@uni-x.edu", "2026_0042", "lin")
    assert notebooks.keys() == {f"{each}/hh-model/hh-model.ipynb" for each in students}
    assert set(notebooks.values()) == {notebook.read_text()}
    stamps = (course.root / "submitted/2026_0042/hh-model/timestamp.txt").read_text()
    assert stamps.startswith("2026-09-02 08:00:00")
    assert "grace/hh-model.ipynb" in said
    assert said.count("Left aside (a Mac put it beside the notebook)") == 2
    assert "Left aside (it is not a Jupyter notebook" in said


def test_a_name_never_leads_out_of_the_students_folder():
    for student in ("../../eve", "a/../../eve", "..", "a\\b"):
        found = re.match(PACKED, f"/x/hh-model__{student}__20260901T120000Z.ipynb")
        assert found is None or re.fullmatch(r"[\w.@+-]+", found["student_id"])
        assert found is None or found["student_id"] not in (".", "..")
