"""A real browser for the tests of pages: Chromium without a window and without a network."""

from __future__ import annotations

import shutil
from contextlib import contextmanager
from pathlib import Path

import pytest

NAMES = ("chromium", "chromium-browser", "google-chrome")


@contextmanager
def running_chromium():
    """Run Chromium for the block; where there is none the test is skipped, and says so."""
    path = next(filter(None, map(shutil.which, NAMES)), None)
    if path is None:
        pytest.skip("needs Chromium: install it, or run .ci/chromium as root")
    playwright = pytest.importorskip("playwright.sync_api", reason="needs Playwright, of the test dependencies")
    with playwright.sync_playwright() as running:
        browser = running.chromium.launch(executable_path=path, args=["--no-sandbox"])
        yield browser
        browser.close()


@pytest.fixture(scope="module")
def chromium():
    """A running Chromium, of a module: while one runs, no test can run an event loop of its own."""
    with running_chromium() as browser:
        yield browser


@contextmanager
def opened(chromium, html, folder, *, width=1280, scheme="light", fragment=""):
    """Open a page from a file, offline; no error and no request may come of it."""
    path = Path(folder) / "page.html"
    path.write_text(html, encoding="utf-8")
    context = chromium.new_context(viewport={"width": width, "height": 900}, color_scheme=scheme, offline=True)
    page = context.new_page()
    page.set_default_timeout(5000)
    wrong = []
    page.on("pageerror", lambda error: wrong.append(str(error)))
    page.on("console", lambda message: wrong.append(message.text) if message.type in {"error", "warning"} else None)
    page.on("request", lambda request: wrong.append(request.url) if not request.url.startswith("file://") else None)
    page.goto(f"{path.as_uri()}{fragment}")
    yield page
    context.close()
    assert wrong == []
