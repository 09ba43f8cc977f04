"""What an update does with a block of neighbouring parameters, a row with columns :data:`~halfmoon.engines.fused.layout.Block`.

``a`` is the driver's :data:`~halfmoon.engines.fused.driver.Shared`.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from halfmoon.engines.compiler.arrays import add
from halfmoon.engines.compiler.intrinsics import copy, invoke, moved, number
from halfmoon.engines.compiler.jit import compiled
from halfmoon.engines.fused.layout import Block, Number, Setting


@compiled
def sum_block(a: Any, block: Any, settings: Any, over: float) -> float:
    """Add the shards' gradients of a block in their order, and the penalty's; return Σ g² where the gradient is clipped."""
    start, n, size, shards = block[Block.FIRST], block[Block.LAST] - block[Block.FIRST], a.numbers[Number.SIZE], a.numbers[Number.SHARDS]
    total = moved(a.gradients, shards * size + start)
    copy(moved(a.gradients, start), total, n)
    for shard in range(1, shards):
        add(moved(a.gradients, shard * size + start), total, n)
    if block[Block.DECAYED] and (settings[Setting.L1] != 0 or settings[Setting.L2] != 0):
        # l1 sign(w) + l2 w
        l1, l2 = number(total, settings[Setting.L1] / over), number(total, settings[Setting.L2] / over)
        for q in range(n):
            w = a.theta[start + q]
            total[q] += (l1 if w > 0 else -l1 if w < 0 else number(total, 0)) + l2 * w
    squares = 0.0
    if settings[Setting.LONGEST] > 0:
        for q in range(n):
            squares += np.float64(total[q]) * np.float64(total[q])
    return squares


@compiled
def penalty_of(a: Any, block: Any, settings: Any, over: float) -> float:
    """Return the penalty's value of a block: l1 Σ|w| + l2/2 Σ w²."""
    value = 0.0
    if block[Block.DECAYED] and (settings[Setting.L1] != 0 or settings[Setting.L2] != 0):
        for q in range(block[Block.FIRST], block[Block.LAST]):
            w = np.float64(a.theta[q])
            value += settings[Setting.L1] * abs(w) + 0.5 * settings[Setting.L2] * w * w
    return value / over


@compiled
def update_block(a: Any, block: Any, slots: Any, constants: Any, rates: Any, scale: float) -> None:
    """``optimizer.update`` of a block of neighbouring parameters, with the constants of its class."""
    start, n, columns, size = block[Block.FIRST], block[Block.LAST] - block[Block.FIRST], a.numbers[Number.COLUMNS], a.numbers[Number.SIZE]
    constants[0] = number(constants, scale)
    copy(moved(rates, block[Block.KIND] * columns), moved(constants, 1), columns)
    total = moved(a.gradients, a.numbers[Number.SHARDS] * size + start)
    invoke(a.numbers[Number.RULE], (moved(a.theta, start), total, moved(slots, start), constants, size, n))


@compiled
def all_finite(a: Any, block: Any) -> bool:
    """Return whether a block's parameters are finite."""
    others = 0
    for q in range(block[Block.FIRST], block[Block.LAST]):
        others += 0 if abs(a.theta[q]) < number(a.theta, np.inf) else 1
    return others == 0
