"""Where the threads of a team meet."""

from __future__ import annotations

import sys
from typing import Any

from numba import types

from halfmoon.engines.compiler.intrinsics import atomic_add, atomic_load, atomic_store, pause
from halfmoon.engines.compiler.jit import compiled
from halfmoon.engines.compiler.machine import LINE

SPINS, YIELDS = 200, 1500
"""A thread that waits spins first, then gives its turn away, and at last naps: the cores may be taken.

The turns given away must last longer than a nap does. Else whoever waits for a thread that naps will nap too, and so will that one
in its turn, at each meeting: one delay, and training goes on at the pace of naps.
"""
NAP = 50
"""Microseconds; systems make some 150 of them."""

COUNT, TURN = 0, LINE
"""Words of the table that threads share: how many have come, and how often all have. Each has a cache line to itself."""

give_way: Any = types.ExternalFunction("SwitchToThread" if sys.platform == "win32" else "sched_yield", types.int32())
nap: Any = types.ExternalFunction("Sleep" if sys.platform == "win32" else "usleep", types.int32(types.uint32))


@compiled
def barrier(sync: Any, threads: int) -> None:
    """Wait until all threads have come here; ``sync`` points to two cache lines of words, zeros at the start, that are its own."""
    if threads == 1:
        return
    turn = atomic_load(sync, TURN)
    if atomic_add(sync, COUNT, 1) == threads - 1:
        atomic_store(sync, COUNT, 0)
        atomic_store(sync, TURN, turn + 1)
        return
    waited = 0
    while atomic_load(sync, TURN) == turn:
        waited += 1
        if waited > SPINS + YIELDS:
            nap(NAP)
        elif waited > SPINS:
            give_way()
        else:
            pause()
