"""A recorded run as a moving picture: GIF, MP4, or one HTML page that needs nothing else."""

from __future__ import annotations

import base64
import os
import subprocess
from collections.abc import Callable, Iterable
from io import BytesIO
from math import ceil
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import matplotlib as mpl
from matplotlib.animation import AbstractMovieWriter, FFMpegWriter, PillowWriter
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from PIL import Image

from halfmoon.base import checks
from halfmoon.base.errors import InputError
from halfmoon.base.files import write_atomically
from halfmoon.network.model import Model
from halfmoon.plots.boundary import BoundaryDisplay
from halfmoon.plots.palette import THEMES
from halfmoon.plots.surface import SurfaceDisplay
from halfmoon.plots.translations import LANGUAGES, translate
from halfmoon.training.recording.recording import Recording
from halfmoon.web.page import page

HOLD = 1.5
"""Seconds for which a GIF shows its last picture."""

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
    theme: str | None = None,
    lang: str = "en",
) -> None:
    """Draw every recorded epoch, and write the pictures as one moving picture, whole or not at all.

    Parameters
    ----------
    recording : Recording
        What is shown.
    path : str or path-like
        Ending in .gif; .mp4, for which ffmpeg must be installed; or .html, a page with a scrubber that opens offline.
    draw : callable, optional
        Called with axes, the model and the epoch for each picture, such as
        ``lambda ax, model, epoch: NeuronDisplay.from_estimator(model, X).plot(ax)``; for a page that is light and dark, once for
        each. By default the boundary of a classifier, or a regressor's surface, over X and y.
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
    theme : {"light", "dark"}, optional
        Of the pictures and of the page. By default a page has both, and shows the one that its reader's system prefers; other films
        are drawn as matplotlib's settings say.
    lang : {"en", "zh"}
        Of the default's words and of the page's.

    Raises
    ------
    InputError
        When the ending is another one, ffmpeg is missing, or the file cannot be written.

    Examples
    --------
    >>> from halfmoon.plots import animate
    >>> recorder = hm.Recorder(X, y)
    >>> history = hm.train(model, X, y, epochs=5, callbacks=[recorder])
    >>> animate(recorder.recording, "boundary.gif", X=X, y=y, epochs=[0, 5])
    """
    checks.instance("recording", recording, Recording, "a Recording, such as recorder.recording")
    ending = checks.one_of("the ending of path", Path(path).suffix.lower(), (".gif", ".mp4", ".html"))
    checks.positive("fps", fps)
    checks.whole("dpi", dpi)
    checks.one_of("lang", lang, LANGUAGES)
    shown = recording.epochs.tolist() if epochs is None else sorted({int(recording.epochs[recording.place(epoch)]) for epoch in epochs})
    if not shown:
        raise InputError("epochs must be at least one, got none")
    themes = [theme if theme is None else checks.one_of("theme", theme, THEMES)]
    if ending == ".html" and theme is None:
        themes = list(THEMES)
    writer = _writer(ending, shown, fps, lang, themes)
    chosen = _over_points(recording, X, y, lang) if draw is None else draw
    figure = Figure(figsize=size, dpi=dpi, layout="constrained")

    def show(epoch: int, theme: str | None) -> None:
        settings: dict[Any, Any] = {} if theme is None else THEMES[theme].settings()
        with mpl.rc_context(settings):
            figure.clear()
            figure.set_facecolor(mpl.rcParams["figure.facecolor"])
            chosen(figure.add_subplot(), recording.at(epoch), epoch)

    first, *others = [(epoch, theme) for epoch in shown for theme in themes]
    show(*first)  # before the writer starts, which at its end would hide what is wrong with the first picture
    with TemporaryDirectory() as folder:
        film = Path(folder) / f"film{ending}"
        try:
            with writer.saving(figure, str(film), dpi):
                writer.grab_frame(facecolor="auto")
                for picture in others:
                    show(*picture)
                    writer.grab_frame(facecolor="auto")
        except subprocess.CalledProcessError as error:
            raise InputError(f"ffmpeg could not make the .mp4: {error.stderr.strip()[-200:]}") from None
        content = film.read_bytes()
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


def _writer(ending: str, epochs: list[int], fps: float, lang: str, themes: list[Any]) -> AbstractMovieWriter:
    """Return what writes the file of an ending."""
    if ending == ".gif":
        return _GifWriter(fps=fps)  # type: ignore[arg-type]
    if ending == ".html":
        return _PageWriter(epochs, fps, lang, themes)
    if not FFMpegWriter.isAvailable():
        raise InputError("an .mp4 must have ffmpeg, which is not installed here; .gif and .html need nothing")
    return FFMpegWriter(fps=fps, codec="h264", extra_args=["-movflags", "+faststart"])  # type: ignore[arg-type]


class _GifWriter(PillowWriter):
    """Writes a GIF that shows its last picture for a while before it begins anew."""

    _frames: list[Image.Image]

    def finish(self) -> None:
        self._frames += self._frames[-1:] * (ceil(HOLD * self.fps) - 1)  # Pillow makes equal frames one that is shown for longer
        super().finish()


class _PageWriter(AbstractMovieWriter):
    """Writes a page with a scrubber over the epochs; that of matplotlib's HTMLWriter fetches its icons from the network.

    Of each epoch it is given a picture in each theme.
    """

    def __init__(self, epochs: list[int], fps: float, lang: str, themes: list[str]) -> None:
        super().__init__(fps=fps)  # type: ignore[arg-type]
        self.epochs, self.lang, self.themes, self.frames = epochs, lang, themes, list[str]()

    def setup(self, fig: Figure, outfile: str, dpi: float | None = None) -> None:  # type: ignore[override]
        super().setup(fig, outfile, dpi)

    def grab_frame(self, **savefig_kwargs: Any) -> None:
        whole, small = BytesIO(), BytesIO()
        self.fig.savefig(whole, format="png", dpi=self.dpi, **savefig_kwargs)
        Image.open(whole).convert("RGB").quantize(256, dither=Image.Dither.NONE).save(small, format="PNG", optimize=True)
        self.frames.append("data:image/png;base64," + base64.b64encode(small.getvalue()).decode("ascii"))

    def finish(self) -> None:
        data: dict[str, Any] = {"epochs": [translate(self.lang, "epoch {0}", epoch) for epoch in self.epochs]}
        data["frames"] = {theme: self.frames[index :: len(self.themes)] for index, theme in enumerate(self.themes)}
        data["papers"] = {theme: THEMES[theme].paper for theme in self.themes}
        data |= {"width": self.frame_size[0], "milliseconds": 1000 / self.fps}
        data |= {text: translate(self.lang, text) for text in ("play", "pause")}
        content = page(
            "halfmoon.plots.page", translate(self.lang, "training"), data, scripts=["page.js"], styles=["page.css"], lang=self.lang
        )
        Path(self.outfile).write_text(content, encoding="utf-8")
