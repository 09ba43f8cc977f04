"""The machine's time in turns: so many at once, the longest that waited first, and shorter turns for more."""

from __future__ import annotations

import threading
import time

import pytest

from halfmoon.playground.session.shares import ROUND_SECONDS, SHORTEST_SECONDS, Shares


def test_turns_come_in_the_order_they_were_asked_for():
    shares, order, waiting = Shares(1), [], []

    def take(number):
        with shares.turn():
            order.append(number)

    with shares.turn():
        for number in range(20):
            thread = threading.Thread(target=take, args=(number,))
            thread.start()
            waiting.append(thread)
            while len(shares._waiting) <= number:
                time.sleep(0.001)
        assert shares.seconds == pytest.approx(ROUND_SECONDS / 21)
    for thread in waiting:
        thread.join()
    assert order == list(range(20))
    assert shares.seconds == ROUND_SECONDS


@pytest.mark.parametrize("at_once", [1, 3])
def test_never_more_at_once_and_none_is_lost(at_once):
    shares, now, most, made = Shares(at_once), [0], [0], [0] * 8
    lock = threading.Lock()

    def work(number):
        for _ in range(200):
            with shares.turn():
                with lock:
                    now[0] += 1
                    most[0] = max(most[0], now[0])
                made[number] += 1
                with lock:
                    now[0] -= 1

    threads = [threading.Thread(target=work, args=(number,)) for number in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(20)
    assert made == [200] * 8
    assert most[0] <= at_once
    assert (shares._running, len(shares._waiting)) == (0, 0)


def test_a_turn_that_fails_is_handed_on():
    shares = Shares(1)
    for _ in range(3):
        with pytest.raises(ValueError, match="on purpose"), shares.turn():
            raise ValueError("on purpose")
    assert shares._running == 0


def test_a_turn_is_never_too_short_to_be_of_use():
    shares = Shares(1)
    shares._running, shares._waiting = 1, [None] * 1000
    assert shares.seconds == SHORTEST_SECONDS
