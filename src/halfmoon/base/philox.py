"""Random units from a counter: the same place in training draws the same numbers, whoever draws them.

Philox4x32-10 (Salmon, Moraes, Dror & Shaw, "Parallel random numbers: as easy as 1, 2, 3", SC 2011). Dropout counts by
(column // 4, row in the batch, update, layer) under the training's 64-bit seed, so its mask depends on neither threads
nor order, and the backward pass draws it again instead of keeping it.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

MULTIPLIERS = (0xD2511F53, 0xCD9E8D57)
WEYL = (0x9E3779B9, 0xBB67AE85)
ROUNDS = 10
WORD = 0xFFFFFFFF


def philox(counter: Any, key: tuple[int, int]) -> Any:
    """Return four random 32-bit words for a counter of four, as unsigned 64-bit arrays or Python integers.

    Parameters
    ----------
    counter : sequence of 4 arrays of uint64, or of 4 ints
        Words below 2**32, of shapes that broadcast together.
    key : tuple of 2 ints
        Words below 2**32.
    """
    c0, c1, c2, c3 = counter
    k0, k1 = key
    for _ in range(ROUNDS):
        product0, product1 = c0 * MULTIPLIERS[0], c2 * MULTIPLIERS[1]
        c0, c1, c2, c3 = (product1 >> 32 & WORD) ^ c1 ^ k0, product1 & WORD, (product0 >> 32 & WORD) ^ c3 ^ k1, product0 & WORD
        k0, k1 = (k0 + WEYL[0]) & WORD, (k1 + WEYL[1]) & WORD
    return c0, c1, c2, c3


def words(seed: int, rows: int, columns: int, *, first_row: int, update: int, layer: int) -> NDArray[np.uint64]:
    """Return one random 32-bit word for every entry of a (rows, columns) matrix, as uint64."""
    blocks = np.arange((columns + 3) // 4, dtype=np.uint64)[None, :]
    row = np.arange(first_row, first_row + rows, dtype=np.uint64)[:, None]
    four = philox((blocks, row, np.uint64(update & WORD), np.uint64(layer)), (seed & WORD, seed >> 32 & WORD))
    return np.stack(np.broadcast_arrays(*four), axis=2).reshape(rows, 4 * blocks.size)[:, :columns]
