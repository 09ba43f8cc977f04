from __future__ import annotations

import pytest

from browser import chromium  # noqa: F401 - a fixture
from playground_browser import opened
from playground_server import Server


@pytest.fixture(scope="session")
def server():
    with Server(sessions="real") as running:
        yield running


@pytest.fixture(scope="module")
def playground(chromium, server):
    """A page that all tests of a module operate, one after the other."""
    with opened(chromium, server) as page:
        yield page


@pytest.fixture
def fresh(chromium, server):
    """A page of its own, as it is from the first."""
    with opened(chromium, server) as page:
        yield page
