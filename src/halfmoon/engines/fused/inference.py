"""Rows through a trained network, without anything kept."""

from __future__ import annotations

import numpy as np

from halfmoon.checks import Array
from halfmoon.engines.fused import team
from halfmoon.engines.fused.entries import driver
from halfmoon.engines.fused.plan import TILE, Numbers
from halfmoon.engines.fused.program import LINE, Number, instructions
from halfmoon.model import Model

FEW = 8
"""Rows for which a small buffer is enough."""

SHARE = 2e6
"""Floating-point operations that a further thread must have to do."""


class Scorer(Numbers):
    """The numbers of the forward pass of one model, for tiles of one size."""

    def __init__(self, model: Model, tile: int) -> None:
        super().__init__(model, instructions(model, tile, training=False))
        self.outputs, self.dtype = model.program.n_outputs, model.dtype
        self.operations = 2.0 * model.theta.size
        self.buffer = int(self.vector[Number.BUFFER])
        self.forward = driver("forward", model.dtype)
        self.set({Number.N_TARGETS: self.outputs})

    def __call__(self, X: Array) -> Array:
        n = len(X)
        out = np.empty((n, self.outputs), self.dtype)
        work = self.operations * n
        threads = 1 if work < SHARE else min(team.thread_count(None), int(work / SHARE) + 1, -(-n // TILE))
        buffers, numbers = np.empty((threads, self.buffer), self.dtype), self.vector.copy()
        numbers[Number.ROWS] = n
        now = np.empty(2 * LINE * threads, np.int64)
        for number, array in ((Number.X, X), (Number.Y, out), (Number.BUFFERS, buffers), (Number.NOW, now)):
            numbers[number] = array.__array_interface__["data"][0]
        address = numbers.__array_interface__["data"][0]
        if threads == 1:
            self.forward(0, 1, address, 0.0)
        else:
            team.run(lambda me, crew: self.forward(me, crew, address, 0.0), threads, lambda: None)
        return out


def scores(model: Model, X: Array) -> Array:
    """Return the raw scores of rows that were checked, (n, n_outputs)."""
    tile = FEW if len(X) <= FEW else TILE
    scorer = model.kept.get(tile)
    if scorer is None:
        scorer = model.kept[tile] = Scorer(model, tile)
    return scorer(X)
