"""A class of forty on one machine: everybody trains, and everybody sees it."""

from __future__ import annotations

import asyncio
import os

from playground_pupils import attend
from playground_server import Server

PUPILS, SECONDS = 40, 3.0
CLASS = {"password": "half a moon"}
FRAMES_A_SECOND, BYTES_A_SESSION = 5, 40 << 20
CORES = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count()
SHARE = 0.6
"""Of the machine, that the server has where nothing else runs: with less it is held to less."""


def test_forty_pupils_train_at_once():
    with Server(sessions="real", **CLASS) as server:
        with server.tab(cookie=server.login("half+a+moon")) as tab:
            tab.draw()
        before = server.memory()
        cookies = [server.login("half+a+moon") for _ in range(PUPILS)]
        pupils, share = asyncio.run(attend(server, cookies, SECONDS))
        frames = [pupil.frames / SECONDS for pupil in pupils]
        assert min(frames) >= FRAMES_A_SECOND * min(1.0, share / SHARE) - 1 / SECONDS
        assert max(frames) <= 3 * (min(frames) + 1 / SECONDS), "a fair share for each"
        assert all(pupil.epochs[-1] > pupil.epochs[0] for pupil in pupils if len(pupil.epochs) > 1)
        assert (server.peak_memory() - before) / PUPILS < BYTES_A_SESSION
        assert server.said == ""
