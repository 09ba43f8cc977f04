"""A team of threads that run one compiled function together; see :mod:`halfmoon.engines.compiler.barrier` for where they meet."""

from __future__ import annotations

import os
import threading
import time
from collections.abc import Callable
from functools import partial
from queue import Empty, SimpleQueue

from halfmoon.base import checks
from halfmoon.base.interrupts import deferred
from halfmoon.engines.compiler.cpu_affinity import spread

STIR = 1.0
"""Seconds after which the waiting thread takes the interpreter's lock for a moment: a thread that hands it over waits until another
has it, and glibc before 2.41 may lose that signal (its bug 25847)."""


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
    with deferred(stop):
        with lock:
            threads = max(1, min(threads, thread_count(None) - busy[0]))
            busy[0] += threads
        try:
            if threads == 1 and seconds is None and threading.current_thread() is not threading.main_thread():
                member(0, 1)  # nobody interrupts this thread
            else:
                _together(member, threads, late, seconds)
        finally:
            with lock:
                busy[0] -= threads


def _together(member: Callable[[int, int], object], threads: int, late: Callable[[], object], seconds: float | None) -> None:
    """Let workers do it, and wait for all of them; raise what the first of them raised."""
    finished: SimpleQueue[BaseException | None] = SimpleQueue()
    cores: list[int] = []

    def work(me: int) -> None:
        try:
            spread(cores)
            member(me, threads)
        except BaseException as error:  # noqa: BLE001 - it is the caller's to raise
            finished.put(error)
        else:
            finished.put(None)

    for me in range(threads):
        _rested().inbox.put(partial(work, me))
    latest = None if seconds is None else time.monotonic() + seconds
    errors: list[BaseException | None] = []
    while len(errors) < threads:
        try:
            errors.append(finished.get(timeout=STIR if latest is None else min(STIR, max(0.0, latest - time.monotonic()))))
        except Empty:
            if latest is not None and time.monotonic() >= latest:
                latest = None
                late()
    for error in errors:
        if error is not None:
            raise error
