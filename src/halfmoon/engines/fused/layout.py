"""Memory layouts that Python and compiled code agree on: names for the columns and offsets of the arrays that one hands to the other."""

from __future__ import annotations

from types import ModuleType
from typing import Any

from halfmoon.engines.compiler.machine import LINE_WORDS, REGISTERS

CHUNK = 4096
"""Entries of a layer's output that are computed and activated at a time: few enough to stay in the first-level cache."""

PREFETCH_LIMIT = 65536
"""Most weights of a matrix that is prefetched: fewer than the second-level cache holds."""

MIN_CHUNK_ROWS = 28 if REGISTERS == 32 else 24  # noqa: PLR2004
"""Rows that a chunk has at least, however wide: whole tiles of :mod:`halfmoon.engines.compiler.matrix_product`."""


def offsets(name: str, names: str, step: int = 1) -> Any:
    """Return a module with the attributes 0, step, 2 step, ..., and their end as ``LENGTH``.

    Numba takes a module's attributes for compile-time constants, which it does not do with those of an object.
    """
    module = ModuleType(name)
    for index, each in enumerate([*names.split(), "LENGTH"]):
        setattr(module, each, index * step)
    return module


Instr = offsets(
    "Instr",
    "OPERATION X X_TRANSPOSED Y Z DY DX SAVED N_IN N_OUT W B W_TRANSPOSED SKIPS_ZEROS CONSTANTS KERNEL LAYER PARAMETER STATE SUMS"
    " R S GROUPS KEEPS",
)
"""Columns of an instruction, -1 where it has no such thing.

OPERATION and KERNEL are addresses of functions. X to SAVED and W_TRANSPOSED are offsets in the buffer, W and B in the parameters and
their gradient, CONSTANTS, STATE and SUMS in the arrays of that name in :data:`Arg`; of a batch normalisation STATE is the running
mean's offset, and Z the running variance's. An operation that works in place leaves dX in DY. LAYER is the index of the step, by which
dropout counts its random numbers; PARAMETER one integer: dropout's threshold, 1 for a cross-entropy whose targets are class indices,
frequencies or bins of an embedding, columns of an ensemble's bias. R and S are offsets of further parameters, such as the factors of an
ensemble; GROUPS is how many columns are embedded, or how many members an ensemble has; KEEPS is 1 where a backward pass will follow.
"""

Tile = offsets("Tile", "SHARD ROWS FIRST_ROW STARTS_SHARD BATCH_ROWS UPDATE NONZERO_LISTS")
"""The tile that an operation works on: its shard; how many rows it has, and the index of the first in the batch; whether it is the
first of its shard, which overwrites the gradient where others add to it; rows of the whole batch; updates before this one; the address
of memory for the lists of :mod:`halfmoon.engines.compiler.nonzero_lists`."""

Arg = offsets(
    "Arg",
    "X X_INDPTR X_INDICES Y SAMPLE_WEIGHTS ROW_ORDER SWAPS GENERATOR THETA STATE SLOTS SNAPSHOTS SNAPSHOT_INDICES BUFFERS GRADIENTS"
    " SUMS CONSTANTS RULE_CONSTANTS SETTINGS PARTIAL_SUMS LOSSES SYNC TILES INSTRUCTIONS STAGES BLOCKS RULE PRODUCT SPARSE_PRODUCT"
    " N_ROWS BATCH_SIZE N_EPOCHS N_SHARDS TILE_ROWS BUFFER_SIZE THETA_SIZE STATE_SIZE N_INPUTS N_TARGETS N_STAGED N_INSTRUCTIONS"
    " N_STAGES N_BLOCKS SUMS_SIZE N_GROUPS N_RULE_CONSTANTS HAS_ORDER HAS_WEIGHTS SEED FIRST_UPDATE INPUTS TARGETS ROW_WEIGHTS SCORES"
    " SCRATCH ZEROS MAX_WIDTH",
)
"""The driver's arguments, one 64-bit integer each: addresses of arrays and functions first, then sizes and flags, then offsets in a buffer
(INPUTS to ZEROS). X_INDPTR and X_INDICES are SciPy's of a CSR matrix."""

Block = offsets("Block", "FIRST END GROUP DECAYED")
"""Columns of a block of neighbouring parameters: first, last + 1, the parameter group that its constants belong to, whether it decays."""

Setting = offsets("Setting", "L1 L2 PER_BATCH CLIP_NORM BEST TOLERANCE WAITED LIMIT")
"""Real numbers that hold for all updates of a call: the penalty, and the largest norm of a gradient, 0 for any; then what ends the
call, a :class:`~halfmoon.base.patience.Patience`."""

PartialSum = offsets("PartialSum", "LOSS PENALTY SQUARES")
"""Columns of the partial sums: a shard's loss; a block's penalty, and the Σ g² of its gradient."""

Sync = offsets("Sync", "ARRIVED GENERATION ABORT STOP_AFTER_UPDATE STOPPED ABORTED NOT_FINITE UPDATES EPOCHS", step=LINE_WORDS)
"""Integers that threads share, each on a cache line of its own. The first two are the barrier's; ABORT and STOP_AFTER_UPDATE are
requests, to abandon the update at hand or to end after it, and the others say what came of them and how far training got."""
