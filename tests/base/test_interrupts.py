"""Ctrl-C, where it must not cut work in two."""

import _thread
import gc
import os
import signal
import subprocess
import sys
import threading
import time
import weakref
from contextlib import nullcontext
from types import SimpleNamespace

import pytest

from halfmoon.base import interrupts
from halfmoon.base.interrupts import InterruptGuard, blocked, deferred


@pytest.fixture(autouse=True)
def _usual(monkeypatch):
    """Python's own answer to Ctrl-C; what comes again later than a test ends is heard by nobody else."""
    coming = []

    def start(function, given):
        coming.append(function)
        return _thread.start_new_thread(lambda: (function(*given), coming.pop()), ())

    monkeypatch.setattr(interrupts, "_thread", SimpleNamespace(start_new_thread=start))
    before = signal.signal(signal.SIGINT, signal.default_int_handler)
    yield
    signal.signal(signal.SIGINT, lambda *_: None)
    while coming:
        time.sleep(0.001)
    time.sleep(0.001)
    signal.signal(signal.SIGINT, before)


def press():
    os.kill(os.getpid(), signal.SIGINT)


def test_an_interrupt_waits_until_the_work_is_done():
    done = []

    @deferred(lambda: done.append("pressed"))
    def work():
        press()
        done.extend(range(1000))

    with pytest.raises(KeyboardInterrupt):
        work()
    assert done == ["pressed", *range(1000)]
    assert signal.getsignal(signal.SIGINT) is signal.default_int_handler


@pytest.mark.parametrize("others", [0, 1])
def test_what_is_blocked_waits_too_where_another_thread_hears_it(others):
    ended, done = threading.Event(), []
    threads = [threading.Thread(target=ended.wait) for _ in range(others)]
    for thread in threads:
        thread.start()

    @blocked()
    def work():
        press()
        time.sleep(0.01)
        done.extend(range(1000))

    try:
        with pytest.raises(KeyboardInterrupt):
            work()
    finally:
        ended.set()
        for thread in threads:
            thread.join()
    assert done == [*range(1000)]
    assert signal.getsignal(signal.SIGINT) is signal.default_int_handler


def test_one_inside_another_leaves_it_to_the_outer():
    done = []

    @deferred(lambda: done.append("outer"))
    def outer():
        with deferred(lambda: done.append("inner")):
            press()
        done.append("after")

    with pytest.raises(KeyboardInterrupt):
        outer()
    assert done == ["outer", "after"]


def test_a_handler_that_raises_nothing_ends_nothing():
    heard, done = [], []
    signal.signal(signal.SIGINT, lambda *given: heard.append(given[0]))
    with deferred(lambda: done.append("stopped")):
        press()
    assert heard == [signal.SIGINT]
    assert done == []


def test_what_is_raised_inside_comes_out():
    @deferred()
    def work():
        raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        work()
    assert signal.getsignal(signal.SIGINT) is signal.default_int_handler


def test_a_thread_leaves_the_signals_alone():
    seen = []

    def work():
        with deferred():
            seen.append(signal.getsignal(signal.SIGINT))

    thread = threading.Thread(target=work)
    thread.start()
    thread.join()
    assert seen == [signal.default_int_handler]


def test_an_interrupt_that_is_ignored_stays_so():
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    with deferred():
        press()


def test_a_guard_lets_an_interrupt_wait_until_it_is_allowed():
    done = []

    def work():
        with InterruptGuard() as guard:
            press()
            done.append("before")
            with guard.allowed():
                done.append("never")

    with pytest.raises(KeyboardInterrupt):
        work()
    assert done == ["before"]
    assert signal.getsignal(signal.SIGINT) is signal.default_int_handler


def test_a_guard_raises_once_and_what_cleans_up_is_not_interrupted():
    done = []

    def clean_up(guard):
        try:
            with guard.allowed():
                press()
                done.append("never")
        except KeyboardInterrupt:
            for step in range(3):
                press()
                done.append(step)
            with guard.allowed():
                press()
                done.append("still")

    with InterruptGuard() as guard:
        clean_up(guard)
    assert done == [0, 1, 2, "still"]
    assert signal.getsignal(signal.SIGINT) is signal.default_int_handler


def test_a_guard_raises_at_its_end_what_was_never_allowed():
    done = []

    def work():
        with InterruptGuard():
            press()
            done.append("whole")

    with pytest.raises(KeyboardInterrupt):
        work()
    assert done == ["whole"]


def test_inside_what_is_allowed_a_part_may_be_whole():
    done = []

    def work():
        with InterruptGuard() as guard, guard.allowed():
            with guard.allowed(now=False):
                press()
                done.append("whole")
            done.append("never")

    with pytest.raises(KeyboardInterrupt):
        work()
    assert done == ["whole"]


def test_a_guard_leaves_a_handler_that_raises_nothing_alone():
    heard = []
    signal.signal(signal.SIGINT, lambda *given: heard.append(given[0]))
    with InterruptGuard() as guard:
        with guard.allowed():
            press()
            press()
        press()
    assert heard == [signal.SIGINT] * 3


WAITS = """
import os, signal, threading
signal.signal(signal.SIGINT, signal.default_int_handler)
import polars
from halfmoon.base.interrupts import InterruptGuard

with InterruptGuard() as guard, guard.allowed():
    threading.Timer(0.2, os.kill, (os.getpid(), signal.SIGINT)).start()
    threading.Event().wait()
"""


@pytest.mark.skipif(not hasattr(signal, "siginterrupt"), reason="no system call is gone on with here")
def test_a_guard_ends_a_wait_where_a_library_lets_waits_go_on():
    done = subprocess.run([sys.executable, "-c", WAITS], capture_output=True, text=True, check=False, timeout=30)
    assert done.stderr.endswith("KeyboardInterrupt\n")


def test_in_a_thread_a_guard_does_nothing():
    seen = []

    def work():
        with InterruptGuard() as guard, guard.allowed():
            seen.append(signal.getsignal(signal.SIGINT))

    thread = threading.Thread(target=work)
    thread.start()
    thread.join()
    assert seen == [signal.default_int_handler]


class Pressing:
    """What is pressed in: it is freed, and Python runs what nobody can be told an error from."""

    def __init__(self):
        self.pressed = False

    def press(self, *_):
        if not self.pressed:
            self.pressed = True
            press()


def in_a_callback(pressing):
    gone = Pressing()
    watch = weakref.ref(gone, pressing.press)
    del gone
    assert watch() is None


def in_a_finaliser(pressing):
    class Finalised:
        def __del__(self):
            pressing.press()

    Finalised()


def in_finalize(pressing):
    weakref.finalize(Pressing(), pressing.press)


def in_a_cycle(pressing):
    gone = Pressing()
    gone.itself = gone
    watch = weakref.ref(gone, pressing.press)
    del gone
    gc.collect()
    assert watch() is None


def in_a_generator(pressing):
    def generate():
        try:
            yield
        finally:
            pressing.press()

    next(generate())


SWALLOWERS = [in_a_callback, in_a_finaliser, in_finalize, in_a_cycle, in_a_generator]


def wait(seconds=5.0):
    """Wait for an interrupt."""
    ended = time.monotonic() + seconds
    while time.monotonic() < ended:
        time.sleep(0.001)


@pytest.mark.parametrize("swallow", SWALLOWERS)
@pytest.mark.parametrize("nested", [False, True], ids=["one guard", "two"])
def test_an_interrupt_that_nobody_can_be_told_of_comes_again(swallow, nested, capfd):
    done, hook = [], sys.unraisablehook

    def work():
        with InterruptGuard() as outer, outer.allowed(), InterruptGuard() if nested else nullcontext(outer) as guard:
            with guard.allowed():
                swallow(Pressing())
                done.append("goes on")
                wait()
                done.append("never")
            done.append("never")

    with pytest.raises(KeyboardInterrupt):
        work()
    assert done == ["goes on"]
    assert capfd.readouterr() == ("", "")
    assert (signal.getsignal(signal.SIGINT), sys.unraisablehook) == (signal.default_int_handler, hook)


def test_an_interrupt_that_comes_again_finds_who_takes_care_of_it():
    """Of a guard that was left meanwhile, and of a block in which it must wait."""
    done = []

    def left():
        with InterruptGuard() as guard, guard.allowed():
            in_a_callback(Pressing())
        wait()

    def waits():
        with InterruptGuard() as guard, guard.allowed():
            in_a_callback(Pressing())
            with guard.allowed(now=False):
                wait(0.1)
                done.append("whole")
            done.append("never")

    for work in (left, waits):
        with pytest.raises(KeyboardInterrupt):
            work()
    assert done == ["whole"]


def test_what_a_handler_of_ones_own_raises_comes_again_too():
    class StopError(Exception):
        pass

    def stop(*_):
        raise StopError

    signal.signal(signal.SIGINT, stop)
    with pytest.raises(StopError), InterruptGuard() as guard, guard.allowed():  # noqa: PT012 - in which it comes
        in_a_callback(Pressing())
        wait()


def test_other_errors_in_finalisers_are_told_as_ever(monkeypatch):
    told = []
    monkeypatch.setattr(sys, "unraisablehook", lambda unraisable: told.append(unraisable.exc_type))

    def fail(_):
        raise ZeroDivisionError

    with InterruptGuard() as guard, guard.allowed():
        gone = Pressing()
        watch = weakref.ref(gone, fail)
        del gone
        assert watch() is None
    assert told == [ZeroDivisionError]


def test_a_second_interrupt_while_the_first_is_put_off(monkeypatch):
    heard = []

    class StopError(Exception):
        pass

    def stop(*_):
        heard.append(1)
        if len(heard) <= 2:  # the one that is swallowed, and the next; more may come later
            raise StopError

    def forget(guard, error, usual=InterruptGuard.forget):
        found = usual(guard, error)
        press()  # while its guard would let it raise, and nobody could be told
        return found

    signal.signal(signal.SIGINT, stop)
    monkeypatch.setattr(InterruptGuard, "forget", forget)
    with pytest.raises(StopError), InterruptGuard() as guard, guard.allowed():  # noqa: PT012 - in which it comes
        in_a_callback(Pressing())
        assert len(heard) == 1
        wait()
    assert len(heard) == 2
