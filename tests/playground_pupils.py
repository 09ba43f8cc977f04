"""A class of simulated pupils: each with an own login and socket, drawing each frame at once, all training."""

from __future__ import annotations

import asyncio
import json
import os
import time

from websockets.asyncio.client import connect

PLAY = 2
"""The ``id`` of the message that lets training begin."""


class Pupil:
    """One of them; ``frames`` counts those that came while it was looked at, ``gaps`` the seconds between them."""

    def __init__(self, server, cookie):
        self.server, self.cookie = server, cookie
        self.frames, self.gaps, self.epochs, self.bytes, self.answers = 0, [], [], 0, []

    async def attend(self, ready, seconds, settings=None):
        """Open the page, train, wait for the others, and draw for some seconds."""
        address = f"ws://127.0.0.1:{self.server.port}/socket"
        headers = {"Cookie": self.cookie} if self.cookie else {}
        options = {"origin": self.server.base, "additional_headers": headers, "proxy": None, "max_size": None, "open_timeout": 60}
        async with connect(address, **options) as socket:
            await socket.send(json.dumps({"type": "hello", "token": self.server.token}))
            assert json.loads(await socket.recv())["push"] == "welcome"
            if settings:
                await socket.send(json.dumps({"id": 1, "type": "settings", "settings": settings}))
            await socket.send(json.dumps({"id": PLAY, "type": "play", "speed": {"mode": "max"}}))
            await self._draw(socket, ready, seconds)

    async def _draw(self, socket, ready, seconds):
        ends = last = None
        while ends is None or time.monotonic() < ends:
            if ends is None and ready.is_set():
                ends, last, self.frames = time.monotonic() + seconds, time.monotonic(), 0
            try:
                got = await asyncio.wait_for(socket.recv(), 1 if ends is None else max(0.01, ends - time.monotonic()))
            except TimeoutError:
                continue
            if isinstance(got, str):
                answer = json.loads(got)
                assert "error" not in answer, answer
                ready.ask(self, answer)
                continue
            header = json.loads(got[4 : 4 + int.from_bytes(got[:4], "little")])
            await socket.send(json.dumps({"type": "ack", "frame": header["frame"]}))
            if ends is not None:
                now = time.monotonic()
                self.gaps.append(now - last)
                last, self.frames, self.bytes = now, self.frames + 1, self.bytes + len(got)
                self.epochs.append(header["lanes"][0]["epoch"] if header["lanes"] else 0)


class Ready:
    """Set when all train; knows what part of the machine the server has from then on."""

    def __init__(self, server, count):
        self.server, self.missing, self.since = server, count, None

    def ask(self, pupil, answer):
        """Count a pupil whose training has begun."""
        if answer.get("reply") == PLAY:
            self.missing -= 1
            if self.missing == 0:
                self.since = time.monotonic(), self.server.processor_seconds()

    def is_set(self):
        """Say whether all train."""
        return self.since is not None

    def share(self):
        """Return how much of the machine the server has had."""
        return (self.server.processor_seconds() - self.since[1]) / (time.monotonic() - self.since[0]) / os.cpu_count()


async def attend(server, cookies, seconds, settings=None):
    """Let a pupil with each cookie attend at once; return them, and the part of the machine that the server had."""
    pupils = [Pupil(server, cookie) for cookie in cookies]
    ready = Ready(server, len(pupils))
    await asyncio.gather(*(pupil.attend(ready, seconds, settings) for pupil in pupils))
    return pupils, ready.share()
