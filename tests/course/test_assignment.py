"""The complete example of docs/assignment.md, from an empty folder to a feedback page."""

import re
import subprocess

import nbformat
import pytest
from classroom import ENVIRONMENT
from shared import ROOT

GUIDE = ROOT / "docs/assignment.md"
CELL = re.compile(
    r"^`([\w-]+)`, ([\w -]+?)(?:, (\d) points?)?:\n\n```python\n(.*?)```", re.M | re.S
)
FLAGS = {
    "read-only": {"locked": True},
    "autograded answer": {"solution": True},
    "autograder tests": {"locked": True, "grade": True},
}


def notebook():
    """Return the notebook that the page tells to write."""
    cells = []
    for name, kind, points, source in CELL.findall(GUIDE.read_text()):
        cell = nbformat.v4.new_code_cell(source.rstrip("\n"), id=name)
        flags = dict.fromkeys(("grade", "solution", "locked", "task"), False) | FLAGS[kind]
        cell.metadata["nbgrader"] = {"grade_id": name, "schema_version": 3, **flags}
        if points:
            cell.metadata["nbgrader"]["points"] = int(points)
        cells.append(cell)
    return nbformat.v4.new_notebook(cells=cells)


@pytest.fixture(scope="module")
def followed(tmp_path_factory):
    """The course of who has followed the page."""
    folder = tmp_path_factory.mktemp("example")
    (folder / "clone").mkdir()
    (folder / "clone/nbgrader_config.py").write_text((ROOT / "nbgrader_config.py").read_text())
    blocks = re.findall(r"^```sh\n(.*?)^```$", GUIDE.read_text(), re.M | re.S)
    _run(folder / "clone", blocks[0])
    nbformat.write(notebook(), folder / "lif/source/lif/lif.ipynb")
    return folder / "lif", _run(folder / "lif", "\n".join(blocks[1:]))


def _run(folder, script):
    done = subprocess.run(
        ["bash", "-e"],
        input=script,
        cwd=folder,
        env=ENVIRONMENT,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        timeout=500,
    )
    assert done.returncode == 0, done.stdout
    return done.stdout


@pytest.mark.thorough("guide")
def test_the_example_leads_to_feedback(followed):
    course, said = followed
    pages = ((course / f"feedback/{n}/lif/lif.html").read_text() for n in ("ada", "ben"))
    right, blank = (re.sub("<[^>]+>", "", page) for page in pages)
    assert "edited" not in right
    assert "5 of 5 points" in right
    assert "0 of 5 points" in blank
    assert "steady" in blank
    assert "2 graded" in said
    assert "ok  rehearsal of lif: the instructor's answer earns every point" in said
    assert "NO " not in said
