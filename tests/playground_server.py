"""The playground's server as a process of its own, with sessions that are none, and clients of its sockets."""

from __future__ import annotations

import json
import os
import re
import signal
import socket
import subprocess
import sys
import threading
from pathlib import Path

from websockets.sync.client import connect

TESTS = Path(__file__).parent
ENVIRONMENT = os.environ | {"PYTHONPATH": os.pathsep.join([str(TESTS), *sys.path])}


class Server:
    """A server, until the end of the block.

    Parameters
    ----------
    folder : path-like, optional
        Where it is started; by default here.
    given
        Of ``Options``; ``limits`` that differ, ``frame_size`` in bytes, and ``sessions="real"`` and ``page="real"`` for the
        playground's own.

    Attributes
    ----------
    base, port, token, folder
        Where it is, what lets in, and where it was started; the token is None in a class.
    lines : list of str
        What it said at the start.
    """

    def __init__(self, folder=None, **given):
        self.folder = folder
        given = {"port": 0, "open_browser": False} | given
        command = [sys.executable, str(TESTS / "playground_fake.py"), json.dumps(given)]
        self.process = subprocess.Popen(command, cwd=folder, env=ENVIRONMENT, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
        self.lines = []
        while not (self.lines and "Ctrl-C" in self.lines[-1]):
            line = self.process.stdout.readline()
            assert line, self.process.stderr.read()
            self.lines.append(line.rstrip())
        said = "\n".join(self.lines)
        self.port = int(re.search(r"http://[^/\s]*:(\d+)", said)[1])
        self.base = f"http://127.0.0.1:{self.port}"
        found = re.search(r"#token=(\S+)", said)
        self.token = found and found[1]
        self._stderr = []
        self._reader = threading.Thread(target=lambda: self._stderr.extend(self.process.stderr), daemon=True)
        self._reader.start()

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.stop()

    def stop(self):
        """End it, and return what it wrote on standard error."""
        if self.process.poll() is None:
            self.process.send_signal(signal.SIGINT)
            try:
                self.process.wait(5)
            finally:
                self.process.kill()
        self._reader.join(5)
        self.process.stdout.close()
        self.process.stderr.close()
        return "".join(self._stderr)

    @property
    def said(self):
        """What is on standard error so far."""
        return "".join(self._stderr)

    def memory(self):
        """Return the bytes that it holds."""
        return self._status("VmRSS")

    def peak_memory(self):
        """Return the most bytes that it ever held."""
        return self._status("VmHWM")

    def _status(self, name):
        return int(re.search(rf"{name}:\s+(\d+)", Path(f"/proc/{self.process.pid}/status").read_text())[1]) * 1024

    def files(self):
        """Return how many files and connections it has open."""
        return len(list(Path(f"/proc/{self.process.pid}/fd").iterdir()))

    def raw(self, text, *, seconds=5, address="127.0.0.1", until=b"\0never"):
        """Send bytes as they are; return what comes back until the other side ends it, for some seconds, or until some bytes."""
        with socket.create_connection(("127.0.0.1", self.port), seconds, source_address=(address, 0)) as connection:
            connection.sendall(text if isinstance(text, bytes) else text.encode("latin-1"))
            got = b""
            try:
                while until not in got and (part := connection.recv(65536)):
                    got += part
            except OSError:
                pass
            return got.decode("latin-1")

    def request(self, method="GET", path="/", headers=None, body=b"", **options):
        """Send a request with headers just as given, ``Host`` and ``Origin`` the own ones by default; return status, headers, body."""
        given = {"Host": self.base.removeprefix("http://"), "Connection": "close"}
        given |= {"Origin": self.base, "Content-Length": str(len(body))} if method == "POST" else {}
        given |= headers or {}
        lines = [f"{method} {path} HTTP/1.1", *(f"{name}: {value}" for name, value in given.items() if value is not None)]
        answer = self.raw("\r\n".join(lines).encode("latin-1") + b"\r\n\r\n" + body, **options)
        head, _, rest = answer.partition("\r\n\r\n")
        first, *others = head.split("\r\n")
        return int(first.split()[1]), {name.lower(): value.strip() for name, _, value in (each.partition(":") for each in others)}, rest

    @property
    def opening(self):
        """The bytes that ask for a socket."""
        return (
            f"GET /socket HTTP/1.1\r\nHost: 127.0.0.1:{self.port}\r\nOrigin: {self.base}\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n"
            "Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n"
        ).encode()

    @property
    def hello(self):
        """The frame, masked by zeros, that a socket says first: who it is."""
        text = json.dumps({"type": "hello", "token": self.token}).encode()
        return bytes([0x81, 0x80 | len(text), 0, 0, 0, 0]) + text

    def handshake(self, **headers):
        """Ask for a socket with headers just as given; return the status of the answer."""
        upgrade = {"Connection": "Upgrade", "Upgrade": "websocket", "Sec-WebSocket-Version": "13"}
        key = {"Sec-WebSocket-Key": "dGhlIHNhbXBsZSBub25jZQ=="}
        return self.request("GET", "/socket", upgrade | key | {"Origin": self.base} | headers, until=b"\r\n\r\n")[0]

    def login(self, password):
        """Give a password; return the cookie, None where none came."""
        _, headers, _ = self.request(
            "POST", "/login", {"Content-Type": "application/x-www-form-urlencoded"}, f"password={password}".encode()
        )
        return headers.get("set-cookie", "").partition(";")[0] or None

    def tab(self, *, cookie=None, token=None, **options):
        """Open a tab that is welcome."""
        return Tab(self, cookie, token or self.token, **options)


class Tab:
    """A page's side of the socket; ``welcome`` is the first push."""

    def __init__(self, server, cookie=None, token=None, **options):
        headers = {"Cookie": cookie} if cookie else {}
        opened = connect(
            f"ws://127.0.0.1:{server.port}/socket", origin=server.base, additional_headers=headers, proxy=None, max_size=None,
            **{"compression": None, "ping_interval": None} | options,
        )  # fmt: skip
        self.socket = opened.__enter__()
        self.frames, self.pushes, self.count = [], [], 0
        self.socket.send(json.dumps({"type": "hello", "token": token}))
        self.welcome = json.loads(self.socket.recv(10))

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.socket.close()

    def send(self, kind, **fields):
        """Send a message; return its answer, after what came before it."""
        self.count += 1
        self.socket.send(json.dumps({"id": self.count, "type": kind} | fields))
        return self.answer(self.count)

    def answer(self, number):
        """Return the answer to a message."""
        while True:
            got = self.take()
            if isinstance(got, dict) and got.get("reply") == number and "push" not in got:
                return got

    def take(self, seconds=10):
        """Return the next thing that comes: a message, or the number of a frame."""
        got = self.socket.recv(seconds)
        if isinstance(got, bytes):
            number = json.loads(got[4 : 4 + int.from_bytes(got[:4], "little")])["frame"]
            self.frames.append(number)
            return number
        message = json.loads(got)
        if "push" in message:
            self.pushes.append(message)
        return message

    def draw(self):
        """Say that the last frame is drawn, and return the number of the next."""
        if self.frames:
            self.acknowledge()
        while isinstance(got := self.take(), dict):
            pass
        return got

    def acknowledge(self, frame=None):
        """Say that a frame is drawn, the last by default."""
        self.socket.send(json.dumps({"type": "ack", "frame": self.frames[-1] if frame is None else frame}))
