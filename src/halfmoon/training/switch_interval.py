"""Python's switch interval: how long one thread keeps the interpreter's lock while others wait for it."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import contextmanager

from halfmoon.base.shared_context import Shared

SHORT = 1e-4
"""Seconds. With Python's own 5 ms a thread that returns from compiled code, and has little to do before it calls it again, would
wait for all that another thread has to do in Python."""


@contextmanager
def _shortened() -> Iterator[None]:
    usual = sys.getswitchinterval()
    sys.setswitchinterval(min(SHORT, usual))
    try:
        yield
    finally:
        sys.setswitchinterval(usual)


short_switch_interval = Shared(_shortened)
"""Shortens the process's switch interval as long as anybody is in this context."""
