"""A tab: messages and answers, one frame at a time, and the end of it."""

from __future__ import annotations

import json
import socket
import time

import pytest
from websockets.exceptions import ConnectionClosed, InvalidStatus
from websockets.sync.client import connect

from halfmoon.playground.server.limits import LOCAL
from playground_server import Server

SECONDS_TO_FREE = 10
MOST_SECONDS = 60
QUICK = {"ping_interval": 0.4, "ping_timeout": 0.4, "goodbye_seconds": 0.5}
CLASS = {"password": "half a moon"}


@pytest.fixture(scope="module")
def server():
    with Server() as started:
        yield started


@pytest.fixture
def tab(server):
    with server.tab() as opened:
        yield opened


def alive(server):
    with server.tab() as other:
        return other.send("info")["alive"] - 1


def until(condition):
    start = time.monotonic()
    while not condition():
        assert time.monotonic() - start < MOST_SECONDS
        time.sleep(0.02)


def test_the_welcome_says_what_the_page_needs(tab, server):
    assert tab.welcome | {"session": ""} == {
        "push": "welcome", "schema": [], "state": {"frames": 1, "size": "nan"}, "version": tab.welcome["version"], "mode": "local",
        "token": server.token, "session": "",
    }  # fmt: skip
    assert len(tab.welcome["session"]) >= 20


def test_answers_come_in_order_and_repeat_the_id(tab):
    for number in range(20):
        tab.socket.send(json.dumps({"id": number, "type": "echo", "said": number}))
    assert [tab.answer(number)["said"] for number in range(20)] == list(range(20))
    for given, expected in {'"a"': "a", "1.5": 1.5, "[1]": None, "null": None, "1e300": None, f'"{"a" * 65}"': None, "true": True}.items():
        tab.socket.send(f'{{"id": {given}, "type": "echo"}}')
        assert tab.answer(expected) == {"said": None, "reply": expected}


BAD = {
    "no JSON": "{",
    "a list": "[1]",
    "no type": "{}",
    "a type that is none": '{"type": 3}',
    "an unknown type": '{"type": "destroy"}',
    "NaN": '{"type": "echo", "said": NaN}',
    "bytes": b"\x00\x01",
    "deep": "[" * 100_000,
    "a huge number": '{"type": "echo", "said": ' + "9" * 10_000 + "}",
    "a lone surrogate": '{"type": "\\ud800"}',
    "a lone surrogate that is no JSON": '{"type": "\\ud800',
    "empty": "",
}


@pytest.mark.parametrize("text", BAD.values(), ids=BAD)
def test_a_bad_message_is_one_sentence_and_loses_nothing(tab, text):
    tab.socket.send(text)
    answer = tab.answer(None)
    assert 0 < len(answer["error"]) < 300
    assert tab.send("echo", said="still there")["said"] == "still there"


def test_a_message_that_is_too_long_is_one_sentence(tab):
    tab.socket.send(json.dumps({"type": "echo", "said": "x" * (4 << 20)}))
    assert "at most 4,194,304 characters, got 4,194,3" in tab.answer(None)["error"]
    assert tab.send("echo", said="x" * 100_000)["said"] == "x" * 100_000
    assert code_of_close(tab, lambda: tab.socket.send("x" * (17 << 20))) in {1009, None}  # cut off while it is sent


def test_a_mistake_of_the_program_is_told_and_no_end():
    with Server() as server, server.tab() as tab:
        for _ in range(3):
            assert "ZeroDivisionError" in tab.send("fail")["error"]
        assert tab.send("echo", said=1)["said"] == 1
        assert server.stop().count("Traceback") == 1, "once for each place"


def test_a_frame_comes_when_the_last_is_drawn(tab):
    assert tab.take() == 1
    tab.send("play")
    time.sleep(0.3)
    made = tab.send("info")["made"]
    assert (tab.frames, made) == ([1], 1), "nothing is made for a page that stands still"
    tab.acknowledge(7)
    tab.acknowledge(-1)
    assert tab.send("info")["made"] == 1, "only the last frame can be acknowledged"
    tab.acknowledge()
    newest = tab.take()
    assert newest > 100, "the newest, not what was missed"
    for _ in range(30):
        later = tab.draw()
        assert later > newest
        newest = later
    assert len(tab.frames) == 32


def test_frames_have_a_rate():
    with Server(limits={"frames_per_second": 20.0}) as server, server.tab() as tab:
        tab.send("play")
        start = time.monotonic()
        while len(tab.frames) < 11:
            tab.draw()
        assert time.monotonic() - start > 0.45


def test_what_is_pushed_comes_without_a_frame_being_drawn(tab):
    assert tab.take() == 1
    tab.send("push", state="stopped")
    while not tab.pushes:
        tab.take()
    assert tab.pushes == [{"push": "state", "state": "stopped"}]


def test_what_comes_right_after_a_push_is_pushed_too(tab):
    """Though no frame is drawn, and nothing more comes that would wake anybody."""
    assert tab.take() == 1
    for number in range(6):
        tab.send("push", state=number)
    while len(tab.pushes) < 6:
        tab.take(2)
    assert [push["state"] for push in tab.pushes] == list(range(6))


def test_a_long_message_holds_up_neither_frames_nor_other_tabs(tab, server):
    tab.send("play")
    with server.tab() as other:
        tab.socket.send(json.dumps({"id": "long", "type": "hold"}))
        assert other.send("echo", said=1)["said"] == 1
        for _ in range(6):
            tab.acknowledge() if tab.frames else None
            assert isinstance(tab.take(), int), "a frame, for the answer waits until it is released"
        other.send("release")
    assert tab.answer("long") == {"held": True, "reply": "long"}


def test_a_stalled_page_costs_no_memory():
    # a tab that draws nothing, and one that does not even read, beside one that does
    with Server(frame_size=200_000) as server:
        stalled = [server.tab() for _ in range(10)]
        for each in stalled:
            each.socket.send('{"id": 0, "type": "play"}')
        with server.tab() as tab:
            tab.send("play")
            for _ in range(30):
                tab.draw()
            before = server.memory()
            for _ in range(30):  # the others notice nothing
                tab.draw()
        assert server.memory() - before < 5 << 20
        newest = stalled[0].send("info")
        assert newest["made"] == 1
        stalled[0].acknowledge()
        assert stalled[0].take() >= newest["number"], "at most one stale frame"
        for each in stalled:
            each.socket.close()


def test_acknowledging_without_reading_costs_no_memory():
    with Server(frame_size=2_000_000) as server:
        liar = server.tab(max_queue=1)
        liar.socket.send('{"id": 0, "type": "play"}')
        before = server.memory()
        for frame in range(1, 1000):
            liar.socket.send(json.dumps({"type": "ack", "frame": frame}))
        time.sleep(0.5)
        assert server.memory() - before < 30 << 20
        liar.socket.socket.shutdown(socket.SHUT_RDWR)
        liar.socket.close()


@pytest.mark.parametrize("how", ["close", "away", "cut"])
def test_closing_a_tab_frees_its_session(server, how):
    tab = server.tab()
    tab.send("play")
    before = alive(server)
    match how:
        case "close":
            tab.socket.close()
        case "away":
            tab.socket.close(1001)
        case "cut":
            tab.socket.socket.shutdown(socket.SHUT_RDWR)
            tab.socket.close()
    until(lambda: alive(server) == before - 1)


def test_a_tab_that_vanished_is_freed_in_ten_seconds():
    # as when a laptop is closed: nothing comes any more, not even an end, and what was sent last is never taken
    assert LOCAL.ping_interval + LOCAL.ping_timeout + LOCAL.goodbye_seconds <= SECONDS_TO_FREE
    with Server(frame_size=8_000_000, limits=QUICK) as server, server.tab() as other:
        before = server.files()
        with socket.create_connection(("127.0.0.1", server.port)) as gone:
            gone.sendall(server.opening)
            assert b" 101 " in gone.recv(100)
            hello = json.dumps({"type": "hello", "token": server.token}).encode()
            gone.sendall(bytes([0x81, 0x80 | len(hello), 0, 0, 0, 0]) + hello)
            until(lambda: other.send("info")["alive"] == 2)
            until(lambda: other.send("info")["alive"] == 1)
            until(lambda: server.files() == before)  # though it never took what it was sent


def test_a_tab_that_is_closed_while_its_session_is_made_is_freed():
    with Server(slow=0.3) as server:
        for _ in range(3):
            with connect(f"ws://127.0.0.1:{server.port}/socket", origin=server.base, proxy=None) as quick:
                quick.send(json.dumps({"type": "hello", "token": server.token}))
        with server.tab() as tab:
            until(lambda: tab.send("info")["alive"] == 1)


def code_of_close(tab, do):
    """Return the code by which a socket ends while something is done, or afterwards."""
    try:
        do()
        while True:
            tab.take()
    except ConnectionClosed as closed:
        return closed.rcvd and closed.rcvd.code


def test_too_many_messages_are_dropped_with_a_sentence_each(tab):
    for number in range(1000):
        tab.socket.send(json.dumps({"id": number, "type": "sleep", "seconds": 0}))
    answers = []
    while len(answers) < 1000:
        got = tab.take()
        answers += [got] if isinstance(got, dict) else []
    refused = [each for each in answers if "error" in each]
    assert 100 < len(refused) < 1000
    assert {tuple(each["error"].split()[:2]) for each in refused} == {("more", "than")}
    assert sorted(each["reply"] for each in answers) == list(range(1000))


def test_a_flood_ends_the_socket_with_a_sentence(server, tab):
    with server.tab() as flood:
        messages = ['{"type": "echo"}'] * 20_000
        assert code_of_close(flood, lambda: [flood.socket.send(each) for each in messages]) == 1013
    assert flood.pushes[-1]["error"].startswith("too many messages")
    assert tab.send("echo", said=1)["said"] == 1


def welcome_of(server, cookie):
    with server.tab(cookie=cookie) as tab:
        return tab.welcome["push"]


def test_tabs_of_a_person_and_sessions_have_an_end():
    with Server(**CLASS, limits={"sessions_per_login": 2, "sessions": 3}) as server:
        first, second = server.login("half+a+moon"), server.login("half+a+moon")
        tabs = [server.tab(cookie=first), server.tab(cookie=first)]
        third = server.tab(cookie=first)
        assert third.welcome["push"] == "refused"
        assert "only 2 tabs of one person" in third.welcome["error"]
        tabs.append(server.tab(cookie=second))
        full = server.tab(cookie=second)
        assert "is full: 3 sessions" in full.welcome["error"]
        with pytest.raises(ConnectionClosed) as closed:
            full.take()
        assert closed.value.rcvd.code == 1013
        assert tabs[0].send("echo", said=1)["said"] == 1
        tabs[2].socket.close()
        until(lambda: welcome_of(server, second) == "welcome")
        for each in [*tabs, third, full]:
            each.socket.close()


def test_a_socket_that_says_nothing_is_closed_in_time():
    with Server(limits={"hello_seconds": 0.3, "waiting": 3}) as server:
        silent = [socket.create_connection(("127.0.0.1", server.port)) for _ in range(6)]
        for each in silent:
            each.sendall(server.opening)
        for each in silent:
            each.settimeout(5)
            got = b""
            while b"does not know you" not in got:
                got += each.recv(4096)
            each.close()


def test_an_upload_reaches_its_tab_and_no_other(server, tab):
    headers = {"X-Halfmoon-Token": server.token, "X-Halfmoon-Session": tab.welcome["session"]}
    status, _, body = server.request("POST", "/upload?name=a%20b.csv", headers, b"x,y\n1,2\n")
    assert (status, json.loads(body)) == (200, {"upload": "a b.csv", "bytes": 8})
    with server.tab() as other:
        assert other.send("info")["files"] == []
    for changed in [
        {"X-Halfmoon-Session": "guess"},
        {"X-Halfmoon-Session": None},
        {"X-Halfmoon-Token": "guess"},
        {"X-Halfmoon-Token": None},
    ]:
        status, _, body = server.request("POST", "/upload", headers | changed, b"x")
        assert status == 403
        assert json.loads(body)["error"]
    assert tab.send("info")["files"] == [["a b.csv", 8]]


def test_an_upload_to_a_tab_of_somebody_else_is_refused():
    with Server(**CLASS) as server:
        mine, other = server.login("half+a+moon"), server.login("half+a+moon")
        with server.tab(cookie=mine) as tab:
            headers = {"Cookie": other, "X-Halfmoon-Session": tab.welcome["session"]}
            assert server.request("POST", "/upload", headers, b"x")[0] == 403
            assert server.request("POST", "/upload", headers | {"Cookie": mine}, b"x")[0] == 200


@pytest.mark.parametrize("chunked", [False, True])
def test_an_upload_that_is_too_large_is_one_sentence(server, tab, chunked):
    headers = {"X-Halfmoon-Token": server.token, "X-Halfmoon-Session": tab.welcome["session"]}
    assert server.request("POST", "/upload?name=most", headers, b"x" * 20_000_000)[0] == 200
    body = b"x" * 20_000_001
    if chunked:
        headers |= {"Transfer-Encoding": "chunked", "Content-Length": None}
        body = b"".join(
            b"f4240\r\n" + body[start : start + 1_000_000].ljust(1_000_000) + b"\r\n" for start in range(0, len(body), 1_000_000)
        )
        body += b"0\r\n\r\n"
    before = server.memory()
    status, _, answer = server.request("POST", "/upload?name=more", headers, body)
    assert (status, json.loads(answer)["error"][:35]) == (413, "A file must have at most 20 MB, and")
    assert server.memory() - before < 45 << 20
    assert [name for name, _ in tab.send("info")["files"]][-1] == "most"


def test_without_the_cookie_there_is_no_handshake():
    with Server(**CLASS) as server, pytest.raises(InvalidStatus) as refused:
        server.tab()
    assert refused.value.response.status_code == 403
