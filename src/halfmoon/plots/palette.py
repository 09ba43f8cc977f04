"""Colours and markers that a colour-blind reader tells apart, on light and on dark paper."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from matplotlib.axes import Axes
from matplotlib.colors import Colormap, LinearSegmentedColormap, to_hex, to_rgb

from halfmoon.base import checks
from halfmoon.base.colours import NEGATIVE_POSITIVE

# Okabe and Ito (2008), Color Universal Design, with a violet and a brick red that lie as far from those as those from one another,
# to colour-blind eyes too; the first two differ most, and the palest comes last.
COLOURS = (*NEGATIVE_POSITIVE["light"], "#009E73", "#CC79A7", "#E69F00", "#56B4E9", "#000000", "#6040DF", "#9F2020", "#F0E442")

# The same hues, bright enough for dark paper: where one would sink into it, its lighter sister.
BRIGHT = (*NEGATIVE_POSITIVE["dark"], "#2CC79A", "#E3A0C6", "#F2BC4B", "#A8DAF7", "#FFFFFF", "#8F70FF", "#C84848", "#F0E442")

# Seven and ten have no common factor: classes 0 to 69 all get pairs of their own.
MARKERS = ("o", "^", "s", "D", "v", "<", "X")

# Of the first ten curves, of the next ten, and so on.
LINES: tuple[Any, ...] = ("-", "--", "-.", ":")

RGB = tuple[float, float, float]


@dataclass(frozen=True)
class Theme:
    """What a picture is drawn with.

    Attributes
    ----------
    paper, ink, faint : str
        Of the ground, of letters and outlines, and of grid lines.
    colours : tuple of str
        Of classes and curves.
    diverging : Colormap
        From the colour of class 0 over the paper to that of class 1, as strong on both sides.
    counting : Colormap
        From the paper, for none, to the colour of class 0, for the most.
    sequential : str
        Name of a colour map from little to much.
    """

    paper: str
    ink: str
    faint: str
    colours: tuple[str, ...]
    diverging: Colormap
    counting: Colormap
    sequential: str = "cividis"

    def colour(self, number: int) -> str:
        """Return the colour of a class or a curve."""
        return self.colours[number % len(self.colours)]

    def tint(self, number: int, strength: float = 0.3) -> RGB:
        """Return a colour mixed with the paper, opaque, for the area behind points."""
        return _mixed(self.colour(number), self.paper, strength)

    def legible(self, ground: Any) -> str:
        """Return the ink or the paper, whichever is read more easily on a ground."""
        below = _luminance(ground)
        return max((self.ink, self.paper), key=lambda each: abs(np.log((_luminance(each) + 0.05) / (below + 0.05))))

    def settings(self) -> dict[Any, Any]:
        """Return matplotlib's settings for this theme, which axes and everything that is drawn on them begin with."""
        inks = ("text.color", "axes.labelcolor", "axes.edgecolor", "xtick.color", "ytick.color")
        papers = ("figure.facecolor", "axes.facecolor")
        return dict.fromkeys(inks, self.ink) | dict.fromkeys(papers, self.paper) | {"grid.color": self.faint}

    def apply_to(self, ax: Axes) -> None:
        """Give axes this theme's paper and ink."""
        ax.set_facecolor(self.paper)
        ax.tick_params(colors=self.ink, which="both")
        for text in (ax.xaxis.label, ax.yaxis.label, ax.title):
            text.set_color(self.ink)
        for spine in ax.spines.values():
            spine.set_edgecolor(self.ink)


def _mixed(one: Any, other: Any, strength: float) -> RGB:
    red, green, blue = (strength * a + (1 - strength) * b for a, b in zip(to_rgb(one), to_rgb(other), strict=True))
    return red, green, blue


def _luminance(colour: Any) -> float:
    """Return the relative luminance of a colour, as WCAG 2 defines it."""
    linear = [part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in to_rgb(colour)]  # noqa: PLR2004
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def _theme(paper: str, ink: str, faint: str, colours: tuple[str, ...], ends: tuple[str, str]) -> Theme:
    low, high = colours[:2]
    soft = [to_hex(_mixed(each, paper, 0.45)) for each in (low, high)]
    diverging = LinearSegmentedColormap.from_list("diverging", [ends[0], low, soft[0], paper, soft[1], high, ends[1]])
    return Theme(paper, ink, faint, colours, diverging, LinearSegmentedColormap.from_list("counting", [paper, low]))


THEMES = {
    "light": _theme("#ffffff", "#1a1a1a", "#e2e2e2", COLOURS, ("#004A75", "#8F3D00")),
    "dark": _theme("#16181d", "#e8e8e8", "#363a42", BRIGHT, ("#B5E0FA", "#FFC9A3")),
}
"""Every theme by name."""


def theme_for(ax: Axes, name: str | None) -> Theme:
    """Return a theme by its name; None means the one that suits the axes' ground."""
    if name is not None:
        return THEMES[checks.one_of("theme", name, THEMES)]
    red, green, blue = to_rgb(ax.get_facecolor())
    return THEMES["light" if 0.299 * red + 0.587 * green + 0.114 * blue > 0.5 else "dark"]  # noqa: PLR2004 - the middle


def line(number: int) -> Any:
    """Return the line style of a curve, another one where colours begin anew."""
    return LINES[number // len(COLOURS) % len(LINES)]


def marker(number: int) -> str:
    """Return the marker of a class."""
    return MARKERS[number % len(MARKERS)]
