"""What tests of the playground do with a session."""

from __future__ import annotations

import numpy as np


def step(session, count, unit="epoch"):
    """Make so many steps, and wait until they are made."""
    reply = session.handle({"type": "step", "unit": unit, "count": count})
    assert "error" not in reply, reply
    assert session.runner.wait_idle(30)


def check_code(session):
    """Run the Python that a session gives of its first network, as it stands, and compare every bit."""
    lane, found = session.runner.lanes[0], {}
    exec(compile(session.handle({"type": "python"})["code"], "copied.py", "exec"), found)  # noqa: S102 - what is tested
    np.testing.assert_array_equal(found["model"].theta, lane.model.theta)
    assert lane.epoch == 0 or found["history"]["loss"][-1] == lane.loss
