"""Where the arrays of an operation are, and what several operations do with them."""

from __future__ import annotations

from collections import namedtuple
from typing import Any

from halfmoon.engines.compiler.intrinsics import call, fill_with_zeros, offset, pointer
from halfmoon.engines.compiler.jit import compiled
from halfmoon.engines.fused.layout import Arg, Instr, Tile

Operands = namedtuple("Operands", "theta state gradient sums constants")  # noqa: PYI024 - compiled code takes no other
"""Pointers to the parameters, the running statistics, this shard's gradient and sums, this instruction's constants."""


@compiled
def operands(instr: Any, buffer: Any, args: Any, tile: Any) -> Any:
    """Return pointers to an operation's arrays that do not lie in the buffer."""
    example, shard = buffer[0], tile[Tile.SHARD]
    gradient = offset(pointer(args[Arg.GRADIENTS], example), shard * args[Arg.THETA_SIZE])
    sums = offset(pointer(args[Arg.SUMS], example), shard * args[Arg.SUMS_SIZE] + instr[Instr.SUMS])
    constants = offset(pointer(args[Arg.CONSTANTS], example), instr[Instr.CONSTANTS])
    theta, state = pointer(args[Arg.THETA], example), pointer(args[Arg.STATE], example)
    return Operands(theta, state, gradient, sums, constants)


@compiled
def start_gradient(gradient: Any, tile: Any, n: int) -> None:
    """Set ``n`` entries of a gradient to zero before the first tile of a shard adds to them."""
    if tile[Tile.STARTS_SHARD]:
        fill_with_zeros(gradient, n)


@compiled
def column_sums(d: Any, start: Any, out: Any, rows: int, columns: int, args: Any) -> None:
    """Set ``out = start + 1ᵀ D``, the sum of each column, as in ``layers/dense.py``; the first of all constants is the 1."""
    one = pointer(args[Arg.CONSTANTS], d[0])
    call(args[Arg.PRODUCT], (one, d, start, out, 0, 0, columns, 0, columns, 1, columns, rows))
