"""The driver's vector of whole numbers: addresses of arrays, and sizes."""

from __future__ import annotations

from math import prod
from typing import Any

import numpy as np

from halfmoon.base.checks import Array, is_sparse
from halfmoon.engines.compiler.machine import CACHE_LINE, LINE
from halfmoon.engines.compiler.nonzero_lists import list_length
from halfmoon.engines.fused.entry_points import entry
from halfmoon.engines.fused.layout import Now, Number
from halfmoon.engines.fused.program import Instructions
from halfmoon.network.model import Model


def aligned(shape: tuple[int, ...], dtype: Any) -> Array:
    """Return zeros that begin on a cache line."""
    size, kind = prod(shape), np.dtype(dtype)
    raw = np.zeros(size + CACHE_LINE // kind.itemsize, kind)
    first = -raw.ctypes.data % CACHE_LINE // kind.itemsize
    return raw[first : first + size].reshape(shape)


class Numbers:
    """The driver's vector of whole numbers, and the arrays whose addresses stand in it."""

    def __init__(self, model: Model, found: Instructions, threads: int) -> None:
        rows, now = found.places[Number.TILE], aligned((threads, 2 * LINE), np.int64)
        self.lists = [np.empty(list_length(rows, model.n_inputs) * found.listed, np.int64) for _ in range(threads)]
        now[:, Now.LISTS] = [each.ctypes.data for each in self.lists]
        self.vector: Array = np.zeros(Number.LENGTH, np.int64)
        self.arrays: dict[int, Array] = {}
        self.put({
            Number.THETA: model.theta, Number.STATE: model.state.vector, Number.INSTRUCTIONS: found.rows, Number.STAGES: found.stages,
            Number.CONSTANTS: found.constants, Number.SIZE: model.theta.size, Number.STATE_SIZE: model.state.vector.size,
            Number.N_INPUTS: model.n_inputs, Number.N_INSTRUCTIONS: len(found.rows), Number.N_STAGES: len(found.stages),
            Number.N_STATS: found.stats, Number.N_STAGED: found.stages[-1, 1], Number.PRODUCT: entry("product", model.dtype),
            Number.SPARSE_PRODUCT: entry("sparse_product", model.dtype) if found.listed else 0, Number.NOW: now, **found.places,
        })  # fmt: skip

    def point_at(self, X: Any) -> tuple[Array, ...]:
        """Say where the rows of X are; what is returned must stay alive meanwhile."""
        parts = (X.data, np.ascontiguousarray(X.indptr, np.int64), np.ascontiguousarray(X.indices, np.int32)) if is_sparse(X) else (X,)
        self.vector[Number.X_STARTS] = 0
        for place, part in zip((Number.X, Number.X_STARTS, Number.X_COLUMNS), parts, strict=False):
            self.vector[place] = part.ctypes.data
        return parts

    def put(self, values: dict[int, Any]) -> None:
        """Put numbers down; and of arrays, which are kept, their addresses."""
        for place, value in values.items():
            if isinstance(value, np.ndarray):
                self.arrays[place] = value
            self.vector[place] = value.ctypes.data if isinstance(value, np.ndarray) else value
