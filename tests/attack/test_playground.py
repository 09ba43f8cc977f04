"""Malformed requests, frames and messages for the playground: 10,000 with ``make attack``, and never a crash, a session that is stuck, or a
traceback."""

from __future__ import annotations

import contextlib
import json
import random
import socket
import struct
import time
from pathlib import Path

import pytest

from halfmoon.playground.session.session import MESSAGES as MESSAGE_KINDS
from playground_server import Server

REQUESTS, FRAMES, MESSAGES = 100, 700, 200

KINDS = [*MESSAGE_KINDS, "ack", "hello", "nothing", ""]
FIELDS = [
    "settings", "speed", "unit", "count", "mode", "n", "weights", "epoch", "loss", "arrays", "grid", "lane", "warp", "add", "remove",
    "radius", "layer", "i", "j", "value", "row", "point", "text", "kind", "copy", "document", "path", "upload", "target", "features",
    "lang", "frame", "token", "id", "type",
]  # fmt: skip
VALUES = [
    None, True, 0, -1, 1e308, -1e-308, 2**63, 2**70, 1.5, "", "x", "relu", "epoch", "\x00", "\ud800", "../../etc/passwd", "x2 > sin(x1)",
    "__import__('os')", [], [[0, 0, 1]], [[1e300, "a", None]], {}, {"network": {"layers": [{"width": 65}]}}, {"data": {"rows": 10**9}},
    {"training": {"rate": -1}}, {"layer": 99, "units": [0, 99]}, "é" * 1000, [None] * 1000,
]  # fmt: skip


STARTS = [
    "GET / HTTP/1.1", "POST /upload HTTP/1.1", "GET /socket HTTP/1.1", "GET /%00 HTTP/1.1", "PRI * HTTP/2.0", "\x16\x03\x01", "G", "",
]  # fmt: skip
HEADERS = [
    "Connection: Upgrade", "Upgrade: websocket", "Sec-WebSocket-Version: 13", "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==",
    "Content-Length: 5", "Content-Length: -1", "Transfer-Encoding: chunked", "Cookie: halfmoon-1=\xff", "X-Halfmoon-Token: \xe9",
    "Sec-WebSocket-Extensions: permessage-deflate;;", "Sec-WebSocket-Protocol: a, b", "Host: other", "Range: bytes=0-",
    "Expect: 100-continue", " folded: x", "No colon", "A: " + "b" * 9000,
]  # fmt: skip


def any_request(source, server):
    """Return the bytes of a request that is wrong somewhere, or of none."""
    host = f"127.0.0.1:{server.port}"
    start = source.choice(STARTS)
    own = [f"Host: {host}", f"Origin: http://{host}", f"X-Halfmoon-Token: {server.token}"]
    headers = source.sample([*own, *HEADERS], source.randint(0, len(HEADERS)))
    text = "\r\n".join([start, *headers, "", source.choice(["", "hello", "zz\r\n", "0\r\n\r\n"])])
    raw = bytearray(text.encode("latin-1"))
    for _ in range(source.choice([0, 0, 1, 5])):
        raw[source.randrange(len(raw))] = source.randrange(256)
    return bytes(raw[: source.choice([len(raw), len(raw), source.randrange(len(raw) + 1)])])


def any_frame(source):
    """Return the bytes of a frame of a WebSocket, mostly one that the standard forbids (RFC 6455, 5.2)."""
    payload = source.choice([b"", b"\xff\xfe", b'{"type":', any_message(source).encode("utf-8", "surrogatepass"), source.randbytes(200)])
    first = source.choice([0x81, 0x81, 0x82, 0x01, 0x80, 0x88, 0x89, 0x8A, 0xF1, 0x83, 0x0F, source.randrange(256)])
    mask = source.randbytes(4)
    length = source.choice([len(payload)] * 6 + [0, 125, 126, 2**31, 2**63])
    shape = (
        bytes([min(length, 125)])
        if length < 126
        else b"\x7e" + struct.pack("!H", length)
        if length < 65536
        else b"\x7f" + struct.pack("!Q", length)
    )
    masked = bytes(each ^ mask[index % 4] for index, each in enumerate(payload))
    is_masked = source.random() < 0.9
    frame = bytes([first, shape[0] | (0x80 if is_masked else 0)]) + shape[1:] + (mask + masked if is_masked else payload)
    return frame[: source.choice([len(frame)] * 5 + [source.randrange(len(frame) + 1)])]


def any_message(source):
    """Return a message, JSON or nearly."""
    fields = {source.choice(FIELDS): source.choice(VALUES) for _ in range(source.randint(0, 4))}
    text = json.dumps({"id": 1, "type": source.choice(KINDS)} | fields)
    if source.random() < 0.2:
        at = source.randrange(len(text))
        text = text[:at] + source.choice(["", "[", "}", "NaN", "\\", '"', "{" * 500, "9" * 400]) + text[at + 1 :]
    return text


@pytest.fixture(scope="module")
def server():
    with Server(sessions="real", limits={"messages_per_second": 1e9, "message_burst": 1e9}) as started:
        yield started


def still_there(server):
    """Hold that an honest tab is welcome, trains and is answered, and that nothing was said on standard error."""
    start = time.monotonic()
    with server.tab() as tab:
        assert tab.welcome["push"] == "welcome"
        assert tab.send("play") == {"running": True, "reply": 1}
        first = tab.draw()
        assert tab.draw() > first
        assert "error" in tab.send("nothing")
    assert time.monotonic() - start < 10
    assert server.said == ""


def threads(server):
    return len(list(Path(f"/proc/{server.process.pid}/task").iterdir()))


def test_malformed_requests(server, attack_scale):
    source = random.Random(0)  # noqa: S311 - no secrets
    for _ in range(int(REQUESTS * attack_scale)):
        with socket.create_connection(("127.0.0.1", server.port), 5) as connection, contextlib.suppress(OSError):
            connection.sendall(any_request(source, server))
            connection.shutdown(socket.SHUT_WR)
            connection.settimeout(0.02)
            connection.recv(1000)
    still_there(server)


def test_malformed_frames(server, attack_scale):
    source = random.Random(1)  # noqa: S311 - no secrets
    still_there(server)
    before = threads(server)
    sent = 0
    while sent < FRAMES * attack_scale:
        with socket.create_connection(("127.0.0.1", server.port), 5) as connection, contextlib.suppress(OSError):
            connection.sendall(server.opening)
            connection.recv(1000)
            connection.sendall(server.hello)
            for _ in range(source.randint(1, 20)):
                sent += 1
                connection.sendall(any_frame(source))
                if source.random() < 0.3:
                    connection.settimeout(0.02)
                    with contextlib.suppress(TimeoutError):
                        connection.recv(100_000)
    still_there(server)
    start = time.monotonic()
    while threads(server) > before:
        assert time.monotonic() - start < 10, "a session is stuck"
        time.sleep(0.05)


def test_malformed_messages(server, attack_scale):
    source = random.Random(2)  # noqa: S311 - no secrets
    left = int(MESSAGES * attack_scale)
    while left > 0:
        with server.tab() as tab:
            for _ in range(min(left, 50)):
                tab.socket.send(any_message(source).encode("utf-8", "replace").decode())
                left -= 1
            start = time.monotonic()
            tab.socket.send('{"id": "last", "type": "pause"}')
            while (got := tab.take(30)) is None or not isinstance(got, dict) or got.get("reply") != "last":
                if isinstance(got, dict) and "reply" in got:
                    assert "mistake of the program" not in got.get("error", ""), got
                if isinstance(got, int):
                    tab.acknowledge()
            assert time.monotonic() - start < 30
    still_there(server)
