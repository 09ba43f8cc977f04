"""How the lists of a sparse product lie in memory: where those of each pair of rows begin, and then the indices of all their inputs."""

from __future__ import annotations

from halfmoon.engines.compiler.machine import SIDE


def starts_length(rows: int) -> int:
    """Return how many words the starts of all pairs take, with their end."""
    return rows // 2 + 2


def list_length(rows: int, columns: int) -> int:
    """Return how many words the lists of a matrix, or of the matrix turned, may take: their starts, and at most every place."""
    return starts_length(max(rows, columns)) + (rows + 1) * (columns + 1) // 2 + SIDE
