from __future__ import annotations

import pytest

from browser import chromium as chromium_
from playground_browser import opened
from playground_server import Server

chromium = chromium_
"""Known to every test of the folder."""


@pytest.fixture(scope="session")
def server():
    with Server(sessions="real", page="real") as running:
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
