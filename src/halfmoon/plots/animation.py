"""A recorded run as a moving picture: GIF, MP4, or one HTML page that needs nothing else."""

from __future__ import annotations

import base64
import json
import os
import subprocess
import tempfile
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from html import escape
from io import BytesIO
from pathlib import Path
from shutil import which
from typing import Any

import matplotlib as mpl
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from PIL import Image

from halfmoon.base import checks
from halfmoon.base.errors import InputError
from halfmoon.base.files import write_atomically
from halfmoon.network.model import Model
from halfmoon.plots.boundary import BoundaryDisplay
from halfmoon.plots.surface import SurfaceDisplay
from halfmoon.plots.translations import LANGUAGES, translate
from halfmoon.training.recording.recording import Recording


@dataclass(frozen=True)
class Film:
    """What a moving picture is to say and how fast it is to go."""

    epochs: list[int]
    fps: float
    lang: str


Draw = Callable[[Axes, Model, int], object]
"""Draws the model of an epoch on axes."""


def animate(
    recording: Recording,
    path: str | os.PathLike[str],
    draw: Draw | None = None,
    *,
    X: Any = None,
    y: Any = None,
    epochs: Iterable[int] | None = None,
    size: tuple[float, float] = (5, 4),
    dpi: int = 100,
    fps: float = 8,
    lang: str = "en",
) -> None:
    """Draw every recorded epoch, and write the pictures as one moving picture, whole or not at all.

    Parameters
    ----------
    recording : Recording
    path : str or path-like
        Ending in .gif; .mp4, for which ffmpeg must be installed; or .html, a page with a scrubber that opens offline.
    draw : callable, optional
        Called with axes, the model and the epoch for each picture, such as
        ``lambda ax, model, epoch: NeuronDisplay.from_estimator(model, X).plot(ax)``. By default the boundary of a classifier,
        or a regressor's surface, over X and y.
    X, y : array-like, optional
        Needed where there is no ``draw``.
    epochs : iterable of int, optional
        Which of the recorded epochs to show, each the nearest; by default all.
    size : (float, float)
        Inches.
    dpi : int
        Pixels an inch.
    fps : float
        Pictures a second.
    lang : {"en", "zh"}
        Of the default's words and of the page's.

    Raises
    ------
    InputError
        When the ending is another one, ffmpeg is missing, or the file cannot be written.
    """
    checks.instance("recording", recording, Recording, "a Recording, such as recorder.recording")
    write = _WRITERS[checks.one_of("the ending of path", Path(path).suffix.lower(), _WRITERS)]
    if write is _mp4:
        _ffmpeg()  # before anything is drawn
    checks.positive("fps", fps)
    checks.whole("dpi", dpi)
    shown = recording.epochs.tolist() if epochs is None else sorted({int(recording.epochs[recording.place(epoch)]) for epoch in epochs})
    if not shown:
        raise InputError("epochs must be at least one, got none")
    chosen = _over_points(recording, X, y, lang) if draw is None else draw
    pictures = _pictures(recording, chosen, shown, size, dpi)
    content = write(pictures, Film(shown, fps, checks.one_of("lang", lang, LANGUAGES)))
    write_atomically(path, lambda file: file.write(content))


def _over_points(recording: Recording, X: Any, y: Any, lang: str) -> Draw:
    if X is None or y is None:
        raise InputError("X and y must be given where there is no draw, got None")
    model = recording.at(0)
    classes = model.network.loss.link.classifies or set(map(float, checks.numeric("y", y).ravel())) <= {0.0, 1.0}
    kind = BoundaryDisplay if classes else SurfaceDisplay

    def draw(ax: Axes, model: Model, epoch: int) -> object:
        return kind.from_estimator(model, X, y).plot(ax, title=translate(lang, "epoch {0}", epoch), lang=lang)

    return draw


def _pictures(recording: Recording, draw: Draw, epochs: list[int], size: tuple[float, float], dpi: int) -> Iterator[Image.Image]:
    for epoch in epochs:
        figure = Figure(figsize=size, dpi=dpi, layout="constrained")
        draw(figure.add_subplot(), recording.at(epoch), epoch)
        buffer = BytesIO()
        figure.savefig(buffer, format="png", dpi=dpi, metadata={"Software": None}, facecolor=figure.get_facecolor())
        yield Image.open(buffer).convert("RGB")


def _gif(pictures: Iterator[Image.Image], film: Film) -> bytes:
    frames = [picture.quantize(256, dither=Image.Dither.NONE) for picture in pictures]
    times = [round(1000 / film.fps)] * (len(frames) - 1) + [max(1500, round(1000 / film.fps))]  # a look at the end before it begins anew
    buffer = BytesIO()
    frames[0].save(buffer, format="GIF", save_all=True, append_images=frames[1:], duration=times, loop=0, disposal=1)
    return buffer.getvalue()


def _ffmpeg() -> str:
    found = which(mpl.rcParams["animation.ffmpeg_path"])
    if found is None:
        raise InputError("an .mp4 must have ffmpeg, which is not installed here; .gif and .html need nothing")
    return found


def _mp4(pictures: Iterator[Image.Image], film: Film) -> bytes:
    first = next(pictures)
    width, height = (side - side % 2 for side in first.size)  # the codec takes even sides only
    with tempfile.TemporaryDirectory() as folder:
        made = Path(folder) / "film.mp4"
        command = [
            _ffmpeg(),
            "-v",
            "error",
            "-f",
            "rawvideo",
            "-pix_fmt",
            "rgb24",
            "-s",
            f"{width}x{height}",
            "-r",
            f"{film.fps:g}",
            "-i",
            "-",
        ]
        command += ["-c:v", "libx264", "-pix_fmt", "yuv420p", "-movflags", "+faststart", str(made)]
        frames = b"".join(picture.crop((0, 0, width, height)).tobytes() for picture in (first, *pictures))
        done = subprocess.run(command, input=frames, capture_output=True, check=False)  # noqa: S603 - ffmpeg, and nothing of the caller's
        if done.returncode:
            raise InputError(f"ffmpeg could not make the .mp4: {done.stderr.decode(errors='replace').strip()[-200:]}")
        return made.read_bytes()


def _html(pictures: Iterator[Image.Image], film: Film) -> bytes:
    frames, size = [], (0, 0)
    for picture in pictures:
        buffer, size = BytesIO(), picture.size
        picture.quantize(256, dither=Image.Dither.NONE).save(buffer, format="PNG", optimize=True)
        frames.append("data:image/png;base64," + base64.b64encode(buffer.getvalue()).decode("ascii"))
    page = (Path(__file__).parent / "animation.html").read_text(encoding="utf-8")
    parts = {
        "FRAMES": json.dumps(frames),
        "EPOCHS": json.dumps([translate(film.lang, "epoch {0}", epoch) for epoch in film.epochs]),
        "PAUSE": f"{1000 / film.fps:g}",
        "WIDTH": str(size[0]),
    }
    parts |= {
        "LANG": film.lang,
        "PLAY": translate(film.lang, "play"),
        "STOP": translate(film.lang, "pause"),
        "TITLE": translate(film.lang, "training"),
    }
    parts |= {"LAST": str(len(frames) - 1), "FIRST": escape(frames[0])}
    for name, text in parts.items():
        page = page.replace("{{" + name + "}}", text)
    return page.encode()


_WRITERS: dict[str, Callable[[Iterator[Image.Image], Film], bytes]] = {".gif": _gif, ".mp4": _mp4, ".html": _html}
