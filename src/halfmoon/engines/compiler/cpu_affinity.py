"""On which core a thread runs. Two that wait for each other on the same one take turns, until the system moves one away."""

from __future__ import annotations

import ctypes
import os
import random
from contextlib import suppress

_core = getattr(ctypes.CDLL(None), "sched_getcpu", None) if hasattr(os, "sched_setaffinity") else None
"""Returns the core of the thread that calls it; None where the system does not say."""


def spread(taken: list[int]) -> None:
    """Move this thread to a core of its own, where it stands on one that a thread of its team has ``taken``; and take that.

    The thread is not bound to it: the system may move it on.
    """
    if _core is None:
        return
    here = _core()
    if here in taken:
        allowed = os.sched_getaffinity(0)
        free = sorted(allowed.difference(taken))
        if free:
            here = random.choice(free)  # noqa: S311 - other processes should not come to the same one
            with suppress(OSError):  # a sandbox may forbid it
                os.sched_setaffinity(0, {here})
                os.sched_setaffinity(0, allowed)
    taken.append(here)
