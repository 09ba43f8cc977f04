"""A core for each thread of a team."""

import os
from concurrent.futures import ThreadPoolExecutor

import pytest

from halfmoon.engines.compiler import team

pytestmark = pytest.mark.skipif(
    team._current_core is None or len(os.sched_getaffinity(0)) < 2, reason="there is one core, or none to choose"
)


def test_a_thread_leaves_a_core_that_is_taken_and_is_not_bound():
    def cores():
        before, taken = os.sched_getaffinity(0), [team._current_core()]
        team.move_to_free_core(taken)
        return taken, before == os.sched_getaffinity(0)

    with ThreadPoolExecutor(1) as pool:
        for _ in range(50):
            (first, second), free = pool.submit(cores).result()
            assert first != second
            assert free


def test_where_all_cores_are_taken_it_stays():
    taken = sorted(os.sched_getaffinity(0))
    team.move_to_free_core(taken)
    assert taken[-1] in taken[:-1]


def test_a_system_that_does_not_say_is_left_alone(monkeypatch):
    monkeypatch.setattr(team, "_current_core", None)
    taken = []
    team.move_to_free_core(taken)
    assert taken == []


def test_a_system_that_forbids_it_is_left_alone(monkeypatch):
    def forbid(*_):
        raise PermissionError

    monkeypatch.setattr(os, "sched_setaffinity", forbid)
    taken = [team._current_core()]
    team.move_to_free_core(taken)
    assert len(taken) == 2
