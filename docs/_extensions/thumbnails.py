"""Thumbnails without words: at their size, titles, ticks and legends cannot be read, and only take room from the picture."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import matplotlib.pyplot as plt
from matplotlib.figure import Figure
from matplotlib.legend import Legend
from matplotlib.text import Text
from sphinx.application import Sphinx
from sphinx_gallery.scrapers import matplotlib_scraper
from sphinx_gallery.utils import scale_image

SIZE = 480, 320
"""In pixels, twice what a page gives them."""

ENDING = ".wordless.png"


def save_without_words(figure: Figure, path: Path) -> None:
    """Save a figure without its titles, ticks and legends, which it still has afterwards; what is written in it is part of the picture."""
    figure.canvas.draw()  # makes the ticks
    written = {text for ax in figure.axes for text in ax.texts}
    found = figure.findobj(lambda artist: isinstance(artist, Text | Legend))
    words = [each for each in found if each.get_visible() and each not in written]
    for each in words:
        each.set_visible(False)
    try:
        figure.savefig(path)
    finally:
        for each in words:
            each.set_visible(True)


def scraper(block: Any, block_vars: dict[str, Any], gallery_conf: dict[str, Any]) -> str:
    """Save the pictures of a block as sphinx-gallery does, and before them the first one of a page without words."""
    pictures = block_vars["image_path_iterator"]
    if not len(pictures) and plt.get_fignums():
        folder = Path(pictures.image_path).parent / "thumb"
        folder.mkdir(parents=True, exist_ok=True)
        save_without_words(plt.figure(plt.get_fignums()[0]), folder / f"{Path(block_vars['src_file']).stem}{ENDING}")
    return str(matplotlib_scraper(block, block_vars, gallery_conf))


def put_in_place(app: Sphinx) -> None:
    """Put the thumbnails where sphinx-gallery has made those with words."""
    for folder in app.config.sphinx_gallery_conf["gallery_dirs"]:
        for path in Path(app.srcdir, folder).rglob(f"*{ENDING}"):
            scale_image(str(path), str(path.with_name(f"sphx_glr_{path.name.removesuffix(ENDING)}_thumb.png")), *SIZE)


def setup(app: Sphinx) -> dict[str, Any]:
    """Do it once sphinx-gallery has run."""
    app.connect("builder-inited", put_in_place, priority=900)
    return {"version": "1", "parallel_read_safe": True, "parallel_write_safe": True}
