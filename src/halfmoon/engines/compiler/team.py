"""A team of threads that run one compiled function together; see :mod:`halfmoon.engines.compiler.barrier` for where they meet."""

from __future__ import annotations

import ctypes
import os
import random
import threading
import time
from collections.abc import Callable
from contextlib import suppress
from functools import partial
from queue import Empty, SimpleQueue

from halfmoon.base import checks
from halfmoon.base.interrupts import deferred

GIL_HEARTBEAT = 1.0
"""Seconds after which the waiting thread takes the interpreter's lock for a moment: a thread that hands the lock over waits until another
has it, and glibc before 2.41 may lose that signal (its bug 25847)."""

_current_core = getattr(ctypes.CDLL(None), "sched_getcpu", None) if hasattr(os, "sched_setaffinity") else None
"""Returns the core of the thread that calls it; None where the system does not say."""

Member = Callable[[int, int], object]
"""What each thread of a team calls, with its index and the number of threads."""


class Worker:
    """A thread that calls what is put in its inbox."""

    def __init__(self) -> None:
        self.inbox: SimpleQueue[Callable[[], None]] = SimpleQueue()
        threading.Thread(target=self._work, name="halfmoon worker", daemon=True).start()

    def _work(self) -> None:
        while True:
            self.inbox.get()()
            idle_workers.append(self)


idle_workers: list[Worker] = []
"""Workers without work; appending and popping are atomic."""


def _idle_worker() -> Worker:
    try:
        return idle_workers.pop()
    except IndexError:
        return Worker()


busy = [0]
"""How many threads are inside kernels now, of all teams."""
lock = threading.Lock()


def _reset_in_child() -> None:
    global lock  # noqa: PLW0603 - a forked child has none of its parent's threads, and its locks may be held for ever
    idle_workers.clear()
    busy[0] = 0
    lock = threading.Lock()


if hasattr(os, "register_at_fork"):
    os.register_at_fork(after_in_child=_reset_in_child)


def thread_count(threads: int | None) -> int:
    """Return how many threads a caller may use: ``threads``, else ``HALFMOON_THREADS``, else one for each core."""
    if threads is not None:
        return checks.whole("threads", threads)
    variable = os.environ.get("HALFMOON_THREADS")
    if variable:
        return checks.whole("HALFMOON_THREADS", int(variable) if variable.isdecimal() else variable)
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


def run(
    member: Member, threads: int, on_interrupt: Callable[[], None], on_timeout: Callable[[], object] = int, timeout: float | None = None
) -> None:
    """Call ``member(thread, threads)`` on so many threads at once, and wait for all.

    The calling thread only waits, so that it can be interrupted: ``on_interrupt`` is called then, and ``on_timeout`` after
    ``timeout`` seconds; they must make the members return. Where other teams are busy already, fewer threads are taken.

    Raises
    ------
    KeyboardInterrupt
        After the members have returned.
    """
    with deferred(on_interrupt):
        with lock:
            threads = max(1, min(threads, thread_count(None) - busy[0]))
            busy[0] += threads
        try:
            if threads == 1 and timeout is None and threading.current_thread() is not threading.main_thread():
                member(0, 1)  # Ctrl-C interrupts the main thread alone
            else:
                _run_on_workers(member, threads, on_timeout, timeout)
        finally:
            with lock:
                busy[0] -= threads


def move_to_free_core(taken: list[int]) -> None:
    """Move this thread to another core if a thread of its team has ``taken`` the one it runs on; and add its core to those.

    Two that wait for each other on one core alternate, until the system moves one away. The thread is not bound: the system may move it on.
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


def _run_on_workers(member: Member, threads: int, on_timeout: Callable[[], object], timeout: float | None) -> None:
    """Call ``member`` on so many workers, and wait for all of them; raise what the first of them raised."""
    finished: SimpleQueue[BaseException | None] = SimpleQueue()
    cores: list[int] = []

    def work(thread: int) -> None:
        try:
            move_to_free_core(cores)
            member(thread, threads)
        except BaseException as error:  # noqa: BLE001 - it is the caller's to raise
            finished.put(error)
        else:
            finished.put(None)

    for thread in range(threads):
        _idle_worker().inbox.put(partial(work, thread))
    deadline = None if timeout is None else time.monotonic() + timeout
    errors: list[BaseException | None] = []
    while len(errors) < threads:
        try:
            wait = GIL_HEARTBEAT if deadline is None else min(GIL_HEARTBEAT, max(0.0, deadline - time.monotonic()))
            errors.append(finished.get(timeout=wait))
        except Empty:
            if deadline is not None and time.monotonic() >= deadline:
                deadline = None
                on_timeout()
    for error in errors:
        if error is not None:
            raise error
