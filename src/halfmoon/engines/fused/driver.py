"""The driver: one compiled function that makes the updates of any network, by walking its instructions.

A batch is split into shards by its size alone, each shard is walked in tiles, and the gradients of the shards are added
in their order: so the bits of a training depend on the seed and never on the number of threads.
"""

from __future__ import annotations

from collections import namedtuple
from typing import Any

import numpy as np

from halfmoon.engines.compiler.barrier import barrier
from halfmoon.engines.compiler.intrinsics import (
    atomic_load,
    atomic_store,
    claim,
    copy,
    fetch,
    fill_with_zeros,
    invoke,
    moved,
    number,
    pointer,
)
from halfmoon.engines.compiler.jit import compiled
from halfmoon.engines.compiler.machine import LINE
from halfmoon.engines.compiler.shuffling import shuffle
from halfmoon.engines.fused.blocks import all_finite, penalty_of, sum_block, update_block
from halfmoon.engines.fused.layout import At, Block, Now, Number, Part, Setting, Sync

Shared = namedtuple("Shared", "numbers theta gradients")  # noqa: PYI024 - compiled code takes no other
"""The driver's numbers, and pointers to the parameters and to the shards' gradients with their sum after them."""

Update = namedtuple("Update", "order start rows weight counter")  # noqa: PYI024 - compiled code takes no other
"""One update: the order of the epoch's rows, its first place there, how many rows, their weights' sum, updates before it."""

ZERO = np.int64(0)

AHEAD = 4
"""Rows that are on their way to the cache while one is copied."""


@compiled
def place_of(order: Any, numbers: Any, r: int) -> int:
    """Return which row of X is row ``r`` of the epoch."""
    return order[r] if numbers[Number.ORDERED] else r


@compiled
def draw_order(numbers: Any) -> None:
    """Draw the order of an epoch, of the one before; where no generator is given it stays."""
    if numbers[Number.TWISTER] != 0:
        order, swaps = pointer(numbers[Number.ORDER], ZERO), pointer(numbers[Number.SWAPS], ZERO)
        shuffle(order, numbers[Number.ROWS], swaps, pointer(numbers[Number.TWISTER], np.uint32(0)))


@compiled
def gather_inputs(numbers: Any, h: Any, order: Any, row: int, count: int) -> None:
    """Copy a tile's rows of X into the buffer; of a sparse X what there is, between zeros."""
    n, x, X = numbers[Number.N_INPUTS], moved(h, numbers[Number.INPUTS]), pointer(numbers[Number.X], h[0])
    if numbers[Number.X_STARTS] != 0:
        starts, columns = pointer(numbers[Number.X_STARTS], ZERO), pointer(numbers[Number.X_COLUMNS], np.int32(0))
        fill_with_zeros(x, count * n)
        for r in range(count):
            place = place_of(order, numbers, row + r)
            for q in range(starts[place], starts[place + 1]):
                x[r * n + columns[q]] += X[q]  # an entry may be told in parts
    elif numbers[Number.ORDERED]:
        for r in range(count):
            if r + AHEAD < count:
                fetch(moved(X, order[row + r + AHEAD] * n), n)
            copy(moved(X, order[row + r] * n), moved(x, r * n), n)
    else:
        copy(moved(X, row * n), x, count * n)


@compiled
def gather(numbers: Any, h: Any, update: Any, row: int, count: int) -> None:
    """Copy a tile's rows of X and Y into the buffer, and each row's share of the batch: w / Σ w."""
    n_targets, y, shares = numbers[Number.N_TARGETS], moved(h, numbers[Number.TARGETS]), moved(h, numbers[Number.SHARES])
    Y, weights = pointer(numbers[Number.Y], h[0]), pointer(numbers[Number.WEIGHTS], h[0])
    gather_inputs(numbers, h, update.order, row, count)
    if numbers[Number.ORDERED]:
        for r in range(count):
            copy(moved(Y, update.order[row + r] * n_targets), moved(y, r * n_targets), n_targets)
    else:
        copy(moved(Y, row * n_targets), y, count * n_targets)
    for r in range(count):
        weight = np.float64(weights[place_of(update.order, numbers, row + r)]) if numbers[Number.WEIGHTED] else 1.0
        shares[r] = number(h, weight / update.weight)


@compiled
def batch_weight(numbers: Any, update: Any, kind: Any) -> float:
    """Return the sum of a batch's weights, Σ w."""
    if not numbers[Number.WEIGHTED]:
        return np.float64(update.rows)
    weights, total = pointer(numbers[Number.WEIGHTS], kind), 0.0
    for r in range(update.start, update.start + update.rows):
        total += np.float64(weights[place_of(update.order, numbers, r)])
    return total


@compiled
def run(numbers: Any, first: int, last: int, h: Any, now: Any) -> float:
    """Carry out instructions ``first`` to ``last``, and return the loss they met."""
    loss = 0.0
    for i in range(first, last):
        row = pointer(numbers[Number.INSTRUCTIONS] + 8 * i * At.LENGTH, ZERO)
        loss += invoke(row[At.RUN], (row, h, numbers, now))
    return loss


@compiled
def walk_shard(numbers: Any, h: Any, update: Any, now: Any, stage: int, sync: Any) -> float:
    """Carry out one stage on a shard's rows, tile by tile; return the loss it met."""
    stages, loss, shard, shards = pointer(numbers[Number.STAGES], ZERO), 0.0, now[Now.SHARD], numbers[Number.SHARDS]
    row, end = update.start + shard * update.rows // shards, update.start + (shard + 1) * update.rows // shards
    whole = numbers[Number.N_STAGES] > 1
    now[Now.FRESH] = 1
    if row == end:
        size = numbers[Number.SIZE]
        fill_with_zeros(moved(pointer(numbers[Number.GRADIENTS], h[0]), shard * size), size)
    while row < end or whole:
        if atomic_load(sync, Sync.STOP):
            atomic_store(sync, Sync.ABANDONED, 1)
            break
        now[Now.ROWS], now[Now.FIRST] = min(numbers[Number.TILE], end - row), row - update.start
        if stage == 0:
            gather(numbers, h, update, row, now[Now.ROWS])
        loss += run(numbers, stages[2 * stage], stages[2 * stage + 1], h, now)
        row += now[Now.ROWS]
        now[Now.FRESH] = 0
        if whole:
            break
    return loss


@compiled
def shard_gradients(numbers: Any, H: Any, update: Any, me: int, threads: int, parts: Any, sync: Any) -> None:
    """Forward, loss and backward (``model.trace``) of this thread's shards, in stages between which all threads meet."""
    shards = numbers[Number.SHARDS]
    now = pointer(numbers[Number.NOW] + 8 * me * 2 * LINE, ZERO)
    now[Now.BATCH], now[Now.UPDATE] = update.rows, update.counter
    for stage in range(numbers[Number.N_STAGES]):
        for shard in range(me * shards // threads, (me + 1) * shards // threads):
            now[Now.SHARD] = shard
            h = moved(H, (shard if numbers[Number.N_STAGES] > 1 else me) * numbers[Number.BUFFER])
            if stage == 0:
                parts[shard * LINE + Part.LOSS] = 0.0
            parts[shard * LINE + Part.LOSS] += walk_shard(numbers, h, update, now, stage, sync)
        barrier(sync, threads)


@compiled
def total_of(parts: Any, count: int, column: int) -> float:
    """Return the sum of a column of the partial sums, in its order."""
    total = 0.0
    for i in range(count):
        total += parts[i * LINE + column]
    return total


@compiled
def epoch(a: Any, H: Any, number_of_epoch: int, made: int, me: int, threads: int, first_block: int, last_block: int, parts: Any,
          sync: Any) -> Any:  # fmt: skip
    """Make the updates of one epoch; return how many have been made in all and whether this epoch is the last; see :func:`train`.

    Every thread comes to the same decisions, from what all have written before the barrier and none writes until the next.
    """
    numbers, kind = a.numbers, H[0]
    n, batch, n_blocks = numbers[Number.ROWS], numbers[Number.BATCH], numbers[Number.N_BLOCKS]
    blocks, slots, rates = pointer(numbers[Number.BLOCKS], ZERO), pointer(numbers[Number.SLOTS], kind), pointer(numbers[Number.RATES], kind)
    settings, losses = pointer(numbers[Number.SETTINGS], 0.0), pointer(numbers[Number.LOSSES], 0.0)
    order = pointer(numbers[Number.ORDER], ZERO)
    constants = moved(H, me * numbers[Number.BUFFER] + numbers[Number.FREE])
    total_loss, total_rows = 0.0, ZERO
    for start in range(0, n, batch):
        one = Update(order, start, min(batch, n - start), 1.0, numbers[Number.UPDATE] + made)
        weight = batch_weight(numbers, one, kind)
        if not weight > 0:
            continue  # nothing in this batch counts
        over = weight if settings[Setting.PER_BATCH] != 0 else 1.0
        for b in range(first_block, last_block):
            parts[b * LINE + Part.PENALTY] = penalty_of(a, moved(blocks, b * Block.LENGTH), settings, over)
        shard_gradients(numbers, H, Update(order, start, one.rows, weight, one.counter), me, threads, parts, sync)
        if atomic_load(sync, Sync.ABANDONED):
            return made, True
        loss = total_of(parts, numbers[Number.SHARDS], Part.LOSS) + total_of(parts, n_blocks, Part.PENALTY)
        if not abs(loss) < np.inf:  # nor is NaN
            losses[2 * numbers[Number.EPOCHS]] = loss
            atomic_store(sync, Sync.NOT_FINITE, 1)
            return made, True
        for b in range(first_block, last_block):
            block = moved(blocks, b * Block.LENGTH)
            if threads > 1:  # all have read these parameters
                claim(moved(a.theta, block[Block.FIRST]), block[Block.LAST] - block[Block.FIRST])
            parts[b * LINE + Part.SQUARES] = sum_block(a, block, settings, over)
        if numbers[Number.RULE] == 0:  # the gradient was all that was asked for
            losses[0] = loss
            return made, True
        scale = 1.0
        if settings[Setting.LONGEST] > 0:
            # g min(1, longest / |g|)
            barrier(sync, threads)
            norm = np.sqrt(total_of(parts, n_blocks, Part.SQUARES))
            scale = settings[Setting.LONGEST] / norm if norm > settings[Setting.LONGEST] else 1.0
        own_rates = moved(rates, made * numbers[Number.KINDS] * numbers[Number.COLUMNS])
        for b in range(first_block, last_block):
            update_block(a, moved(blocks, b * Block.LENGTH), slots, constants, own_rates, scale)
        if me == 0:  # running statistics
            run(numbers, numbers[Number.N_STAGED], numbers[Number.N_INSTRUCTIONS], H, pointer(numbers[Number.NOW], ZERO))
        made += 1
        total_loss += one.rows * loss
        total_rows += one.rows
        if me == 0:
            losses[2 * number_of_epoch], losses[2 * number_of_epoch + 1] = total_loss / total_rows, made
            if atomic_load(sync, Sync.LATE):
                atomic_store(sync, Sync.ENDED, 1)
        barrier(sync, threads)
        if atomic_load(sync, Sync.ENDED):
            break
    for b in range(first_block, last_block):
        if not all_finite(a, moved(blocks, b * Block.LENGTH)):
            atomic_store(sync, Sync.NOT_FINITE, 1)
    barrier(sync, threads)
    return made, atomic_load(sync, Sync.ENDED) != 0 or atomic_load(sync, Sync.NOT_FINITE) != 0


@compiled
def train(me: int, threads: int, address: int, kind: Any) -> float:
    """Make the updates of some epochs, as one of ``threads`` threads that all call this with the same numbers.

    Each update: forward, loss and backward of this thread's shards (``reference.step``: ``model.trace``); when all are
    there, the optimiser's rule on this thread's blocks of parameters (``optimizer.update``); when all are there, the next.
    """
    numbers = pointer(address, ZERO)
    sync, H = pointer(numbers[Number.SYNC], ZERO), pointer(numbers[Number.BUFFERS], kind)
    a = Shared(numbers, pointer(numbers[Number.THETA], kind), pointer(numbers[Number.GRADIENTS], kind))
    whole, places, parts = pointer(numbers[Number.WHOLE], kind), pointer(numbers[Number.PLACES], ZERO), pointer(numbers[Number.PARTS], 0.0)
    blocks, n_blocks, size = pointer(numbers[Number.BLOCKS], ZERO), numbers[Number.N_BLOCKS], numbers[Number.SIZE]
    settings, losses = pointer(numbers[Number.SETTINGS], 0.0), pointer(numbers[Number.LOSSES], 0.0)
    first_block, last_block = me * n_blocks // threads, (me + 1) * n_blocks // threads
    made, best, waited = ZERO, settings[Setting.BEST], settings[Setting.WAITED]
    for number_of_epoch in range(numbers[Number.EPOCHS]):
        before = moved(whole, places[number_of_epoch] * (size + numbers[Number.STATE_SIZE]))
        for b in range(first_block, last_block):
            start = blocks[b * Block.LENGTH + Block.FIRST]
            copy(moved(a.theta, start), moved(before, start), blocks[b * Block.LENGTH + Block.LAST] - start)
        if me == 0:
            copy(pointer(numbers[Number.STATE], kind), moved(before, size), numbers[Number.STATE_SIZE])
            draw_order(numbers)
        barrier(sync, threads)
        made, last = epoch(a, H, number_of_epoch, made, me, threads, first_block, last_block, parts, sync)
        if me == 0:
            atomic_store(sync, Sync.UPDATES, made)
        if last:
            break
        if me == 0:
            atomic_store(sync, Sync.EPOCHS, number_of_epoch + 1)
        loss = losses[2 * number_of_epoch]
        waited = 0.0 if not loss > best - settings[Setting.TOLERANCE] else waited + 1.0
        best = min(best, loss)
        if waited > settings[Setting.MOST]:
            break
    return 0.0


@compiled
def forward(me: int, threads: int, address: int, kind: Any) -> float:
    """Run rows forward for inference (``model.scores``), as one of ``threads`` threads that take the tiles in turn."""
    numbers = pointer(address, ZERO)
    h = moved(pointer(numbers[Number.BUFFERS], kind), me * numbers[Number.BUFFER])
    n, tile, out, n_outputs = numbers[Number.ROWS], numbers[Number.TILE], pointer(numbers[Number.Y], kind), numbers[Number.N_TARGETS]
    now = pointer(numbers[Number.NOW] + 8 * me * 2 * LINE, ZERO)
    fill_with_zeros(moved(h, numbers[Number.ZEROS]), numbers[Number.WIDEST])
    now[Now.SHARD] = 0
    for row in range(me * tile, n, threads * tile):
        count = min(tile, n - row)
        now[Now.ROWS] = count
        gather_inputs(numbers, h, pointer(numbers[Number.ORDER], ZERO), row, count)
        run(numbers, 0, numbers[Number.N_INSTRUCTIONS], h, now)
        copy(moved(h, numbers[Number.SCORES]), moved(out, row * n_outputs), count * n_outputs)
    return 0.0
