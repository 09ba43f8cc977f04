"""``layers/residual.py``, compiled: a branch keeps its input, and adds it to its output."""

from __future__ import annotations

from typing import Any

from halfmoon.engines.compiler.arrays import add
from halfmoon.engines.compiler.intrinsics import copy, offset
from halfmoon.engines.compiler.jit import compiled
from halfmoon.engines.fused.layout import Instr, Tile


@compiled
def add_kept(instr: Any, buffer: Any, args: Any, tile: Any) -> float:
    """End a residual branch: y = x + kept, with what was kept at ``Z``."""
    n = tile[Tile.ROWS] * instr[Instr.N_OUT]
    copy(offset(buffer, instr[Instr.Z]), offset(buffer, instr[Instr.Y]), n)
    add(offset(buffer, instr[Instr.X]), offset(buffer, instr[Instr.Y]), n)
    return 0.0


@compiled
def add_kept_back(instr: Any, buffer: Any, args: Any, tile: Any) -> float:
    """End a residual branch, backward: dy is saved for where the branch begins."""
    copy(offset(buffer, instr[Instr.DY]), offset(buffer, instr[Instr.SAVED]), tile[Tile.ROWS] * instr[Instr.N_OUT])
    return 0.0


@compiled
def keep_back(instr: Any, buffer: Any, args: Any, tile: Any) -> float:
    """Begin a residual branch, backward: dx = dy + the dy that was saved where the branch ends."""
    add(offset(buffer, instr[Instr.SAVED]), offset(buffer, instr[Instr.DY]), tile[Tile.ROWS] * instr[Instr.N_OUT])
    return 0.0
