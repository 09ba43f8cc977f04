"""The driver's arguments: one vector of integers, the addresses of arrays and sizes."""

from __future__ import annotations

from math import prod
from typing import Any

import numpy as np

from halfmoon.base.checks import Array, is_sparse
from halfmoon.engines.compiler.machine import CACHE_LINE, LINE_WORDS
from halfmoon.engines.compiler.nonzero_lists import lists_length
from halfmoon.engines.fused.entry_points import entry
from halfmoon.engines.fused.layout import Arg, Tile
from halfmoon.engines.fused.program import Instructions
from halfmoon.network.model import Model


def aligned(shape: tuple[int, ...], dtype: Any) -> Array:
    """Return zeros that begin on a cache line."""
    size, kind = prod(shape), np.dtype(dtype)
    raw = np.zeros(size + CACHE_LINE // kind.itemsize, kind)
    first = -raw.ctypes.data % CACHE_LINE // kind.itemsize
    return raw[first : first + size].reshape(shape)


class DriverArguments:
    """The driver's vector of arguments, and the arrays whose addresses stand in it; ``values`` are those of a subclass."""

    def __init__(self, model: Model, program: Instructions, threads: int, values: dict[int, Any]) -> None:
        tiles = aligned((threads, 2 * LINE_WORDS), np.int64)
        length = lists_length(program.arguments[Arg.TILE_ROWS], model.n_inputs) * program.skips_zeros
        self.lists = [np.empty(length, np.int64) for _ in range(threads)]
        tiles[:, Tile.NONZERO_LISTS] = [each.ctypes.data for each in self.lists]
        self.vector: Array = np.zeros(Arg.LENGTH, np.int64)
        self.arrays: dict[int, Array] = {}
        self.put({
            Arg.THETA: model.theta, Arg.STATE: model.state.vector, Arg.INSTRUCTIONS: program.table, Arg.STAGES: program.stages,
            Arg.CONSTANTS: program.constants, Arg.THETA_SIZE: model.theta.size, Arg.STATE_SIZE: model.state.vector.size,
            Arg.N_INPUTS: model.n_inputs, Arg.N_INSTRUCTIONS: len(program.table), Arg.N_STAGES: len(program.stages),
            Arg.N_STAGED: program.stages[-1, 1], Arg.PRODUCT: entry("product", model.dtype),
            Arg.SPARSE_PRODUCT: entry("sparse_product", model.dtype) if program.skips_zeros else 0, Arg.TILES: tiles,
            **program.arguments, **values,
        })  # fmt: skip
        self._lasting = dict(self.arrays)

    @property
    def nbytes(self) -> int:
        """Bytes of all arrays that are there from the first, shared ones included."""
        return sum(each.nbytes for each in (*self._lasting.values(), *self.lists))

    def set_inputs(self, X: Any) -> None:
        """Set the rows of X, an array or a CSR matrix."""
        if is_sparse(X):
            indptr, indices = np.ascontiguousarray(X.indptr, np.int64), np.ascontiguousarray(X.indices, np.int32)
            self.put({Arg.X: X.data, Arg.X_INDPTR: indptr, Arg.X_INDICES: indices})
        else:
            self.put({Arg.X: X, Arg.X_INDPTR: 0})

    def put(self, values: dict[int, Any]) -> None:
        """Set integers; and for arrays, which are kept alive, their addresses."""
        for arg, value in values.items():
            if isinstance(value, np.ndarray):
                self.arrays[arg], self.vector[arg] = value, value.ctypes.data
            else:
                self.vector[arg] = value

    def release(self) -> None:
        """Let go of the arrays of a single training or prediction, which are those that were not there from the first."""
        self.arrays = dict(self._lasting)
