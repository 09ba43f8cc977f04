"""How long the attacks last: a few seconds in ``make test``, minutes in ``make attack``."""

from __future__ import annotations

import os

import pytest


@pytest.fixture(scope="session")
def attack_scale() -> float:
    """Return how many times as long as in ``make test`` an attack lasts: ``HALFMOON_ATTACK``, by default 1."""
    return float(os.environ.get("HALFMOON_ATTACK", "1"))
