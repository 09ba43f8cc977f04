"""Whether inputs that are zero are left out, by the lists of :mod:`halfmoon.engines.compiler.sparse_product`."""

from __future__ import annotations

from math import prod
from typing import Any

from halfmoon.engines.compiler.machine import VECTOR_BYTES
from halfmoon.engines.fused.lowering import MATRIX_PRODUCTS
from halfmoon.network.program import Program

SAMPLE_ROWS = 256
"""Rows in which zeros are counted."""
BREAK_EVEN, LISTING_COST = 0.9, 0.8
"""The share of inputs that are not zero at which a product with lists takes as long as one without; and what it costs to list an input, in
the time of a product of one input with a vector of weights. Both were measured."""


def zeros_worth_skipping(program: Program, X: Any) -> bool:
    """Return whether so many inputs are zero that the first layer is computed faster from lists of the others."""
    first = program.steps[0] if program.steps else None
    if first is None or type(first.layer) not in MATRIX_PRODUCTS:
        return False
    nonzero = X[:: -(-X.shape[0] // SAMPLE_ROWS)] != 0
    pairs = nonzero[:-1] + nonzero[1:]
    vectors = -(-first.n_out * X.dtype.itemsize // VECTOR_BYTES)
    return int(pairs.sum()) < (BREAK_EVEN - LISTING_COST / vectors) * prod(pairs.shape)
