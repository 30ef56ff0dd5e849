"""Formgrader, over HTTP, on a real Jupyter server: its buttons grade as the command line does."""

import json
import os
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from pathlib import Path

import pytest
from bank.right import RIGHT
from bank.wrong import WRONG

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
    path = f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"
    with (course.root / "server.log").open("w") as log:
        process = subprocess.Popen(
            command, cwd=course.root, stdout=log, stderr=log, env={**os.environ, "PATH": path}
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


def test_its_buttons_grade_and_write_feedback(server, course, filled):
    course.submit({"ada": filled(RIGHT["prints"]), "hana": filled(WRONG["plain_array"].submission)})
    for student in ("ada", "hana"):
        answer = json.loads(
            ask(server, f"/formgrader/api/submission/hh-model/{student}/autograde", "POST")
        )
        assert answer["success"], answer
    assert {each.student: each.total for each in course.grades()} == {"ada": 20, "hana": 19}
    answer = json.loads(
        ask(server, "/formgrader/api/assignment/hh-model/generate_feedback", "POST")
    )
    assert answer["success"], answer
    assert "should be a brainpy Variable" in course.feedback("hana").read_text()
    page = ask(server, "/formgrader/gradebook/hh-model")
    assert "hh-model" in page
