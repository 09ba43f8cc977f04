"""Connections beyond number, without a word, or without an end: those who are there notice nothing."""

from __future__ import annotations

import contextlib
import json
import socket
import time

import pytest

from halfmoon.playground.server.limits import Bucket
from playground_server import Server

SOCKETS = 1000
ATTACKER = "127.0.0.9"


@pytest.fixture
def many_files():
    """Let this process have as many files open as a thousand sockets need."""
    resource = pytest.importorskip("resource")
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (max(soft, min(hard, 2 * SOCKETS + 200)), hard))
    yield
    resource.setrlimit(resource.RLIMIT_NOFILE, (soft, hard))


def open_many(server, stack, count, said=b""):
    """Open connections from one address, each saying something; return those that could be opened."""
    opened = []
    for _ in range(count):
        with contextlib.suppress(OSError):
            connection = socket.create_connection(("127.0.0.1", server.port), 2, source_address=(ATTACKER, 0))
            opened.append(stack.enter_context(connection))
            if said:
                connection.sendall(said)
    return opened


HALF = b"GET / HTTP/1.1\r\nHost: 127"


@pytest.mark.parametrize(
    ("said", "count"), [(b"", SOCKETS), (HALF, 300), ("handshake", 300)], ids=["silent", "half a request", "sockets without a word"]
)
def test_a_thousand_sockets_of_one_address(many_files, said, count):
    with Server(limits={"connections_per_address": 100}) as server, server.tab() as tab, contextlib.ExitStack() as stack:
        said = server.opening if said == "handshake" else said
        before = server.files()
        open_many(server, stack, count, said)
        assert tab.send("echo", said=1)["said"] == 1
        assert server.request()[0] == 200
        with server.tab() as other:
            assert other.send("echo", said=1)["said"] == 1
        assert server.files() - before <= 100 + 5
        assert server.said == ""


def test_more_connections_than_there_may_be_take_the_place_of_idle_ones(many_files):
    with Server(limits={"connections": 20, "connections_per_address": 20}) as server, server.tab() as tab, contextlib.ExitStack() as stack:
        open_many(server, stack, 60)
        assert tab.send("echo", said=1)["said"] == 1
        assert server.request()[0] == 200


def test_a_connection_that_takes_too_long_is_ended():
    with Server(limits={"request_seconds": 0.3, "upload_seconds": 0.6}) as server, server.tab() as tab, contextlib.ExitStack() as stack:
        slow = [*open_many(server, stack, 1), *open_many(server, stack, 1, HALF)]
        head = f"POST /upload HTTP/1.1\r\nHost: 127.0.0.1:{server.port}\r\nOrigin: {server.base}\r\nX-Halfmoon-Token: {server.token}\r\n"
        body = f"X-Halfmoon-Session: {tab.welcome['session']}\r\nContent-Length: 1000\r\n\r\nxx"
        slow += open_many(server, stack, 1, (head + body).encode())
        for each in slow:
            each.settimeout(30)
            answer = b""
            with contextlib.suppress(ConnectionResetError):
                while part := each.recv(4096):
                    answer += part
            assert answer == b"" or b" 413 " in answer
        assert tab.send("echo", said=1)["said"] == 1


NO_TEXT, END = b"\x81\x82\0\0\0\0\xff\xfe", b"\x88\x80\0\0\0\0"
"""Frames of a WebSocket: a text that is not UTF-8, and the end."""


@pytest.mark.parametrize("frames", [(NO_TEXT,), (NO_TEXT, END), (NO_TEXT, NO_TEXT, END), (END, NO_TEXT)], ids=repr)
def test_a_text_that_is_none_ends_the_socket_and_nothing_else(frames):
    with Server() as server:
        with socket.create_connection(("127.0.0.1", server.port), 30) as connection:
            connection.sendall(server.opening)
            assert b"101" in connection.recv(1000)
            connection.sendall(server.hello)
            assert connection.recv(100_000)  # the welcome
            connection.sendall(b"".join(frames))
            while connection.recv(100_000):
                pass
        with server.tab() as tab:
            tab.draw()
        assert server.said == ""


def test_one_upload_of_a_tab_at_a_time():
    with Server(limits={"uploads": 1}) as server, server.tab() as tab, server.tab() as other, contextlib.ExitStack() as stack:
        headers = {"X-Halfmoon-Token": server.token, "X-Halfmoon-Session": tab.welcome["session"]}
        lines = {"Host": f"127.0.0.1:{server.port}", "Origin": server.base, "Content-Length": "9"} | headers
        text = "POST /upload HTTP/1.1\r\n" + "".join(f"{name}: {value}\r\n" for name, value in lines.items()) + "\r\n1234"
        open_many(server, stack, 1, text.encode())
        time.sleep(0.2)
        status, _, body = server.request("POST", "/upload", headers, b"x")
        assert (status, json.loads(body)["error"][:7]) == (429, "Another")
        status, _, body = server.request("POST", "/upload", headers | {"X-Halfmoon-Session": other.welcome["session"]}, b"x")
        assert (status, json.loads(body)["error"][:8]) == (503, "Too many")


def test_a_bucket_fills_evenly_and_not_beyond_its_burst():
    now = [0.0]
    bucket = Bucket(2.0, 4.0, lambda: now[0])
    assert [bucket.take() for _ in range(5)] == [True] * 4 + [False]
    assert bucket.seconds_until(1) == pytest.approx(0.5)
    now[0] = 0.5
    assert [bucket.take(), bucket.take()] == [True, False]
    now[0] = 100.0
    assert bucket.take(4)
    assert not bucket.take(0.1)
