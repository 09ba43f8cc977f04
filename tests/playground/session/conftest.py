"""Sessions, each closed when its test is over."""

from __future__ import annotations

import pytest

from halfmoon.playground.session import Session

SMALL = {
    "data": {"rows": 60},
    "network": {"layers": [{"width": 5, "activation": "relu"}, {"width": 4, "activation": "tanh"}], "initialiser": "glorot_uniform"},
}
"""Settings that train in no time."""


@pytest.fixture
def session():
    """Return a session as it is from the first."""
    made = Session()
    yield made
    made.close()


@pytest.fixture
def small(session):
    """Return a session with few rows and units."""
    assert "error" not in session.handle({"type": "settings", "settings": SMALL})
    return session
