"""``layers/dropout.py``, compiled."""

from __future__ import annotations

from typing import Any

import numpy as np

from halfmoon.base import philox
from halfmoon.engines.compiler.intrinsics import copy, offset
from halfmoon.engines.compiler.jit import compiled
from halfmoon.engines.compiler.math_primitives import inlined, where
from halfmoon.engines.fused.layout import Arg, Instr, Tile
from halfmoon.engines.fused.operations.operands import operands

BLOCKS = 8
"""Philox blocks, of four random integers each, are drawn by multiples of this, some for nothing: so their loop has whole vectors only."""

random_integers = inlined(philox.philox)


@compiled
def draw_mask(mask: Any, blocks: int, row: int, update: int, layer: int, key: Any, threshold: int, scale: Any) -> None:
    """Set the mask of one row, 1 / keep or 0: of its blocks' first columns, then of their second, third and fourth ones."""
    zero = scale - scale
    for block in range(blocks):
        one, two, three, four = random_integers((block, row, update, layer), key)
        mask[block] = where(one < threshold, scale, zero)
        mask[blocks + block] = where(two < threshold, scale, zero)
        mask[2 * blocks + block] = where(three < threshold, scale, zero)
        mask[3 * blocks + block] = where(four < threshold, scale, zero)


@compiled
def dropout(instr: Any, buffer: Any, args: Any, tile: Any) -> float:
    """Y = X m / keep, where a unit is kept when its random 32-bit integer is below ``keep * 2**32``; and in the same way dX from dY."""
    y, mask = offset(buffer, instr[Instr.Y]), offset(buffer, args[Arg.SCRATCH])
    scale, columns = operands(instr, buffer, args, tile).constants[0], instr[Instr.N_OUT]
    low, seed, blocks = np.int64(0xFFFFFFFF), args[Arg.SEED], (columns + 4 * BLOCKS - 1) // (4 * BLOCKS) * BLOCKS
    key, update = (seed & low, seed >> 32 & low), tile[Tile.UPDATE] & low
    if instr[Instr.X] != instr[Instr.Y]:
        copy(offset(buffer, instr[Instr.X]), y, tile[Tile.ROWS] * columns)
    for r in range(tile[Tile.ROWS]):
        draw_mask(mask, blocks, tile[Tile.FIRST_ROW] + r, update, instr[Instr.LAYER], key, instr[Instr.PARAMETER], scale)
        for block in range(columns // 4):
            q = r * columns + 4 * block
            y[q] *= mask[block]
            y[q + 1] *= mask[blocks + block]
            y[q + 2] *= mask[2 * blocks + block]
            y[q + 3] *= mask[3 * blocks + block]
        for k in range(columns // 4 * 4, columns):
            y[r * columns + k] *= mask[k % 4 * blocks + k // 4]
    return 0.0
