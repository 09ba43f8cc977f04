"""Ctrl-C, where it must not cut work in two."""

import os
import signal
import threading

import pytest

from halfmoon.base.interrupts import deferred


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
