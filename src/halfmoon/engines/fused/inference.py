"""Inference: rows through a trained network, without a trace."""

from __future__ import annotations

from collections import defaultdict
from typing import Any

import numpy as np

from halfmoon.base.checks import Array, dense
from halfmoon.engines.compiler import team
from halfmoon.engines.fused.arguments import DriverArguments, aligned
from halfmoon.engines.fused.entry_points import driver
from halfmoon.engines.fused.layout import MIN_CHUNK_ROWS, Arg, Sync
from halfmoon.engines.fused.plan import MAX_TILE_ROWS
from halfmoon.engines.fused.program import instructions
from halfmoon.engines.fused.sparsity import zeros_worth_skipping
from halfmoon.network.model import Model

SMALL_BATCH = 8
"""Most rows that are copied to and from arrays prepared for them: that costs less than to look up the addresses of new ones."""

MAX_INPUT_BYTES = 2**22
"""Most bytes of the inputs of a tile."""

THREAD_OPERATIONS = 2e6
"""Floating-point operations that a further thread must have to do."""

DEAF_OPERATIONS, DEAF_ROWS = 1e9, 10**5
"""Most operations, and most rows, that the calling thread runs by itself, since it does not hear Ctrl-C meanwhile."""


class InferenceArguments(DriverArguments):
    """The driver's arguments to run one model forward in tiles of one size, on ``threads`` threads."""

    def __init__(self, model: Model, tile_rows: int, threads: int = 1, *, skips_zeros: bool = False) -> None:
        program = instructions(model.network, model.n_inputs, model.dtype, tile_rows, training=False, skips_zeros=skips_zeros)
        buffers = np.empty((threads, program.arguments[Arg.BUFFER_SIZE]), model.dtype)
        self.sync = aligned((Sync.LENGTH,), np.int64)
        super().__init__(model, program, threads, {Arg.BUFFERS: buffers, Arg.N_TARGETS: model.program.n_outputs, Arg.SYNC: self.sync})
        self.address = self.vector.ctypes.data

    def abort(self) -> None:
        """Make all threads return before their next tile. These arguments are of no use then."""
        self.sync[Sync.ABORT] = 1


class SmallBatch(InferenceArguments):
    """The arguments for a few rows, with arrays of their own for the rows and their scores."""

    def __init__(self, model: Model) -> None:
        super().__init__(model, SMALL_BATCH)
        self.X = np.empty((SMALL_BATCH, model.n_inputs), model.dtype)
        self.out = np.empty((SMALL_BATCH, model.program.n_outputs), model.dtype)
        self.set_inputs(self.X)
        self.put({Arg.Y: self.out})


class Predictor:
    """Returns the raw scores (n, n_outputs) of one model for rows that were checked. Several threads may call it at once."""

    def __init__(self, dtype: np.dtype[Any]) -> None:
        self.run = driver("forward", dtype)
        self.small: list[SmallBatch] = []
        self.large: defaultdict[tuple[int, bool], list[InferenceArguments]] = defaultdict(list)
        """What no call uses at the moment; for larger batches by the number of threads and whether zeros are skipped. Appending and
        popping are atomic."""

    def __call__(self, model: Model, X: Any, threads: int | None = None) -> Array:
        return self._small(model, dense(X)) if X.shape[0] <= SMALL_BATCH else self._large(model, X, threads)

    def _small(self, model: Model, X: Array) -> Array:
        try:
            batch = self.small.pop()
        except IndexError:
            batch = SmallBatch(model)
        n = len(X)
        batch.X[:n] = X
        batch.vector[Arg.N_ROWS] = n
        self.run(0, 1, batch.address, 0.0)
        out: Array = batch.out[:n].copy()
        self.small.append(batch)
        return out

    def _large(self, model: Model, X: Any, max_threads: int | None) -> Array:
        n = X.shape[0]
        operations = 2.0 * model.theta.size * n
        threads = 1
        if operations >= THREAD_OPERATIONS:
            threads = min(team.thread_count(max_threads), int(operations / THREAD_OPERATIONS) + 1, -(-n // MAX_TILE_ROWS))
        key = threads, operations > THREAD_OPERATIONS and zeros_worth_skipping(model.program, X)
        try:
            arguments = self.large[key].pop()
        except IndexError:
            rows = max(MIN_CHUNK_ROWS, min(MAX_TILE_ROWS, MAX_INPUT_BYTES // (model.n_inputs * model.dtype.itemsize)))
            arguments = InferenceArguments(model, rows, threads, skips_zeros=key[1])
        out = np.empty((n, model.program.n_outputs), model.dtype)
        arguments.set_inputs(X)
        arguments.put({Arg.Y: out, Arg.N_ROWS: n})
        if threads == 1 and operations < DEAF_OPERATIONS and n < DEAF_ROWS:
            self.run(0, 1, arguments.address, 0.0)
        else:
            team.run(lambda *thread: self.run(*thread, arguments.address, 0.0), threads, arguments.abort)
        arguments.release()
        self.large[key].append(arguments)
        return out
