"""``layers/dropout.py``, compiled."""

from __future__ import annotations

from typing import Any

import numpy as np

from halfmoon import philox
from halfmoon.engines.fused.intrinsics import moved, number
from halfmoon.engines.fused.jit import compiled
from halfmoon.engines.fused.operations.arrays import arena
from halfmoon.engines.fused.program import At, Now, Number

random_words = compiled(philox.philox)


@compiled
def dropout(row: Any, h: Any, numbers: Any, now: Any) -> float:
    """Y = X m / keep, where a unit is kept when its random word is below ``keep * 2**32``; and in the same way dX from dY."""
    x, y, scale, columns = moved(h, row[At.X]), moved(h, row[At.Y]), arena(row, h, numbers, now).c[0], row[At.N_OUT]
    word, seed = np.int64(0xFFFFFFFF), numbers[Number.SEED]
    key, update, layer = (seed & word, seed >> 32 & word), now[Now.UPDATE] & word, row[At.PLACE]
    for r in range(now[Now.ROWS]):
        for block in range((columns + 3) // 4):
            four = random_words((np.int64(block), now[Now.FIRST] + r, update, layer), key)
            for lane in range(min(4, columns - 4 * block)):
                q = r * columns + 4 * block + lane
                drawn = four[0] if lane == 0 else four[1] if lane == 1 else four[2] if lane == 2 else four[3]  # noqa: PLR2004
                y[q] = x[q] * (scale if drawn < row[At.BELOW] else number(x, 0))
    return 0.0
