"""What tests of the playground do with a session."""

from __future__ import annotations

import time

import numpy as np

MOST_SECONDS = 60
"""After which nothing will come any more, however busy the machine is."""


def until(condition):
    """Wait until something is so, and return what the condition gave."""
    ends = time.monotonic() + MOST_SECONDS
    while not (found := condition()):
        assert time.monotonic() < ends
        time.sleep(0.002)
    return found


def step(session, count, unit="epoch"):
    """Make so many steps, and wait until they are made."""
    reply = session.handle({"type": "step", "unit": unit, "count": count})
    assert "error" not in reply, reply
    assert session.runner.wait_idle(MOST_SECONDS)


def check_code(session):
    """Run the Python that a session gives of its first network, as it stands, and compare every bit."""
    lane, found = session.runner.lanes[0], {}
    exec(compile(session.handle({"type": "python"})["code"], "copied.py", "exec"), found)  # noqa: S102 - what is tested
    np.testing.assert_array_equal(found["model"].theta, lane.model.theta)
    assert lane.epoch == 0 or found["history"]["loss"][-1] == lane.loss
