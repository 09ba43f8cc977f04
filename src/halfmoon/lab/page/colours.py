"""The colours and markers of the pictures of Halfmoon, as the page's scripts take them."""

from __future__ import annotations

from typing import Any

import numpy as np
from matplotlib import colormaps
from matplotlib.colors import to_hex

from halfmoon.plots.palette import MARKERS, THEMES, Theme

STEPS = 17
"""Colours of a map that is drawn by interpolation between them."""


def colours() -> dict[str, Any]:
    """Return the markers of classes, and each theme's colours as hexadecimal numbers."""
    return {"markers": list(MARKERS), "themes": {name: _theme(theme) for name, theme in THEMES.items()}}


def _theme(theme: Theme) -> dict[str, Any]:
    return {
        "paper": theme.paper,
        "ink": theme.ink,
        "classes": [to_hex(each) for each in theme.colours],
        "sequential": [to_hex(each) for each in colormaps[theme.sequential](np.linspace(0, 1, STEPS))],
    }
