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
from playwright.sync_api import Page, expect

PATIENCE = 120_000
"""How long a loaded machine may take for one thing, ms."""
expect.set_options(timeout=PATIENCE)


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
            [*command, "--IdentityProvider.token=a-token"],
            cwd=root,
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=log,
            env={**os.environ, **own, "PATH": path},
        )
        try:
            address = _address(places["RUNTIME"], server)
            with browser() as started:
                yield lambda path: visit(started, address, f"{address}{path}?token=a-token")
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
    page.set_viewport_size({"width": 1380, "height": 860})
    page.set_default_timeout(PATIENCE)
    page.route(re.compile(f"^http(?!{re.escape(server[4:])})"), lambda route: route.abort())
    page.goto(address)
    return page


def choose(page, menu, item):
    """Choose an item of a menu."""
    for name in (menu, item):
        page.get_by_role("menuitem", name=name, exact=True).click()


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
