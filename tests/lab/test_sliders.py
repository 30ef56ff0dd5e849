"""The bench of hh-explore with its sliders, in JupyterLab and in a real browser."""

import nbformat
import pytest
from browser import needs_chromium
from frontend import Notebook, choose, lab
from playwright.sync_api import expect
from shared import ROOT

RELEASE = ROOT / "release/hh-explore/hh-explore.ipynb"
BENCH = ("title", "imports", "your-neuron", "lab", "play")
pytestmark = [needs_chromium, pytest.mark.thorough("pages")]


def test_a_slider_changes_the_neuron_that_is_drawn(tmp_path):
    notebook = nbformat.read(RELEASE, 4)
    notebook.cells = [cell for cell in notebook.cells if cell.id in BENCH]
    (tmp_path / "served").mkdir()
    nbformat.write(notebook, tmp_path / "served/bench.ipynb")
    with lab(tmp_path / "served", tmp_path / "jupyter") as open_page:
        page = open_page("lab/tree/bench.ipynb")
        bench = Notebook(page)
        page.wait_for_timeout(10_000)  # its kernel is idle, but its session is not settled yet
        choose(page, "Run", "Run All Cells")
        output = bench.cell("play(neuron)").locator(".jp-OutputArea-output")
        picture, handles = output.locator("img"), output.locator(".noUi-handle")
        picture.wait_for()
        expect(handles).to_have_count(4)
        for name in ("current", "width", "temperature", "leak"):
            expect(output).to_contain_text(name)
        before = picture.get_attribute("src")
        handles.first.focus()
        page.keyboard.press("PageDown")
        expect(picture).not_to_have_attribute("src", before)
