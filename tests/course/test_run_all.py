"""A student's screen in JupyterLab: open a notebook, run all of it, and read what stands there."""

import re

import nbformat
import pytest
from bank.explore.wrong import WRONG
from browser import needs_chromium
from frontend import complaints, lab, opened
from shared import ROOT, beside

from hhlab.course.sample_class import SAMPLE_CLASS, Submission, fill, instructors_answers
from hhlab.lab.points import TEST

MISTAKES = {
    "hh-model": (SAMPLE_CLASS["goran"].blanks, {"update", "gates", "spikes", "parameters"}),
    "hh-explore": ({16: WRONG["with_leak"].code}, {"separate"}),
}
"""For each notebook one wrong blank, and the tests that notice."""
CASES = [
    # with a mistake, and with all answers, it is run by the student of test_jupyterlab.py
    ("hh-model", "blank"),
    *[("hh-explore", "blank"), ("hh-explore", "right")],
    # the same code: what is said is another language's, and what is wide is wider
    *[("hh-model-zh", "wrong"), ("hh-explore-zh", "wrong")],
]
pytestmark = needs_chromium


def handed_out(name, way):
    """Return a notebook as it is before it is run, and the tests that fail in it."""
    release, source = (ROOT / f"{kind}/{name}/{name}.ipynb" for kind in ("release", "source"))
    answers = instructors_answers(source)
    wrong, noticed = MISTAKES[name.removesuffix("-zh")]
    blanks = {"blank": dict.fromkeys(answers), "wrong": wrong, "right": {}}[way]
    notebook = fill(release, answers, Submission(way, blanks))
    tests = {cell.id: cell.source for cell in notebook.cells if cell.id.startswith("test-")}
    failing = {"blank": set(tests), "wrong": {f"test-{each}" for each in noticed}, "right": set()}
    return notebook, tests, failing[way]


@pytest.fixture(scope="module")
def served(tmp_path_factory):
    """A folder that JupyterLab serves, and a function that opens pages of it."""
    folder = tmp_path_factory.mktemp("run-all")
    (folder / "served").mkdir()
    with lab(folder / "served", folder / "jupyter") as open_page:
        yield folder / "served", open_page


@pytest.fixture(scope="module")
def pages():
    """The page of JupyterLab in which all is well: to load another takes as long as a run."""
    return []


@pytest.mark.parametrize(("name", "way"), beside("pages", CASES))
def test_a_notebook_that_runs_says_what_is_right_and_what_is_not(name, way, served, pages):
    notebook, tests, failing = handed_out(name, way)
    folder, open_page = served
    nbformat.write(notebook, folder / f"{name}-{way}.ipynb")
    page = pages.pop() if pages else open_page("lab")
    with opened(page, f"{name}-{way}.ipynb") as shown:
        shown.run_all()
        cells = shown.read()
    assert complaints(page) == []
    page.said, page.asked = [], 0  # what the next case is told is its own
    pages.append(page)
    assert len(cells) == len(notebook.cells)
    code = {cell.id: said for cell, said in zip(notebook.cells, cells, strict=True)}
    assert {id: said["cut"] for id, said in code.items() if said["cut"]} == {}
    found = {id: TEST.match(source) for id, source in tests.items()}
    for id, title in found.items():
        said = code[id]["output"].strip()
        assert said.startswith("✗" if id in failing else f"✓ {title['name']}"), (id, said)
    left = [title["name"] for id, title in found.items() if id in failing]
    earned = sum(int(title["points"]) for id, title in found.items() if id not in failing)
    last = code["points"]["output"]
    assert re.findall(r"\d+", last)[0] == str(earned), last
    assert [each for each in left if each not in last] == []
    everything = "\n".join(said["output"] for said in cells)
    assert not re.search(r"Traceback|site-packages|Error:|Warning", everything), everything
