"""Threads that answer in order, pass on what is raised, and hold up no end."""

from __future__ import annotations

import subprocess
import sys
import threading
import time
import weakref

import pytest

from halfmoon.playground.server.threads import Threads


@pytest.fixture
def pool():
    threads = Threads(2, "test")
    yield threads
    threads.shutdown()


def test_results_and_errors_come_back(pool):
    assert [pool.submit(divmod, 7, each).result(60) for each in (2, 3)] == [(3, 1), (2, 1)]
    with pytest.raises(ZeroDivisionError):
        pool.submit(divmod, 1, 0).result(60)
    assert sorted(pool.map(abs, [-1, -2])) == [1, 2]


def test_what_has_not_begun_can_be_called_off():
    pool, begun, go = Threads(1, "test"), threading.Event(), threading.Event()
    first, second, third = pool.submit(lambda: begun.set() or go.wait(60)), pool.submit(int), pool.submit(int)
    assert begun.wait(60)
    assert second.cancel()
    pool.shutdown(wait=False, cancel_futures=True)
    go.set()
    assert first.result(60)
    assert third.cancelled()


def test_a_thread_that_waits_holds_nothing(pool):
    class Thing:
        def work(self):
            return 1

    thing = Thing()
    gone = weakref.ref(thing)
    assert pool.submit(thing.work).result(60) == 1
    del thing
    start = time.monotonic()
    while gone() is not None:
        assert time.monotonic() - start < 60
        time.sleep(0.01)


def test_a_process_ends_beside_a_call_that_does_not():
    code = "import time; from halfmoon.playground.server.threads import Threads; Threads(1, 'test').submit(time.sleep, 600)"
    subprocess.run([sys.executable, "-c", code], check=True, timeout=60)
