"""The students' repository: what they need, nothing that is private, and kept up to date."""

import json
import os
import re
import shutil
import subprocess
import sys
import tempfile

import commands
import nbformat
import pytest
from home import once
from PIL import Image
from shared import ROOT

from hhlab.grading.publish.leaks import leaks, secrets
from hhlab.grading.publish.notebooks import published
from hhlab.grading.submissions.reading import Own
from hhlab.grading.submissions.rebuild import rebuild

KEY = "the key of a course that publishes"
ADDRESS = "https://github.com/OWNER/REPOSITORY"
PARTS = ("LICENSE", "LICENSE-TEXT", "environment.yml", "nbgrader_config.py", "postBuild", "start")


def course_in(root, *folders):
    """Make a course of its own with these folders, and return it."""
    root.mkdir(parents=True)
    for name in (*PARTS, "pyproject.toml"):
        shutil.copy(ROOT / name, root)
    for name in folders:
        shutil.copytree(ROOT / name, root / name)
    return root


def published_from(course, folder, *arguments):
    """Publish a course; return what was printed, and what was refused.

    In a process of its own: an application of traitlets closes the streams of handlers that others
    in this one have for their logs.
    """
    command = ["hhlab", "publish", str(folder), *arguments]
    with tempfile.TemporaryFile() as errors:
        _, said = commands.run(command, course, dict(os.environ), timeout=300, errors=errors)
        errors.seek(0)
        return said, errors.read().decode()


@pytest.fixture(scope="module")
def public():
    """A folder with the whole course as it is published, and what was said. Read only."""

    def make(folder):
        course = course_in(folder / "course", "source", "release")
        with pytest.MonkeyPatch.context() as patch:
            patch.setenv("HHLAB_COURSE_KEY", KEY)
            said, refused = published_from(course, folder / "students")
        assert refused == ""
        (folder / "said.txt").write_text(said)

    folder = once("published", make)
    return folder / "students", (folder / "said.txt").read_text()


@pytest.fixture
def course(tmp_path, monkeypatch):
    """A course of the test's own with a key of its own and one assignment."""
    root = course_in(tmp_path / "course", "source/hh-model", "release/hh-model")
    monkeypatch.setenv("HHLAB_COURSE_KEY", KEY)
    monkeypatch.chdir(root)
    return root


@pytest.fixture
def whole(course):
    """The same with all assignments."""
    for name in ("source", "release"):
        shutil.copytree(ROOT / name, course / name, dirs_exist_ok=True)
    return course


@pytest.fixture
def place(tmp_path):
    """Where the students' repository goes."""
    return tmp_path / "students"


@pytest.fixture
def publish(course, place):
    """A function that publishes; it returns what was printed, and what was refused."""

    def publish_to(*arguments):
        return published_from(course, place, *arguments)

    return publish_to


def files(folder):
    """Return a folder's files with their contents and times."""
    return {
        path.relative_to(folder).as_posix(): (path.read_bytes(), path.stat().st_mtime_ns)
        for path in folder.rglob("*")
        if path.is_file()
    }


def git(*arguments, folder):
    command = ["git", "-c", "user.name=a", "-c", "user.email=a@b.c", "-C", folder, *arguments]
    return subprocess.run(command, check=True, capture_output=True, text=True).stdout


def test_students_get_notebooks_package_readme_and_licences(public):
    place, _ = public
    found = files(place).keys()
    assert {"README.md", "README.zh.md", "LICENSE", "LICENSE-TEXT", "pyproject.toml"} <= found
    assert {
        "apt.txt",
        "environment.yml",
        "postBuild",
        "hhlab/check/picture.py",
        "hhlab/kernel/perform.py",
    } <= found
    for released in (ROOT / "release").glob("*/*.ipynb"):
        assert (place / released.parent.name / released.name).read_bytes() == released.read_bytes()
    assert not [name for name in found if "grading" in name or "source" in name]
    assert (place / "postBuild").stat().st_mode & 0o111


def test_it_says_what_it_searched_for(public):
    _, said = public
    private = secrets(ROOT / "source", KEY)
    assert f"{private.count('an answer')} lines of answers" in " ".join(said.split())
    assert f"{private.count('a hidden test')} lines of hidden tests" in " ".join(said.split())


def test_its_readme_shows_each_notebook_and_its_container_has_the_packages_of_the_lock(
    publish, place, course
):
    publish("--repo", ADDRESS)
    readme = (place / "README.md").read_text()
    row = next(line for line in readme.split("\n") if "[Build a Hodgkin–Huxley neuron](" in line)
    assert "| 100 | 20 |" in row
    with Image.open(place / re.search(r'src="([^"]+)"', row)[1]) as picture:
        assert picture.width > 300
    container = json.loads((place / ".devcontainer/devcontainer.json").read_text())
    assert container["image"].endswith("python:3.13")
    for file in container["customizations"]["codespaces"]["openFiles"]:
        assert (place / file).is_file()
    pins = (place / ".devcontainer/requirements.txt").read_text().split("\n")[1:-1]
    assert pins == re.findall(r"- (\S+==\S+)", (ROOT / "environment.yml").read_text())


@pytest.mark.parametrize("name", ["hh-model", "hh-model-zh"])
def test_what_a_notebook_opens_with_changes_nothing_in_how_it_is_graded(name):
    """Badges and Colab's cell are added when it is published, and are gone when it is graded."""
    path, master = f"{name}/{name}.ipynb", nbformat.read(ROOT / f"source/{name}/{name}.ipynb", 4)
    release = (ROOT / "release" / path).read_bytes()
    each = published(path, release, ADDRESS, "https://HUB")
    badges, install, *rest = nbformat.reads(each.content.decode(), 4).cells
    assert rest == nbformat.reads(release.decode(), 4).cells
    assert all(f"]({link})" in badges.source for link in each.links.values())
    plain = [sys.executable, "-m", "IPython", "-c", install.source]
    assert subprocess.check_output(plain, stderr=subprocess.STDOUT) == b""

    def graded(content):
        cells = nbformat.reads(content.decode(), 4).cells
        return rebuild([Own(c.cell_type, c.source, "", "") for c in cells], master)

    assert graded(each.content) == graded(release)


@pytest.mark.thorough("publish")
def test_a_second_time_nothing_changes(publish, place):
    publish("--repo", ADDRESS)
    before = files(place)
    said, _ = publish("--repo", ADDRESS)
    after = files(place)
    assert {name: content for name, (content, _) in after.items()} == {
        name: content for name, (content, _) in before.items()
    }
    assert "written" not in said
    assert f"{len(before) - 1} files are as they were" in said


@pytest.mark.thorough("publish")
def test_a_clone_is_brought_up_to_date(publish, place, whole):
    publish("--repo", ADDRESS)
    git("init", "--quiet", "--initial-branch", "main", folder=place)
    git("remote", "add", "origin", "git@github.com:OWNER/REPOSITORY.git", folder=place)
    git("add", "--all", folder=place)
    git("commit", "--quiet", "--message", "Publish", folder=place)
    (place / "syllabus.md").write_text("Lectures are on Mondays.\n")
    # an assignment that is taken back
    shutil.rmtree(whole / "source" / "hh-model-zh")
    shutil.rmtree(whole / "release" / "hh-model-zh")

    said, refused = publish()

    assert refused == ""
    assert "removed   hh-model-zh/hh-model-zh.ipynb" in said
    assert not (place / "hh-model-zh/hh-model-zh.ipynb").exists()
    assert (place / "syllabus.md").read_text() == "Lectures are on Mondays.\n"
    changed = git("status", "--porcelain", folder=place).split("\n")
    assert sorted(line[3:] for line in changed if line) == [
        ".published.json",
        "README.md",
        "README.zh.md",
        "hh-model-zh/hh-model-zh.ipynb",
        "pictures/hh-model-zh.png",
        "syllabus.md",
    ]
    assert ADDRESS.removeprefix("https://github.com/") in (place / "README.md").read_text()


@pytest.mark.thorough("publish")
def test_a_release_that_is_behind_its_source_is_refused(publish, place, course):
    path = course / "source/hh-model/hh-model.ipynb"
    notebook = nbformat.read(path, as_version=4)
    notebook.cells[0].source += "\n\nGood luck."
    nbformat.write(notebook, path)
    _, refused = publish()
    assert "release/hh-model is not what source/hh-model gives: run `make release`" in refused
    assert not place.exists()


@pytest.mark.thorough("publish")
def test_without_a_key_of_its_own_nothing_is_published(publish, place, monkeypatch):
    monkeypatch.delenv("HHLAB_COURSE_KEY")
    _, refused = publish()
    assert "the course has no key of its own" in refused
    assert "set HHLAB_COURSE_KEY" in refused
    assert not place.exists()


def test_where_there_is_no_course_that_is_said(place, tmp_path):
    (tmp_path / "empty").mkdir()
    said, refused = published_from(tmp_path / "empty", place)
    assert f"there is no course in {tmp_path / 'empty'}: run this in the folder" in refused
    assert "key" not in said + refused
    assert not place.exists()


LEAKS = {
    "an answer": ("notebook", "self.n.value = n"),
    "an answer, spaced otherwise": ("text", "so it is  self.n.value=n ."),
    "an answer of another variable": ("text", "it = bm.Variable(0.235*bm.ones(self.num))"),
    "a hidden test": ("notebook", 'check.variable(inspect(HH, size=1), "V")'),
    "a hidden region": ("notebook", "### BEGIN HIDDEN TESTS\npass\n### END HIDDEN TESTS"),
    "the key": ("text", f"By the way, '{KEY}' is the key."),
}


def test_leaks_are_refused_whatever_they_lie_in(publish, place, whole):
    place.mkdir()
    for number, (where, text) in enumerate(LEAKS.values()):
        if where == "notebook":
            cells = [nbformat.v4.new_markdown_cell(f"See:\n{text}")]
            nbformat.write(nbformat.v4.new_notebook(cells=cells), place / f"{number}.ipynb")
        else:
            (place / f"{number}.txt").write_text(text)
    _, refused = publish()
    assert "nothing was written, because" in refused
    found = {int(number) for number in re.findall(r"  - (\d+)\.\w+ holds", refused)}
    assert [leak for number, leak in enumerate(LEAKS) if number not in found] == []
    assert len(list(place.iterdir())) == len(LEAKS)


@pytest.mark.thorough("publish")
def test_a_leak_in_what_would_be_published_is_refused(publish, place, course):
    with (course / "postBuild").open("a") as file:
        file.write("# return bp.JointEq(self.dV, self.dm, self.dh, self.dn)\n")
    _, refused = publish()
    assert "postBuild holds an answer of hh-model, cell hh: return bp.JointEq(" in refused
    assert not place.exists()


@pytest.mark.thorough("publish")
def test_an_answer_to_one_assignment_in_another_is_refused(publish, place, course):
    for folder in ("source", "release"):
        path = course / folder / "later" / "later.ipynb"
        path.parent.mkdir()
        cell = nbformat.v4.new_code_cell("self.V.value = V", id="given")
        nbformat.write(nbformat.v4.new_notebook(cells=[cell]), path)
    _, refused = publish()
    assert "later/later.ipynb holds an answer of hh-model, cell hh: self.V.value = V" in refused
    assert not place.exists()


def committed(place, name, text):
    """Make a repository that once had a file."""
    place.mkdir()
    (place / name).parent.mkdir(parents=True, exist_ok=True)
    (place / name).write_text(text)
    git("init", "--quiet", folder=place)
    git("add", "--all", folder=place)
    git("commit", "--quiet", "--message", "Begin", folder=place)
    git("rm", "--quiet", name, folder=place)
    git("commit", "--quiet", "--message", "Take it back", folder=place)


@pytest.mark.thorough("publish")
@pytest.mark.parametrize(
    ("name", "text", "sentence"),
    [
        ("source/hh-model/hh-model.ipynb", "{}", "has source/hh-model/hh-model.ipynb in its"),
        ("a.ipynb", ' "    self.V.value = V\\n",\n', "the history holds an answer of hh-model"),
        ("notes.txt", f"key: {KEY}", "the history holds the course key"),
    ],
)
def test_a_history_that_gives_something_away_is_refused(name, text, sentence, publish, place):
    committed(place, name, text)
    _, refused = publish()
    assert sentence in refused
    assert [path.name for path in place.iterdir() if path.is_file()] == []


@pytest.mark.thorough("publish")
def test_what_somebody_else_wrote_is_not_overwritten(publish, place):
    place.mkdir()
    (place / "README.md").write_text("my own")
    _, refused = publish()
    assert "README.md is there and is not as `hhlab publish` left it: move it away" in refused
    assert (place / "README.md").read_text() == "my own"
    (place / "README.md").unlink()
    assert publish()[1] == ""
    (place / "hhlab/check/picture.py").write_text("changed")
    assert "hhlab/check/picture.py is there and is not as" in publish()[1]
    assert (place / "hhlab/check/picture.py").read_text() == "changed"


@pytest.mark.thorough("publish")
def test_links_are_not_followed(publish, place, tmp_path):
    (tmp_path / "elsewhere").mkdir()
    place.mkdir()
    (place / "hhlab").symlink_to(tmp_path / "elsewhere")
    _, refused = publish()
    assert (
        "hhlab/check/picture.py is, or is behind, a link to somewhere else: remove the link"
        in refused
    )
    assert not list((tmp_path / "elsewhere").iterdir())


@pytest.mark.thorough("publish")
def test_the_course_itself_is_not_published_into(course, tmp_path):
    for folder in (course, tmp_path):
        _, refused = published_from(course, folder)
        assert f"{folder} holds the course itself: name another folder" in refused
    assert not (course / ".published.json").exists()


@pytest.mark.thorough("publish")
def test_a_list_that_cannot_be_read_is_said(publish, place):
    place.mkdir()
    (place / ".published.json").write_text("[]")
    assert "does not list what was published before" in publish()[1]


@pytest.mark.thorough("publish")
def test_a_file_that_cannot_be_searched_is_refused(publish, place, course):
    for folder in ("source", "release"):
        (course / folder / "hh-model" / "data.npz").write_bytes(b"\xff\xfe\x00")
    _, refused = publish()
    assert "hh-model/data.npz is no text in UTF-8, and cannot be searched" in refused


@pytest.mark.thorough("publish")
def test_no_key_makes_a_coincidence(publish, place, whole):
    publish()
    contents = [path.read_bytes() for path in place.rglob("*") if path.is_file()]
    everything = b"\n".join(contents).decode(errors="replace")
    for number in range(3):
        assert list(leaks(everything, secrets(ROOT / "source", f"key {number}"))) == []
