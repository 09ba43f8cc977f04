"""What tests of the playground do with a session."""

from __future__ import annotations


def step(session, count, unit="epoch"):
    """Make so many steps, and wait until they are made."""
    reply = session.handle({"type": "step", "unit": unit, "count": count})
    assert "error" not in reply, reply
    assert session.runner.wait_idle(30)
