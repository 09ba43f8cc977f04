"""A plan: everything that the driver needs to train one model on batches of one size, as arrays and one vector of numbers."""

from __future__ import annotations

from collections.abc import Sequence
from math import prod

import numpy as np

from halfmoon.base.checks import Array
from halfmoon.base.patience import ENDLESS
from halfmoon.engines.compiler.kernels import address, rule_text
from halfmoon.engines.compiler.machine import LINE
from halfmoon.engines.contract import Data
from halfmoon.engines.fused.arguments import Numbers, aligned
from halfmoon.engines.fused.layout import Block, Number, Sync
from halfmoon.engines.fused.program import instructions
from halfmoon.engines.fused.sparsity import worth_listing
from halfmoon.engines.state import TrainingState
from halfmoon.optimizers.contract import FirstOrder

TILE = 256
"""Most rows that are walked at a time: few enough for the second cache."""
MOST_SHARDS = 16
FEW = 32
"""Rows of a batch that are too few to share."""
SMALL = 1.5e6
"""Floating-point operations of an update below which one thread makes it alone: the others would cost more than they bring."""
BLOCKS, LARGEST_BLOCK = 16, 4096
"""Into how many blocks small parameter vectors are cut, and how long a block of a large one is."""


def shard_count(batch: int, parameters: int) -> int:
    """Return into how many parts a batch is split; this depends on the sizes alone, and so the bits of the sums do."""
    if batch < FEW or 6.0 * parameters * batch < SMALL:
        return 1
    return min(MOST_SHARDS, max(2, 1 << (batch // 128).bit_length() >> 1))


class Plan(Numbers):
    """What stays the same from call to call of the driver.

    Parameters
    ----------
    state : TrainingState
    data : Data
        What is trained on first; others may follow that have as many columns of targets.
    batch : int
        Rows of a full batch.
    threads : int
        Most threads that will run it.
    """

    def __init__(self, state: TrainingState, data: Data, batch: int, threads: int) -> None:
        model, dtype, size = state.model, state.model.dtype, state.model.theta.size
        self.state = state
        self.data: Data | None = None
        self.alive: tuple[Array, ...] = ()
        self.shards = shard_count(batch, size)
        self.threads = min(threads, self.shards)
        largest = -(-batch // self.shards)
        whole = model.state.vector.size > 0  # batch normalisation's sums need the whole shard at once
        rows = largest if whole else min(TILE, largest)
        columns, listed = data.target_columns, worth_listing(model.program, data.X)
        found = instructions(model.network, model.n_inputs, dtype, rows, training=True, listed=listed, target_columns=columns)
        super().__init__(model, found, self.threads)
        optimizer, penalty = state.optimizer, state.penalty
        clip = (optimizer.clip_norm or 0.0) if isinstance(optimizer, FirstOrder) else 0.0
        self.blocks, self.kinds = blocks(state, self.shards)
        self.gradient = aligned((self.shards + 1, size), dtype)
        self.sync = aligned((Sync.LENGTH,), np.int64)
        self.put({
            Number.GRADIENTS: self.gradient, Number.SYNC: self.sync, Number.BLOCKS: self.blocks, Number.SLOTS: state.slots,
            Number.SETTINGS: np.array([penalty.l1, penalty.l2, penalty.per_batch, clip, *ENDLESS]),  # in the order of Setting
            Number.BUFFERS: aligned((self.shards if whole else self.threads, found.places[Number.BUFFER]), dtype),
            Number.STATS: aligned((self.shards, found.stats), dtype),
            Number.PARTS: aligned((max(self.shards, len(self.blocks)) * LINE,), float),
            Number.RULE: address(rule_text, optimizer, dtype) if isinstance(optimizer, FirstOrder) else 0,
            Number.BATCH: batch, Number.SHARDS: self.shards, Number.N_TARGETS: columns, Number.N_BLOCKS: len(self.blocks),
            Number.KINDS: len(self.kinds), Number.SEED: int(np.uint64(state.seed).astype(np.int64)),
        })  # fmt: skip

    def release(self) -> None:
        """Let go of what belongs to a single training."""
        self.data, self.alive = None, ()
        for place in (Number.Y, Number.WEIGHTS, Number.ORDER, Number.SWAPS, Number.TWISTER, Number.RATES, Number.LOSSES, Number.PLACES,
                      Number.WHOLE):  # fmt: skip
            self.arrays.pop(place, None)

    def rates(self, updates: int) -> Array:
        """Return the constants of the optimiser's rule for the next updates, (updates, kinds, constants)."""
        state, optimizer = self.state, self.state.first_order
        counts = np.arange(state.updates, state.updates + updates)
        rates = state.rates(counts)
        columns = 1 + len(optimizer.constants(1, 1.0))
        found = np.empty((updates, len(self.kinds), columns), state.model.dtype)
        for kind, (factor, decayed) in enumerate(self.kinds):
            own = rates * factor
            left = 1 - own * optimizer.weight_decay if decayed else 1.0
            with np.errstate(over="ignore"):  # a rate that is far too high diverges, and that is told
                for column, constant in enumerate((left, *optimizer.constants(counts + 1, own))):
                    found[:, kind, column] = constant
        return found

    def make_room(self, keep: Sequence[int], epochs: int) -> None:
        """Say where the model is put before each of some epochs: all in one place, but those after the epochs to ``keep``."""
        model, places = self.state.model, np.zeros(epochs + 1, np.int64)
        places[np.array(keep, np.int64) + 1] = np.arange(1, len(keep) + 1)
        if keep or Number.WHOLE not in self.arrays:
            whole = np.empty((1 + len(keep), model.theta.size + model.state.vector.size), model.dtype)
            self.put({Number.WHOLE: whole})
        self.put({Number.PLACES: places})

    def before(self, epoch: int) -> tuple[Array, Array]:
        """Return the model's numbers as they were before an epoch, of one that was not kept the newest."""
        theta, state = np.split(self.arrays[Number.WHOLE][self.arrays[Number.PLACES][epoch]], [self.state.model.theta.size])
        return theta, state


def blocks(state: TrainingState, shards: int) -> tuple[Array, list[tuple[float, bool]]]:
    """Cut the parameters into blocks with columns :data:`Block`; and return the kinds, (rate factor, whether weights decay)."""
    layout, optimizer = state.model.program.parameters, state.optimizer
    decays = isinstance(optimizer, FirstOrder) and optimizer.weight_decay > 0
    step = min(LARGEST_BLOCK, max(64, -(-layout.size // BLOCKS))) if shards > 1 else LARGEST_BLOCK
    kinds: list[tuple[float, bool]] = []
    made = []
    for start, param in sorted(zip(layout.starts, (param for _, param in layout.entries), strict=True), key=lambda each: each[0]):
        kind = param.rate_factor, param.decayed and decays
        if kind not in kinds:
            kinds.append(kind)
        end = start + prod(param.shape)
        made += [(first, min(first + step, end), kinds.index(kind), param.decayed) for first in range(start, end, step)]
    return np.array(made or np.empty((0, Block.LENGTH)), np.int64), kinds or [(1.0, False)]
