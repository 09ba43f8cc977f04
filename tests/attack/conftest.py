"""How long the attacks last."""

from __future__ import annotations

import os

import pytest


@pytest.fixture(scope="session")
def attack_scale() -> float:
    """How many times as long as in ``make test``, where all attacks together take a minute at most; ``make attack`` sets it."""
    return float(os.environ.get("HALFMOON_ATTACK", "1"))
