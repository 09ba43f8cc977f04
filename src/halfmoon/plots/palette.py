"""Colours and markers that a colour-blind reader tells apart."""

from __future__ import annotations

from matplotlib.colors import to_rgb

# Okabe and Ito (2008), Color Universal Design; the first two differ most, and the palest comes last.
COLOURS = ("#0072B2", "#D55E00", "#009E73", "#CC79A7", "#E69F00", "#56B4E9", "#000000", "#F0E442")

# One fewer than the colours: classes 0 to 55 all get pairs of their own.
MARKERS = ("o", "^", "s", "D", "v", "<", "X")


def colour(number: int) -> str:
    """Return the colour of a class or a curve."""
    return COLOURS[number % len(COLOURS)]


def marker(number: int) -> str:
    """Return the marker of a class."""
    return MARKERS[number % len(MARKERS)]


def tint(number: int, strength: float = 0.3) -> tuple[float, float, float]:
    """Return a colour mixed with white, opaque, for the area behind points."""
    red, green, blue = (1 - strength * (1 - part) for part in to_rgb(colour(number)))
    return red, green, blue
