"""The memory layout of a sparse product's lists: where the list of each pair of rows starts, then all lists of column indices.

Apart from the product itself, since whoever allocates them need not load Numba.
"""

from __future__ import annotations

from halfmoon.engines.compiler.machine import SIDE


def starts_length(rows: int) -> int:
    """Return how many integers the starts of all pairs take, with the end of the last."""
    return rows // 2 + 2


def lists_length(rows: int, columns: int) -> int:
    """Return how many integers the lists of a matrix, or of its transpose, take at most: where they start, and every index."""
    return starts_length(max(rows, columns)) + (rows + 1) * (columns + 1) // 2 + SIDE
