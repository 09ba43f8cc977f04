"""What the displays share: axes of their own, a theme, a language, and one way to write labels, title and legend."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from io import BytesIO
from math import ceil
from typing import Any, ClassVar, Self

from matplotlib.artist import Artist
from matplotlib.axes import Axes
from matplotlib.colorbar import Colorbar
from matplotlib.figure import Figure
from matplotlib.legend_handler import HandlerTuple

from halfmoon.base import checks
from halfmoon.base.checks import Array
from halfmoon.plots.figures import new_figure, shows_itself
from halfmoon.plots.fonts import FontChoice
from halfmoon.plots.palette import Theme, theme_for
from halfmoon.plots.translations import CHINESE, LANGUAGES, translate

LONG_LEGEND = 4
"""A legend of more entries would cover much of the axes, and stands beside them."""

CROWDED_LEGEND = 8
"""Entries beyond which a legend has smaller letters."""

NARROW_AXES = 4 * 72.0
"""Points of width below which a title has smaller letters."""

LONG_TITLE = 24
"""Characters beyond which a title may need more lines than one."""


class Display:
    """Something that can be drawn.

    Without ``ax`` the picture is a :class:`matplotlib.figure.Figure` of its own. Where pyplot is imported it is one of pyplot's, the
    newest of which ``plt.show()`` shows; else it goes when the display goes, and a notebook shows the display itself. Anywhere
    :func:`halfmoon.plots.save_figure` takes ``figure_``.

    Attributes
    ----------
    ax_ : matplotlib.axes.Axes
        Set by ``plot``.
    figure_ : matplotlib.figure.Figure
        Set by ``plot``.
    """

    texts: ClassVar[Mapping[str, str]] = CHINESE
    """The Chinese of every English text; a display with texts of its own adds them: ``texts = CHINESE | {"rate": "学习率"}``."""

    ax_: Axes
    figure_: Figure
    _owned = False
    _theme: Theme
    _lang: str

    def plot(self, ax: Axes | None = None, *, title: str | None = None, theme: str | None = None, lang: str = "en") -> Self:
        """Draw the picture that the class describes.

        Parameters
        ----------
        ax : matplotlib.axes.Axes, optional
            A figure of its own is made when None.
        title : str, optional
            May be Chinese.
        theme : {"light", "dark"}, optional
            By default the one that suits the background that it draws on.
        lang : {"en", "zh"}
            The language of the words that are not the caller's.

        Returns
        -------
        Display
            Itself, with ``ax_`` and ``figure_``.
        """
        self._draw(self._prepare(ax, theme, lang), title)
        return self

    def _draw(self, ax: Axes, title: str | None) -> None:
        """Draw on prepared axes; a display whose ``plot`` takes more than the base class's has no need of this."""
        raise NotImplementedError

    def _prepare(self, ax: Axes | None, theme: str | None, lang: str) -> Axes:
        """Set the axes to draw on, the theme and the language; return the axes."""
        if ax is not None:
            checks.instance("ax", ax, Axes, "matplotlib axes or None")
        drawn = new_figure().add_subplot() if ax is None else ax
        self._lang, self._theme = checks.one_of("lang", lang, LANGUAGES), theme_for(drawn, theme)
        self._owned, self.ax_, self.figure_ = ax is None, drawn, drawn.figure.figure  # of a subfigure, the whole
        if theme is not None:
            self.figure_.set_facecolor(self._theme.paper)
        self._theme.apply_to(self.ax_)
        return self.ax_

    def _translate(self, text: str, *values: object) -> str:
        """Return a text in the picture's language."""
        return translate(self._lang, text, *values, texts=self.texts)

    # ---- axes -----------------------------------------------------------------------------------------------------------

    def _size(self) -> tuple[float, float]:
        """Return the width and the height of the axes in points of print."""
        box, points = self.ax_.get_window_extent(), 72 / self.figure_.dpi
        return box.width * points, box.height * points

    def _label_step(self, labels: int, height: float) -> int:
        """Return to every how many of the labels below one another there is room, where one needs so many points."""
        return max(1, ceil(height * labels / (0.8 * self._size()[1])))

    def _span(self, x1: Array, x2: Array) -> None:
        """Have the axes end where the grid of a plane ends."""
        self.ax_.set(xlim=(x1[0], x1[-1]), ylim=(x2[0], x2[-1]))
        self.ax_.locator_params(nbins=5)

    def _hide_scales(self) -> None:
        """Leave out ticks and frame: what is drawn has no scale."""
        self.ax_.set(xticks=[], yticks=[])
        self.ax_.spines[:].set_visible(False)

    # ---- texts ----------------------------------------------------------------------------------------------------------

    def _label(
        self, xlabel: str = "", ylabel: str = "", *, title: str | None,
        legend: Sequence[tuple[Artist | tuple[Artist, ...], str]] = (), **options: Any,
    ) -> FontChoice:  # fmt: skip
        """Write the labels, the title and the legend, all in fonts that have their characters; return the fonts.

        A legend stands where ``options`` say, beside the axes if it is a long one. Artists that share an entry stand side by side.
        """
        ax, font = self.ax_, FontChoice.for_texts([xlabel, ylabel, title or "", *(name for _, name in legend)])
        ax.set_xlabel(font.drawable(xlabel), fontfamily=font.families, wrap=True)
        ax.set_ylabel(font.drawable(ylabel), fontfamily=font.families, wrap=True)
        if title is not None:
            size: dict[str, Any] = {"fontsize": "medium"} if self._size()[0] < NARROW_AXES else {}
            ax.set_title(font.drawable(title), fontfamily=font.families, wrap=True, **size)
        if legend:
            artists, names = zip(*legend, strict=True)
            options |= {"loc": "upper left", "bbox_to_anchor": (1, 1)} if len(legend) > LONG_LEGEND else {}
            prop = {"family": font.families, "size": "small" if len(legend) <= CROWDED_LEGEND else "x-small"}
            look: dict[str, Any] = {"facecolor": self._theme.paper, "edgecolor": self._theme.faint, "labelcolor": self._theme.ink}
            look["handler_map"] = {tuple: HandlerTuple(ndivide=None)}
            ax.legend(artists, [font.drawable(name) for name in names], prop=prop, **look | options)
        ax.tick_params(labelfontfamily=font.families)
        self._lay_out(title)
        return font

    def _lay_out(self, title: str | None) -> None:
        """Lay the figure out once before it is drawn where the title is long: it is wrapped by where the axes were before."""
        if title is not None and len(title) > LONG_TITLE:
            self._place_axes()

    def _place_axes(self) -> None:
        """Have the axes as large as they will be, with all that is beside them so far."""
        engine = self.figure_.get_layout_engine()
        if engine is not None:
            engine.execute(self.figure_)

    def _colourbar(self, mappable: Any, label: str, **options: Any) -> Colorbar:
        """Put a colour bar beside the axes."""
        bar = self.figure_.colorbar(mappable, ax=self.ax_, **options)
        font = FontChoice.for_texts([label])
        bar.set_label(font.drawable(label), fontfamily=font.families, color=self._theme.ink, wrap=True)
        bar.ax.tick_params(colors=self._theme.ink, which="both", labelsize="small")
        bar.outline.set_edgecolor(self._theme.faint)
        return bar

    def _repr_png_(self) -> bytes | None:
        """Show the picture in a notebook, unless pyplot shows it there already."""
        if not self._owned or shows_itself(self.figure_):
            return None
        buffer = BytesIO()
        self.figure_.savefig(buffer, format="png")
        return buffer.getvalue()
