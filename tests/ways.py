"""The ways of a student and of an instructor through JupyterLab, with what they should see.

Tests go them, and so does tools/screenshots.py: `picture` is called wherever there is something to
show, with a name and what to show of the page.
"""

from contextlib import contextmanager

from frontend import Notebook, choose, open_path
from playwright.sync_api import expect

from hhlab.course.sample_class import SAMPLE_CLASS

WRONG = SAMPLE_CLASS["goran"].blanks[8]
FIGURES = ("plot.potentials(", "plot.gates(", "plot.refinement(")
PARTS = {"test-V": "1", "test-derivative": "3", "test-update": "0", "test-gates": "0"}
"""What the instructor's student earns, in some of the parts."""


def no_picture(name, shown):
    """Take no picture."""


def students_way(open_page, answers, picture=no_picture):
    """Fill the blanks, one of them wrong; read what the tests say; mend it; see, and validate.

    Parameters
    ----------
    open_page : callable
        From :func:`frontend.lab`, in whose folder hh-model.ipynb is.
    answers : dict
        What to write for each TODO.
    picture : callable
        Called with a name and what is to be seen.
    """
    notebook = Notebook(open_page("lab/tree/hh-model.ipynb"))
    for todo, answer in {**answers, 8: WRONG}.items():
        notebook.write(f'"TODO {todo},', answer)
    picture("lab-blanks", notebook.panel)

    choose(notebook.page, "Run", "Run All Cells")
    failed = notebook.cell("# TODO 8: one time step").locator(".jp-OutputArea-output")
    expect(failed).to_contain_text("V should be")
    passed = notebook.cell("# TODO 1: self.V").locator(".jp-OutputArea-output")
    expect(passed).to_have_text("✓ TODO 1: 1 point")
    verdict = notebook.validate()
    expect(verdict).to_contain_text("# TODO 8: one time step")
    expect(verdict).not_to_contain_text("# TODO 7")
    picture("lab-validate-wrong", verdict)
    notebook.close(verdict)

    notebook.write(WRONG, answers[8])
    choose(notebook.page, "Run", "Run All Cells")
    for drawn in FIGURES:
        image = notebook.cell(drawn).locator("img")
        image.wait_for()
        image.scroll_into_view_if_needed()
        assert image.evaluate("image => image.decode().then(() => image.naturalWidth)") > 300
    verdict = notebook.validate()
    expect(verdict).to_contain_text("Success! Your notebook passes all the tests.")
    picture("lab-validate-right", verdict)
    notebook.close(verdict)


def instructors_way(open_page, picture=no_picture):
    """Release, grade a student, see the points of the parts, change one, write and read feedback.

    Parameters
    ----------
    open_page : callable
        From :func:`frontend.lab`, whose folder is a course in which goran has handed in.
    picture : callable
        Called with a name and what is to be seen.
    """
    page = open_page("lab")
    choose(page, "Nbgrader", "Formgrader")
    form = page.frame_locator("iframe")
    assignment = form.locator("tr", has=form.locator(".name a:text-is('hh-model')"))
    panel = page.locator("#jp-main-dock-panel")
    with succeeds(form):
        assignment.locator(".assign a").click()
    expect(assignment.locator(".preview a")).to_be_visible()

    assignment.locator(".num-submissions a").click()
    student = form.locator("tr", has_text="goran")
    with succeeds(form):
        student.locator(".autograde a").click()
    expect(student).to_contain_text("11 / 20")
    picture("formgrader-submissions", panel)

    form.get_by_role("link", name="Manual Grading").click()
    for name in ("hh-model", "hh-model"):
        form.locator(f"td a:text-is('{name}')").click()
    form.get_by_role("link", name="Submission #1").click()
    for part, points in PARTS.items():
        expect(form.locator(f"#{part}")).to_have_attribute("placeholder", points)
    _enter(page, form.locator("#hh-comment"), "So close: look at the order of h and n.")
    _enter(page, form.locator("#test-update"), "1.5")
    picture("formgrader-points", panel)

    form.get_by_role("link", name="Manual Grading").click()
    form.get_by_role("link", name="Manage Assignments").click()
    assignment.locator(".num-submissions a").click()
    expect(student).to_contain_text("12.5 / 20")
    with succeeds(form):
        student.locator(".generate-feedback a").click()

    open_path(page, "feedback/goran/hh-model/hh-model.html")
    feedback = page.frame_locator("iframe[src^='blob:']")
    expect(feedback.locator(".score")).to_contain_text("12.5 of 20 points")
    expect(feedback.locator(".comment")).to_contain_text("So close")
    expect(feedback.locator("body")).to_contain_text("V should be")
    picture("formgrader-feedback", page.locator("#jp-main-dock-panel"))


@contextmanager
def succeeds(form):
    """Do something that formgrader takes its time for, and read that it succeeded.

    What it logs is shown: sentences, with no notebook or picture among them.
    """
    yield
    title = form.locator(".modal-title")
    expect(title).to_be_visible()
    said = form.locator(".modal-body").inner_text()
    assert title.inner_text() == "Success", said
    assert "[DEBUG]" not in said
    for log in form.locator(".modal-body pre").all_inner_texts():
        lines = log.splitlines()
        assert all(line.startswith(("[INFO]", "[WARNING]")) for line in lines), log
        assert all(len(line) < 2000 for line in lines), log
    form.locator(".modal-footer button").click()
    title.wait_for(state="detached")


def _enter(page, field, text):
    """Fill a field, and wait until formgrader has saved it."""
    with page.expect_response(lambda response: response.request.method == "PUT") as saved:
        field.fill(text)
        field.press("Tab")
    assert saved.value.ok
