"""The operations that a network's instructions call, each a compiled function beside the layer whose twin it is.

All take ``(instr, buffer, args, tile)``: the instruction, with columns :data:`~halfmoon.engines.fused.layout.Instr`; the private
memory of this thread or shard; the driver's arguments, :data:`~halfmoon.engines.fused.layout.Arg`; and the rows to work on,
:data:`~halfmoon.engines.fused.layout.Tile`. They return their part of the loss. Matrices are pointers, row by row.
"""
