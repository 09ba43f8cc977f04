"""On which core a thread runs: two that wait for each other on the same one alternate, until the system moves one away."""

from __future__ import annotations

import ctypes
import os
import random
from contextlib import suppress

_current_core = getattr(ctypes.CDLL(None), "sched_getcpu", None) if hasattr(os, "sched_setaffinity") else None
"""Returns the core of the thread that calls it; None where the system does not say."""


def move_to_free_core(taken: list[int]) -> None:
    """Move this thread to another core if a thread of its team has ``taken`` the one it runs on; and add its core to those.

    The thread is not bound to it: the system may move it on.
    """
    if _current_core is None:
        return
    core = _current_core()
    if core in taken:
        allowed = os.sched_getaffinity(0)
        free = sorted(allowed.difference(taken))
        if free:
            core = random.choice(free)  # noqa: S311 - other processes should not come to the same one
            with suppress(OSError):  # a sandbox may forbid it
                os.sched_setaffinity(0, {core})
                os.sched_setaffinity(0, allowed)
    taken.append(core)
