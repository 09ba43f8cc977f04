"""Saving figures."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

import matplotlib as mpl
from matplotlib.figure import Figure

from halfmoon.base import checks
from halfmoon.base.files import write_atomically

# What each format would say about the time and the program, left out: the same picture gives the same bytes.
_SILENT: dict[str, dict[str, Any]] = {
    ".png": {"Software": None},
    ".svg": {"Date": None},
    ".pdf": {"CreationDate": None},
}


def save_figure(figure: Figure, path: str | os.PathLike[str], *, dpi: int = 150) -> None:
    """Save a picture whole or not at all; the same picture gives the same bytes.

    Parameters
    ----------
    figure : matplotlib.figure.Figure
        Such as ``display.figure_``.
    path : str or path-like
        Ending in .png, .svg or .pdf, in a folder that exists.
    dpi : int
        Pixels an inch, for PNG.

    Raises
    ------
    InputError
        When the ending is another one, or the file cannot be written.

    Examples
    --------
    >>> from halfmoon.plots import LossDisplay, save_figure
    >>> history = hm.train(model, X, y, epochs=5)
    >>> save_figure(LossDisplay.from_history(history).plot().figure_, "loss.png")
    """
    checks.instance("figure", figure, Figure, "a matplotlib Figure, such as display.figure_")
    checks.whole("dpi", dpi)
    suffix = checks.one_of("the ending of path", Path(path).suffix.lower(), _SILENT)
    # Else the names inside an SVG are random.
    with mpl.rc_context({"svg.hashsalt": "halfmoon"}):
        write_atomically(path, lambda file: figure.savefig(file, format=suffix[1:], dpi=dpi, metadata=_SILENT[suffix]))
