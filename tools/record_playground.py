"""Make the moving picture of the playground in docs/images: python tools/record_playground.py docs/images/playground.webp.

It needs Playwright and Chromium. The pictures are taken at epochs, not at times: the same network comes of every run.
"""

from __future__ import annotations

import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from io import BytesIO

from PIL import Image
from playwright.sync_api import Page, sync_playwright

SETTINGS = {
    "data.kind": "spirals", "data.rows": 600, "data.noise": 0.05, "network.layers": "8:tanh,6:tanh,4:tanh",
    "network.initialiser": "glorot_uniform", "network.seed": 3, "training.optimizer": "adam", "training.rate": 0.02, "training.batch": 60,
}  # fmt: skip
EPOCHS = [0, 1, 2, 3, 4, 6, 8, 10, 12, 15, 18, 22, 26, 30, 35, 40, 46, 52, 60, 68, 76, 85, 95, 105, 120, 135, 150, 170, 190, 210]
WINDOW = {"width": 1360, "height": 860}
WIDTH = 920
"""Pixels of the picture; a forge shows a page of some 900."""
MILLISECONDS, LAST_MILLISECONDS = 220, 2500
MOST_BYTES = 1_500_000


@contextmanager
def playground() -> Iterator[str]:
    """Run ``halfmoon playground``, and yield its address."""
    command = [sys.executable, "-m", "halfmoon", "playground", "--no-browser", "--lang", "en"]
    process = subprocess.Popen(command, stdout=subprocess.PIPE, text=True)
    try:
        for line in process.stdout or ():
            if found := re.search(r"http://\S+", line):
                yield found[0]
                break
        else:
            raise SystemExit("the playground did not start")
    finally:
        process.terminate()
        process.wait(10)


def train_to(page: Page, epoch: int) -> None:
    """Let the page train up to an epoch, and wait until it shows it."""
    page.evaluate(
        "epoch => { const field = document.getElementById('stop-epoch'); field.value = epoch; field.dispatchEvent(new Event('change')); }",
        epoch,
    )
    page.click("#play")
    page.wait_for_function(f"() => document.body.dataset.epoch === '{epoch}' && document.body.dataset.state === 'stopped'")
    page.wait_for_timeout(150)  # what is drawn after the numbers


def pictures(address: str) -> Iterator[Image.Image]:
    """Yield the page at each of the epochs."""
    chromium = next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None)
    with sync_playwright() as running:
        browser = running.chromium.launch(executable_path=chromium, args=["--no-sandbox"])
        page = browser.new_page(viewport=WINDOW, color_scheme="light", reduced_motion="reduce", locale="en-GB")
        page.goto(f"{address}&" + "&".join(f"{name}={value}" for name, value in SETTINGS.items()))
        page.wait_for_selector('body:not([data-loss=""])')
        page.wait_for_timeout(1500)
        for epoch in EPOCHS:
            if epoch:
                train_to(page, epoch)
            taken = Image.open(BytesIO(page.screenshot())).convert("RGB")
            yield taken.resize((WIDTH, round(WIDTH * taken.height / taken.width)), Image.Resampling.LANCZOS)
        browser.close()


def main(path: str) -> None:
    """Write the picture, as good as fits."""
    with playground() as address:
        frames = list(pictures(address))
    durations = [MILLISECONDS] * (len(frames) - 1) + [LAST_MILLISECONDS]
    for quality in (80, 70, 60, 50, 40):
        packed = BytesIO()
        frames[0].save(packed, "webp", save_all=True, append_images=frames[1:], duration=durations, loop=0, quality=quality, method=4)
        if packed.tell() <= MOST_BYTES:
            break
    else:
        raise SystemExit(f"the picture has {packed.tell():,} bytes, more than {MOST_BYTES:,}")
    with open(path, "wb") as file:  # noqa: PTH123 - a file that is made again
        file.write(packed.getvalue())
    print(f"{path}: {len(frames)} pictures of {frames[0].size}, {packed.tell():,} bytes, quality {quality}")


if __name__ == "__main__":
    main(sys.argv[1])
