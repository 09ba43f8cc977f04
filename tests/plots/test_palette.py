"""Colours, markers and lines: who is colour-blind tells them apart."""

import itertools

import numpy as np
import pytest
from matplotlib.colors import to_rgb

from halfmoon.plots.palette import COLOURS, LINES, MARKERS, THEMES, line, marker

# Machado, Oliveira & Fernandes, "A physiologically-based model for simulation of color vision deficiency", 2009: severity 1
SIGHTS = {
    "usual": np.eye(3),
    "protanopia": np.array([[0.152286, 1.052583, -0.204868], [0.114503, 0.786281, 0.099216], [-0.003882, -0.048116, 1.051998]]),
    "deuteranopia": np.array([[0.367322, 0.860646, -0.227968], [0.280085, 0.672501, 0.047413], [-0.011820, 0.042940, 0.968881]]),
}
TO_XYZ = np.array([[0.4124, 0.3576, 0.1805], [0.2126, 0.7152, 0.0722], [0.0193, 0.1192, 0.9505]])


def perceived(colour, sight):
    """Return CIELAB coordinates of a colour as somebody sees it."""
    rgb = np.array(to_rgb(colour))
    linear = np.where(rgb <= 0.04045, rgb / 12.92, ((rgb + 0.055) / 1.055) ** 2.4)
    xyz = TO_XYZ @ np.clip(sight @ linear, 0, 1) / [0.9505, 1, 1.089]
    x, y, z = np.where(xyz > 0.008856, np.cbrt(xyz), 7.787 * xyz + 16 / 116)
    return np.array([116 * y - 16, 500 * (x - y), 200 * (y - z)])


@pytest.mark.parametrize("sight", SIGHTS)
@pytest.mark.parametrize("theme", THEMES)
def test_ten_classes_have_ten_colours(theme, sight):
    colours = THEMES[theme].colours
    assert len(set(colours)) == len(COLOURS) == 10
    seen = [perceived(each, SIGHTS[sight]) for each in colours]
    assert min(np.linalg.norm(one - other) for one, other in itertools.combinations(seen, 2)) > 13
    assert min(np.linalg.norm(each - perceived(THEMES[theme].paper, SIGHTS[sight])) for each in seen) > 13


def test_more_classes_have_pairs_of_colours_and_markers_or_lines():
    colour = THEMES["light"].colour
    assert len({(colour(k), marker(k)) for k in range(len(COLOURS) * len(MARKERS))}) == 70
    assert len({(colour(k), line(k)) for k in range(len(COLOURS) * len(LINES))}) == 40
