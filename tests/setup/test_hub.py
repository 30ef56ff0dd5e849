"""A course on a JupyterHub, from the guide's own commands to feedback that students read."""

import re
import shutil
import subprocess
import textwrap
import time
import urllib.error
import urllib.request

import pytest
from browser import browser, needs_chromium
from frontend import choose, opened, visit
from machine import free_ports, machine, needs_root, share_python
from playwright.sync_api import expect
from shared import ROOT
from ways import WRONG, succeeds

PASSWORD = "correct-horse"
INSTRUCTOR, RIGHT, MISTAKEN = "hh-grace", "hh-ada", "hh-ben"
"""Users of the machine: an instructor, a student who errs nowhere, and one who errs once."""
POINTS = {RIGHT: "20", MISTAKEN: "11"}
STUDENTS = ("Assignment List",)
INSTRUCTORS = ("Course List", "Formgrader", "Create assignment")
"""What nbgrader's menu offers."""
SETTINGS = """
c.JupyterHub.bind_url = "http://127.0.0.1:{}"
c.JupyterHub.hub_bind_url = "http://127.0.0.1:{}"
c.ConfigurableHTTPProxy.api_url = "http://127.0.0.1:{}"
c.ConfigurableHTTPProxy.command = ["{}/node_modules/.bin/configurable-http-proxy"]
c.Authenticator.allow_all = True
c.Spawner.start_timeout = c.Spawner.http_timeout = 120
"""
IN_LAB = "export PATH=/opt/hhlab/.venv/bin:$PATH\n"
"""What a terminal of JupyterLab has."""
pytestmark = [
    needs_root,
    needs_chromium,
    pytest.mark.thorough("hub"),
    pytest.mark.timeout(1800),
    pytest.mark.skipif(not shutil.which("npm"), reason="JupyterHub's proxy comes by npm"),
]


def guide():
    """Return the blocks of the guide's section on hubs, in its order."""
    text = (ROOT / "docs/instructor.md").read_text()
    section = re.search(r"^## On a JupyterHub\n(.*?)^## ", text, re.M | re.S).group(1)
    blocks = re.findall(r"^( *)```\w*\n(.*?)^\1```$", section, re.M | re.S)
    return [textwrap.dedent(block) for _, block in blocks]


def administer(box, ports, proxy):
    """Do what the guide says to an administrator, then to an instructor."""
    install, switch_off, exchange, hub, instructors, *_ = guide()
    address = "https://github.com/OWNER/REPOSITORY"
    box.run(install.replace(address, str(ROOT)))
    npm = ("npm", "install", "--no-audit", "--no-fund", f"--prefix={proxy}")
    subprocess.run([*npm, "configurable-http-proxy"], check=True)  # knows this machine's mirrors
    box.run(switch_off)
    box.write("/etc/jupyter/nbgrader_config.py", exchange)
    box.run("mkdir -p /srv/hub")
    box.write("/srv/hub/jupyterhub_config.py", hub + SETTINGS.format(*ports, proxy))
    for user in (INSTRUCTOR, RIGHT, MISTAKEN):
        box.run(f"useradd --create-home --shell /bin/bash {user}; chmod 700 /home/{user}")
        box.run(f"echo {user}:{PASSWORD} | chpasswd")
    box.run(IN_LAB + instructors, INSTRUCTOR)


@pytest.fixture(scope="module")
def box(tmp_path_factory):
    """A machine with the guide's environment, users, and a course."""
    with machine(tmp_path_factory.mktemp("machine")) as box:
        share_python(box)
        yield box


@pytest.fixture(scope="module")
def hub(box, tmp_path_factory):
    """The address of the hub that runs on it."""
    ports = free_ports(3)
    administer(box, ports, tmp_path_factory.mktemp("proxy"))
    command = box.command("cd /srv/hub; exec /opt/hhlab/.venv/bin/jupyterhub > log 2>&1")
    with subprocess.Popen(command, stdin=subprocess.DEVNULL) as process:
        address = f"http://127.0.0.1:{ports[0]}"
        try:
            wait_for(f"{address}/hub/login", process)
            yield address
        finally:
            print(box.run("grep -v ^.I /srv/hub/log | tail -n 100"))
            process.terminate()


def wait_for(address, process):
    for _ in range(300):
        assert process.poll() is None, "the hub stopped"
        try:
            urllib.request.urlopen(address, timeout=5).close()
        except (urllib.error.URLError, ConnectionError, TimeoutError):
            time.sleep(0.2)
        else:
            return
    raise AssertionError("the hub did not start")


def log_in(started, hub, user):
    """Log in; return a function that opens a page of the user's server.

    The page that the hub opens goes: JupyterLab loads a second one of the same user once more, and
    whatever was clicked meanwhile is lost.
    """
    context = started.new_context()
    page = visit(context, hub, f"{hub}/hub/login")
    page.get_by_label("Username").fill(user)
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("button", name="Sign in").click()
    page.wait_for_url(f"**/user/{user}/lab**", wait_until="commit")
    page.close()
    return lambda path: visit(context, hub, f"{hub}/user/{user}/{path}")


def is_offered(page, *names):
    """Read that nbgrader's menu offers this and nothing else."""
    page.get_by_role("menuitem", name="Nbgrader", exact=True).click()
    expect(page.locator(".lm-Menu-itemLabel:visible")).to_have_text(names)
    page.keyboard.press("Escape")


def press(page, status, button):
    """Press a button of the assignment, where the Assignment List has those of a status."""
    choose(page, "Nbgrader", "Assignment List")
    page.locator(f"#{status}_assignments_list .list_item", has_text="hh-model").get_by_role(
        "button", name=button, exact=True
    ).click()


def assignment(form):
    return form.locator("tr", has=form.locator(".name a:text-is('hh-model')"))


def test_a_course_goes_from_the_guide_to_feedback_that_students_read(box, hub, answers):
    with browser() as started:
        grace, ada, ben = (log_in(started, hub, user) for user in (INSTRUCTOR, RIGHT, MISTAKEN))
        release(grace)
        pages = {RIGHT: ada("lab"), MISTAKEN: ben("lab")}
        fill(pages[RIGHT], answers, "Success!")
        fill(pages[MISTAKEN], {**answers, 8: WRONG}, "# TODO 8: one time step")
        grade(grace, box)
        for student, page in pages.items():
            read_feedback(page, student)


def release(grace):
    is_offered(grace("lab"), *STUDENTS, *INSTRUCTORS)
    form = grace("formgrader")
    for button in (".assign a", ".release a"):
        with succeeds(form):
            assignment(form).locator(button).click()


def fill(page, answers, said):
    is_offered(page, *STUDENTS)
    press(page, "released", "Fetch")
    expect(page.locator("#fetched_assignments_list .list_item").first).to_be_visible()
    with opened(page, "hh-model/hh-model.ipynb") as blanks:
        for todo, answer in answers.items():
            blanks.write(f'"TODO {todo},', answer)
        verdict = blanks.validate()
        expect(verdict).to_contain_text(said)
        blanks.close(verdict)
    press(page, "fetched", "Submit")
    expect(page.locator("#submitted_assignments_list .list_item").first).to_be_visible()


def grade(grace, box):
    form = grace("formgrader")
    with succeeds(form):
        assignment(form).locator(".collect a").click()
    assignment(form).locator(".num-submissions a").click()
    student = form.locator("tr", has_text=RIGHT)
    with succeeds(form):
        student.locator(".autograde a").click()
    expect(student).to_contain_text("20 / 20")
    said = box.run(f"{IN_LAB}cd ~/my-course; hhlab autograde hh-model", INSTRUCTOR)
    assert "1 graded" in said, said
    box.run(f"{IN_LAB}cd ~/my-course; hhlab report hh-model", INSTRUCTOR)
    form = grace("formgrader")
    for button in (".generate-feedback a", ".release-feedback a"):
        with succeeds(form):
            assignment(form).locator(button).click()


def read_feedback(page, student):
    press(page, "submitted", "Fetch Feedback")
    page.get_by_text("(view feedback)").click()
    page.locator(".jp-DirListing-item", has_text="hh-model.html").dblclick()
    shown = page.frame_locator("iframe[src^='blob:']")
    expect(shown.locator(".score")).to_contain_text(f"{POINTS[student]} of 20 points")
