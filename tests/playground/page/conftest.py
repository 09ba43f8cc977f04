from __future__ import annotations

import pytest

import browser
from playground_browser import opened
from playground_server import Server

chromium = browser.chromium


@pytest.fixture(scope="session")
def server(tmp_path_factory):
    with Server(tmp_path_factory.mktemp("started"), sessions="real", page="real") as running:
        yield running


@pytest.fixture(scope="module")
def tab(chromium, server):
    """A page, whatever was done to it."""
    with opened(chromium, server) as page:
        yield page


@pytest.fixture
def fresh(tab):
    """A page as it is from the first."""
    tab.open()
    yield tab
    assert tab.wrong == []


@pytest.fixture(scope="module")
def playground(chromium, server):
    """A page that all tests of a module operate, one after the other."""
    with opened(chromium, server) as page:
        yield page
