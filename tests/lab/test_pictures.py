"""Pictures that a rehearsal has drawn stand for figures that look the same, and for no others."""

import os

import nbformat
import pytest
from nbclient import NotebookClient

from hhlab.lab import DRAWN, READ

BEGIN = """\
import matplotlib.pyplot as plt
import numpy as np
from hhlab.lab.figures import panel, show

x = np.linspace(0.1, 10, 50)

def curve(y=x**2, axis="V (mV)", **how):
  curves = {"one": y, "two": list(2 * y)}
  show(panel(x, curves, "time (ms)", axis, level=3, shade=[(1, 2)], **how))"""
CURVE, LOGARITHMIC = "curve()", "curve(1e-6 * x**9, log='xy')"
SAME = {
    "rounded otherwise": "curve(x**2 * (1 + 1e-9))",
    "numbers of the language": "curve(np.array([float(each) ** 2 for each in x]))",
}
OTHERS = {
    "another curve": "curve(x**2 * 1.01)",
    "one point": "curve(np.where(x > 9.9, 90, x**2))",
    "a gap": "curve(np.where(x > 9.9, np.nan, x**2))",
    "small values along a logarithmic axis": "curve(1e-6 * x**9 + 1e-8, log='xy')",
    "a label": "curve(axis='m')",
    "a title": "curve(title='mine')",
    "a settled size": "plt.rcParams['font.weight'] = 'bold'\ncurve()",
    "something of the student's beside it": "plt.plot([1, 2])\ncurve()",
}


@pytest.fixture(scope="module")
def shown(tmp_path_factory):
    """Return what shows figures in a kernel of its own: with drawn pictures, or without."""
    folder = tmp_path_factory.mktemp("pictures")

    def run(variable, *codes):
        notebook = nbformat.v4.new_notebook()
        notebook.cells = [nbformat.v4.new_code_cell(each) for each in (BEGIN, *codes)]
        env = {**os.environ, variable: str(folder)}
        client = NotebookClient(notebook, kernel_name="python3", timeout=120)
        client.execute(env=env)
        return [cell.outputs for cell in notebook.cells[1:]]

    drawn = run(DRAWN, CURVE, LOGARITHMIC)
    assert len([*folder.iterdir()]) == 2
    for file in folder.iterdir():  # so that one can tell
        file.write_text(file.read_text().replace("<Figure", "<Known figure"))
    return drawn, run


def test_a_figure_that_looks_the_same_is_not_drawn(shown):
    drawn, run = shown
    found = run(READ, CURVE, LOGARITHMIC, *SAME.values())
    for (before,), (after,) in zip([*drawn, *drawn[:1] * len(SAME)], found, strict=True):
        assert after.data["text/plain"].startswith("<Known figure")
        assert after.data["image/png"] == before.data["image/png"]
        assert (after.output_type, after.metadata) == (before.output_type, before.metadata)


def test_any_other_is_drawn(shown):
    drawn, run = shown
    known = {output.data["image/png"] for outputs in drawn for output in outputs}
    for name, outputs in zip(OTHERS, run(READ, *OTHERS.values()), strict=True):
        assert not any("Known" in each.data["text/plain"] for each in outputs), name
        assert not {each.data["image/png"] for each in outputs} <= known, name


def test_what_cannot_be_measured_is_drawn_or_refused_as_it_is_elsewhere(shown):
    drawn = [f"show(panel(x, {{'one': {y}}}, 'x', 'y'))" for y in ("'none'", "[1, [2]]", "x[:3]")]
    codes = [f"try: {each}\nexcept Exception as e: print(repr(e))" for each in drawn]
    _, run = shown
    assert run(READ, *codes) == run("HHLAB_UNRELATED", *codes)
