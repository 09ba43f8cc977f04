"""``layers/residual.py``, compiled: what a branch keeps and adds."""

from __future__ import annotations

from typing import Any

from halfmoon.engines.compiler.arrays import add
from halfmoon.engines.compiler.intrinsics import copy, moved
from halfmoon.engines.compiler.jit import compiled
from halfmoon.engines.fused.layout import At, Now


@compiled
def add_kept(row: Any, h: Any, numbers: Any, now: Any) -> float:
    """End a residual branch: y = x + kept."""
    n = now[Now.ROWS] * row[At.N_OUT]
    copy(moved(h, row[At.Z]), moved(h, row[At.Y]), n)
    add(moved(h, row[At.X]), moved(h, row[At.Y]), n)
    return 0.0


@compiled
def add_kept_back(row: Any, h: Any, numbers: Any, now: Any) -> float:
    """End a residual branch, backward: dy is kept for its beginning."""
    copy(moved(h, row[At.D]), moved(h, row[At.SAVED]), now[Now.ROWS] * row[At.N_OUT])
    return 0.0


@compiled
def keep_back(row: Any, h: Any, numbers: Any, now: Any) -> float:
    """Begin a residual branch, backward: dx = dy + what was kept."""
    add(moved(h, row[At.SAVED]), moved(h, row[At.D]), now[Now.ROWS] * row[At.N_OUT])
    return 0.0
