"""The operations that a network's instructions are made of, each a compiled function of its own, beside the layer it mirrors.

All take ``(row, h, numbers, now)``: the instruction, with columns :data:`~halfmoon.engines.fused.layout.At`; the buffer of
this thread or shard; the driver's numbers, :data:`~halfmoon.engines.fused.layout.Number`; and which rows of which batch
these are, :data:`~halfmoon.engines.fused.layout.Now`. They return their part of the loss. Matrices are pointers, row by row.
"""
