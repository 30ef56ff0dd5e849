"""Notebooks as other programs save them: the work counts, or it is said why not.

Each kind of file is handed in by a student; a class of them is graded by both commands, and none
stops the others.
"""

import base64
import codecs
import copy
import gzip
import html
import json

import nbformat
import pytest
from home import once
from nbformat import v3
from shared import listing, run
from small import ANSWER, NAME, RIGHT, TEST, answered, copied_course, shared_course

from hhlab.course.folder import Course
from hhlab.grading.submissions.reading import read
from hhlab.grading.submissions.rebuild import rebuild

PICTURE = base64.b64encode(bytes(300_000)).decode()


def changed(change):
    """Return what writes the right notebook, as a dictionary with a change in it."""

    def write(notebook, path):
        found = json.loads(nbformat.writes(notebook))
        change(found)
        path.write_text(json.dumps(found))

    return write


def each(change, **top):
    """Return what changes each cell of the right notebook, and its format."""

    def damage(notebook):
        notebook.update(top)
        for number, cell in enumerate(notebook["cells"]):
            change(number, cell)

    return changed(damage)


def text(change):
    """Return what writes the right notebook's text with a change in it."""
    return lambda notebook, path: path.write_bytes(change(nbformat.writes(notebook)))


def added(place, *sources):
    """Return what adds cells above the one with a name."""

    def change(notebook):
        at = [cell.id for cell in notebook.cells].index(place)
        notebook.cells[at:at] = [nbformat.v4.new_code_cell(source) for source in sources]

    return noded(change)


def noded(change):
    def write(notebook, path):
        change(notebook)
        path.write_text(json.dumps(notebook))

    return write


def merged(*names, into):
    """Return what merges neighbouring cells: one keeps its name."""

    def change(notebook):
        cells = [cell for cell in notebook.cells if cell.id in names]
        whole = "\n\n".join(cell.source for cell in cells)
        next(cell for cell in cells if cell.id == into).source = whole
        notebook.cells = [c for c in notebook.cells if c.id not in names or c.id == into]

    return noded(change)


def dropped(*keys):
    """Return a change of a cell that leaves out some of its keys."""
    return lambda number, cell: [cell.pop(key, None) for key in keys]


def with_output(*outputs):
    def change(notebook):
        next(c for c in notebook["cells"] if c["id"] == ANSWER)["outputs"] = list(outputs)

    return changed(change)


def old(notebook, path):
    path.write_text(v3.writes_json(nbformat.convert(notebook, 3)))


def by_colab(number, cell):
    cell.pop("id")
    cell["metadata"] |= {"id": f"Zx{number}", "cellView": "form", "outputId": "5-1"}
    if cell["cell_type"] == "code":
        cell["execution_count"] = number


def by_kaggle(number, cell):
    times = {"iopub.execute_input": "2026-11-29T04:00:00.1Z", "shell.execute_reply": "2026"}
    cell["metadata"] |= {"execution": times, "trusted": True, "_uuid": "8f2", "_kg_hide-input": 1}


def by_deepnote(number, cell):
    cell["metadata"] |= {"cell_id": f"0{number}", "deepnote_cell_type": cell["cell_type"]}
    cell["block_group"] = "x"


def by_pycharm(number, cell):
    cell["source"] = "".join(cell["source"])
    cell["metadata"] |= {"collapsed": False, "pycharm": {"name": "#%%\n", "is_executing": True}}


def by_jupytext(number, cell):
    cell.pop("id")
    cell["metadata"]["lines_to_next_cell"] = 2
    for key in ("points", "schema_version"):
        cell["metadata"].get("nbgrader", {}).pop(key, None)


def shouting(number, cell):
    if "nbgrader" in cell["metadata"]:
        cell["metadata"]["nbgrader"]["grade_id"] = cell["metadata"]["nbgrader"]["grade_id"].upper()


WIDGETS = {"application/vnd.jupyter.widget-state+json": {"state": {
    f"{k:032}": {"model_module": "@jupyter-widgets/base", "state": {"layout": [k] * 9}}
    for k in range(20_000)
}}}  # fmt: skip
PLOTLY = {"output_type": "display_data", "metadata": {},
          "data": {"text/html": "[" * 400_000, "image/png": PICTURE}}  # fmt: skip

KEPT = {
    "colab": each(by_colab, nbformat_minor=0, metadata={"colab": {"provenance": []}}),
    "kaggle": each(by_kaggle, nbformat_minor=4, metadata={"kaggle": {"accelerator": "none"}}),
    "deepnote": each(by_deepnote, metadata={"deepnote": {}, "deepnote_notebook_id": "x"}),
    "pycharm": each(by_pycharm),
    "jupytext": each(by_jupytext, nbformat_minor=2, metadata={"jupytext": {"formats": "py"}}),
    "vscode": each(
        lambda k, cell: (cell.pop("id"), cell["metadata"].update(vscode={"languageId": "python"})),
        nbformat_minor=2,
    ),
    "minor-2-with-ids": each(lambda k, cell: None, nbformat_minor=2),
    "minor-too-new": each(lambda k, cell: cell.update(future={"a": 1}), nbformat_minor=17),
    "no-minor": changed(lambda nb: nb.pop("nbformat_minor")),
    "no-format": changed(lambda nb: (nb.pop("nbformat_minor"), nb.pop("nbformat"))),
    "no-metadata": changed(lambda nb: nb.pop("metadata")),
    "metadata-null": changed(lambda nb: nb.update(metadata=None)),
    "cells-without-metadata": each(dropped("metadata")),
    "cells-with-null": each(lambda k, cell: cell.update(metadata=None)),
    "no-outputs": each(dropped("outputs", "execution_count")),
    "counts-as-text": each(lambda k, cell: cell.update(execution_count="12", outputs=None)),
    "kinds-in-capitals": each(lambda k, cell: cell.update(cell_type=cell["cell_type"].title())),
    "sql-cell": each(lambda k, cell: cell.update(cell_type="sql") if cell["id"] == ANSWER else 0),
    "format-3": old,
    "ids-alike": each(lambda k, cell: cell.update(id="cell")),
    "ids-empty": each(lambda k, cell: cell.update(id="")),
    "ids-numbers": each(lambda k, cell: cell.update(id=k)),
    "names-in-capitals": each(shouting),
    "closed": each(lambda k, cell: cell["metadata"].update(editable=False, deletable=False)),
    "widgets": changed(lambda nb: nb["metadata"].update(widgets=WIDGETS)),
    "plotly": with_output(PLOTLY),
    "many-pictures": with_output(*[PLOTLY | {"data": {"image/png": PICTURE}}] * 30),
    "bad-outputs": with_output({"output_type": "update_display_data"}, 5, None, []),
    "nan": changed(lambda nb: nb["metadata"].update(score=float("nan"))),
    "attachment": each(
        lambda k, cell: cell.update(attachments={"a.png": {"image/png": PICTURE}}) if k == 0 else 0
    ),
    "crlf": text(lambda found: found.replace("\n", "\r\n").encode()),
    "cr": text(lambda found: found.replace("\n", "\r").encode()),
    "bom": text(lambda found: found.encode("utf-8-sig")),
    "utf-16": text(lambda found: found.encode("utf-16")),
    "utf-16-bare": text(lambda found: found.encode("utf-16-be")),
    "utf-32": text(lambda found: found.encode("utf-32")),
    "ascii": changed(lambda nb: nb["cells"][0].update(source="# größe 😀 \u2028 \x00 \x1b[2J")),
    "merged-with-the-test": merged(ANSWER, TEST, into=ANSWER),
    "merged-into-the-test": merged(ANSWER, TEST, into=TEST),
    "merged-into-imports": merged("imports", ANSWER, into="imports"),
    "merged-with-imports": merged("imports", ANSWER, into=ANSWER),
    "all-into-imports": merged("imports", ANSWER, TEST, into="imports"),
    "all-into-the-test": merged("imports", ANSWER, TEST, into=TEST),
    "mounts": added(ANSWER, "from google.colab import drive\ndrive.mount('/content/drive')"),
    "installs": added(ANSWER, "!pip install -q nothing\n%pip install nothing", "%cd /content"),
    "walks": added(ANSWER, "import os\nfor d, _, f in os.walk('/kaggle/input'): print(d, f)"),
    "asks": added(ANSWER, "name = input('Your name? ')"),
    "reloads": added(ANSWER, "%load_ext autoreload\n%autoreload 2", "%load_ext nothing"),
    "widget-backend": added(ANSWER, "%matplotlib widget\nTWO = 2", "%matplotlib qt"),
    "timed": noded(lambda nb: nb.cells[2].update(source=f"%%time\n{RIGHT}")),
    "captured": noded(lambda nb: nb.cells[2].update(source=f"%%capture out\n{RIGHT}")),
    "form": noded(lambda nb: nb.cells[2].update(source=f"#@title Answer\n{RIGHT}")),
}
"""The right answer, however it was saved: it earns both points."""

REASONS = {
    "trailing-comma": (text(lambda found: found.replace("]", ",]").encode()), "not a Jupyter"),
    "latin-1": (text(lambda found: found.replace("# T", "# ä").encode("latin-1")), "not text in"),
    "format-as-text": (changed(lambda nb: nb.update(nbformat="4")), "not a Jupyter notebook"),
    "nul-behind": (text(lambda found: found.encode() + bytes(4096)), "not a Jupyter notebook"),
    "cut-off": (text(lambda found: found.encode()[:-200]), "not a Jupyter notebook"),
    "twice": (text(lambda found: (found * 2).encode()), "not a Jupyter notebook"),
    "gz": (text(lambda found: gzip.compress(found.encode())), "not text in UTF-8"),
    "html": (text(lambda found: b"<!DOCTYPE html><title>Log in</title>"), "not a Jupyter"),
    "python": (text(lambda found: f"# %%\n{RIGHT}".encode()), "not a Jupyter notebook"),
    "bom-alone": (text(lambda found: codecs.BOM_UTF8), "not a Jupyter notebook"),
    "format-5": (changed(lambda nb: nb.update(nbformat=5)), "not a Jupyter notebook"),
    "too-many-parts": (changed(lambda nb: nb.update(x=[[]] * 400_000)), "parts, more than"),
    "long-number": (
        text(lambda found: found.replace('minor": 5', f'minor": {"5" * 9000}').encode()),
        "not a Jupyter notebook",
    ),
    "pointer": (
        text(lambda found: b"version https://git-lfs.github.com/spec/v1\noid sha256:0\nsize 9\n"),
        "not a Jupyter notebook",
    ),
}
"""Nobody can read them: a technical failure, with its reason."""


def renamed(name):
    return lambda notebook, path: nbformat.write(notebook, path.with_name(name))


def twice(*names):
    def write(notebook, path):
        for name in names:
            nbformat.write(notebook, path.with_name(name))

    return write


def beside(content, *others):
    """Return what writes the right notebook under other names, beside one that is none."""

    def write(notebook, path):
        path.write_text(content)
        for name in others:
            nbformat.write(notebook, path.with_name(name))

    return write


NAMES = {
    "ipynb-twice": renamed(f"{NAME}.ipynb.ipynb"),
    "downloaded-again": renamed(f"{NAME} (1).ipynb"),
    "emoji": renamed("\N{BRAIN}\u200f\u202e.ipynb"),
    "capitals": renamed(f"{NAME.upper()}.IPYNB"),
    "two": twice(f"{NAME}.ipynb", f"{NAME} (1).ipynb"),
    "two-and-one-broken": beside("<<<<<<< HEAD", f"{NAME} (1).ipynb"),
    "mac": lambda notebook, path: [
        nbformat.write(notebook, path.with_name(f"{NAME} 2.ipynb")),
        path.with_name(f"._{NAME} 2.ipynb").write_bytes(b"\0\5\x16\7\0\2"),
    ],
    "checkpoints": lambda notebook, path: [
        nbformat.write(notebook, path),
        (path.parent / ".ipynb_checkpoints").mkdir(),
        (path.parent / f".ipynb_checkpoints/{NAME}-checkpoint.ipynb").write_text("{}"),
    ],
}
STUDENTS = ["Ada", "ada", "\N{BRAIN}", "\u0645\u0631\u064a\u0645", "o'neil", "a&b", "-x", "李 雷"]
"""Of one class: names that differ in case, and names in any letters."""


@pytest.mark.parametrize("name", KEPT)
def test_the_right_answer_is_read_however_it_was_saved(name, small, tmp_path):
    master, right = small
    path = tmp_path / NAME / f"{NAME}.ipynb"
    path.parent.mkdir()
    KEPT[name](copy.deepcopy(right), path)
    rebuilt, _ = rebuild(read(path)[0], master)
    assert RIGHT in "\n".join(cell.source for cell in rebuilt.cells if cell.cell_type == "code")


@pytest.fixture(scope="module")
def small():
    """The master of the small course, and the right notebook."""
    course = shared_course()
    return course.master(), answered(course)


OTHERS = {**{name: write for name, (write, _) in REASONS.items()}, **NAMES}
WRITERS = {
    "nbgrader": dict(list((KEPT | OTHERS).items())[::3]),
    "hhlab": dict(list(KEPT.items())[1::3]) | OTHERS,
}
"""What is in the class that a command grades: how the right answer is read is tested above."""


@pytest.fixture(scope="module", params=WRITERS)
def saved(request):
    """A class in which these were handed in, graded by one of the commands."""

    def make(place):
        course = copied_course(place)
        right = answered(course)
        for student, write in WRITERS[request.param].items():
            path = course.submitted(student)
            path.parent.mkdir(parents=True)
            write(copy.deepcopy(right), path)
        course.submit(dict.fromkeys(STUDENTS, right))
        before = listing(course.root / "submitted")
        said = run(course, request.param, "autograde", NAME)
        (course.root / "said.txt").write_text(said)
        assert listing(course.root / "submitted") == before
        run(course, "hhlab", "feedback", NAME)
        run(course, "hhlab", "report", NAME)

    return Course(once(f"saved by {request.param}", make), NAME)


@pytest.mark.thorough("files")
def test_the_right_answer_earns_its_points_however_it_was_saved(saved):
    points = {each.student: each.points[TEST][0] for each in saved.grades()}
    assert {path.name for path in (saved.root / "submitted").iterdir()} == {*points}
    right = [name for name in points if name not in REASONS]
    assert {*STUDENTS} < {*right}
    assert {name: points[name] for name in right} == dict.fromkeys(right, 2.0)


@pytest.mark.thorough("files")
def test_what_cannot_be_read_says_why(saved):
    report = html.unescape((saved.root / f"report/{NAME}.html").read_text())
    unread = [each.student for each in saved.grades() if each.student in REASONS]
    assert unread
    for student in unread:
        _, reason = REASONS[student]
        notebook = nbformat.read(saved.autograded(student), 4)
        (mark,) = [c.metadata.hhlab for c in notebook.cells if c.id == TEST]
        assert (mark.technical, reason in mark.sentence) == (True, True), (student, mark)
        assert reason in html.unescape(saved.feedback(student).read_text())
        assert reason in report
