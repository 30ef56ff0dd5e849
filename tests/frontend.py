"""JupyterLab in a browser, as a person uses it: pages, notebooks, menus."""

import json
import os
import re
import subprocess
import sys
import time
from contextlib import contextmanager
from pathlib import Path

from browser import browser
from playwright.sync_api import Page, TimeoutError, expect

PATIENCE = 120_000
"""How long a loaded machine may take for one thing, ms."""
expect.set_options(timeout=PATIENCE)
TOKEN = "a-token"
"""Who has it may use the server."""
QUIET = 15
"""Seconds after which an idle kernel is told again what to run."""
SETTLED = 3
"""Seconds for which a kernel is idle when it has run what it was told to."""
STUDENTS = {"width": 1366, "height": 768}
"""The screen of many a student's laptop, in pixels."""
CELLS = """cells => cells.map(cell => [cell.dataset.windowedListIndex, {
  output: [...cell.querySelectorAll(".jp-OutputArea-output")].map(it => it.innerText).join("\\n"),
  pictures: [...cell.querySelectorAll("img")].filter(image => image.naturalWidth > 100).length,
  cut: [...cell.querySelectorAll(".cm-scroller")].some(each => each.scrollWidth > each.clientWidth),
}])"""
"""What stands in cells that are drawn, by their place in the notebook."""


@contextmanager
def lab(root, folder):
    """Serve a folder in JupyterLab, and open pages of it in a browser.

    Parameters
    ----------
    root : Path
        What to serve.
    folder : Path
        Where Jupyter's settings, its data and the server's log go; it is made.

    Yields
    ------
    callable
        Opens a path, such as ``lab``, and returns the page.
    """
    places = {name: folder / name.lower() for name in ("CONFIG", "DATA", "RUNTIME")}
    news = places["CONFIG"] / "lab/user-settings/@jupyterlab/apputils-extension"
    news.mkdir(parents=True)
    (news / "notification.jupyterlab-settings").write_text('{"fetchNews": "false"}')
    own = {f"JUPYTER_{name}_DIR": str(place) for name, place in places.items()}
    path = f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"
    command = [sys.executable, "-m", "jupyterlab", "--no-browser", "--allow-root", "--port=0"]
    with (folder / "server.log").open("w") as log:
        server = subprocess.Popen(
            [*command, f"--IdentityProvider.token={TOKEN}"],
            cwd=root,
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=log,
            env={**os.environ, **own, "PATH": path},
        )
        try:
            address = _address(places["RUNTIME"], server)
            with browser() as started:
                yield lambda path: visit(started, address, f"{address}{path}?token={TOKEN}")
        finally:
            server.terminate()
            server.wait(timeout=60)


def _address(runtime, server):
    """Wait until the server has written down where it is."""
    end = time.monotonic() + PATIENCE / 1000
    while time.monotonic() < end:
        assert server.poll() is None, "JupyterLab stopped"
        for file in runtime.glob("jpserver-*.json"):
            if text := file.read_text():
                return json.loads(text)["url"]
        time.sleep(0.1)
    raise AssertionError("JupyterLab did not start")


def visit(context, server, address) -> Page:
    """Open a page; what it would fetch from elsewhere, such as MathJax, it does not get."""
    page = context.new_page()
    page.set_viewport_size(STUDENTS)
    page.set_default_timeout(PATIENCE)
    page.said, page.asked = [], 0
    page.on("pageerror", lambda error: page.said.append(str(error)))
    page.on("console", lambda message: page.said.extend(_complaints(message, server)))
    page.route(re.compile(f"^http(?!{re.escape(server[4:])})"), lambda route: route.abort())
    asked = page.locator("dialog.jp-Dialog", has_text="Select Kernel")

    def select(dialog):
        """Take the kernel that JupyterLab suggests.

        It asks for one where it is told to run before it has heard of the one that it started.
        """
        page.asked += 1
        dialog.locator(".jp-mod-accept").click()

    page.add_locator_handler(asked, select, no_wait_after=True)  # it may ask once more
    unsaved = page.locator("dialog.jp-Dialog", has_text="Save your work")
    page.add_locator_handler(
        unsaved, lambda dialog: dialog.get_by_role("button", name="Discard").click()
    )
    page.goto(address)
    return page


def complaints(page):
    """Return the errors that a page has logged.

    Not what JupyterLab says of its first kernel, where it has asked for a second one.
    """
    of_kernel = re.compile(r"Canceled future for|/api/kernels\b")
    return [said for said in page.said if not (page.asked and of_kernel.search(said))]


def _complaints(message, server):
    """Return an error that a page logs.

    Not that something from elsewhere is not there, nor that JupyterLab asks the browser for an
    attached picture before it looks itself.
    """
    url = message.location["url"]
    elsewhere = not url.startswith(server) and "ERR_FAILED" in message.text
    known = elsewhere or "ERR_UNKNOWN_URL_SCHEME" in message.text
    return [f"{message.text} ({url})"] if message.type == "error" and not known else []


def choose(page, menu, item):
    """Choose an item of a menu."""
    for name in (menu, item):
        try:
            page.get_by_role("menuitem", name=name, exact=True).click()
        except TimeoutError as late:
            in_the_way = page.locator("dialog.jp-Dialog").all_inner_texts()
            raise AssertionError(f"in the way: {in_the_way}") from late


def open_path(page, path):
    """Open a file of the served folder in a page of JupyterLab: to load another takes seconds."""
    choose(page, "File", "Open from Path…")
    dialog = page.locator(".jp-Dialog")
    dialog.locator("input").fill(path)
    dialog.locator(".jp-mod-accept").click()


@contextmanager
def opened(page, path):
    """Open a notebook in a page of JupyterLab; in the end close all that is open in it, unsaved.

    Yields
    ------
    Notebook
    """
    open_path(page, path)
    yield Notebook(page)
    choose(page, "Kernel", "Shut Down Kernel")
    choose(page, "File", "Close All Tabs")
    expect(page.locator(".jp-NotebookPanel")).to_have_count(0)


class Notebook:
    """A notebook that is open in JupyterLab, its kernel ready."""

    def __init__(self, page):
        self.page = page
        self.panel = page.locator(".jp-NotebookPanel")
        self.panel.locator(".jp-Notebook-ExecutionIndicator[data-status=idle]").wait_for()

    def bring(self, what):
        """Bring something into sight, and return it: JupyterLab draws only what is near."""
        if not what.count():
            self.panel.locator(".jp-WindowedPanel-outer").hover()
            self.page.mouse.wheel(0, -100_000)
            expect(self.panel.locator("h1")).to_be_in_viewport()
        for _ in range(200):
            if what.count():
                what.scroll_into_view_if_needed()
                return what
            self.page.mouse.wheel(0, 400)
            self.page.evaluate("() => new Promise(requestAnimationFrame)")
        raise AssertionError(f"the notebook has no {what}")

    def run_all(self):
        """Run all cells, and wait until the last has run.

        In its first seconds JupyterLab may drop what it was told to run, although the kernel is
        idle, or some of it, where it has asked for another kernel: then it is told again.
        """
        idle = self.panel.locator(".jp-Notebook-ExecutionIndicator[data-status=idle]")
        last = self.panel.locator(".jp-CodeCell .jp-InputPrompt").last
        quiet, ran, asked = QUIET, False, self.page.asked
        for _ in range(3 * PATIENCE // 1000):
            if quiet >= QUIET or (ran and asked < self.page.asked):
                asked = self.page.asked
                choose(self.page, "Run", "Run All Cells")
                quiet = 0
            self.page.wait_for_timeout(1000)
            quiet = quiet + 1 if idle.count() else 0
            ran = quiet >= SETTLED and bool(re.search(r"\d", last.inner_text()))
            if ran and asked == self.page.asked:
                return
        raise AssertionError("JupyterLab does not run the notebook")

    def read(self):
        """Read a notebook from its beginning to its end, as a screen shows it.

        Returns
        -------
        list of dict
            For each cell its ``output``, the number of its ``pictures``, and whether a line of
            code is ``cut`` off.
        """
        self.panel.locator(".jp-WindowedPanel-outer").hover()
        self.page.mouse.wheel(0, -100_000)
        found, outer = {}, self.panel.locator(".jp-WindowedPanel-outer")
        for _ in range(300):
            self.page.wait_for_timeout(50)
            for place, cell in self.panel.locator(".jp-Cell").evaluate_all(CELLS):
                before = found.setdefault(int(place), cell)  # what is out of sight says nothing
                for what in cell:
                    before[what] = max(before[what], cell[what])
            if outer.evaluate("it => it.scrollTop + it.clientHeight >= it.scrollHeight - 2"):
                break
            self.page.mouse.wheel(0, 500)
        return [found[place] for place in sorted(found)]

    def write(self, mark, code):
        """Put code in place of the line that holds `mark`, with the keyboard."""
        self.bring(self.panel.locator(".cm-line", has_text=mark)).click()
        keyboard = self.page.keyboard
        keyboard.press("Home")
        keyboard.press("Shift+End")
        first, *rest = code.split("\n")
        keyboard.insert_text(first)
        for line in rest:
            keyboard.press("Enter")
            keyboard.insert_text(line)

    def cell(self, text):
        """Bring a code cell into sight, and return it."""
        return self.bring(self.panel.locator(".jp-CodeCell", has_text=text))

    def validate(self):
        """Press Validate, and return the dialog with its verdict."""
        self.panel.get_by_text("Validate", exact=True).first.click()
        verdict = self.page.locator(".jp-Dialog-content")
        verdict.wait_for()
        return verdict

    def close(self, dialog):
        """Agree with what a dialog says."""
        dialog.locator(".jp-mod-accept").click()
        dialog.wait_for(state="detached")
