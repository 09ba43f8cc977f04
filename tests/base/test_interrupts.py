"""Ctrl-C, where it must not cut work in two."""

import os
import signal
import threading

import pytest

from halfmoon.base.interrupts import InterruptGuard, deferred


@pytest.fixture(autouse=True)
def _usual():
    before = signal.signal(signal.SIGINT, signal.default_int_handler)
    yield
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


def test_in_a_thread_a_guard_does_nothing():
    seen = []

    def work():
        with InterruptGuard() as guard, guard.allowed():
            seen.append(signal.getsignal(signal.SIGINT))

    thread = threading.Thread(target=work)
    thread.start()
    thread.join()
    assert seen == [signal.default_int_handler]
