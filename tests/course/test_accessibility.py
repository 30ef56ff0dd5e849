"""Who cannot see the screen, or not its colours, can do the homework and read what comes back.

What a machine can check: of each notebook in source/, of the documentation, of the pages that
grading writes, and of the figures.
"""

import re
import shutil
from html.parser import HTMLParser

import matplotlib.pyplot as plt
import nbformat
import numpy as np
import pytest
from axe_playwright_python.sync_playwright import Axe
from bank.invented import invent
from browser import needs_chromium, opened
from matplotlib.colors import to_rgb
from nbconvert.filters import markdown2html
from shared import ROOT, run

from hhlab import pulse
from hhlab.check import picture
from hhlab.course.folder import Course
from hhlab.grading.report import write_report
from hhlab.lab import plot

NOTEBOOKS = sorted(ROOT.glob("source/*/*.ipynb"))
DRAWS = r"^(plt\.)?show\("
DOCUMENTS = sorted([*ROOT.glob("*.md"), *ROOT.glob("docs/**/*.md")])


class Structure(HTMLParser):
    """What a screen reader finds its way by.

    Attributes
    ----------
    levels : list of int
        Of the headings, in order.
    pictures : list of str
        The words for each.
    tables, headers : int
        How many there are, and how many of them have a row of headers.
    links : list of str
        What each link says.
    """

    def __init__(self, markdown):
        super().__init__()
        self.levels, self.pictures, self.links = [], [], []
        self.tables = self.headers = 0
        self._link = None
        self.feed(markdown2html(markdown))

    def handle_starttag(self, tag, attrs):
        attributes = dict(attrs)
        if tag in ("h1", "h2", "h3", "h4", "h5", "h6"):
            self.levels.append(int(tag[1]))
        elif tag == "img":
            self.pictures.append(attributes.get("alt") or "")
            self.handle_data(self.pictures[-1])
        elif tag == "table":
            self.tables += 1
        elif tag == "thead":
            self.headers += 1
        elif tag == "a" and attributes.get("class") != "anchor-link":
            self._link = ""

    def handle_data(self, data):
        if self._link is not None:
            self._link += data

    def handle_endtag(self, tag):
        if tag == "a" and self._link is not None:
            self.links.append(self._link.strip())
            self._link = None


def assert_clear(found):
    """Assert that one can find one's way without seeing."""
    assert found.levels.count(1) == 1
    assert found.levels[0] == 1
    assert all(b - a <= 1 for a, b in zip(found.levels, found.levels[1:], strict=False))
    assert [words for words in found.pictures if len(words) < 5] == []
    assert found.headers == found.tables
    assert [link for link in found.links if len(link) < 2 or link in ("here", "这里")] == []


@pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda path: path.stem)
def test_a_notebook_is_clear_without_seeing_it(path):
    cells = nbformat.read(path, 4).cells
    text = "\n\n".join(cell.source for cell in cells if cell.cell_type == "markdown")
    # the picture itself is in the cell
    assert_clear(Structure(text.replace("(attachment:", "(")))


@pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda path: path.stem)
def test_what_a_cell_draws_is_described_below_it(path):
    cells = nbformat.read(path, 4).cells
    draws = [k for k, cell in enumerate(cells) if re.search(DRAWS, cell.source, re.M)]
    assert draws
    assert [cells[k].id for k in draws if cells[k + 1].cell_type != "markdown"] == []


@pytest.mark.parametrize("path", DOCUMENTS, ids=lambda path: str(path.relative_to(ROOT)))
def test_a_document_is_clear_without_seeing_it(path):
    assert_clear(Structure(path.read_text()))


@pytest.mark.parametrize(
    "markdown",
    ["## No title", "# One\n# Two", "# One\n### Three", "# One\n![](a.png)", "# One\n[here](a)"],
)
def test_what_is_not_clear_is_noticed(markdown):
    with pytest.raises(AssertionError):
        assert_clear(Structure(markdown))


@pytest.fixture(scope="module")
def pages(tmp_path_factory, released):
    """A class report, and a feedback page with mistakes in it."""
    course = Course(tmp_path_factory.mktemp("pages") / "course")
    shutil.copytree(released.root, course.root)
    invented = invent(course, 12, hostile=False)
    student = next(name for name, each in invented.items() if len(each.lost) > 2)
    run(course, "nbgrader", "generate_feedback", "hh-model", "--student", student)
    return {
        "feedback": course.feedback(student),
        "report": write_report(course.root, "hh-model")[0],
    }


@needs_chromium
@pytest.mark.parametrize("name", ["feedback", "report"])
def test_axe_finds_nothing_wrong_with_a_page(pages, name):
    with opened(pages[name]) as page:
        for width in (1200, 360):
            page.set_viewport_size({"width": width, "height": 900})
            found = Axe().run(page)
            assert found.violations_count == 0, found.generate_report()


@pytest.mark.thorough("pages")
@needs_chromium
def test_axe_sees_what_is_too_pale(pages, tmp_path):
    pale = tmp_path / "pale.html"
    pale.write_text(pages["report"].read_text().replace("--soft: #56616e", "--soft: #a6b1be"))
    with opened(pale) as page:
        assert "color-contrast" in Axe().run(page).generate_report()


def contrast(colour):
    """Return how much lighter white is, as WCAG 2 computes it."""
    channels = np.array(to_rgb(colour))
    linear = np.where(channels <= 0.04045, channels / 12.92, ((channels + 0.055) / 1.055) ** 2.4)
    return 1.05 / (linear @ [0.2126, 0.7152, 0.0722] + 0.05)


def figures():
    """Draw each figure of the course, of nothing in particular."""
    t = np.linspace(0.0, 37.0, 50)
    V = np.outer(np.sin(t), np.arange(1.0, 7.0))
    yield plot.potentials(t, V, pulse([1, 2, 4, 8, 10, 15]))
    yield plot.gates(t, *V.T[:3])
    yield plot.refinement([(dt, t, V[:, 0]) for dt in (0.1, 0.05, 0.01)], truth=(t, V[:, 1]))


def test_lines_stand_out_from_the_paper():
    for figure in figures():
        lines = [line for axes in figure.axes for line in axes.lines]
        assert len(lines) > 2
        assert all(contrast(line.get_color()) >= 3 for line in lines)
        assert all(line.get_alpha() is None for line in lines)
        plt.close(figure)


def test_lines_differ_in_more_than_colour():
    assert len(set(plot.STYLES)) == len(plot.COLOURS)
    assert len({style for _, style in plot.GATE_LOOKS.values()}) == 3


def test_the_pictures_of_mistakes_need_no_colour():
    for look in (picture.TRUTH, picture.OWN):
        assert contrast(look["color"]) >= 3
    assert contrast(picture.OWN["color"]) / contrast(picture.TRUTH["color"]) >= 3
    assert picture.TRUTH["linewidth"] > 3 * picture.OWN["linewidth"]
