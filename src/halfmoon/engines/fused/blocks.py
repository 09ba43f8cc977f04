"""What an update does with a block of neighbouring parameters, a row with columns :data:`~halfmoon.engines.fused.layout.Block`.

``shared`` is the driver's :data:`~halfmoon.engines.fused.driver.Shared`; penalties are divided by ``divisor``.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from halfmoon.engines.compiler.arrays import add
from halfmoon.engines.compiler.intrinsics import call, cast_like, copy, offset
from halfmoon.engines.compiler.jit import compiled
from halfmoon.engines.fused.layout import Arg, Block, Setting


@compiled
def sum_block(shared: Any, block: Any, settings: Any, divisor: float) -> float:
    """Add the shards' gradients of a block in their order, and the penalty's; return Σ g² where the gradient is clipped."""
    start, n = block[Block.FIRST], block[Block.END] - block[Block.FIRST]
    size, shards = shared.args[Arg.THETA_SIZE], shared.args[Arg.N_SHARDS]
    total = offset(shared.gradients, shards * size + start)
    copy(offset(shared.gradients, start), total, n)
    for shard in range(1, shards):
        add(offset(shared.gradients, shard * size + start), total, n)
    if block[Block.DECAYED] and (settings[Setting.L1] != 0 or settings[Setting.L2] != 0):
        # l1 sign(w) + l2 w
        l1, l2 = cast_like(total, settings[Setting.L1] / divisor), cast_like(total, settings[Setting.L2] / divisor)
        for q in range(n):
            w = shared.theta[start + q]
            total[q] += (l1 if w > 0 else -l1 if w < 0 else cast_like(total, 0)) + l2 * w
    squares = 0.0
    if settings[Setting.CLIP_NORM] > 0:
        for q in range(n):
            squares += np.float64(total[q]) * np.float64(total[q])
    return squares


@compiled
def penalty_of(shared: Any, block: Any, settings: Any, divisor: float) -> float:
    """Return the penalty's value of a block: l1 Σ|w| + l2/2 Σ w²."""
    value = 0.0
    if block[Block.DECAYED] and (settings[Setting.L1] != 0 or settings[Setting.L2] != 0):
        for q in range(block[Block.FIRST], block[Block.END]):
            w = np.float64(shared.theta[q])
            value += settings[Setting.L1] * abs(w) + 0.5 * settings[Setting.L2] * w * w
    return value / divisor


@compiled
def update_block(shared: Any, block: Any, slots: Any, constants: Any, rates: Any, scale: float) -> None:
    """``optimizer.update`` of a block of neighbouring parameters, with the constants of its parameter group."""
    start, n = block[Block.FIRST], block[Block.END] - block[Block.FIRST]
    columns, size = shared.args[Arg.N_RULE_CONSTANTS], shared.args[Arg.THETA_SIZE]
    constants[0] = cast_like(constants, scale)
    copy(offset(rates, block[Block.GROUP] * columns), offset(constants, 1), columns)
    total = offset(shared.gradients, shared.args[Arg.N_SHARDS] * size + start)
    call(shared.args[Arg.RULE], (offset(shared.theta, start), total, offset(slots, start), constants, size, n))


@compiled
def all_finite(shared: Any, block: Any) -> bool:
    """Return whether a block's parameters are finite."""
    not_finite = 0
    for q in range(block[Block.FIRST], block[Block.END]):
        not_finite += 0 if abs(shared.theta[q]) < cast_like(shared.theta, np.inf) else 1
    return not_finite == 0
