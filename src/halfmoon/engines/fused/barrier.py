"""Where the threads of a team meet."""

from __future__ import annotations

import sys
from typing import Any

from numba import types

from halfmoon.engines.fused.intrinsics import atomic_add, atomic_load, atomic_store
from halfmoon.engines.fused.jit import compiled
from halfmoon.engines.fused.program import LINE, Sync

SPINS, YIELDS = 4000, 200
"""A thread that waits spins first, then gives its turn away, and at last sleeps: the cores may be taken."""
NAP = 50
"""Microseconds."""

give_way: Any = types.ExternalFunction("SwitchToThread" if sys.platform == "win32" else "sched_yield", types.int32())
nap: Any = types.ExternalFunction("Sleep" if sys.platform == "win32" else "usleep", types.int32(types.uint32))


@compiled
def barrier(sync: Any, threads: int) -> None:
    """Wait until all threads have come here."""
    if threads == 1:
        return
    turn = atomic_load(sync, LINE * Sync.TURN)
    if atomic_add(sync, LINE * Sync.COUNT, 1) == threads - 1:
        atomic_store(sync, LINE * Sync.COUNT, 0)
        atomic_store(sync, LINE * Sync.TURN, turn + 1)
        return
    waited = 0
    while atomic_load(sync, LINE * Sync.TURN) == turn:
        waited += 1
        if waited > SPINS + YIELDS:
            nap(NAP)
        elif waited > SPINS:
            give_way()
