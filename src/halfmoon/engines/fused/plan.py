"""A batch plan: everything that the driver needs to train one model on batches of one size."""

from __future__ import annotations

from collections.abc import Sequence
from math import prod

import numpy as np

from halfmoon.base.checks import Array
from halfmoon.base.patience import ENDLESS
from halfmoon.engines.compiler.kernels import kernel_address, rule_text
from halfmoon.engines.compiler.machine import LINE_WORDS
from halfmoon.engines.contract import Data
from halfmoon.engines.fused.arguments import DriverArguments, aligned
from halfmoon.engines.fused.layout import Arg, Block, Sync
from halfmoon.engines.fused.program import instructions
from halfmoon.engines.fused.sparsity import zeros_worth_skipping
from halfmoon.engines.state import TrainingState
from halfmoon.optimizers.contract import FirstOrder

MAX_TILE_ROWS = 256
"""Few enough for a tile's arrays to stay in the second-level cache."""
MAX_SHARDS = 16
MIN_SHARDED_ROWS, MIN_SHARDED_OPERATIONS = 32, 1.5e6
"""Rows of a batch, and floating-point operations of an update, from which it is split into shards: for less, further threads cost more than
they gain."""
MIN_BLOCKS, MAX_BLOCK_SIZE = 16, 4096
"""How many blocks a small parameter vector is cut into, and how long a block of a large one is."""


def shard_count(batch: int, parameters: int) -> int:
    """Return into how many shards a batch is split; this depends on the sizes alone, and so the bits of the sums do."""
    if batch < MIN_SHARDED_ROWS or 6.0 * parameters * batch < MIN_SHARDED_OPERATIONS:
        return 1
    return min(MAX_SHARDS, max(2, 1 << (batch // 128).bit_length() >> 1))


class BatchPlan(DriverArguments):
    """The driver's arguments that stay the same from call to call, for batches of one size.

    Parameters
    ----------
    state : TrainingState
    data : Data
        What is trained on first; other data may follow that have as many columns of targets.
    batch : int
        Rows of a full batch.
    threads : int
        Most threads that will run it.
    """

    def __init__(self, state: TrainingState, data: Data, batch: int, threads: int) -> None:
        model, dtype, size = state.model, state.model.dtype, state.model.theta.size
        self.state = state
        self.data: Data | None = None
        self.shards = shard_count(batch, size)
        self.threads = min(threads, self.shards)
        shard_rows = -(-batch // self.shards)
        one_tile = model.state.vector.size > 0  # batch normalisation's sums need the whole shard at once
        rows = shard_rows if one_tile else min(MAX_TILE_ROWS, shard_rows)
        columns, skips_zeros = data.target_columns, zeros_worth_skipping(model.program, data.X)
        program = instructions(model.network, model.n_inputs, dtype, rows, training=True, skips_zeros=skips_zeros, target_columns=columns)
        optimizer, penalty = state.optimizer, state.penalty
        clip = (optimizer.clip_norm or 0.0) if isinstance(optimizer, FirstOrder) else 0.0
        self.blocks, self.groups = blocks(state, self.shards)
        self.gradient = aligned((self.shards + 1, size), dtype)
        self.sync = aligned((Sync.LENGTH,), np.int64)
        super().__init__(model, program, self.threads, {
            Arg.GRADIENTS: self.gradient, Arg.SYNC: self.sync, Arg.BLOCKS: self.blocks, Arg.SLOTS: state.slots,
            Arg.SETTINGS: np.array([penalty.l1, penalty.l2, penalty.per_batch, clip, *ENDLESS]),  # in the order of Setting
            Arg.BUFFERS: aligned((self.shards if one_tile else self.threads, program.arguments[Arg.BUFFER_SIZE]), dtype),
            Arg.SUMS: aligned((self.shards, program.arguments[Arg.SUMS_SIZE]), dtype),
            Arg.PARTIAL_SUMS: aligned((max(self.shards, len(self.blocks)) * LINE_WORDS,), float),
            Arg.RULE: kernel_address(rule_text, optimizer, dtype) if isinstance(optimizer, FirstOrder) else 0,
            Arg.BATCH_SIZE: batch, Arg.N_SHARDS: self.shards, Arg.N_TARGETS: columns, Arg.N_BLOCKS: len(self.blocks),
            Arg.N_GROUPS: len(self.groups), Arg.SEED: int(np.uint64(state.seed).astype(np.int64)),
        })  # fmt: skip

    def release(self) -> None:
        self.data = None
        super().release()

    def rule_constants(self, updates: int) -> Array:
        """Return the constants of the optimiser's rule for the next updates, (updates, groups, constants)."""
        state, optimizer = self.state, self.state.first_order
        counts = np.arange(state.updates, state.updates + updates)
        rates = state.rates(counts)
        columns = 1 + len(optimizer.constants(1, 1.0))
        found = np.empty((updates, len(self.groups), columns), state.model.dtype)
        decays = state.decays(counts)
        for group, (factor, decay_factor) in enumerate(self.groups):
            own = rates * factor
            left = 1 - own * (decays * decay_factor) if decay_factor else 1.0
            with np.errstate(over="ignore"):  # a rate that is far too high diverges, which training reports
                for column, constant in enumerate((left, *optimizer.constants(counts + 1, own))):
                    found[:, group, column] = constant
        return found

    def allocate_snapshots(self, epochs: Sequence[int], count: int) -> None:
        """Make room for the copies of the model that the driver makes before each of ``count`` epochs.

        Those after the ``epochs`` named are kept; all others overwrite each other.
        """
        model, indices = self.state.model, np.zeros(count + 1, np.int64)
        indices[np.array(epochs, np.int64) + 1] = np.arange(1, len(epochs) + 1)
        if epochs or Arg.SNAPSHOTS not in self.arrays:
            snapshots = np.empty((1 + len(epochs), model.theta.size + model.state.vector.size), model.dtype)
            self.put({Arg.SNAPSHOTS: snapshots})
        self.put({Arg.SNAPSHOT_INDICES: indices})

    def snapshot_before(self, epoch: int) -> tuple[Array, Array]:
        """Return theta and the running statistics before an epoch; where that was not kept, before the newest of the others."""
        theta, state = np.split(self.arrays[Arg.SNAPSHOTS][self.arrays[Arg.SNAPSHOT_INDICES][epoch]], [self.state.model.theta.size])
        return theta, state


def blocks(state: TrainingState, shards: int) -> tuple[Array, list[tuple[float, float]]]:
    """Cut the parameters into blocks with columns :data:`~halfmoon.engines.fused.layout.Block`, none of which has two parameter groups.

    Returns the blocks, and for each group its rate factor and its decay factor, 0 where its weights do not decay.
    """
    layout, optimizer = state.model.program.parameters, state.optimizer
    decays = isinstance(optimizer, FirstOrder) and optimizer.weight_decay > 0
    size = min(MAX_BLOCK_SIZE, max(64, -(-layout.size // MIN_BLOCKS))) if shards > 1 else MAX_BLOCK_SIZE
    groups: list[tuple[float, float]] = []
    rows = []
    for start, param in sorted(zip(layout.starts, (param for _, param in layout.entries), strict=True), key=lambda each: each[0]):
        group = param.rate_factor, param.decay_factor if param.decayed and decays else 0.0
        if group not in groups:
            groups.append(group)
        end = start + prod(param.shape)
        rows += [(first, min(first + size, end), groups.index(group), param.decayed) for first in range(start, end, size)]
    return np.array(rows or np.empty((0, Block.LENGTH)), np.int64), groups or [(1.0, 0.0)]
