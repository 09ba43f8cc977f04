"""A class of forty on one machine: everybody trains, and everybody sees it."""

from __future__ import annotations

import asyncio

from benchmarks.pupils import attend

from playground_server import Server

PUPILS, CLASS = 40, {"password": "half a moon"}
FRAMES, MOST_SECONDS = 10, 60.0
"""Each gets so many, however busy the machine is; how many a second, ``python -m benchmarks.playground`` says."""

BYTES_A_SESSION = 40 << 20


def test_forty_pupils_train_at_once():
    with Server(sessions="real", **CLASS) as server:
        with server.tab(cookie=server.login("half+a+moon")) as tab:
            tab.draw()
        before = server.memory()
        cookies = [server.login("half+a+moon") for _ in range(PUPILS)]
        pupils, _ = asyncio.run(attend(server.base, cookies, seconds=MOST_SECONDS, frames=FRAMES))
        frames = [pupil.frames for pupil in pupils]
        assert min(frames) >= FRAMES
        assert max(frames) <= 2 * min(frames) + 2, "a fair share for each"
        assert all(pupil.epochs[-1] > pupil.epochs[0] for pupil in pupils)
        assert (server.peak_memory() - before) / PUPILS < BYTES_A_SESSION
        assert server.said == ""
