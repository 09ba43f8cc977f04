"""A class of simulated pupils: each with an own login and socket, drawing each frame at once, all training."""

from __future__ import annotations

import asyncio
import json
import time
from collections.abc import Callable, Sequence
from typing import Any

from websockets.asyncio.client import connect

PLAY = 1
"""The ``id`` of the message that lets training begin."""

LOOK_SECONDS = 0.5
"""Between two looks at whether it is over, where no frame comes."""


class Pupil:
    """One of them.

    Attributes
    ----------
    frames : int
        That came since all have trained.
    epochs : list of int
        How far the network was in each of them.
    """

    def __init__(self, base: str, cookie: str) -> None:
        self.base, self.cookie = base, cookie
        self.frames, self.epochs = 0, list[int]()
        self.trains = False

    async def attend(self, everybody: Sequence[Pupil], is_over: Callable[[], bool]) -> None:
        """Open the page, train, wait for the others, and draw until it is over."""
        address = f"{self.base.replace('http', 'ws', 1)}/socket"
        options: dict[str, Any] = {"additional_headers": {"Cookie": self.cookie}, "proxy": None, "max_size": None, "open_timeout": 60}
        async with connect(address, origin=self.base, **options) as socket:  # type: ignore[arg-type] - an Origin is a text
            await socket.send(json.dumps({"type": "hello", "token": None}))
            await socket.recv()  # the welcome
            await socket.send(json.dumps({"id": PLAY, "type": "play", "speed": {"mode": "max"}}))
            while not is_over():
                try:
                    got = await asyncio.wait_for(socket.recv(), LOOK_SECONDS)
                except TimeoutError:
                    continue
                if isinstance(got, str):
                    self._hear(json.loads(got))
                    continue
                header = json.loads(got[4 : 4 + int.from_bytes(got[:4], "little")])
                await socket.send(json.dumps({"type": "ack", "frame": header["frame"]}))
                if all(pupil.trains for pupil in everybody):
                    self.frames += 1
                    self.epochs.append(header["lanes"][0]["epoch"])

    def _hear(self, answer: dict[str, Any]) -> None:
        if "error" in answer:
            raise RuntimeError(answer["error"])
        self.trains |= answer.get("reply") == PLAY


async def attend(base: str, cookies: Sequence[str], *, seconds: float, frames: int | None = None) -> tuple[list[Pupil], float]:
    """Let a pupil with each cookie attend at once.

    Parameters
    ----------
    base : str
        The server's address.
    cookies : sequence of str
    seconds : float
        How long, at most, from when all train.
    frames : int, optional
        It is over when each has so many, too.

    Returns
    -------
    list of Pupil
    float
        How many seconds it took.
    """
    pupils = [Pupil(base, cookie) for cookie in cookies]
    began, took = None, 0.0

    def is_over() -> bool:
        nonlocal began, took
        now = time.monotonic()
        if began is None:
            began = now if all(pupil.trains for pupil in pupils) else None
        elif not took and (now - began > seconds or (frames and min(pupil.frames for pupil in pupils) >= frames)):
            took = now - began
        return took > 0

    await asyncio.gather(*(pupil.attend(pupils, is_over) for pupil in pupils))
    return pupils, took
