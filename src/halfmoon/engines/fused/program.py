"""A network as a program: a flat list of instructions that the driver walks.

They are those of the forward pass, the loss, and the backward pass in reverse; a layer of another type than those in
:data:`~halfmoon.engines.fused.lowering.LOWERINGS` cannot be run here.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from typing import Any

import numpy as np

from halfmoon.base.checks import Array
from halfmoon.engines.fused.layout import At, Number
from halfmoon.engines.fused.lowering import BARRIERS, LOSSES, LOWERINGS, Builder
from halfmoon.layers.activations import Activation
from halfmoon.layers.dense import Dense
from halfmoon.layers.dropout import Dropout
from halfmoon.network.model import Model
from halfmoon.network.network import Network

REMEMBERED = 256
"""Networks whose instructions are kept: one is often trained again, from other weights or on other rows."""


def unsupported_reason(model: Model) -> str | None:
    """Return what keeps the fused engine from running a network, in a sentence; None when nothing does."""
    for step in model.program.steps:
        if step.layer is not None and type(step.layer) not in LOWERINGS:
            return f"the layer at {step.path}, {type(step.layer).__name__}, has Python code of its own"
    if type(model.network.loss) not in LOSSES:
        return f"the loss {type(model.network.loss).__name__} has Python code of its own"
    return None


@dataclass(frozen=True)
class Instructions:
    """What a driver walks, and does not change.

    Attributes
    ----------
    rows : ndarray of int64, shape (instructions, At.LENGTH)
    stages : ndarray of int64, shape (stages, 2)
        First and last-but-one instruction between two barriers.
    constants : ndarray
        Numbers of activations, losses and layers.
    places : dict
        Of :data:`Number`: how long a buffer is, and where a tile's X, y, weights and scores lie in it.
    stats : int
        Entries of batch normalisation's sums.
    listed : bool
        Whether inputs that are not zero are listed.
    """

    rows: Array
    stages: Array
    constants: Array
    places: dict[int, int]
    stats: int
    listed: bool


@lru_cache(REMEMBERED)
def instructions(
    network: Network, n_inputs: int, dtype: np.dtype[Any], rows: int, *, training: bool, listed: bool = False, target_columns: int = 0
) -> Instructions:  # fmt: skip
    """Return the instructions of a network for tiles of up to ``rows`` rows; without training, those of the forward pass alone.

    ``listed`` is for a network that begins with a dense layer, and inputs of which lists are made.
    """
    program, loss = network.program(n_inputs), network.loss
    build = Builder(program, n_inputs, dtype, rows, training, listed)
    inputs, targets, shares = build.matrix(n_inputs), build.matrix(target_columns), build.buffer(rows)
    scores = _steps(build, inputs)
    if training:
        at = {"x": scores, "d": build.dy, "n_out": program.n_outputs}
        LOSSES[type(loss)](build, loss, at, target_columns)
    found = [*build.forward, *reversed(build.backward)]
    table = np.array([row for _, row in (*found, *build.after)] or np.empty((0, At.LENGTH)), np.int64)
    ends = [place + 1 for place, (name, _) in enumerate(found) if name in BARRIERS]
    stages = np.array([*zip([0, *ends], [*ends, len(found)], strict=True)], np.int64)
    constants = np.array(build.constants, dtype)
    places = {Number.INPUTS: inputs, Number.TARGETS: targets, Number.SHARES: shares, Number.SCORES: scores, Number.FREE: build.free,
              Number.ZEROS: build.zeros, Number.WIDEST: build.widest, Number.BUFFER: build.size, Number.TILE: rows}  # fmt: skip
    return Instructions(table, stages, constants, places, build.stats, listed)


def _steps(build: Builder, x: int) -> int:
    """Lower every step, and return where the scores lie."""
    steps, merged = build.program.steps, None
    kept: list[tuple[int, int]] = []
    for place, (step, following) in enumerate(zip(steps, [*steps[1:], None], strict=False)):
        kind, before, merged = type(step.layer), merged, None
        if before is not None or (kind is Dropout and not build.training):
            continue
        if step.kind == "keep":
            kept.append((x, build.matrix(step.n_out) if build.training else -1))
            build.add_back("keep_back", saved=kept[-1][1], n_out=step.n_out)
            continue
        at = {"x": x, "y": build.matrix(step.n_out), "n_out": step.n_out, "place": place}
        if step.kind == "add":
            at["z"], saved = kept.pop()
            build.add("add_kept", **at)
            build.add_back("add_kept_back", saved=saved, **at)
        else:
            merged = following.layer if kind is Dense and following is not None and type(following.layer) is Activation else None
            LOWERINGS[kind](build, step, at, merged)  # type: ignore[index]
        x = at["y"]
    return x
