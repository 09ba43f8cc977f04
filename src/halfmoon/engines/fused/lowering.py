"""Lowering: each layer, and the loss, as instructions, rows of whole numbers with columns :data:`~halfmoon.engines.fused.layout.At`.

A buffer is the private memory of a shard or a thread: every array that a pass over some rows makes has a place in it.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from math import ceil
from typing import Any

import numpy as np

from halfmoon.engines.compiler.kernels import Writer, activation_text, address, loss_text, numbers, slope_text
from halfmoon.engines.compiler.machine import CACHE_LINE
from halfmoon.engines.fused.entry_points import entry
from halfmoon.engines.fused.layout import CHUNK, LEAST_ROWS, At
from halfmoon.layers.activations import Activation
from halfmoon.layers.contract import Layer
from halfmoon.layers.dense import Dense
from halfmoon.layers.dropout import Dropout
from halfmoon.layers.normalise import BatchNorm, LayerNorm
from halfmoon.layers.softmax import Softmax
from halfmoon.losses.contract import Loss
from halfmoon.losses.pointwise import PointwiseLoss
from halfmoon.losses.softmax import SoftmaxCrossEntropy, loss_bounds
from halfmoon.network.program import Program, Step

Instruction = tuple[str, list[int]]
"""The name of an operation, and its row."""


@dataclass
class Builder:
    """Collects the instructions of a network, and where things lie.

    Attributes
    ----------
    program : Program
    n_inputs : int
    dtype : dtype
    rows : int
        Rows that a buffer has room for.
    training : bool
        Whether dropout drops and batch normalisation uses the batch.
    listed : bool
        Whether the first layer, a dense one, takes lists of the inputs that are not zero.
    """

    program: Program
    n_inputs: int
    dtype: np.dtype[Any]
    rows: int
    training: bool
    listed: bool = False
    forward: list[Instruction] = field(default_factory=list)
    backward: list[Instruction] = field(default_factory=list)
    after: list[Instruction] = field(default_factory=list)
    constants: list[float] = field(default_factory=lambda: [1.0])
    """The first is what sums of columns are products with."""
    size: int = 0
    stats: int = 0
    trained: bool = False
    """Whether a layer so far has parameters."""
    turns: int = 0
    """Dense layers so far: dy of a layer lies on one side, its dx on the other."""

    def __post_init__(self) -> None:
        layouts = self.program.parameters, self.program.state
        self.starts = {name: start for each in layouts for (name, _), start in zip(each.entries, each.starts, strict=True)}
        self.widest = max([self.n_inputs, *(step.n_out for step in self.program.steps)])
        self.sides = (self.matrix(self.widest), self.matrix(self.widest)) if self.training else (0, 0)
        self.free = self.buffer(max(CHUNK, LEAST_ROWS * self.widest, 2 * self.rows))
        self.zeros = self.buffer(self.widest)

    def buffer(self, entries: int) -> int:
        """Return the place of ``entries`` new numbers."""
        line = CACHE_LINE // self.dtype.itemsize
        place = self.size
        self.size += -(-entries // line) * line
        return place

    def matrix(self, columns: int) -> int:
        """Return the place of a new matrix with a row for each row of the tile."""
        return self.buffer(self.rows * columns)

    def keep(self, *values: float) -> int:
        """Return the place of some constants."""
        self.constants += values
        return len(self.constants) - len(values)

    def start(self, step: Step, name: str) -> int:
        """Return where an array of a step begins in theta or in the running statistics; -1 where there is none."""
        return self.starts.get(f"{step.path}.{name}", -1)

    @property
    def dy(self) -> int:
        """Where the gradient by the newest outputs lies."""
        return self.sides[self.turns % 2]

    def instruction(self, name: str, write: Writer | None = None, definition: Any = None, /, **places: int) -> Instruction:
        """Return an instruction, with the kernel of a definition and its constants; -1 wherever nothing is said."""
        row = [-1] * At.LENGTH
        row[At.CONSTANTS] = row[At.STATS] = row[At.KERNEL] = 0
        row[At.RUN] = entry(name, self.dtype)
        if write is not None and definition is not None:
            row[At.KERNEL], row[At.CONSTANTS] = address(write, definition, self.dtype), self.keep(*numbers(definition))
        for column, place in places.items():
            row[getattr(At, column.upper())] = place
        return name, row

    def add(self, *operation: Any, **places: int) -> None:
        """Append an instruction of the forward pass."""
        self.forward.append(self.instruction(*operation, **places))
        self.trained = self.trained or places.get("w", -1) >= 0

    def add_back(self, *operation: Any, **places: int) -> None:
        """Append an instruction of the backward pass, which is read in reverse; none where no parameter is left to train."""
        if self.training and self.trained:
            self.backward.append(self.instruction(*operation, **{"d": self.dy} | places))


Places = dict[str, int]


def _dense(build: Builder, step: Step, at: Places, activation: Activation | None) -> None:
    """Lower a dense layer and the activation right after it: made and activated chunk by chunk."""
    z = build.matrix(step.n_out) if build.training and activation and activation.slope.uses("z") else -1
    at |= {"z": z, "n_in": step.n_in, "w": build.start(step, "W"), "b": build.start(step, "b")}
    if build.listed and at["place"] == 0:
        at |= {"listed": 1, "x_turned": build.matrix(step.n_in) if build.training else -1}
    if build.trained and build.training:  # dx is needed where a parameter lies before
        at |= {"dx": build.dy, "turned": build.buffer(step.n_in * step.n_out)}
    build.add("dense", activation_text, activation, **at)
    build.turns += 1
    build.add_back("dense_back", slope_text, activation, **at)


def _activation(build: Builder, step: Step, at: Places, _: None) -> None:
    build.add("activation", activation_text, step.layer, **at)
    build.add_back("activation_back", slope_text, step.layer, **at)


def _dropout(build: Builder, step: Step, at: Places, _: None) -> None:
    keep = 1.0 - step.layer.rate  # type: ignore[union-attr]
    at |= {"below": ceil(keep * 2**32), "constants": build.keep(1 / keep)}
    build.add("dropout", **at)
    build.add_back("dropout", **at | {"x": build.dy, "y": build.dy})


def _softmax(build: Builder, step: Step, at: Places, _: None) -> None:
    build.add("softmax", **at)
    build.add_back("softmax_back", **at)


def _layer_norm(build: Builder, step: Step, at: Places, _: None) -> None:
    at |= {"w": build.start(step, "scale"), "b": build.start(step, "shift"), "constants": build.keep(step.layer.epsilon)}  # type: ignore[union-attr]
    build.add("layer_norm", **at)
    build.add_back("layer_norm_back", **at)


def _batch_norm(build: Builder, step: Step, at: Places, _: None) -> None:
    names = {"w": "scale", "b": "shift", "state": "mean", "z": "variance"}
    at |= {column: build.start(step, name) for column, name in names.items()}
    constants = build.keep(step.layer.epsilon, step.layer.momentum)  # type: ignore[union-attr]
    at |= {"saved": build.buffer(5 * step.n_out), "stats": build.stats, "constants": constants}
    if not build.training:
        build.add("running_norm", **at)
        return
    build.stats += 2 * step.n_out
    for name in ("batch_sums", "batch_squares", "batch_norm"):
        build.add(name, **at)
    for name in ("batch_norm_back", "batch_norm_gradients"):  # they are read in reverse
        build.add_back(name, **at)
    build.after.append(build.instruction("batch_norm_observe", **at))


LOWERINGS: dict[type[Layer], Callable[[Builder, Step, Places, Any], None]] = {
    Dense: _dense,
    Activation: _activation,
    Dropout: _dropout,
    Softmax: _softmax,
    LayerNorm: _layer_norm,
    BatchNorm: _batch_norm,
}
"""How each type of layer is lowered: from the builder, the step, the places of its input and output, and the activation merged with
a dense layer."""

BARRIERS = {"batch_sums", "batch_squares", "batch_norm_gradients"}
"""After these every thread waits for the others: what follows needs sums over the whole batch."""


def _pointwise(build: Builder, loss: Any, at: Places, target_columns: int) -> None:
    build.add("pointwise_loss", loss_text, loss, **at)


def _cross_entropy(build: Builder, loss: Any, at: Places, target_columns: int) -> None:
    constants = build.keep(loss.label_smoothing, *loss_bounds(loss.clip))
    build.add("cross_entropy", constants=constants, below=int(target_columns == 1), **at)


LOSSES: dict[type[Loss], Callable[[Builder, Any, Places, int], None]] = {PointwiseLoss: _pointwise, SoftmaxCrossEntropy: _cross_entropy}
"""How each type of loss is lowered, for targets of so many columns."""
