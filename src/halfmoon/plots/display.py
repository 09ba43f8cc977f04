"""What the displays share: axes of their own, and one way to letter them."""

from __future__ import annotations

from collections.abc import Sequence
from io import BytesIO
from typing import Any

from matplotlib.artist import Artist
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from halfmoon import checks
from halfmoon.plots.fonts import Lettering


class Display:
    """Something that can be drawn.

    Without ``ax`` the picture is a :class:`matplotlib.figure.Figure` of its own that pyplot knows nothing of: it goes
    when the display goes. A notebook shows the display itself; elsewhere pass ``figure_`` to
    :func:`halfmoon.plots.save_figure`, or pass axes of pyplot's as ``ax`` and call ``plt.show()``.

    Attributes
    ----------
    ax_ : matplotlib.axes.Axes
        Set by ``plot``.
    figure_ : matplotlib.figure.Figure
        Set by ``plot``.
    """

    ax_: Axes
    figure_: Figure
    _owned = False

    def _start(self, ax: Axes | None) -> Axes:
        """Set the axes to draw on, and return them."""
        if ax is not None:
            checks.instance("ax", ax, Axes, "matplotlib axes or None")
        self._owned = ax is None
        self.ax_ = Figure(layout="constrained").add_subplot() if ax is None else ax
        self.figure_ = self.ax_.figure.figure  # of a subfigure, the whole
        return self.ax_

    def _repr_png_(self) -> bytes | None:
        """Show the picture in a notebook, unless pyplot shows it there already."""
        if not self._owned:
            return None
        buffer = BytesIO()
        self.figure_.savefig(buffer, format="png")
        return buffer.getvalue()


def letter(ax: Axes, xlabel: str, ylabel: str, *, title: str | None, legend: Sequence[tuple[Artist, str]] = (), **options: Any) -> None:
    """Write the labels, the title and the legend, all in fonts that have their characters."""
    lettering = Lettering.of([xlabel, ylabel, title or "", *(name for _, name in legend)])
    ax.set_xlabel(lettering(xlabel), fontfamily=lettering.families)
    ax.set_ylabel(lettering(ylabel), fontfamily=lettering.families)
    if title is not None:
        ax.set_title(lettering(title), fontfamily=lettering.families)
    if legend:
        artists, names = zip(*legend, strict=True)
        font = {"family": lettering.families, "size": "small"}
        ax.legend(artists, [lettering(name) for name in names], prop=font, **options)
    ax.tick_params(labelfontfamily=lettering.families)
