"""A team of threads: how many there are, who does the work, and what becomes of an error."""

from __future__ import annotations

import pytest

from halfmoon.base.errors import InputError
from halfmoon.engines.compiler import team


def test_the_number_of_threads_is_asked_for(monkeypatch):
    monkeypatch.setenv("HALFMOON_THREADS", "3")
    assert (team.thread_count(None), team.thread_count(5)) == (3, 5)
    monkeypatch.setenv("HALFMOON_THREADS", "many")
    with pytest.raises(InputError, match="HALFMOON_THREADS must be a whole number"):
        team.thread_count(None)


def test_each_index_is_taken_once_and_no_more_than_there_are(monkeypatch):
    monkeypatch.setenv("HALFMOON_THREADS", "3")
    called = []
    for asked in (1, 2, 3, 4):
        team.run(lambda thread, threads: called.append((threads, thread)), asked, lambda: None)
    assert sorted(called) == [(threads, thread) for threads in (1, 2, 3) for thread in range(threads) for _ in range(1 + (threads == 3))]


def test_an_error_is_raised_when_all_have_come_back(monkeypatch):
    monkeypatch.setenv("HALFMOON_THREADS", "2")
    ended = []

    def member(thread, threads):
        ended.append(thread)
        if thread == 0:
            raise ValueError("the first")

    with pytest.raises(ValueError, match="the first"):
        team.run(member, 2, lambda: None)
    assert sorted(ended) == [0, 1]
    assert team.busy == [0]
