"""``layers/dropout.py``, compiled."""

from __future__ import annotations

from typing import Any

import numpy as np

from halfmoon.base import philox
from halfmoon.engines.compiler.intrinsics import copy, moved
from halfmoon.engines.compiler.jit import compiled
from halfmoon.engines.compiler.math_primitives import inlined, where
from halfmoon.engines.fused.layout import At, Now, Number
from halfmoon.engines.fused.operations.arena import arena

WHOLE = 8
"""Blocks that are drawn at a time, some for nothing where a row has fewer: so all are drawn by vectors."""

random_words = inlined(philox.philox)


@compiled
def draw(kept: Any, blocks: int, row: int, update: int, layer: int, key: Any, below: int, scale: Any) -> None:
    """Put ``m / keep`` of one row: of its blocks' first columns, then of their second, third and fourth ones."""
    zero = scale - scale
    for block in range(blocks):
        one, two, three, four = random_words((block, row, update, layer), key)
        kept[block] = where(one < below, scale, zero)
        kept[blocks + block] = where(two < below, scale, zero)
        kept[2 * blocks + block] = where(three < below, scale, zero)
        kept[3 * blocks + block] = where(four < below, scale, zero)


@compiled
def dropout(row: Any, h: Any, numbers: Any, now: Any) -> float:
    """Y = X m / keep, where a unit is kept when its random word is below ``keep * 2**32``; and in the same way dX from dY."""
    y, kept, scale, columns = moved(h, row[At.Y]), moved(h, numbers[Number.FREE]), arena(row, h, numbers, now).c[0], row[At.N_OUT]
    word, seed, blocks = np.int64(0xFFFFFFFF), numbers[Number.SEED], (columns + 4 * WHOLE - 1) // (4 * WHOLE) * WHOLE
    key, update = (seed & word, seed >> 32 & word), now[Now.UPDATE] & word
    if row[At.X] != row[At.Y]:
        copy(moved(h, row[At.X]), y, now[Now.ROWS] * columns)
    for r in range(now[Now.ROWS]):
        draw(kept, blocks, now[Now.FIRST] + r, update, row[At.PLACE], key, row[At.BELOW], scale)
        for block in range(columns // 4):
            q = r * columns + 4 * block
            y[q] *= kept[block]
            y[q + 1] *= kept[blocks + block]
            y[q + 2] *= kept[2 * blocks + block]
            y[q + 3] *= kept[3 * blocks + block]
        for k in range(columns // 4 * 4, columns):
            y[r * columns + k] *= kept[k % 4 * blocks + k // 4]
    return 0.0
