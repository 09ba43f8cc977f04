"""``python -m benchmarks.playground``: frames and epochs a second while the page draws, beside one epoch a frame.

The page runs in Chromium without a window, on the machine that trains. TensorFlow Playground trains one epoch for each frame that it
draws: what it would come to is the rate of frames. Then a class of pupils, without a browser, on one server.
"""

from __future__ import annotations

import asyncio
import os
import re
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any
from urllib.error import HTTPError
from urllib.request import HTTPRedirectHandler, Request, build_opener

import click

from benchmarks import machine
from benchmarks.pupils import attend

SECONDS = 5.0
TO_WARM_UP = 2.0
BROWSERS = ("chromium", "chromium-browser", "google-chrome")
THREE_OF_16 = {"network": {"layers": [{"width": 16, "activation": name} for name in ("relu", "sigmoid", "sigmoid")]}}
CHANGE = "settings => import('/base/server.js').then(server => server.query('settings', { settings, lane: 0 }))"


@dataclass(frozen=True)
class Job:
    """A network that a page trains.

    Attributes
    ----------
    title : str
    settings : dict
        Those that differ from the exercise's.
    frames, epochs : float
        What a second should have at least.
    """

    title: str
    settings: dict[str, Any]
    frames: float
    epochs: float


JOBS = (
    Job("the exercise: 64-32-16", {}, 30, 2000),
    Job("3 layers of 16 units", THREE_OF_16, 30, 2000),
)
FIRST_FRAME = 2.0
"""Seconds from the command to the first frame on the page, at most."""

PUPILS, PUPILS_FRAMES = 40, 5
"""How many there are, and how many frames a second each should get."""

MISSED = "  a goal is missed"
PASSWORD = "half a moon"  # noqa: S105 - of a server that only this program knows


@contextmanager
def serving(*arguments: str, **environment: str) -> Iterator[tuple[subprocess.Popen[str], str]]:
    """Run the command for the block; yield its process and the address that it prints."""
    command = [sys.executable, "-m", "halfmoon", "playground", "--no-browser", "--port", "0", *arguments]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True, env=os.environ | environment) as process:
        try:
            yield process, re.findall(r"http://\S+", process.stdout.readline() if process.stdout else "")[0].rstrip(";")
        finally:
            process.send_signal(signal.SIGINT)


def measure(page: Any, job: Job) -> tuple[float, float]:
    """Return frames and epochs a second of a network in training."""
    page.evaluate(CHANGE, job.settings)
    page.evaluate("import('/base/server.js').then(server => server.ask('play', { speed: { mode: 'max', n: 1 } }))")
    time.sleep(TO_WARM_UP)
    count = """seconds => new Promise(done => {
        const first = [Number(document.body.dataset.epoch), performance.now()];
        let frames = 0;
        new MutationObserver(() => { frames += 1; }).observe(document.body, { attributeFilter: ["data-epoch"] });
        setTimeout(() => {
            const passed = (performance.now() - first[1]) / 1000;
            done([frames / passed, (Number(document.body.dataset.epoch) - first[0]) / passed]);
        }, 1000 * seconds);
    })"""
    frames, epochs = page.evaluate(count, SECONDS)
    page.evaluate("import('/base/server.js').then(server => server.ask('pause'))")
    return frames, epochs


def in_browser() -> Iterator[tuple[Job, float, float, float]]:
    """Yield each job, its frames and epochs a second, and the seconds to its first frame."""
    from playwright.sync_api import sync_playwright

    path = next(filter(None, map(shutil.which, BROWSERS)))
    with sync_playwright() as running:
        browser = running.chromium.launch(executable_path=path, args=["--no-sandbox"])
        for job in JOBS:
            began = time.perf_counter()
            with serving() as (_, address):
                page = browser.new_page(viewport={"width": 1440, "height": 900})
                page.goto(address)
                page.wait_for_function("() => document.body.dataset.loss !== ''")
                first = time.perf_counter() - began
                yield job, *measure(page, job), first
                page.close()
        browser.close()


class _Stays(HTTPRedirectHandler):
    """Goes where it was sent, and not where the answer leads."""

    def redirect_request(self, *_: Any) -> None:
        """Lead nowhere."""


def login(base: str) -> str:
    """Return the cookie of a new pupil."""
    try:
        build_opener(_Stays).open(Request(f"{base}/login", b"password=half+a+moon", {"Origin": base}))  # noqa: S310 - of this machine
    except HTTPError as answer:  # the answer leads to the page
        return (answer.headers["Set-Cookie"] or "").partition(";")[0]
    raise RuntimeError("nobody is let in")


def in_class() -> tuple[float, float]:
    """Return how many frames and epochs a second the slowest of the pupils gets, of the exercise, flat out."""
    with serving("--serve", HALFMOON_PASSWORD=PASSWORD) as (_, address):
        base = address.rstrip("/")
        cookies = [login(base) for _ in range(PUPILS)]
        asyncio.run(attend(base, cookies, seconds=TO_WARM_UP))
        pupils, took = asyncio.run(attend(base, cookies, seconds=2 * SECONDS))
        return min(pupil.frames for pupil in pupils) / took, min(pupil.epochs[-1] - pupil.epochs[0] for pupil in pupils) / took


@click.command()
def main() -> None:
    """Measure, and print a table."""
    click.echo(machine.sentence())
    click.echo(f"{'':28}{'frames/s':>10}{'epochs/s':>12}{'one a frame':>13}{'first frame':>13}")
    for job, frames, epochs, first in in_browser():
        reached = frames >= job.frames and epochs >= job.epochs and first <= FIRST_FRAME
        figures = f"{frames:10.1f}{epochs:12.0f}{epochs / max(frames, 1e-9):12.0f}x{first:11.2f} s"
        click.echo(f"{job.title:28}{figures}{'' if reached else MISSED}")
    frames, epochs = in_class()
    click.echo(f"{f'the slowest of {PUPILS} pupils':28}{frames:10.1f}{epochs:12.0f}{'' if frames >= PUPILS_FRAMES else MISSED}")


if __name__ == "__main__":
    main()
