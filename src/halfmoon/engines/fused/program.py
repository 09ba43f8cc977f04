"""A network as a program: a flat list of instructions that the driver runs.

They are those of the forward pass, the loss, and the backward pass in reverse; a layer of another type than those in
:data:`~halfmoon.engines.fused.lowering.LOWERINGS` cannot be run here.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from typing import Any

import numpy as np

from halfmoon.base.checks import Array
from halfmoon.engines.fused.layout import Arg, Instr
from halfmoon.engines.fused.lowering import BARRIERS, LOSSES, LOWERINGS, MATRIX_PRODUCTS, Builder
from halfmoon.layers.activations import Activation
from halfmoon.losses.ensemble import EnsembleLoss
from halfmoon.network.model import Model
from halfmoon.network.network import Network

CACHED_PROGRAMS = 256
"""Networks whose instructions are cached: one is often trained again, from other weights or on other rows."""


def unsupported_reason(model: Model) -> str | None:
    """Return what keeps the fused engine from running a network, in a sentence; None when nothing does."""
    for step in model.program.steps:
        if step.layer is not None and type(step.layer) not in LOWERINGS:
            return f"the layer at {step.path}, {type(step.layer).__name__}, has Python code of its own"
    loss = model.network.loss.of if isinstance(model.network.loss, EnsembleLoss) else model.network.loss
    if type(loss) not in LOSSES:
        return f"the loss {type(loss).__name__} has Python code of its own"
    return None


@dataclass(frozen=True)
class Instructions:
    """What a driver runs, and does not change.

    Attributes
    ----------
    table : ndarray of int64, shape (instructions, Instr.LENGTH)
    stages : ndarray of int64, shape (stages, 2)
        First instruction between two barriers, and last + 1.
    constants : ndarray
        Numbers of activations, losses and layers.
    arguments : dict
        The :data:`~halfmoon.engines.fused.layout.Arg` that follow: the sizes of a tile, a buffer and batch normalisation's sums, and the
        offsets of a tile's X, y, weights and scores in the buffer.
    skips_zeros : bool
        Whether the first layer leaves out inputs that are zero.
    """

    table: Array
    stages: Array
    constants: Array
    arguments: dict[int, int]
    skips_zeros: bool


@lru_cache(CACHED_PROGRAMS)
def instructions(
    network: Network, n_inputs: int, dtype: np.dtype[Any], rows: int, *, training: bool, skips_zeros: bool = False, target_columns: int = 0
) -> Instructions:  # fmt: skip
    """Return the instructions of a network for tiles of up to ``rows`` rows; without training, those of the forward pass alone.

    ``skips_zeros`` is for a network that begins with a dense layer, which then leaves out inputs that are zero.
    """
    program, loss = network.program(n_inputs), network.loss
    build = Builder(program, n_inputs, dtype, rows, training, skips_zeros)
    inputs, targets, row_weights = build.matrix(n_inputs), build.matrix(target_columns), build.allocate(rows)
    scores = _steps(build, inputs)
    if training:
        fields = {"x": scores, "dy": build.dy, "n_out": program.n_outputs}
        LOSSES[type(loss)](build, loss, fields, target_columns)
    staged = [*build.forward, *reversed(build.backward)]
    table = np.array([row for _, row in (*staged, *build.after)] or np.empty((0, Instr.LENGTH)), np.int64)
    ends = [index + 1 for index, (name, _) in enumerate(staged) if name in BARRIERS]
    stages = np.array([*zip([0, *ends], [*ends, len(staged)], strict=True)], np.int64)
    constants = np.array(build.constants, dtype)
    arguments = {
        Arg.INPUTS: inputs, Arg.TARGETS: targets, Arg.ROW_WEIGHTS: row_weights, Arg.SCORES: scores, Arg.SCRATCH: build.scratch,
        Arg.ZEROS: build.zeros, Arg.MAX_WIDTH: build.max_width, Arg.BUFFER_SIZE: build.size, Arg.TILE_ROWS: rows,
        Arg.SUMS_SIZE: build.sums_size,
    }  # fmt: skip
    return Instructions(table, stages, constants, arguments, skips_zeros)


def _steps(build: Builder, x: int) -> int:
    """Lower every step, and return the offset of the scores."""
    steps, merged = build.program.steps, None
    kept: list[tuple[int, int]] = []
    for index, (step, following) in enumerate(zip(steps, [*steps[1:], None], strict=False)):
        kind, already_merged, merged = type(step.layer), merged, None
        if already_merged is not None or (step.layer is not None and step.layer.identity_in_inference and not build.training):
            continue
        if step.kind == "keep":
            kept.append((x, build.matrix(step.n_out) if build.training else -1))
            build.add_back("keep_back", saved=kept[-1][1], n_out=step.n_out)
            continue
        fields = {"x": x, "y": build.matrix(step.n_out), "n_out": step.n_out, "layer": index}
        if step.kind == "add":
            fields["z"], saved = kept.pop()
            build.add("add_kept", **fields)
            build.add_back("add_kept_back", saved=saved, **fields)
        else:
            activated = following is not None and type(following.layer) is Activation
            merged = following.layer if kind in MATRIX_PRODUCTS and activated else None  # type: ignore[union-attr]
            LOWERINGS[kind](build, step, fields, merged)  # type: ignore[index]
        x = fields["y"]
    return x
