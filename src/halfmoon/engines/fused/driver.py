"""The driver: one compiled function that trains any network, by calling the operations in its list of instructions.

A batch is split into shards by its size alone, a shard is walked in tiles of some rows, and the gradients of the shards are
added in a fixed order: so the bits of a training depend on the seed and never on the number of threads.
"""

from __future__ import annotations

from collections import namedtuple
from typing import Any

import numpy as np

from halfmoon.engines.compiler.barrier import barrier
from halfmoon.engines.compiler.intrinsics import (
    atomic_load,
    atomic_store,
    call,
    cast_like,
    copy,
    fill_with_zeros,
    offset,
    pointer,
    prefetch,
    take_cache_lines,
)
from halfmoon.engines.compiler.jit import compiled
from halfmoon.engines.compiler.machine import LINE_WORDS
from halfmoon.engines.compiler.shuffle import shuffle
from halfmoon.engines.fused.blocks import all_finite, penalty_of, sum_block, update_block
from halfmoon.engines.fused.layout import Arg, Block, Instr, PartialSum, Setting, Sync, Tile

Shared = namedtuple("Shared", "args theta gradients")  # noqa: PYI024 - compiled code takes no other
"""What all threads share: the driver's arguments, and pointers to the parameters and to the shards' gradients, with their sum last."""

Update = namedtuple("Update", "order start rows weight counter")  # noqa: PYI024 - compiled code takes no other
"""One update: the order of the epoch's rows, where the batch starts in it, how many rows it has, their weights' sum, updates before it."""

ZERO = np.int64(0)

PREFETCH_ROWS = 4
"""How many rows ahead of the one that is copied are prefetched."""


@compiled
def row_index(order: Any, args: Any, r: int) -> int:
    """Return which row of X is row ``r`` of the epoch."""
    return order[r] if args[Arg.HAS_ORDER] else r


@compiled
def draw_order(args: Any) -> None:
    """Shuffle the order of the last epoch into that of the next; without a generator it stays."""
    if args[Arg.GENERATOR] != 0:
        order, swaps = pointer(args[Arg.ROW_ORDER], ZERO), pointer(args[Arg.SWAPS], ZERO)
        shuffle(order, args[Arg.N_ROWS], swaps, pointer(args[Arg.GENERATOR], np.uint32(0)))


@compiled
def gather_inputs(args: Any, buffer: Any, order: Any, row: int, count: int) -> None:
    """Copy a tile's rows of X into the buffer; rows of a sparse (CSR) X are made dense."""
    n, x, X = args[Arg.N_INPUTS], offset(buffer, args[Arg.INPUTS]), pointer(args[Arg.X], buffer[0])
    if args[Arg.X_INDPTR] != 0:
        indptr, indices = pointer(args[Arg.X_INDPTR], ZERO), pointer(args[Arg.X_INDICES], np.int32(0))
        fill_with_zeros(x, count * n)
        for r in range(count):
            source = row_index(order, args, row + r)
            for q in range(indptr[source], indptr[source + 1]):
                x[r * n + indices[q]] += X[q]  # CSR sums duplicate entries
    elif args[Arg.HAS_ORDER]:
        for r in range(count):
            if r + PREFETCH_ROWS < count:
                prefetch(offset(X, order[row + r + PREFETCH_ROWS] * n), n)
            copy(offset(X, order[row + r] * n), offset(x, r * n), n)
    else:
        copy(offset(X, row * n), x, count * n)


@compiled
def gather(args: Any, buffer: Any, update: Any, row: int, count: int) -> None:
    """Copy a tile's rows of X and Y into the buffer, and each row's weight, divided by the batch's: w / Σ w."""
    n_targets, y, row_weights = args[Arg.N_TARGETS], offset(buffer, args[Arg.TARGETS]), offset(buffer, args[Arg.ROW_WEIGHTS])
    Y, weights = pointer(args[Arg.Y], buffer[0]), pointer(args[Arg.SAMPLE_WEIGHTS], buffer[0])
    gather_inputs(args, buffer, update.order, row, count)
    if args[Arg.HAS_ORDER]:
        for r in range(count):
            copy(offset(Y, update.order[row + r] * n_targets), offset(y, r * n_targets), n_targets)
    else:
        copy(offset(Y, row * n_targets), y, count * n_targets)
    for r in range(count):
        weight = np.float64(weights[row_index(update.order, args, row + r)]) if args[Arg.HAS_WEIGHTS] else 1.0
        row_weights[r] = cast_like(buffer, weight / update.weight)


@compiled
def batch_weight(args: Any, update: Any, example: Any) -> float:
    """Return the sum of a batch's weights, Σ w."""
    if not args[Arg.HAS_WEIGHTS]:
        return np.float64(update.rows)
    weights, total = pointer(args[Arg.SAMPLE_WEIGHTS], example), 0.0
    for r in range(update.start, update.start + update.rows):
        total += np.float64(weights[row_index(update.order, args, r)])
    return total


@compiled
def run_instructions(args: Any, first: int, end: int, buffer: Any, tile: Any) -> float:
    """Call the operations of instructions ``first`` to ``end - 1``, and return the sum of their losses."""
    loss = 0.0
    for i in range(first, end):
        instr = pointer(args[Arg.INSTRUCTIONS] + 8 * i * Instr.LENGTH, ZERO)
        loss += call(instr[Instr.OPERATION], (instr, buffer, args, tile))
    return loss


@compiled
def run_stage(args: Any, buffer: Any, update: Any, tile: Any, stage: int, sync: Any) -> float:
    """Run the instructions of one stage on a shard's rows, tile by tile; return the sum of their losses."""
    stages, loss, shard, shards = pointer(args[Arg.STAGES], ZERO), 0.0, tile[Tile.SHARD], args[Arg.N_SHARDS]
    row, end = update.start + shard * update.rows // shards, update.start + (shard + 1) * update.rows // shards
    one_tile = args[Arg.N_STAGES] > 1  # a stage that waits for the other shards leaves its tile in the buffer
    tile[Tile.STARTS_SHARD] = 1
    if row == end:
        size = args[Arg.THETA_SIZE]
        fill_with_zeros(offset(pointer(args[Arg.GRADIENTS], buffer[0]), shard * size), size)
    while row < end or one_tile:
        if atomic_load(sync, Sync.ABORT):
            atomic_store(sync, Sync.ABORTED, 1)
            break
        tile[Tile.ROWS], tile[Tile.FIRST_ROW] = min(args[Arg.TILE_ROWS], end - row), row - update.start
        if stage == 0:
            gather(args, buffer, update, row, tile[Tile.ROWS])
        loss += run_instructions(args, stages[2 * stage], stages[2 * stage + 1], buffer, tile)
        row += tile[Tile.ROWS]
        tile[Tile.STARTS_SHARD] = 0
        if one_tile:
            break
    return loss


@compiled
def shard_gradients(args: Any, buffers: Any, update: Any, thread: int, threads: int, partial_sums: Any, sync: Any) -> None:
    """Forward, loss and backward (``model.trace``) of this thread's shards, in stages between which all threads meet."""
    shards = args[Arg.N_SHARDS]
    tile = pointer(args[Arg.TILES] + 8 * thread * 2 * LINE_WORDS, ZERO)
    tile[Tile.BATCH_ROWS], tile[Tile.UPDATE] = update.rows, update.counter
    for stage in range(args[Arg.N_STAGES]):
        for shard in range(thread * shards // threads, (thread + 1) * shards // threads):
            tile[Tile.SHARD] = shard
            buffer = offset(buffers, (shard if args[Arg.N_STAGES] > 1 else thread) * args[Arg.BUFFER_SIZE])
            if stage == 0:
                partial_sums[shard * LINE_WORDS + PartialSum.LOSS] = 0.0
            partial_sums[shard * LINE_WORDS + PartialSum.LOSS] += run_stage(args, buffer, update, tile, stage, sync)
        barrier(sync, threads)


@compiled
def sum_column(partial_sums: Any, count: int, column: int) -> float:
    """Return the sum of a column of the partial sums, in the order of its rows."""
    total = 0.0
    for i in range(count):
        total += partial_sums[i * LINE_WORDS + column]
    return total


@compiled
def epoch(shared: Any, buffers: Any, epoch_index: int, updates: int, thread: int, threads: int, first_block: int, end_block: int,
          partial_sums: Any, sync: Any) -> Any:  # fmt: skip
    """Make the updates of one epoch; return how many have been made in all and whether this epoch is the last; see :func:`train`.

    Every thread comes to the same decisions, from what all have written before the barrier and none writes until the next.
    """
    args, example = shared.args, buffers[0]
    n, batch_size, n_blocks = args[Arg.N_ROWS], args[Arg.BATCH_SIZE], args[Arg.N_BLOCKS]
    blocks, slots, rates = pointer(args[Arg.BLOCKS], ZERO), pointer(args[Arg.SLOTS], example), pointer(args[Arg.RULE_CONSTANTS], example)
    settings, losses = pointer(args[Arg.SETTINGS], 0.0), pointer(args[Arg.LOSSES], 0.0)
    order = pointer(args[Arg.ROW_ORDER], ZERO)
    constants = offset(buffers, thread * args[Arg.BUFFER_SIZE] + args[Arg.SCRATCH])
    total_loss, total_rows = 0.0, ZERO
    for start in range(0, n, batch_size):
        unweighted = Update(order, start, min(batch_size, n - start), 1.0, args[Arg.FIRST_UPDATE] + updates)
        weight = batch_weight(args, unweighted, example)
        if not weight > 0:
            continue  # nothing in this batch counts
        divisor = weight if settings[Setting.PER_BATCH] != 0 else 1.0
        for b in range(first_block, end_block):
            block = offset(blocks, b * Block.LENGTH)
            partial_sums[b * LINE_WORDS + PartialSum.PENALTY] = penalty_of(shared, block, settings, divisor)
        update = Update(order, start, unweighted.rows, weight, unweighted.counter)
        shard_gradients(args, buffers, update, thread, threads, partial_sums, sync)
        if atomic_load(sync, Sync.ABORTED):
            return updates, True
        loss = sum_column(partial_sums, args[Arg.N_SHARDS], PartialSum.LOSS) + sum_column(partial_sums, n_blocks, PartialSum.PENALTY)
        if not abs(loss) < np.inf:  # nor is NaN
            losses[2 * args[Arg.N_EPOCHS]] = loss
            atomic_store(sync, Sync.NOT_FINITE, 1)
            return updates, True
        for b in range(first_block, end_block):
            block = offset(blocks, b * Block.LENGTH)
            if threads > 1:  # all have read these parameters
                take_cache_lines(offset(shared.theta, block[Block.FIRST]), block[Block.END] - block[Block.FIRST])
            partial_sums[b * LINE_WORDS + PartialSum.SQUARES] = sum_block(shared, block, settings, divisor)
        if args[Arg.RULE] == 0:  # the gradient was all that was asked for
            losses[0] = loss
            return updates, True
        scale = 1.0
        if settings[Setting.CLIP_NORM] > 0:
            # g min(1, clip / |g|)
            barrier(sync, threads)
            norm = np.sqrt(sum_column(partial_sums, n_blocks, PartialSum.SQUARES))
            scale = settings[Setting.CLIP_NORM] / norm if norm > settings[Setting.CLIP_NORM] else 1.0
        own_rates = offset(rates, updates * args[Arg.N_GROUPS] * args[Arg.N_RULE_CONSTANTS])
        for b in range(first_block, end_block):
            update_block(shared, offset(blocks, b * Block.LENGTH), slots, constants, own_rates, scale)
        if thread == 0:  # running statistics
            run_instructions(args, args[Arg.N_STAGED], args[Arg.N_INSTRUCTIONS], buffers, pointer(args[Arg.TILES], ZERO))
        updates += 1
        total_loss += unweighted.rows * loss
        total_rows += unweighted.rows
        if thread == 0:
            losses[2 * epoch_index], losses[2 * epoch_index + 1] = total_loss / total_rows, updates
            if atomic_load(sync, Sync.STOP_AFTER_UPDATE):
                atomic_store(sync, Sync.STOPPED, 1)
        barrier(sync, threads)
        if atomic_load(sync, Sync.STOPPED):
            break
    for b in range(first_block, end_block):
        if not all_finite(shared, offset(blocks, b * Block.LENGTH)):
            atomic_store(sync, Sync.NOT_FINITE, 1)
    barrier(sync, threads)
    return updates, atomic_load(sync, Sync.STOPPED) != 0 or atomic_load(sync, Sync.NOT_FINITE) != 0


@compiled
def train(thread: int, threads: int, address: int, example: Any) -> float:
    """Make the updates of some epochs, as one of ``threads`` threads that all call this with the same arguments.

    Each update: forward, loss and backward of this thread's shards (``Reference.update``: ``model.trace``); when all are
    there, the optimiser's rule on this thread's blocks of parameters (``optimizer.update``); when all are there, the next.
    ``address`` is that of the arguments, :data:`~halfmoon.engines.fused.layout.Arg`, and ``example`` any number of the dtype.
    """
    args = pointer(address, ZERO)
    sync, buffers = pointer(args[Arg.SYNC], ZERO), pointer(args[Arg.BUFFERS], example)
    shared = Shared(args, pointer(args[Arg.THETA], example), pointer(args[Arg.GRADIENTS], example))
    snapshots, snapshot_indices = pointer(args[Arg.SNAPSHOTS], example), pointer(args[Arg.SNAPSHOT_INDICES], ZERO)
    partial_sums = pointer(args[Arg.PARTIAL_SUMS], 0.0)
    blocks, n_blocks, size = pointer(args[Arg.BLOCKS], ZERO), args[Arg.N_BLOCKS], args[Arg.THETA_SIZE]
    settings, losses = pointer(args[Arg.SETTINGS], 0.0), pointer(args[Arg.LOSSES], 0.0)
    first_block, end_block = thread * n_blocks // threads, (thread + 1) * n_blocks // threads
    updates, best, waited = ZERO, settings[Setting.BEST], settings[Setting.WAITED]
    for epoch_index in range(args[Arg.N_EPOCHS]):
        snapshot = offset(snapshots, snapshot_indices[epoch_index] * (size + args[Arg.STATE_SIZE]))
        for b in range(first_block, end_block):
            start = blocks[b * Block.LENGTH + Block.FIRST]
            copy(offset(shared.theta, start), offset(snapshot, start), blocks[b * Block.LENGTH + Block.END] - start)
        if thread == 0:
            copy(pointer(args[Arg.STATE], example), offset(snapshot, size), args[Arg.STATE_SIZE])
            draw_order(args)
        barrier(sync, threads)
        updates, last = epoch(shared, buffers, epoch_index, updates, thread, threads, first_block, end_block, partial_sums, sync)
        if thread == 0:
            atomic_store(sync, Sync.UPDATES, updates)
        if last:
            break
        if thread == 0:
            atomic_store(sync, Sync.EPOCHS, epoch_index + 1)
        loss = losses[2 * epoch_index]
        waited = 0.0 if not loss > best - settings[Setting.TOLERANCE] else waited + 1.0
        best = min(best, loss)
        if waited > settings[Setting.LIMIT]:
            break
    return 0.0


@compiled
def forward(thread: int, threads: int, address: int, example: Any) -> float:
    """Run rows forward for inference (``model.scores``), as one of ``threads`` threads that take the tiles in turn."""
    args = pointer(address, ZERO)
    buffer = offset(pointer(args[Arg.BUFFERS], example), thread * args[Arg.BUFFER_SIZE])
    n, tile_rows, out, n_outputs = args[Arg.N_ROWS], args[Arg.TILE_ROWS], pointer(args[Arg.Y], example), args[Arg.N_TARGETS]
    tile, sync = pointer(args[Arg.TILES] + 8 * thread * 2 * LINE_WORDS, ZERO), pointer(args[Arg.SYNC], ZERO)
    fill_with_zeros(offset(buffer, args[Arg.ZEROS]), args[Arg.MAX_WIDTH])
    tile[Tile.SHARD], tile[Tile.STARTS_SHARD] = 0, 1
    for row in range(thread * tile_rows, n, threads * tile_rows):
        if atomic_load(sync, Sync.ABORT):
            break
        count = min(tile_rows, n - row)
        tile[Tile.ROWS] = count
        gather_inputs(args, buffer, pointer(args[Arg.ROW_ORDER], ZERO), row, count)
        run_instructions(args, 0, args[Arg.N_INSTRUCTIONS], buffer, tile)
        copy(offset(buffer, args[Arg.SCORES]), offset(out, row * n_outputs), count * n_outputs)
        tile[Tile.STARTS_SHARD] = 0
    return 0.0
