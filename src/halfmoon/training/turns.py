"""How soon a Python thread lets another one go on, while several of them run compiled code in between."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from threading import Lock

SHORT = 1e-4
"""Seconds. By Python's own 5 ms a thread that comes back from compiled code, and has little to do before it goes there again,
would wait for all that another one has to do."""

_lock = Lock()
_users = 0
_usual = 0.0


@contextmanager
def short_turns() -> Iterator[None]:
    """Have the process's threads take short turns, until the last of those who asked for it is done."""
    global _users, _usual  # noqa: PLW0603 - the interval is the process's
    with _lock:
        if not _users:
            _usual = sys.getswitchinterval()
            sys.setswitchinterval(min(SHORT, _usual))
        _users += 1
    try:
        yield
    finally:
        with _lock:
            _users -= 1
            if not _users:
                sys.setswitchinterval(_usual)
