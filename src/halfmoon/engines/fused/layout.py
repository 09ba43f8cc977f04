"""Names for the places of what Python hands to compiled code, and compiled code to itself: columns, addresses and sizes."""

from __future__ import annotations

from types import ModuleType
from typing import Any

from halfmoon.engines.compiler.machine import LINE, REGISTERS

CHUNK = 4096
"""Entries of a layer's output that are made and activated at a time: few enough to stay in the first cache."""

NEAR = 65536
"""Weights that may be brought into the second cache before they are needed: fewer than it holds."""

LEAST_ROWS = 28 if REGISTERS == 32 else 24  # noqa: PLR2004
"""Rows that are made and activated at a time even where they are longer: whole tiles of :mod:`halfmoon.engines.compiler.matrix_product`."""


def numbered(name: str, names: str, step: int = 1) -> Any:
    """Return names for 0, step, 2 step, ..., and their end as ``LENGTH``; in a module, whose entries are constants to compiled code."""
    found = ModuleType(name)
    for place, each in enumerate([*names.split(), "LENGTH"]):
        setattr(found, each, place * step)
    return found


At = numbered("At", "RUN X X_TURNED Y Z D DX SAVED N_IN N_OUT W B TURNED LISTED CONSTANTS KERNEL PLACE BELOW STATE STATS")
"""Columns of an instruction: the address of its operation; places in the buffer (X to SAVED), in theta and the gradient (W, B),
and so on."""

Now = numbered("Now", "SHARD ROWS FIRST FRESH BATCH UPDATE LISTS")
"""What an operation is told of the moment: the shard; how many rows, and the place of the first in its batch; whether they
are the shard's first, whose gradients are put and not added; the rows of the whole batch; the updates made before it; the address
of a place for lists of inputs."""

Number = numbered(
    "Number",
    "X X_STARTS X_COLUMNS Y WEIGHTS ORDER SWAPS TWISTER THETA STATE SLOTS WHOLE PLACES BUFFERS GRADIENTS STATS CONSTANTS RATES SETTINGS"
    " PARTS LOSSES SYNC NOW INSTRUCTIONS STAGES BLOCKS RULE PRODUCT SPARSE_PRODUCT ROWS BATCH EPOCHS SHARDS TILE BUFFER SIZE STATE_SIZE"
    " N_INPUTS N_TARGETS N_STAGED N_INSTRUCTIONS N_STAGES N_BLOCKS N_STATS KINDS COLUMNS ORDERED WEIGHTED SEED UPDATE INPUTS TARGETS"
    " SHARES SCORES FREE ZEROS WIDEST",
)
"""Places in the vector of whole numbers that the driver is given: addresses of arrays first, then sizes, then places in a buffer."""

Block = numbered("Block", "FIRST LAST KIND DECAYED")
"""Columns of a block of neighbouring parameters: first, last + 1, class of constants, whether decayed."""

Setting = numbered("Setting", "L1 L2 PER_BATCH LONGEST BEST TOLERANCE WAITED MOST")
"""What every update takes from a training: the penalty, and the longest gradient, 0 for one of any length; and what ends it, a
:class:`~halfmoon.base.patience.Patience`."""

Part = numbered("Part", "LOSS PENALTY SQUARES")
"""Partial sums: a shard's loss; a block's penalty, and the Σ g² of its gradient."""

Sync = numbered("Sync", "COUNT TURN STOP LATE ENDED ABANDONED NOT_FINITE UPDATES EPOCHS", step=LINE)
"""Words that threads share, each on a cache line of its own; the first two are the barrier's. STOP asks to abandon the update at
hand, LATE to end after it."""
