"""What the displays share: axes of their own, a theme, a language, and one way to letter them."""

from __future__ import annotations

from collections.abc import Sequence
from io import BytesIO
from typing import Any

from matplotlib.artist import Artist
from matplotlib.axes import Axes
from matplotlib.colorbar import Colorbar
from matplotlib.figure import Figure

from halfmoon.base import checks
from halfmoon.plots.fonts import Lettering
from halfmoon.plots.palette import Theme, theme_for
from halfmoon.plots.translations import LANGUAGES, say

MANY = 4
"""A legend of more lines covers much of the axes, and stands beside them."""

BESIDE: dict[str, Any] = {"loc": "upper left", "bbox_to_anchor": (1, 1)}
"""Where it stands then."""

CROWDED = 8
"""Lines from which on a legend has smaller letters."""

NARROW = 4.0
"""Inches of axes below which a title has smaller letters."""


LONG = 24
"""Letters from which on a title may need more lines than one."""


class Display:
    """Something that can be drawn.

    Without ``ax`` the picture is a :class:`matplotlib.figure.Figure` of its own that pyplot knows nothing of: it goes
    when the display goes. A notebook shows the display itself; elsewhere pass ``figure_`` to
    :func:`halfmoon.plots.save_figure`, or pass axes of pyplot's as ``ax`` and call ``plt.show()``.

    Every ``plot`` takes ``theme``, "light" or "dark", by default the one that suits the ground it draws on, and ``lang``,
    "en" or "zh", the language of the words that are not the caller's.

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
    _theme: Theme
    _lang: str

    def _start(self, ax: Axes | None, theme: str | None = None, lang: str = "en") -> Axes:
        """Set the axes to draw on, the theme and the language; return the axes."""
        if ax is not None:
            checks.instance("ax", ax, Axes, "matplotlib axes or None")
        self._lang = checks.one_of("lang", lang, LANGUAGES)
        owned = ax is None
        drawn = Figure(layout="constrained").add_subplot() if ax is None else ax
        self._theme = theme_for(drawn, theme)
        self._owned, self.ax_ = owned, drawn
        self.figure_ = self.ax_.figure.figure  # of a subfigure, the whole
        if theme is not None:
            self.figure_.set_facecolor(self._theme.paper)
        self._theme.dress(self.ax_)
        return self.ax_

    def _say(self, text: str, *values: object) -> str:
        """Return a word of the picture in its language."""
        return say(self._lang, text, *values)

    def _letter(
        self, xlabel: str = "", ylabel: str = "", *, title: str | None, legend: Sequence[tuple[Artist, str]] = (), **options: Any
    ) -> Lettering:
        """Write the labels, the title and the legend, all in fonts that have their characters; return the lettering for more."""
        ax, lettering = self.ax_, Lettering.of([xlabel, ylabel, title or "", *(name for _, name in legend)])
        ax.set_xlabel(lettering(xlabel), fontfamily=lettering.families, wrap=True)
        ax.set_ylabel(lettering(ylabel), fontfamily=lettering.families, wrap=True)
        if title is not None:
            self._entitle(title, lettering)
        if legend:
            artists, names = zip(*legend, strict=True)
            font = {"family": lettering.families, "size": "small" if len(legend) <= CROWDED else "x-small"}
            look = {"facecolor": self._theme.paper, "edgecolor": self._theme.faint, "labelcolor": self._theme.ink}
            ax.legend(artists, [lettering(name) for name in names], prop=font, **look | options)
        ax.tick_params(labelfontfamily=lettering.families)
        self._settle(title)
        return lettering

    def _entitle(self, title: str, lettering: Lettering) -> None:
        """Write a title above the axes."""
        narrow = self.ax_.get_window_extent().width < NARROW * self.figure_.dpi
        size: dict[str, Any] = {"fontsize": "medium"} if narrow else {}
        self.ax_.set_title(lettering(title), fontfamily=lettering.families, wrap=True, **size)

    def _settle(self, title: str | None) -> None:
        """Lay the figure out once before it is drawn: a long title is wrapped by where the axes were before."""
        engine = self.figure_.get_layout_engine()
        if title is not None and len(title) > LONG and engine is not None:
            engine.execute(self.figure_)

    def _colourbar(self, mappable: Any, label: str, **options: Any) -> Colorbar:
        """Put a colour bar beside the axes."""
        bar = self.figure_.colorbar(mappable, ax=self.ax_, **options)
        lettering = Lettering.of([label])
        bar.set_label(lettering(label), fontfamily=lettering.families, color=self._theme.ink, wrap=True)
        bar.ax.tick_params(colors=self._theme.ink, which="both", labelsize="small")
        bar.outline.set_edgecolor(self._theme.faint)
        return bar

    def _frameless(self) -> None:
        """Leave out ticks and frame: what is drawn has no scale."""
        self.ax_.set(xticks=[], yticks=[])
        self.ax_.spines[:].set_visible(False)

    def _repr_png_(self) -> bytes | None:
        """Show the picture in a notebook, unless pyplot shows it there already."""
        if not self._owned:
            return None
        buffer = BytesIO()
        self.figure_.savefig(buffer, format="png")
        return buffer.getvalue()
