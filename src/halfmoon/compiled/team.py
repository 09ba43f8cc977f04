"""A team of threads that run one compiled function together; see :mod:`halfmoon.compiled.barrier` for where they meet."""

from __future__ import annotations

import os
import threading
import time
from collections.abc import Callable
from queue import Empty, SimpleQueue

from halfmoon import checks


class Worker:
    """A thread that does what is put in its inbox."""

    def __init__(self) -> None:
        self.inbox: SimpleQueue[Callable[[], None]] = SimpleQueue()
        threading.Thread(target=self._work, name="halfmoon worker", daemon=True).start()

    def _work(self) -> None:
        while True:
            self.inbox.get()()
            idle.append(self)


idle: list[Worker] = []
"""Workers without work; appending and popping are atomic."""


def _rested() -> Worker:
    try:
        return idle.pop()
    except IndexError:
        return Worker()


busy = [0]
"""Threads that are inside kernels now."""
lock = threading.Lock()


def _forget() -> None:
    global lock  # noqa: PLW0603 - a forked child has none of its parent's threads, and its locks may be held for ever
    idle.clear()
    busy[0] = 0
    lock = threading.Lock()


if hasattr(os, "register_at_fork"):
    os.register_at_fork(after_in_child=_forget)


def thread_count(threads: int | None) -> int:
    """Return how many threads a caller may use: ``threads``, else ``HALFMOON_THREADS``, else one for each core."""
    if threads is not None:
        return checks.whole("threads", threads)
    given = os.environ.get("HALFMOON_THREADS")
    if given:
        return checks.whole("HALFMOON_THREADS", int(given) if given.isdecimal() else given)
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


def run(
    member: Callable[[int, int], object],
    threads: int,
    stop: Callable[[], None],
    late: Callable[[], object] = int,
    seconds: float | None = None,
) -> None:
    """Call ``member(me, threads)`` on so many threads at once, and wait for all.

    The calling thread only waits, so that it can be interrupted: ``stop`` is called then, and ``late`` when so many seconds
    are over; they must make the members come back. Where other teams are busy already, fewer threads are taken.

    Raises
    ------
    KeyboardInterrupt
        After the members have come back.
    """
    with lock:
        threads = max(1, min(threads, thread_count(None) - busy[0]))
        busy[0] += threads
    try:
        if threads == 1 and seconds is None and threading.current_thread() is not threading.main_thread():
            member(0, 1)  # nobody interrupts this thread
        else:
            Team(member, threads).wait(stop, late, seconds)
    finally:
        with lock:
            busy[0] -= threads


class Team:
    """Threads that have been set to work. Ctrl-C may come between any two lines here, so nothing is counted twice or not at all."""

    def __init__(self, member: Callable[[int, int], object], threads: int) -> None:
        self.threads = threads
        self.finished: list[BaseException | None] = []
        self.woken: SimpleQueue[None] = SimpleQueue()
        self.pressed: KeyboardInterrupt | None = None
        places = iter(range(threads))

        def work() -> None:
            me = next(places, None)
            if me is None:
                return  # interrupted while it was handed out, it was handed out again
            error: BaseException | None = None
            try:
                member(me, threads)
            except BaseException as raised:  # noqa: BLE001 - it is the caller's to raise
                error = raised
            self.finished.append(error)
            self.woken.put(None)

        handed_out = 0
        while handed_out < threads:
            try:
                _rested().inbox.put(work)
                handed_out += 1
            except KeyboardInterrupt as pressed:
                self.pressed = pressed

    def wait(self, stop: Callable[[], None], late: Callable[[], object], seconds: float | None) -> None:
        """Wait for all; call ``stop`` on Ctrl-C, and ``late`` when so many seconds are over."""
        latest = None if seconds is None else time.monotonic() + seconds
        while len(self.finished) < self.threads:
            try:
                if self.pressed is not None:
                    stop()
                self.woken.get(timeout=None if latest is None else max(0.0, latest - time.monotonic()))
            except Empty:
                latest = None
                late()
            except KeyboardInterrupt as pressed:
                self.pressed = pressed
        error = self.pressed or next((each for each in self.finished if each is not None), None)
        if error is not None:
            raise error
