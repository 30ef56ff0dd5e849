"""Pictures that a rehearsal has drawn stand for figures that look the same, and for no others."""

import os

import nbformat
import pytest
from shared import execute

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
        execute(notebook, env)
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


@pytest.mark.thorough("pages")
def test_what_cannot_be_measured_is_drawn_or_refused_as_it_is_elsewhere(shown):
    drawn = [f"show(panel(x, {{'one': {y}}}, 'x', 'y'))" for y in ("'none'", "[1, [2]]", "x[:3]")]
    codes = [f"try: {each}\nexcept Exception as e: print(repr(e))" for each in drawn]
    _, run = shown
    assert run(READ, *codes) == run("HHLAB_UNRELATED", *codes)


GATES = """\
from hhlab.lab import plot

def gates(m=x / 20, **how):
  return plot.gates(x, m, 1 - m, m**2, **how)"""
LEFT_ALONE = {
    "rounded otherwise": "gates(x / 20 * (1 + 1e-9)); plt.show()",
    "shown as the cell's value": "_ = gates()",
}
CHANGED = {
    "another curve": "gates(x / 21); plt.show()",
    "a title of the student's": "gates(); plt.title('mine'); plt.show()",
    "a line of the student's": "gates(); plt.plot(x, x / 30); plt.show()",
    "a colour of the student's": "gates().axes[0].lines[0].set_color('k'); plt.show()",
    "other fonts": "plt.rcParams['font.weight'] = 'bold'; gates(); plt.show()",
}


@pytest.mark.thorough("pages")
def test_a_figure_of_hh_model_is_found_unless_a_student_has_changed_it(shown):
    _, run = shown
    ((before,),) = run(DRAWN, GATES, "gates(); plt.show()")[1:]
    found = run(READ, GATES, "gates(); plt.show()", *LEFT_ALONE.values())[1:]
    assert [each.data["image/png"] for (each,) in found] == [before.data["image/png"]] * 3
    drawn = run("HHLAB_UNRELATED", GATES, *CHANGED.values())[1:]
    for name, (kept,), (usual,) in zip(
        CHANGED, run(READ, GATES, *CHANGED.values())[1:], drawn, strict=True
    ):
        assert kept.data["image/png"] == usual.data["image/png"] != before.data["image/png"], name
