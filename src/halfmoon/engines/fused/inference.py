"""Rows through a trained network, without anything kept."""

from __future__ import annotations

from collections import defaultdict
from typing import Any

import numpy as np

from halfmoon.base.checks import Array, dense
from halfmoon.engines.compiler import team
from halfmoon.engines.fused.arguments import Numbers
from halfmoon.engines.fused.entry_points import driver
from halfmoon.engines.fused.layout import LEAST_ROWS, Number
from halfmoon.engines.fused.plan import TILE
from halfmoon.engines.fused.program import instructions
from halfmoon.engines.fused.sparsity import worth_listing
from halfmoon.network.model import Model

FEW = 8
"""Rows that are copied to and from places which were made ready: that costs less than asking where arrays are."""

LARGEST = 2**22
"""Bytes of the inputs that are walked at a time."""

SHARE = 2e6
"""Floating-point operations that a further thread must have to do."""


class Forward(Numbers):
    """The numbers of the forward pass of one model on tiles of one size, for ``threads`` threads."""

    def __init__(self, model: Model, tile: int, threads: int = 1, *, listed: bool = False) -> None:
        super().__init__(model, instructions(model.network, model.n_inputs, model.dtype, tile, training=False, listed=listed), threads)
        self.put({
            Number.BUFFERS: np.empty((threads, int(self.vector[Number.BUFFER])), model.dtype),
            Number.N_TARGETS: model.program.n_outputs,
        })  # fmt: skip
        self.address = self.vector.ctypes.data

    def look_at(self, X: Any, out: Array) -> tuple[Array, ...]:
        """Say which rows come next, and where their scores go; what is returned, and ``out``, must stay alive meanwhile."""
        self.put({Number.Y: out.ctypes.data, Number.ROWS: len(out)})
        return self.point_at(X)


class FewRows:
    """A place for a few rows and their scores."""

    def __init__(self, model: Model) -> None:
        self.X, self.out = np.empty((FEW, model.n_inputs), model.dtype), np.empty((FEW, model.program.n_outputs), model.dtype)
        self.forward = Forward(model, FEW)
        self.forward.look_at(self.X, self.out)
        self.numbers, self.address = self.forward.vector, self.forward.address


class Predictor:
    """Returns the raw scores (n, n_outputs) of one model for rows that were checked. Several threads may call it at once."""

    def __init__(self, dtype: np.dtype[Any]) -> None:
        self.run = driver("forward", dtype)
        self.few: list[FewRows] = []
        self.many: defaultdict[tuple[int, bool], list[Forward]] = defaultdict(list)
        """What is free at the moment; for many rows, by the number of threads and whether there are lists. Appending and popping
        are atomic."""

    def __call__(self, model: Model, X: Any, threads: int | None = None) -> Array:
        return self._few(model, dense(X)) if X.shape[0] <= FEW else self._many(model, X, threads)

    def _few(self, model: Model, X: Array) -> Array:
        try:
            place = self.few.pop()
        except IndexError:
            place = FewRows(model)
        n = len(X)
        place.X[:n] = X
        place.numbers[Number.ROWS] = n
        self.run(0, 1, place.address, 0.0)
        out: Array = place.out[:n].copy()
        self.few.append(place)
        return out

    def _many(self, model: Model, X: Any, most: int | None) -> Array:
        n = X.shape[0]
        work = 2.0 * model.theta.size * n
        threads = 1 if work < SHARE else min(team.thread_count(most), int(work / SHARE) + 1, -(-n // TILE))
        key = threads, work > SHARE and worth_listing(model.program, X)
        try:
            forward = self.many[key].pop()
        except IndexError:
            rows = max(LEAST_ROWS, min(TILE, LARGEST // (model.n_inputs * model.dtype.itemsize)))
            forward = Forward(model, rows, threads, listed=key[1])
        out = np.empty((n, model.program.n_outputs), model.dtype)
        alive = forward.look_at(X, out)
        if threads == 1:
            self.run(0, 1, forward.address, 0.0)
        else:
            team.run(lambda me, crew: self.run(me, crew, forward.address, 0.0), threads, lambda: None)
        del alive
        self.many[key].append(forward)
        return out
