"""The commands that the documentation tells people to type do what it says."""

import csv
import os
import re
import subprocess
import sys
from pathlib import Path

import pytest
from commands import started
from shared import ROOT

DOCUMENTS = [ROOT / "README.md", *sorted(ROOT.glob("docs/*.md"))]
GUIDE = ROOT / "docs/instructor.md"
BLOCK = re.compile(r"^```(?:sh|console)\n(.*?)^```$|^## ([^\n]+)$", re.M | re.S)
COMMENT = re.compile(r"(?:^|\s+)#\s.*$|^#.*$")
PROGRAMS = r"(?:hhlab|nbgrader|make|jupyter|dask)"

ELSEWHERE = {
    r"make setup": "tests/setup sets up bare machines",
    r"make release": "tests/setup/test_makefile.py",
    r"make test": "it is what runs this test",
    r"make lint": "CI runs it after the tests",
    r"make demo": "grades fourteen students: more than a minute",
    r"source \.venv/bin/activate": "the tests run in that environment",
    r"dask .*|hhlab autograde hh-model --(scheduler|workers) .*": (
        "several machines; on one, tests/grading/workers/test_autograde.py"
    ),
    r".*\blif\b.*|echo .*Examine.unit.*": "tests/course/test_assignment.py",
}
"""Commands that are not run here, and why, or where they are."""

BY_HAND = {
    # stands in for `make setup`: the package that is installed here is the course's own
    "Hand out and collect": f"rm -r hhlab; ln -s '{ROOT}/hhlab' hhlab",
    "When a test was wrong": 'python -c "from pathlib import Path; path = Path('
    "'source/hh-model/hh-model.ipynb'); text = path.read_text(); "
    'path.write_text(text.replace(\'\\"points\\": 1,\', \'\\"points\\": 2,\', 1))"',
    "When the course begins": 'cp -r grades.csv report feedback "$HOME"',
}
"""What happens before the commands of a section: an edit in JupyterLab, and what the test needs."""


def commands(path):
    """Return a document's commands, without comments, by section."""
    sections = {"": []}
    for block, heading in BLOCK.findall(path.read_text()):
        if heading:
            sections[heading] = []
        lines = [COMMENT.sub("", line) for line in block.split("\n")]
        sections[list(sections)[-1]] += [line for line in lines if line.strip()]
    return sections


def elsewhere(command):
    return any(re.fullmatch(pattern, command) for pattern in ELSEWHERE)


@pytest.fixture(scope="module")
def followed(tmp_path_factory):
    """The home folder of somebody who has followed the guide, with what was printed."""
    home = tmp_path_factory.mktemp("home")
    script = ["set -e", "trap 'echo \"it failed at: $BASH_COMMAND\"' ERR"]
    for heading, lines in commands(GUIDE).items():
        script += [BY_HAND[heading]] if heading in BY_HAND else []
        script += [line for line in lines if not elsewhere(line)]
    environment = {
        **{name: value for name, value in os.environ.items() if not name.startswith("JUPYTER")},
        "HOME": str(home),
        "PATH": f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}",
        "GIT_CONFIG_COUNT": "1",
        "GIT_CONFIG_KEY_0": f"url.{ROOT}.insteadOf",
        "GIT_CONFIG_VALUE_0": "https://github.com/OWNER/REPOSITORY",
    }
    status, printed = started(["bash", "-c", "\n".join(script)], home, environment)
    assert status == 0, printed
    return home, printed


@pytest.mark.thorough("guide")
def test_who_follows_the_guide_ends_with_exported_grades(followed):
    home, printed = followed
    with (home / "grades.csv").open() as file:
        grades = {row["student_id"]: row for row in csv.DictReader(file)}
    assert len(grades) == 3
    # one point more than before, since a test was changed on the way
    assert {grades["ada"]["max_score"], grades["ada"]["score"]} == {"21.0"}
    assert grades["ben"]["score"] == "0.0"
    assert "3 graded" in printed
    assert (home / "feedback/ben/hh-model/hh-model.html").exists()
    assert (home / "report/hh-model.html").exists()


@pytest.mark.thorough("guide")
def test_who_has_tried_it_begins_afresh(followed):
    course = followed[0] / "my-course"
    assert not (course / "submitted").exists()
    assert [path.name for path in (course / "autograded").iterdir()] == ["README.md"]
    status = ["git", "status", "--porcelain"]
    changed = subprocess.run(status, cwd=course, capture_output=True, text=True, check=True).stdout
    assert {line[3:] for line in changed.splitlines() if " hhlab" not in line} <= {
        "nbgrader_config.py",
        "source/hh-model/hh-model.ipynb",
        "release/hh-model/hh-model.ipynb",
    }


@pytest.mark.parametrize("path", DOCUMENTS, ids=lambda path: path.name)
def test_each_command_is_run_or_there_is_a_reason(path):
    run = {line for lines in commands(GUIDE).values() for line in lines}
    told = [line for lines in commands(path).values() for line in lines]
    assert [line for line in told if line not in run and not elsewhere(line)] == []
    assert not re.findall(rf"^ {{4}}{PROGRAMS} .*$", path.read_text(), re.M), "mark it with ```sh"


def test_no_reason_is_given_for_what_nobody_tells():
    told = {line for path in DOCUMENTS for lines in commands(path).values() for line in lines}
    for pattern in ELSEWHERE:
        assert any(re.fullmatch(pattern, line) for line in told), pattern


COMMANDS = ("autograde", "demo", "doctor", "feedback", "links", "pack", "publish", "report")


ALL_HELP = """
import contextlib, sys
from hhlab.__main__ import main
from traitlets.config import Application
for command in sys.argv[1:]:
  print("#", command)
  with contextlib.suppress(SystemExit):
    main([command, "--help"])
  if Application.initialized():
    type(Application.instance()).clear_instance()
"""
"""One process for all, as each would import nbgrader anew."""


def test_the_help_of_a_command_shows_its_two_commonest_uses():
    told = [sys.executable, "-c", ALL_HELP, *COMMANDS]
    said = subprocess.run(told, capture_output=True, text=True, check=True).stdout
    pages = re.split(r"^# (\w+)\n", said, flags=re.M)[1:]
    assert tuple(pages[::2]) == COMMANDS
    for command, page in zip(COMMANDS, pages[1::2], strict=True):
        assert len(re.findall(rf"hhlab\s+{command}\b(?! \[)", page)) >= 2, command


def test_commands_in_sentences_exist():
    targets = re.findall(r"^([a-z]+):", (ROOT / "Makefile").read_text(), re.M)
    known = {"make": set(targets)}
    for program in ("hhlab", "nbgrader"):
        shown = [sys.executable, "-m", program, "--help"]
        said = subprocess.run(shown, capture_output=True, text=True, check=True).stdout
        known[program] = set(re.findall(r"^ *([a-z_]+)\b", said, re.M))
    for path in DOCUMENTS:
        for program, word in re.findall(r"`(make|hhlab|nbgrader) ([a-z_]+)", path.read_text()):
            assert word in known[program], f"{path.name}: {program} {word}"
