"""Formgrader's page of a submission, in a browser; test_jupyterlab.py presses its buttons."""

from urllib.parse import quote

import nbformat
import pytest
from bank.right import RIGHT
from browser import needs_chromium
from frontend import PATIENCE, TOKEN, lab
from playwright.sync_api import expect
from shared import give_key

SCRIPT = "document.title = 'taken over'; fetch('/formgrader/api/grade/x', {method: 'PUT'})"
ALIVE = f"""<script>{SCRIPT}</script><img src=x onerror="{SCRIPT}">
<svg onload="{SCRIPT}"></svg><iframe srcdoc="<script>{SCRIPT}</script>"></iframe>
<script src="http://127.0.0.1:9/x.js"></script><form action="http://127.0.0.1:9"><input></form>"""


@pytest.fixture
def page(course, tmp_path):
    """Formgrader, which serves the course."""
    give_key(course)
    with lab(course.root, tmp_path / "jupyter") as open_page:
        yield open_page("formgrader")


@needs_chromium
@pytest.mark.thorough("pages")
def test_nothing_that_a_student_wrote_runs_in_its_page(page, course, filled):
    """Also if it got past everything else: it is put into the graded notebook here."""
    course.submit({"<img src=x onerror=alert(1)>": filled(RIGHT["prints"])})
    (student,) = (path.name for path in (course.root / "submitted").iterdir())
    formgrader = page.url.partition("/formgrader")[0] + "/formgrader"
    answer = page.request.post(
        f"{formgrader}/api/submission/hh-model/{quote(student, safe='')}/autograde",
        headers={"Authorization": f"token {TOKEN}"},
        timeout=PATIENCE,
    ).json()
    assert answer["success"], answer
    notebook = nbformat.read(course.autograded(student), 4)
    output = nbformat.v4.new_output("display_data", {"text/html": ALIVE})
    for cell in notebook.cells:
        if cell.cell_type == "code":
            cell.outputs.append(output)  # in a test's cell it stays: those are the grader's own
        else:
            cell.source += f"\n\n{ALIVE}"
    notebook.cells[1].source += "\n $x^2$"
    slow = nbformat.v4.new_code_cell("\n " * 40_000)
    large = nbformat.v4.new_code_cell("x = 1\n" * 200_000)
    notebook.cells += [slow, large]
    course.autograded(student).chmod(0o644)
    nbformat.write(notebook, course.autograded(student))
    (submission,) = page.request.get(
        f"{formgrader}/api/submitted_notebooks/hh-model/hh-model"
    ).json()
    page.goto(f"{formgrader}/submissions/{submission['id']}/")
    points = page.locator("#test-V")
    expect(points).to_have_attribute("placeholder", "1")
    with page.expect_response(lambda reply: reply.request.method == "PUT") as saved:
        points.fill("0.5")
        points.press("Tab")
    assert saved.value.ok
    assert "/formgrader/api/grade/" in saved.value.url
    page.locator(".glyphicon-eye-open").click()
    expect(page.locator("a.name-shown")).to_contain_text("<img src=x")
    assert page.title() == "hh-model"
    assert len(page.content()) < 2_000_000
    assert any("violates the following Content Security Policy" in text for text in page.said)
