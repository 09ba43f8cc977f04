"""Shuffles: NumPy's own, number for number, without its branches that no processor can foresee."""

from __future__ import annotations

from typing import Any

from halfmoon.compiled.intrinsics import copy, drawn, moved
from halfmoon.compiled.jit import compiled


@compiled
def shuffle(order: Any, n: int, draw: int, state: int) -> None:
    """Shuffle ``n`` words as ``RandomState.shuffle`` does: from the last down, each changes places with one up to it.

    Which one are the last bits of a draw, so many as it takes; a draw that is too large is thrown away. Here the word then
    changes places with itself, and no jump depends on the draw.
    """
    mask = 1
    while mask < n - 1:
        mask = 2 * mask + 1
    last = n - 1
    while last > 0:
        while mask >> 1 >= last:
            mask >>= 1
        while last > mask >> 1:
            place = drawn(draw, state) & mask
            taken = place <= last
            other = place if taken else last
            order[last], order[other] = order[other], order[last]
            last -= 1 if taken else 0


@compiled
def permutations(orders: Any, n: int, count: int, draw: int, state: int) -> float:
    """Write ``count`` rows of ``n`` words below the first one, each the row before it, shuffled.

    ``draw`` is the address of a bit generator's function for 32 random bits, and ``state`` that of its state.
    """
    for row in range(count):
        below = moved(orders, (row + 1) * n)
        copy(moved(orders, row * n), below, n)
        shuffle(below, n, draw, state)
    return 0.0
