"""A real browser that tells what a page did: what it logged, and what it asked for."""

import shutil
from contextlib import contextmanager

import pytest
from playwright.sync_api import sync_playwright

BROWSERS = ("chromium-headless-shell", "chromium", "chromium-browser", "google-chrome")
CHROMIUM = next(filter(None, map(shutil.which, BROWSERS)), None)
needs_chromium = pytest.mark.browser
"""For tests that are left out where there is no Chromium."""


@contextmanager
def browser():
    """Start the browser of this machine, and end it."""
    with sync_playwright() as play:
        started = play.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
        try:
            yield started
        finally:
            started.close()


@contextmanager
def opened(path, width=1200, height=900, **settings):
    """Open a file, and close it with the assertion that it logged and loaded nothing."""
    said, asked = [], []
    with browser() as started:
        page = started.new_page(viewport={"width": width, "height": height}, **settings)
        page.on("console", lambda message: said.append(message.text))
        page.on("pageerror", lambda error: said.append(str(error)))
        page.on("request", lambda request: asked.append(request.url))
        page.goto(path.as_uri())
        yield page
    assert said == [], said
    assert [url for url in asked if not url.startswith(("file:", "data:"))] == []
