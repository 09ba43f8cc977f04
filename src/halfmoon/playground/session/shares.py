"""The machine's time, shared by the trainings of many sessions.

A thread for each of forty sessions, all flat out, would leave none to the threads that make frames: so only some train at a time, one
core is left to the others, and each hands its place over after a chunk to the one that has waited longest. The more there are, the
shorter the chunks: so each comes round several times a second.
"""

from __future__ import annotations

import os
from collections import deque
from collections.abc import Iterator
from contextlib import contextmanager
from threading import Lock

ROUND_SECONDS = 0.1
"""In which each that trains has its turn, where an update takes less than its part."""

SHORTEST_SECONDS = 0.001
"""Of a chunk: below, most of it would be lost on the way."""


class Shares:
    """Turns, handed on in the order in which they were asked for.

    Parameters
    ----------
    at_once : int, optional
        How many train at a time; by default as many as there are cores but one.
    """

    def __init__(self, at_once: int | None = None) -> None:
        self.at_once = at_once or max(1, _cores() - 1)
        self._running = 0
        self._waiting: deque[Lock] = deque()
        self._lock = Lock()

    @property
    def seconds(self) -> float:
        """How long a turn should last, by how many want one."""
        return max(SHORTEST_SECONDS, ROUND_SECONDS * self.at_once / max(1, self._running + len(self._waiting)))

    @contextmanager
    def turn(self) -> Iterator[None]:
        """Wait for a turn, and have it for the block."""
        ticket = self._enter()
        if ticket is not None:
            ticket.acquire()
        try:
            yield
        finally:
            with self._lock:
                if self._waiting:
                    self._waiting.popleft().release()  # the place is handed over
                else:
                    self._running -= 1

    def _enter(self) -> Lock | None:
        """Take a free place, or a ticket, which is locked until it is that one's turn."""
        with self._lock:
            if self._running < self.at_once:
                self._running += 1
                return None
            ticket = Lock()
            ticket.acquire()
            self._waiting.append(ticket)
            return ticket


def _cores() -> int:
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
