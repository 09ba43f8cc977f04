"""Whether inputs that are zero are left out, by the lists of :mod:`halfmoon.engines.compiler.sparse_product`."""

from __future__ import annotations

from math import prod
from typing import Any

from halfmoon.engines.compiler.machine import VECTOR_BYTES
from halfmoon.layers.dense import Dense
from halfmoon.network.program import Program

SAMPLE = 256
"""Rows that are looked at for zeros."""
EVEN, LISTING = 0.9, 0.8
"""Of how many inputs a product with lists takes as long as one without; and what making the lists takes, in the time of a product
of one input with a vector of weights. Both were measured."""


def worth_listing(program: Program, X: Any) -> bool:
    """Return whether so many inputs are zero that the first layer is computed sooner from lists of the others."""
    first = program.steps[0] if program.steps else None
    if first is None or type(first.layer) is not Dense:
        return False
    there = X[:: -(-X.shape[0] // SAMPLE)] != 0
    pairs = there[:-1] + there[1:]
    vectors = -(-first.n_out * X.dtype.itemsize // VECTOR_BYTES)
    return int(pairs.sum()) < (EVEN - LISTING / vectors) * prod(pairs.shape)
