"""A session that is none, for the server's own rules: it does at once what a test asks of it."""

from __future__ import annotations

import json
import sys
import threading
import time
from dataclasses import replace

from halfmoon.base.errors import InputError
from halfmoon.base.language import speaking
from halfmoon.playground.server.limits import CLASSROOM, LOCAL
from halfmoon.playground.server.serve import Options, serve


def frame_of(number, size=64):
    """Return a frame such as sessions make."""
    header = json.dumps({"frame": number, "running": True, "lanes": [], "arrays": []}).encode()
    header += b" " * (-(4 + len(header)) % 8)
    return len(header).to_bytes(4, "little") + header + bytes(size)


class FakeSession:
    """Counts in a thread of its own.

    ``echo`` answers, ``sleep`` takes long, ``hold`` until another session's ``release``, and ``fail`` is a mistake of the program.
    """

    alive = 0
    released = threading.Event()
    frame_size = 64
    slow = 0

    def __init__(self, notify):
        time.sleep(self.slow)
        type(self).alive += 1
        self.notify, self.number, self.waiting, self.files = notify, 1, [], []
        self.is_running, self.is_closed = False, False
        self.frames_made = 0
        threading.Thread(target=self._count, daemon=True).start()

    def _count(self):
        while not self.is_closed:
            if self.is_running:
                self.number += 1
                self.notify()
            time.sleep(0.0005)

    def welcome(self):
        return {"schema": [], "state": {"frames": 1, "size": float("nan")}}

    def handle(self, message):
        answer = {}
        match message["type"]:
            case "echo":
                answer = {"said": message.get("said")}
            case "sleep":
                time.sleep(message["seconds"])
            case "hold":
                answer = {"held": self.released.wait(60)}
            case "release":
                self.released.set()
            case "play" | "pause":
                self.is_running = message["type"] == "play"
            case "push":
                self.waiting.append({"push": "state", "state": message.get("state")})
                self.notify()
            case "info":
                answer = {"alive": type(self).alive, "made": self.frames_made, "number": self.number, "files": self.files}
            case "fail":
                raise ZeroDivisionError("on purpose")
            case _:
                raise InputError(f"type must be one of ours, got {message['type']!r}")
        return answer

    def pushes(self):
        waiting, self.waiting = self.waiting, []
        return waiting

    def news(self, ack):
        if ack == self.number:
            return self.pushes(), None
        self.frames_made += 1
        return self.pushes(), frame_of(self.number, self.frame_size)

    def upload(self, name, data):
        self.files.append([name, len(data)])
        return {"upload": name, "bytes": len(data)}

    def close(self):
        if not self.is_closed:
            self.is_closed = True
            type(self).alive -= 1


def announce(line):
    """Print a line at once."""
    sys.stdout.write(f"{line}\n")
    sys.stdout.flush()


def serve_here(given):
    """Serve until Ctrl-C, as ``Server`` of playground_server.py asks: options of its own, and those of ``Options``."""
    FakeSession.frame_size, FakeSession.slow = given.pop("frame_size", 64), given.pop("slow", 0)
    parts = {"make_session": FakeSession} if given.pop("sessions", "fake") == "fake" else {}
    parts |= {"page": "playground_page"} if given.pop("page", "fake") == "fake" else {}
    limits = replace(CLASSROOM if given.get("password") else LOCAL, **given.pop("limits", {}))
    language = given.pop("language", "en")
    try:
        with speaking(language):
            serve(Options(**given), announce, limits=limits, **parts)
    except KeyboardInterrupt:
        sys.exit(130)


if __name__ == "__main__":
    serve_here(json.loads(sys.argv[1]))
