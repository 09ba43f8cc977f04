"""A class of forty on one machine: everybody trains, and everybody sees it."""

from __future__ import annotations

import asyncio
import os

from playground_pupils import attend
from playground_server import Server

PUPILS, SECONDS = 40, 2.0
FRAMES_A_SECOND, BYTES_A_SESSION = 5, 40 << 20
CORES = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count()


def test_forty_pupils_train_at_once():
    with Server(password="half a moon", sessions="real") as server:  # noqa: S106 - of a test
        cookie = server.login("half+a+moon")
        with server.tab(cookie=cookie) as tab:
            tab.draw()
        before = server.memory()
        pupils = asyncio.run(attend(server, [server.login("half+a+moon") for _ in range(PUPILS)], SECONDS))
        frames = [pupil.frames / SECONDS for pupil in pupils]
        busy = max(1.0, os.getloadavg()[0] / CORES)  # other work on the machine takes its part
        assert min(frames) >= FRAMES_A_SECOND / busy
        assert max(frames) <= 3 * min(frames), "a fair share for each"
        assert all(pupil.epochs[-1] > pupil.epochs[0] for pupil in pupils)
        assert (server.peak_memory() - before) / PUPILS < BYTES_A_SESSION
        assert server.said == ""
