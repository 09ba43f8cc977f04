"""How soon a Python thread lets another one go on, while several of them run compiled code in between."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import contextmanager

from halfmoon.base.shared_context import Shared

SHORT = 1e-4
"""Seconds. By Python's own 5 ms a thread that comes back from compiled code, and has little to do before it goes there again,
would wait for all that another one has to do."""


@contextmanager
def _short() -> Iterator[None]:
    usual = sys.getswitchinterval()
    sys.setswitchinterval(min(SHORT, usual))
    try:
        yield
    finally:
        sys.setswitchinterval(usual)


short_turns = Shared(_short)
"""Has the process's threads take short turns, until the last of those who asked for it is done."""
