"""What several threads do at once: messages, the frames, the training, and the end of a session."""

from __future__ import annotations

import logging
import threading
import time

import pytest

from halfmoon.base.language import speaking
from halfmoon.playground.session import Session
from halfmoon.playground.session.frame import unpacked
from halfmoon.playground.session.health import HealthWatch
from halfmoon.playground.session.shares import Shares
from halfmoon.playground.session.solver import Solver
from playground_sessions import step


def beside(call, *arguments):
    """Make a call in a thread; return the thread, and the list that its result comes into."""
    found = []
    thread = threading.Thread(target=lambda: found.append(call(*arguments)), daemon=True)
    thread.start()
    return thread, found


def until(condition, seconds=10):
    deadline = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < deadline
        time.sleep(0.001)


@pytest.mark.parametrize(
    "message", [{"type": "lanes", "copy": 0}, {"type": "weight", "layer": 0, "i": 0, "j": 0, "value": 1}, {"type": "step"}], ids=str
)
def test_a_message_that_waits_when_the_session_is_closed_does_nothing(small, message, caplog):
    with small.runner.turn():
        thread, replies = beside(small.handle, message)
        until(lambda: small.runner._waiting)
        closing, _ = beside(small.close)
        until(lambda: small.runner._closed)
    thread.join(5)
    closing.join(5)
    assert replies == [{"error": "the session must be open, it is closed", "field": None}]
    assert small.runner.lanes == []
    assert [record for record in caplog.records if record.levelno >= logging.WARNING] == []


def test_threads_that_a_message_begins_while_the_session_is_closed_end_too(small):
    small.handle({"type": "settings", "settings": {"training": {"optimizer": "lbfgs"}}})
    before = set(threading.enumerate())
    with small.runner.turn():
        closing, _ = beside(small.close)
        until(lambda: not small.runner._thread.is_alive())
        small.runner.lanes.append(small.runner.lanes[0].copy())
        small.runner.lanes[-1].train(1)
        assert [thread for thread in set(threading.enumerate()) - before if thread.name == "halfmoon L-BFGS"]
    closing.join(5)
    until(lambda: not [thread for thread in set(threading.enumerate()) - before if thread.name == "halfmoon L-BFGS"])


def test_a_step_that_is_done_was_made(small):
    """The thread that finds nothing more to do says so, and must not say it of what is asked for in that moment."""
    for epoch in range(1, 200):
        reply = small.handle({"type": "step", "unit": "epoch"})
        assert not reply["done"] or reply["epoch"] == epoch
        assert small.runner.wait_idle(10)


def test_a_session_whose_message_takes_long_keeps_no_other_from_training():
    shares = Shares(1)
    busy, other = Session(shares=shares), Session(shares=shares)
    try:
        for session in (busy, other):
            session.handle({"type": "play", "speed": {"mode": "max"}})
        for _ in range(5):  # whoever trains at the moment
            with busy.runner.turn():
                before = other.runner.lanes[0].epoch
                until(lambda before=before: other.runner.lanes[0].epoch > before + 3, seconds=5)
    finally:
        for session in (busy, other):
            session.close()


def test_a_frame_never_comes_before_the_state_that_it_is_of(small):
    small.handle({"type": "play"})
    rows, seen, ended = small.welcome()["state"]["data"]["training_rows"], 0, threading.Event()

    def change():
        for number in range(60):
            small.handle({"type": "settings", "settings": {"data": {"rows": 50 + number}}})
        ended.set()

    thread, _ = beside(change)
    while not ended.is_set():
        pushes, frame = small.news(seen)
        for push in pushes:
            rows = push["state"]["data"]["training_rows"] if "data" in push["state"] else rows
        if frame is not None:
            header, arrays = unpacked(frame)
            seen = header["frame"]
            assert len(arrays["0.predicted"]) == rows
    thread.join(5)


def test_only_a_frame_of_what_was_trained_since_lets_a_slow_training_go_on(small):
    small.handle({"type": "play", "speed": {"mode": "epoch"}})
    until(lambda: small.runner.begun == 1 and not small.runner._drawn and small.runner._quota == 0)
    small.runner.drawn(0)  # one that was begun before
    time.sleep(0.05)
    assert small.runner.begun == 1
    assert small.frame(0) is not None
    until(lambda: small.runner.begun == 2)


def test_health_that_is_looked_at_while_the_language_changes_is_said_in_the_new_one(session):
    session.handle({"type": "settings", "settings": {"network": {"layers": [{"width": 4, "activation": "identity"}]}}})
    step(session, 5)
    watch, lane = HealthWatch(8.0), session._snapshot.lanes[0]
    with speaking("en"):
        english = watch.found(lane, running=False)
    with speaking("zh"):
        chinese = watch.found(lane, running=False)
    assert [each["word"] for each in english] == [each["word"] for each in chinese] != []
    assert {each["text"] for each in english}.isdisjoint(each["text"] for each in chinese)


def test_a_solver_is_closed_at_any_moment_of_its_beginning(small):
    small.handle({"type": "settings", "settings": {"training": {"optimizer": "lbfgs"}}})
    lane = small.runner.lanes[0]
    for _ in range(40):
        solver = Solver(lane.trainer, lane.data)
        thread, found = beside(solver.close)
        solver.advance(2)
        solver.close()
        thread.join(5)
        assert found == [None]
