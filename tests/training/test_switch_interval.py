"""Short turns of Python's threads: asked for by many at once, and given back in the end."""

import sys
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest

from halfmoon.training.many import SHORT, short_switch_interval


def test_turns_are_short_until_the_last_user_has_left():
    usual, together = sys.getswitchinterval(), Barrier(4)

    def use(_):
        with short_switch_interval:
            together.wait()
            return sys.getswitchinterval()

    with ThreadPoolExecutor(4) as pool:
        assert list(pool.map(use, range(4))) == [pytest.approx(SHORT, abs=2e-6)] * 4
    assert sys.getswitchinterval() == usual


def test_turns_that_are_shorter_already_stay():
    usual = sys.getswitchinterval()
    sys.setswitchinterval(5e-5)
    try:
        with short_switch_interval:
            assert sys.getswitchinterval() == pytest.approx(5e-5, abs=2e-6)
        assert sys.getswitchinterval() == pytest.approx(5e-5, abs=2e-6)
    finally:
        sys.setswitchinterval(usual)
