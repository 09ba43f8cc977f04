"""Rows that show how large the numbers of a network become, and what is true of them where that is known."""

from __future__ import annotations

from dataclasses import dataclass

from halfmoon.base.checks import Array


@dataclass(frozen=True)
class Calibration:
    """Inputs of the network, and the answers.

    Attributes
    ----------
    X : ndarray, shape (n, width)
        In the predictor's dtype.
    y : ndarray, shape (n,) or (n, k), or None
        As ``predict`` returns it.
    """

    X: Array
    y: Array | None = None
