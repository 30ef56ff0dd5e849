"""Formgrader's pages, on a real Jupyter server; test_jupyterlab.py presses its buttons."""

import json
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from urllib.parse import quote

import nbformat
import pytest
from bank.right import RIGHT
from browser import browser, needs_chromium
from classroom import ENVIRONMENT
from playwright.sync_api import expect

TOKEN = "a-token-for-this-test"


@pytest.fixture
def server(course):
    """A Jupyter server in the course's folder; its address."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    command = [sys.executable, "-m", "jupyter", "server", "--no-browser", "--allow-root"]
    command += [f"--port={port}", f"--IdentityProvider.token={TOKEN}"]
    command += ["--ServerApp.jpserver_extensions=nbgrader.server_extensions.formgrader=True"]
    with (course.root / "server.log").open("w") as log:
        process = subprocess.Popen(
            command, cwd=course.root, stdout=log, stderr=log, env=ENVIRONMENT
        )
        try:
            yield wait_for(f"http://127.0.0.1:{port}", process)
        finally:
            process.terminate()
            process.wait(timeout=30)


def wait_for(address, process):
    for _ in range(300):
        assert process.poll() is None, "the server stopped"
        try:
            ask(address, "/api")
        except (urllib.error.URLError, ConnectionError):
            time.sleep(0.2)
        else:
            return address
    raise AssertionError("the server did not start")


def ask(address, path, method="GET"):
    headers = {"Authorization": f"token {TOKEN}"}
    request = urllib.request.Request(address + path, method=method, headers=headers)
    with urllib.request.urlopen(request, timeout=120) as reply:
        return reply.read().decode()


SCRIPT = "document.title = 'taken over'; fetch('/formgrader/api/grade/x', {method: 'PUT'})"
ALIVE = f"""<script>{SCRIPT}</script><img src=x onerror="{SCRIPT}">
<svg onload="{SCRIPT}"></svg><iframe srcdoc="<script>{SCRIPT}</script>"></iframe>
<script src="http://127.0.0.1:9/x.js"></script><form action="http://127.0.0.1:9"><input></form>"""


@needs_chromium
@pytest.mark.thorough("pages")
def test_nothing_that_a_student_wrote_runs_in_its_page(server, course, filled):
    """Also if it got past everything else: it is put into the graded notebook here."""
    course.submit({"<img src=x onerror=alert(1)>": filled(RIGHT["prints"])})
    (student,) = (path.name for path in (course.root / "submitted").iterdir())
    where = quote(student, safe="")
    answer = ask(server, f"/formgrader/api/submission/hh-model/{where}/autograde", "POST")
    assert json.loads(answer)["success"], answer
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
    (submission,) = json.loads(ask(server, "/formgrader/api/submitted_notebooks/hh-model/hh-model"))
    said = []
    with browser() as started:
        page = started.new_page(extra_http_headers={"Authorization": f"token {TOKEN}"})
        page.on("console", lambda message: said.append(message.text))
        page.on("pageerror", lambda error: said.append(str(error)))
        page.goto(f"{server}/formgrader/submissions/{submission['id']}/")
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
    assert any("violates the following Content Security Policy" in text for text in said)
