"""A barrier: where the threads of a team wait for each other."""

from __future__ import annotations

import sys
from typing import Any

from numba import types

from halfmoon.engines.compiler.intrinsics import atomic_add, atomic_load, atomic_store, pause
from halfmoon.engines.compiler.jit import compiled
from halfmoon.engines.compiler.machine import LINE_WORDS

SPINS, YIELDS = 200, 1500
"""A thread that waits spins first, then yields its core, and at last sleeps: other processes may have taken the cores.

The yields must last longer than a sleep does. Else whoever waits for a thread that sleeps will sleep too, and so will that one
after it, at each barrier: after one delay, training goes on at the pace of sleeps.
"""
SLEEP = 50
"""Microseconds that are asked for; operating systems make some 150 of them."""

ARRIVED, GENERATION = 0, LINE_WORDS
"""Offsets of the barrier's two integers: how many threads have arrived, and how often all have. Each has a cache line to itself."""

yield_core: Any = types.ExternalFunction("SwitchToThread" if sys.platform == "win32" else "sched_yield", types.int32())
sleep: Any = types.ExternalFunction("Sleep" if sys.platform == "win32" else "usleep", types.int32(types.uint32))


@compiled
def barrier(sync: Any, threads: int) -> None:
    """Wait until all threads have arrived; ``sync`` points to two cache lines of integers for its own use, zeros at the start."""
    if threads == 1:
        return
    generation = atomic_load(sync, GENERATION)
    if atomic_add(sync, ARRIVED, 1) == threads - 1:
        atomic_store(sync, ARRIVED, 0)
        atomic_store(sync, GENERATION, generation + 1)
        return
    waited = 0
    while atomic_load(sync, GENERATION) == generation:
        waited += 1
        if waited > SPINS + YIELDS:
            sleep(SLEEP)
        elif waited > SPINS:
            yield_core()
        else:
            pause()
