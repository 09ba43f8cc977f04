"""A class of simulated pupils: each with an own login and socket, drawing each frame at once, all training."""

from __future__ import annotations

import asyncio
import json
import os
import time

from websockets.asyncio.client import connect

PLAY = 2
"""The ``id`` of the message that lets training begin."""

CORES = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count()
SHARE = 0.65
"""Of the machine, that the server has where nothing else runs but the pupils."""

MOST = 8
"""How many times as long as on a machine of its own it may take."""

LOOK = 0.05


class Pupil:
    """One of them; ``frames`` counts those that came while it was looked at, ``gaps`` the seconds between them."""

    def __init__(self, server, cookie):
        self.server, self.cookie = server, cookie
        self.frames, self.gaps, self.epochs, self.bytes, self.answers = 0, [], [], 0, []

    async def attend(self, ready, settings=None):
        """Open the page, train, wait for the others, and draw for a while."""
        address = f"ws://127.0.0.1:{self.server.port}/socket"
        headers = {"Cookie": self.cookie} if self.cookie else {}
        options = {"origin": self.server.base, "additional_headers": headers, "proxy": None, "max_size": None, "open_timeout": 60}
        async with connect(address, **options) as socket:
            await socket.send(json.dumps({"type": "hello", "token": self.server.token}))
            assert json.loads(await socket.recv())["push"] == "welcome"
            if settings:
                await socket.send(json.dumps({"id": 1, "type": "settings", "settings": settings}))
            await socket.send(json.dumps({"id": PLAY, "type": "play", "speed": {"mode": "max"}}))
            await self._draw(socket, ready)

    async def _draw(self, socket, ready):
        last = None
        while not ready.is_over():
            if last is None and ready.is_set():
                last, self.frames = time.monotonic(), 0
            try:
                got = await asyncio.wait_for(socket.recv(), 0.5)
            except TimeoutError:
                continue
            if isinstance(got, str):
                answer = json.loads(got)
                assert "error" not in answer, answer
                ready.ask(answer)
                continue
            header = json.loads(got[4 : 4 + int.from_bytes(got[:4], "little")])
            await socket.send(json.dumps({"type": "ack", "frame": header["frame"]}))
            if last is not None:
                now = time.monotonic()
                self.gaps.append(now - last)
                last, self.frames, self.bytes = now, self.frames + 1, self.bytes + len(got)
                self.epochs.append(header["lanes"][0]["epoch"])


class Ready:
    """Set when all train; over when the server has worked as long since as it does in some seconds on a machine of its own.

    So what is seen of a machine that others use, too, is what would be seen without them, but later.
    """

    def __init__(self, server, count, seconds):
        self.server, self.missing, self.seconds, self.began, self.worked = server, count, seconds, None, 0.0
        self.looked, self.took = 0.0, 0.0

    def ask(self, answer):
        """Count a pupil whose training has begun."""
        if answer.get("reply") == PLAY:
            self.missing -= 1
            if self.missing == 0:
                self.began, self.worked = time.monotonic(), self.server.processor_seconds()

    def is_set(self):
        """Say whether all train."""
        return self.began is not None

    def is_over(self):
        """Say whether the server has worked enough, or there is no more time."""
        now = time.monotonic()
        if self.is_set() and not self.took and now - self.looked > LOOK:
            self.looked = now
            enough = self.server.processor_seconds() - self.worked >= self.seconds * SHARE * CORES
            if enough or now - self.began > MOST * self.seconds:
                self.took = now - self.began
        return self.took > 0


async def attend(server, cookies, seconds, settings=None):
    """Let a pupil with each cookie attend at once; return them, and how many seconds it took."""
    pupils = [Pupil(server, cookie) for cookie in cookies]
    ready = Ready(server, len(pupils), seconds)
    await asyncio.gather(*(pupil.attend(ready, settings) for pupil in pupils))
    return pupils, ready.took
