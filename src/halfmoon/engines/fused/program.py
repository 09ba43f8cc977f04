"""Lowering: a network becomes a flat list of instructions, each a row of whole numbers that the driver walks.

A buffer is the private memory of a shard or a thread: every array that a pass over some rows makes has a place in it.
The instructions are those of the forward pass, the loss, and the backward pass in reverse; a layer of another type than
those in ``LOWERINGS`` cannot be run here.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from math import ceil
from typing import Any

import numpy as np

from halfmoon.checks import Array
from halfmoon.compiled.kernels import activation_text, address, loss_text, numbers, slope_text
from halfmoon.compiled.machine import CACHE_LINE
from halfmoon.engines.fused.entries import entry
from halfmoon.engines.fused.tables import CHUNK, LEAST_ROWS, At, Number
from halfmoon.layers.activations import Activation
from halfmoon.layers.contract import Layer
from halfmoon.layers.dense import Dense
from halfmoon.layers.dropout import Dropout
from halfmoon.layers.normalise import BatchNorm, LayerNorm
from halfmoon.layers.softmax import Softmax
from halfmoon.losses import PointwiseLoss, SoftmaxCrossEntropy, loss_bounds
from halfmoon.model import Model
from halfmoon.network import Step

BARRIERS = {"batch_sums", "batch_squares", "batch_norm_gradients"}
"""After these every thread waits for the others: what follows needs sums over the whole batch."""

Instruction = tuple[str, list[int]]
"""The name of an operation, and its row."""


@dataclass
class Builder:
    """Collects the instructions of a network, and where things lie.

    Attributes
    ----------
    rows : int
        Rows that a buffer has room for.
    training : bool
        Whether dropout drops and batch normalisation uses the batch.
    """

    model: Model
    rows: int
    training: bool
    forward: list[Instruction] = field(default_factory=list)
    backward: list[Instruction] = field(default_factory=list)
    after: list[Instruction] = field(default_factory=list)
    constants: list[float] = field(default_factory=list)
    size: int = 0
    transposed: int = 0
    stats: int = 0
    trained: bool = False
    """Whether a layer so far has parameters."""
    turns: int = 0
    """Dense layers so far: dy of a layer lies on one side, its dx on the other."""

    def buffer(self, entries: int) -> int:
        """Return the place of ``entries`` new numbers."""
        line = CACHE_LINE // self.model.dtype.itemsize
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

    def parameter(self, step: Step, name: str) -> int:
        """Return where a parameter of a step begins in theta; -1 where there is none."""
        return _start(self.model.program.parameters, f"{step.path}.{name}")

    def kernel(self, definition: Any, write: Callable[[Any, str], str]) -> int:
        """Return the address of a definition's kernel; 0 where there is no definition."""
        return address(write, definition, self.model.dtype) if definition is not None else 0

    def slope(self, activation: Any) -> int:
        """Return the address of the kernel of an activation's slope; 0 where nothing is trained."""
        return self.kernel(activation, slope_text) if self.training else 0

    def constants_of(self, definition: Any) -> int:
        """Return the place of a definition's constants."""
        return self.keep(*numbers(definition)) if definition is not None else 0

    def instruction(self, name: str, **places: int) -> Instruction:
        """Return an instruction: -1 wherever nothing is said."""
        row = [-1] * At.LENGTH
        row[At.CONSTANTS] = row[At.STATS] = row[At.KERNEL] = 0
        row[At.RUN] = entry(name, self.model.dtype)
        for column, place in places.items():
            row[getattr(At, column.upper())] = place
        return name, row

    def add(self, name: str, **places: int) -> None:
        """Append an instruction of the forward pass."""
        self.forward.append(self.instruction(name, **places))
        self.trained = self.trained or places.get("w", -1) >= 0

    def add_back(self, name: str, **places: int) -> None:
        """Append an instruction of the backward pass, which is read in reverse; none where no parameter is left to train."""
        if self.training and self.trained:
            self.backward.append(self.instruction(name, **places))

    def dy(self, turn: int) -> int:
        """Return where the gradient by the outputs after ``turn`` dense layers lies."""
        return self.sides[turn % 2]

    def __post_init__(self) -> None:
        steps = self.model.program.steps
        self.widest = max([self.model.n_inputs, *(step.n_out for step in steps)])
        self.sides = (self.matrix(self.widest), self.matrix(self.widest)) if self.training else (0, 0)
        self.free = self.buffer(max(CHUNK, LEAST_ROWS * self.widest, 2 * self.rows))
        self.zeros = self.buffer(self.widest)


def _start(layout: Any, name: str) -> int:
    return dict(zip((entry for entry, _ in layout.entries), layout.starts, strict=True)).get(name, -1)


def _dense(build: Builder, step: Step, place: int, x: int, following: Step | None) -> int:
    """Lower a dense layer and the activation right after it: made and activated chunk by chunk."""
    layer = following.layer if following is not None else None
    activation = layer if type(layer) is Activation else None
    y = build.matrix(step.n_out)
    z = build.matrix(step.n_out) if build.training and activation and activation.slope.uses("z") else -1
    common = {"x": x, "y": y, "z": z, "n_in": step.n_in, "n_out": step.n_out, "constants": build.constants_of(activation),
              "w": build.parameter(step, "W"), "b": build.parameter(step, "b")}  # fmt: skip
    needed = build.trained  # is there a parameter before, for which dx is needed?
    build.add("dense", kernel=build.kernel(activation, activation_text), **common)
    places = {"dx": build.dy(build.turns), "transposed": build.transposed} if needed else {}
    build.transposed += step.n_in * step.n_out if needed else 0
    build.turns += 1
    build.add_back("dense_back", kernel=build.slope(activation), d=build.dy(build.turns), **places, **common)
    return y


def _activation(build: Builder, step: Step, place: int, x: int, following: Step | None) -> int:
    y = build.matrix(step.n_out)
    common = {"x": x, "y": y, "n_out": step.n_out, "constants": build.constants_of(step.layer)}
    build.add("activation", kernel=build.kernel(step.layer, activation_text), **common)
    build.add_back("activation_back", kernel=build.slope(step.layer), d=build.dy(build.turns), **common)
    return y


def _dropout(build: Builder, step: Step, place: int, x: int, following: Step | None) -> int:
    if not build.training:
        return x
    keep = 1.0 - step.layer.rate  # type: ignore[union-attr]
    y, d = build.matrix(step.n_out), build.dy(build.turns)
    common = {"n_out": step.n_out, "place": place, "below": ceil(keep * 2**32), "constants": build.keep(1 / keep)}
    build.add("dropout", x=x, y=y, **common)
    build.add_back("dropout", x=d, y=d, **common)
    return y


def _softmax(build: Builder, step: Step, place: int, x: int, following: Step | None) -> int:
    y = build.matrix(step.n_out)
    build.add("softmax", x=x, y=y, n_out=step.n_out)
    build.add_back("softmax_back", y=y, n_out=step.n_out, d=build.dy(build.turns))
    return y


def _scale_and_shift(build: Builder, step: Step, *constants: float) -> dict[str, int]:
    return {
        "n_out": step.n_out,
        "constants": build.keep(*constants),
        "w": build.parameter(step, "scale"),
        "b": build.parameter(step, "shift"),
    }


def _layer_norm(build: Builder, step: Step, place: int, x: int, following: Step | None) -> int:
    y = build.matrix(step.n_out)
    common = {"x": x, "y": y} | _scale_and_shift(build, step, step.layer.epsilon)  # type: ignore[union-attr]
    build.add("layer_norm", **common)
    build.add_back("layer_norm_back", d=build.dy(build.turns), **common)
    return y


def _batch_norm(build: Builder, step: Step, place: int, x: int, following: Step | None) -> int:
    layer, y = step.layer, build.matrix(step.n_out)
    statistics = build.model.program.state
    common = {"x": x, "y": y, "saved": build.buffer(5 * step.n_out), "stats": build.stats,
              "state": _start(statistics, f"{step.path}.mean"), "z": _start(statistics, f"{step.path}.variance"),
              **_scale_and_shift(build, step, layer.epsilon, layer.momentum)}  # type: ignore[union-attr]  # fmt: skip
    if not build.training:
        build.add("running_norm", **common)
        return y
    build.stats += 2 * step.n_out
    for name in ("batch_sums", "batch_squares", "batch_norm"):
        build.add(name, **common)
    for name in ("batch_norm_back", "batch_norm_gradients"):  # they are read in reverse
        build.add_back(name, d=build.dy(build.turns), **common)
    build.after.append(build.instruction("batch_norm_observe", **common))
    return y


LOWERINGS: dict[type[Layer], Callable[[Builder, Step, int, int, Step | None], int]] = {
    Dense: _dense,
    Activation: _activation,
    Dropout: _dropout,
    Softmax: _softmax,
    LayerNorm: _layer_norm,
    BatchNorm: _batch_norm,
}
"""How each type of layer is lowered: from the builder, the step, its place, its input and the step after it, to its output."""

LOSSES = (PointwiseLoss, SoftmaxCrossEntropy)


def obstacle(model: Model) -> str | None:
    """Return what keeps the fused engine from running a network, in a sentence; None when nothing does."""
    for step in model.program.steps:
        if step.layer is not None and type(step.layer) not in LOWERINGS:
            return f"the layer at {step.path}, {type(step.layer).__name__}, has Python code of its own"
    if type(model.network.loss) not in LOSSES:
        return f"the loss {type(model.network.loss).__name__} has Python code of its own"
    return None


@dataclass(frozen=True)
class Instructions:
    """What a driver walks.

    Attributes
    ----------
    rows : ndarray of int64, shape (instructions, At.LENGTH)
    stages : ndarray of int64, shape (stages, 2)
        First and last-but-one instruction between two barriers.
    constants : ndarray
        Numbers of activations, losses and layers.
    places : dict
        Of :data:`Number`: how long a buffer is, and where a tile's X, y, weights and scores lie in it.
    transposed, stats : int
        Entries of the transposed weights, and of batch normalisation's sums.
    """

    rows: Array
    stages: Array
    constants: Array
    places: dict[int, int]
    transposed: int
    stats: int


def instructions(model: Model, rows: int, *, training: bool, target_columns: int = 0) -> Instructions:
    """Return the instructions of a model for tiles of up to ``rows`` rows; without training, those of the forward pass alone."""
    build = Builder(model, rows, training)
    inputs, targets, shares = build.matrix(model.n_inputs), build.matrix(target_columns), build.buffer(rows)
    scores = _steps(build, inputs)
    found = build.forward
    if training:
        _loss(build, scores, target_columns)
        found = [*build.forward, *reversed(build.backward)]
    table = np.array([row for _, row in (*found, *build.after)] or np.empty((0, At.LENGTH)), np.int64)
    ends = [place + 1 for place, (name, _) in enumerate(found) if name in BARRIERS]
    stages = np.array([*zip([0, *ends], [*ends, len(found)], strict=True)], np.int64)
    constants = np.array([*build.constants, 0.0], model.dtype)
    places = {Number.INPUTS: inputs, Number.TARGETS: targets, Number.SHARES: shares, Number.SCORES: scores, Number.FREE: build.free,
              Number.ZEROS: build.zeros, Number.WIDEST: build.widest, Number.BUFFER: build.size, Number.TILE: rows}  # fmt: skip
    return Instructions(table, stages, constants, places, build.transposed, build.stats)


def _steps(build: Builder, x: int) -> int:
    """Lower every step, and return where the scores lie."""
    steps, merged = build.model.program.steps, False
    kept: list[tuple[int, int]] = []
    for place, step in enumerate(steps):
        following = steps[place + 1] if place + 1 < len(steps) else None
        if step.kind == "keep":
            kept.append((x, build.matrix(step.n_out) if build.training else -1))
            build.add_back("keep_back", d=build.dy(build.turns), saved=kept[-1][1], n_out=step.n_out)
        elif step.kind == "add":
            (before, saved), y = kept.pop(), build.matrix(step.n_out)
            build.add("add_kept", x=x, z=before, y=y, n_out=step.n_out)
            build.add_back("add_kept_back", d=build.dy(build.turns), saved=saved, n_out=step.n_out)
            x = y
        elif not merged:
            x = LOWERINGS[type(step.layer)](build, step, place, x, following)  # type: ignore[index]
        merged = type(step.layer) is Dense and following is not None and type(following.layer) is Activation
    return x


def _loss(build: Builder, scores: int, target_columns: int) -> None:
    loss = build.model.network.loss
    common = {"x": scores, "d": build.dy(build.turns), "n_out": build.model.program.n_outputs}
    if isinstance(loss, PointwiseLoss):
        build.add("pointwise_loss", kernel=build.kernel(loss, loss_text), constants=build.constants_of(loss), **common)
    else:
        constants = build.keep(loss.label_smoothing, *loss_bounds(loss.clip))  # type: ignore[attr-defined]
        build.add("cross_entropy", constants=constants, below=int(target_columns == 1), **common)
