"""The feedback page: what is wrong comes first, it is light, and nothing in it is alive."""

import base64
import io
import re
from html import unescape
from html.parser import HTMLParser

import nbformat
import numpy as np
import pytest
from browser import needs_chromium, opened
from nbformat import NotebookNode
from nbgrader.utils import is_grade
from PIL import Image

from hhlab.course.sample_class import CELL, Submission
from hhlab.grading.feedback.environment import environment
from hhlab.grading.feedback.inert import inert
from hhlab.grading.feedback.outputs import CUT, Allowance, highlighted, outputs
from hhlab.grading.feedback.page import shown_of
from hhlab.grading.marks import Remarks, write

STUDENTS = ("ada", "goran", "ivan")


@pytest.fixture(scope="module")
def pages(with_feedback):
    """The pages of three students, made by plain nbgrader; by student."""
    return {name: with_feedback.feedback(name) for name in STUDENTS}


def rendered(notebook, given, waiting=()):
    """Return the page of a notebook in which these lines were given and these cells wait."""
    shown = shown_of(notebook, given, waiting)
    return (
        environment("en")
        .get_template("feedback.html.j2")
        .render(
            **shown,
            title="",
            student="",
            score=sum(test.score for test in shown["tests"]),
            max_score=sum(test.points for test in shown["tests"]),
            penalty=0,
            submitted="",
        )
    )


class Tags(HTMLParser):
    """The tags of a page with their attributes."""

    def __init__(self, path):
        super().__init__()
        self.found = []
        self.feed(path.read_text())

    def handle_starttag(self, tag, attrs):
        self.found.append((tag, dict(attrs)))

    def every(self, tag):
        return [attrs for name, attrs in self.found if name == tag]


@pytest.mark.parametrize("student", STUDENTS)
def test_a_page_is_below_300_kb(pages, student):
    assert pages[student].stat().st_size < 300_000


@pytest.mark.parametrize("student", STUDENTS)
def test_nothing_in_a_page_is_alive(pages, student):
    tags = Tags(pages[student])
    assert {tag for tag, _ in tags.found} & {"script", "iframe", "object", "form", "svg"} == set()
    assert not [name for _, attrs in tags.found for name in attrs if name.startswith("on")]
    for tag, attrs in tags.found:
        for name in ("src", "href"):
            assert attrs.get(name, "#").startswith(("#", "data:image/", "data:,")), (tag, attrs)
    assert "default-src 'none'" in tags.every("meta")[-1]["content"]


@needs_chromium
@pytest.mark.parametrize("student", STUDENTS)
def test_a_page_opens_without_network_and_fits_a_phone(pages, student):
    with opened(pages[student], 360) as page:
        assert page.evaluate("document.documentElement.scrollWidth") <= 360
        assert page.title() == "Feedback: Build a Hodgkin–Huxley neuron"


def test_the_points_of_each_part_come_first_and_lead_to_what_went_wrong(pages):
    page = pages["goran"].read_text()
    assert page.index("<strong>12.5</strong> of 20 points") < page.index("What to look at")
    links = [attrs["href"][1:] for attrs in Tags(pages["goran"]).every("a")]
    ids = [attrs["id"] for _, attrs in Tags(pages["goran"]).found if "id" in attrs]
    assert ids == ["test-update", "test-gates", "test-spikes", "test-parameters"]
    assert links[:4] == ids
    assert "1.5 of 3" in page


def test_one_mistake_is_explained_once(pages):
    page = pages["goran"].read_text()
    assert page.count("In each step your n is treated as h") == 1
    assert page.count('the same as in <a href="#test-update">') == 3


def test_a_failed_simulation_is_shown_with_words_for_it(pages):
    tests = [attrs["alt"] for attrs in Tags(pages["goran"]).every("img")][:3]
    assert all("yours over the equations" in alt for alt in tests)
    assert "2.15 ms late" in tests[1]
    assert "should be 1" in Tags(pages["ivan"]).every("img")[0]["alt"]


def test_every_picture_has_words(pages):
    for path in pages.values():
        assert all(len(attrs["alt"]) > 10 for attrs in Tags(path).every("img"))


def test_right_answers_are_told_so(pages):
    page = pages["ada"].read_text()
    assert "Every test passed" in page
    assert "What to look at" not in page


@pytest.mark.parametrize("student", STUDENTS)
def test_every_picture_is_there(pages, student):
    assert "too large for this page" not in pages[student].read_text()


def test_no_page_says_that_all_is_well_above_an_error(with_feedback):
    notebook = nbformat.read(with_feedback.autograded("ada"), 4)
    error = nbformat.v4.new_output("error", ename="E", evalue="stopped", traceback=["stopped"])
    cell = next(cell for cell in notebook.cells if cell.id == CELL)
    cell.outputs = [error]
    for test in filter(is_grade, notebook.cells):
        test.metadata.nbgrader.score = test.metadata.nbgrader.points
    page = rendered(notebook, set())
    assert "Every test passed" not in page
    assert "not all of your cells ran without an error" in page


@pytest.mark.parametrize(
    ("by_hand", "said", "not_said"),
    [
        ({"score": 0}, ["<strong>22</strong> of 22 points graded; 3 wait for a human"], "of 25"),
        ({"score": 2}, ["The tests passed", "<strong>24</strong> of 25"], "wait for a human"),
        ({"score": 3}, ["Every test passed", "<strong>25</strong> of 25"], "wait for a human"),
        ({"score": 0, "comment": "No response."}, ["as it was given to you"], "human has"),
    ],
    ids=["waits", "read", "read and full", "untouched"],
)
def test_what_a_human_reads_is_told_from_what_tests_gave(by_hand, said, not_said):
    test = {"points": 22, "score": 22, "grade": True, "solution": False, "grade_id": "test"}
    letter = {"points": 3, "grade": True, "solution": True, "grade_id": "letter", **by_hand}
    notebook = nbformat.v4.new_notebook()
    for source, grading in (("# A part", test), ("my letter", letter)):
        cell = nbformat.v4.new_code_cell(source, metadata={"nbgrader": grading})
        notebook.cells.append(cell)
    waiting = {"letter"} if by_hand == {"score": 0} else set()
    page = rendered(notebook, {"# A part"}, waiting)
    assert all(each in page for each in said)
    assert not_said not in page
    assert "Every test passed" not in page or "Every test passed" in said


def test_a_blank_notebook_gets_one_sentence(with_feedback):
    notebook = nbformat.read(with_feedback.release, 4)
    given = {line.strip() for cell in notebook.cells for line in cell.source.split("\n")}
    page = rendered(notebook, given)
    assert "Nothing is filled in yet." in page
    assert "What to look at" not in page
    assert "Your notebook" not in page


@pytest.mark.parametrize("what", ["could not be read", "in a cell of their own"])
def test_who_filled_something_in_is_not_told_otherwise(with_feedback, what):
    notebook = nbformat.read(with_feedback.release, 4)
    given = {line.strip() for cell in notebook.cells for line in cell.source.split("\n")}
    if what == "could not be read":
        write(notebook, Remarks(unread="could not be graded: it has 48 MB, more than 20 MB"))
    else:
        notebook.cells.insert(5, nbformat.v4.new_code_cell("class HH(bp.dyn.NeuDyn): pass"))
    assert "Nothing is filled in yet." not in rendered(notebook, given)


def test_an_instructors_comment_is_text(pages):
    page = pages["goran"].read_text()
    assert "Nearly! &lt;b&gt;Look&lt;/b&gt; at the *order*." in page


def test_a_students_own_text_is_shown_as_it_was_written(pages):
    page = pages["goran"].read_text()
    assert "# &lt;script&gt;alert(1)&lt;/script&gt;" in page
    assert "[me](javascript:a)" in page


def test_the_students_lines_are_marked_and_the_given_ones_are_not(pages):
    page = pages["goran"].read_text()
    marked = [line for line in page.split("\n") if '<span class="own">' in line]
    assert any("V, m, n, h = self.integral" in line for line in marked)
    assert len(marked) == 12
    assert not any("self.t_last_spike.value" in line for line in marked)


def test_too_much_is_cut_off_with_a_word_about_it(pages):
    page = pages["ivan"].read_text()
    assert "cut off: this page would become too long" in page
    assert "\x1b" not in page


def test_hidden_tests_are_in_no_page(pages):
    for path in pages.values():
        page = path.read_text()
        assert "hidden_" not in page
        assert "HIDDEN" not in page


def test_pictures_of_hidden_tests_are_never_made(graded):
    only_hidden = Submission(
        "right for the visible temperature only",
        edits=[("self.phi = 3.0 **", "self.phi = 1.0 if T not in (6.3, 10.0) else 3.0 **")],
    )
    notebook = graded(only_hidden)
    failed = [c for c in notebook.cells if c.metadata.get("hhlab", {}).get("passed") is False]
    assert failed
    assert not [o for cell in failed for o in cell.outputs if o.output_type == "display_data"]


def test_the_students_own_figures_are_there(pages):
    drawn = [attrs["alt"] for attrs in Tags(pages["ada"]).every("img")]
    assert drawn == ["What this cell drew."] * 3  # sliders are passed over


def test_an_allowance_ends():
    allowance = Allowance(text=100, pictures=10)
    assert allowance.write("x" * 60, most=20) == f"{'x' * 4}\n{CUT}"
    allowance = Allowance(text=100, pictures=10)
    assert allowance.write("x" * 60) == "x" * 60
    assert allowance.write("<" * 60) == f"{'<' * 8}\n{CUT}"
    assert allowance.write("y") == f"\n{CUT}"


@pytest.mark.thorough("pages")
def test_each_picture_has_a_share_and_is_made_smaller_rather_than_left_out():
    noise = np.random.default_rng(0).integers(0, 256, (600, 900, 3)).astype("uint8")
    large, small = io.BytesIO(), io.BytesIO()
    Image.fromarray(noise).save(large, "PNG")
    Image.new("RGB", (9, 9)).save(small, "PNG")
    allowance = Allowance(text=0, pictures=400_000, to_come=4)
    encoded = [base64.b64encode(each.getvalue()).decode() for each in (large, small)]
    shown = [allowance.show("image/png", encoded[k]) for k in (0, 1, 0, 0)]
    assert shown[1].endswith(encoded[1])
    assert all(shown)
    assert sum(map(len, shown)) <= 400_000
    assert allowance.show("image/png", encoded[0]) == ""


@pytest.mark.parametrize(
    "source",
    ["", "x = '''\n<b>\n'''", "\n\n", "if True:\n\treturn", "a\rb\x0cc", "'\udfff", "é" * 9],
)
def test_any_source_can_be_highlighted_and_is_escaped(source):
    for room in (0, 1000):
        shown = highlighted(source, Allowance(room, 0), {"given"})
        assert "<b>" not in shown
        assert unescape(re.sub("<[^>]*>", "", shown)) == source.replace("\r", "\n")


@pytest.mark.parametrize("source", ["a\n" * 20_000, "f'{a}'" * 8_000, "if 1:\n" * 9_000])
def test_marks_in_code_take_no_more_than_there_is_room(source):
    room = Allowance(100_000, 0)
    shown = sum(len(highlighted(room.write(source), room, {"given"})) for _ in range(3))
    assert shown <= 100_000 + 3 * len(CUT)


@pytest.mark.timeout(60)  # hours, if it was coloured: a minute and a half for a tenth of it
def test_a_line_that_takes_hours_to_colour_is_shown_without():
    source = f"case{' ' * 480_000}x"
    assert highlighted(source, Allowance(10**6, 0)) == source


@pytest.mark.parametrize(("scans", "count"), [(1, 1), (50, 1), (10_000, 0)])
def test_a_jpeg_that_is_gone_through_thousands_of_times_is_no_picture(scans, count):
    file = io.BytesIO()
    Image.new("RGB", (800, 800)).save(file, "JPEG", progressive=True)
    last = file.getvalue().rindex(b"\xff\xda")
    first, scan = file.getvalue()[:last], file.getvalue()[last:-2]
    data = {"image/jpeg": base64.b64encode(first + scan * scans + b"\xff\xd9").decode()}
    assert len(inert([nbformat.v4.new_output("display_data", data)])) == count


def test_other_kinds_of_output_are_not_shown():
    html = nbformat.v4.new_output("display_data", {"text/html": "<b>", "image/svg+xml": "<svg>"})
    cell = NotebookNode(outputs=[html])
    assert list(outputs(cell, Allowance(99, 99))) == []
