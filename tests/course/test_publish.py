"""The students' repository: what they need, nothing that is private, and kept up to date."""

import contextlib
import shutil
import subprocess

import nbformat
import pytest
from shared import ROOT

import hhlab
from hhlab.grading.publish.app import PublishApp
from hhlab.grading.publish.secrets import secrets
from hhlab.stimulus import course_key

KEY = "the key of a course that publishes"
ADDRESS = "https://github.com/OWNER/REPOSITORY"
PARTS = ("LICENSE", "LICENSE-TEXT", "environment.yml", "nbgrader_config.py", "postBuild", "start")


@pytest.fixture
def course(tmp_path, monkeypatch):
    """A course of the test's own with a key of its own, as it is committed."""
    root = tmp_path / "course"
    root.mkdir()
    for name in (*PARTS, "pyproject.toml"):
        shutil.copy(ROOT / name, root)
    for name in ("source", "release"):
        shutil.copytree(ROOT / name, root / name)
    monkeypatch.setenv("HHLAB_COURSE_KEY", KEY)
    monkeypatch.chdir(root)
    return root


@pytest.fixture
def place(tmp_path):
    """Where the students' repository goes."""
    return tmp_path / "students"


@pytest.fixture
def publish(course, place, capsys):
    """A function that publishes; it returns what was printed, and what was refused."""

    def publish_to(*arguments, folder=place):
        app = PublishApp()
        app.initialize([str(folder), *arguments])
        with contextlib.suppress(SystemExit):
            app.start()
        said = capsys.readouterr()
        return said.out, said.err

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


def test_students_get_notebooks_package_readme_and_licences(publish, place):
    publish()
    found = files(place).keys()
    assert {"README.md", "README.zh.md", "LICENSE", "LICENSE-TEXT", "pyproject.toml"} <= found
    assert {"environment.yml", "postBuild", "hhlab/check.py", "hhlab/perform.py"} <= found
    for released in (ROOT / "release").glob("*/*.ipynb"):
        assert (place / released.parent.name / released.name).read_bytes() == released.read_bytes()
    assert not [name for name in found if "grading" in name or "source" in name]
    assert (place / "postBuild").stat().st_mode & 0o111


def test_it_says_what_it_searched_for(publish):
    said, refused = publish()
    assert refused == ""
    private = secrets(ROOT / "source", KEY)
    assert f"{private.count('an answer')} lines of answers" in " ".join(said.split())
    assert f"{private.count('a hidden test')} lines of hidden tests" in " ".join(said.split())
    assert f"{len(private.draws)} draws of hidden values" in " ".join(said.split())


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


def test_a_clone_is_brought_up_to_date(publish, place, course):
    publish("--repo", ADDRESS)
    git("init", "--quiet", "--initial-branch", "main", folder=place)
    git("remote", "add", "origin", "git@github.com:OWNER/REPOSITORY.git", folder=place)
    git("add", "--all", folder=place)
    git("commit", "--quiet", "--message", "Publish", folder=place)
    (place / "syllabus.md").write_text("Lectures are on Mondays.\n")
    # an assignment that is taken back
    shutil.rmtree(course / "source" / "hh-model-zh")
    shutil.rmtree(course / "release" / "hh-model-zh")

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
        "syllabus.md",
    ]
    assert ADDRESS.removeprefix("https://github.com/") in (place / "README.md").read_text()


def test_a_release_that_is_behind_its_source_is_refused(publish, place, course):
    path = course / "source/hh-model/hh-model.ipynb"
    notebook = nbformat.read(path, as_version=4)
    notebook.cells[0].source += "\n\nGood luck."
    nbformat.write(notebook, path)
    _, refused = publish()
    assert "release/hh-model is not what source/hh-model gives: run `make release`" in refused
    assert "release/hh-model-zh" not in refused
    assert not place.exists()


def test_without_a_key_of_its_own_nothing_is_published(publish, place, monkeypatch):
    monkeypatch.delenv("HHLAB_COURSE_KEY")
    _, refused = publish()
    assert "the course has no key of its own" in refused
    assert "set HHLAB_COURSE_KEY" in refused
    assert not place.exists()


@pytest.fixture(scope="module")
def private():
    return secrets(ROOT / "source", KEY)


def drawn():
    """Return some hidden values as somebody might write them down."""
    token = course_key.set(KEY)
    try:
        states, other = hhlab.hidden_states("update", 16), hhlab.hidden_parameters("parameters")
        pulses = hhlab.hidden_pulses("spikes").currents[1]
    finally:
        course_key.reset(token)
    listed = "\n".join(f"{name} = {value}" for name, value in other.items())
    return [str(states), listed, repr(pulses.tolist()), str(states["V"][3:6])]


LEAKS = {
    "an answer": ("hh-model.ipynb", "self.n.value = n"),
    "an answer, spaced otherwise": ("README", "so it is  self.n.value=n ."),
    "an answer of another variable": ("hhlab", "it = bm.Variable(0.235*bm.ones(self.num))"),
    "a hidden test": ("hh-model.ipynb", 'check.variable(inspect(HH, size=1), "V")'),
    "a hidden region": ("hh-model.ipynb", "### BEGIN HIDDEN TESTS\npass\n### END HIDDEN TESTS"),
    "the key": ("README", f"By the way, '{KEY}' is the key."),
    **{f"hidden values {k}": ("README", text) for k, text in enumerate(drawn())},
}


@pytest.mark.parametrize("leak", LEAKS)
def test_a_leak_is_refused_wherever_it_lies(leak, publish, place):
    where, text = LEAKS[leak]
    place.mkdir()
    if where == "hh-model.ipynb":
        notebook = nbformat.v4.new_notebook(cells=[nbformat.v4.new_markdown_cell(f"See:\n{text}")])
        nbformat.write(notebook, place / "notes.ipynb")
    else:
        (place / "notes.txt").write_text(text)
    _, refused = publish()
    assert "nothing was written, because" in refused
    assert "  - notes." in refused
    assert [path.name.split(".")[0] for path in place.iterdir()] == ["notes"]
