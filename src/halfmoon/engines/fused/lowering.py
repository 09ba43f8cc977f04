"""Lowering: each layer, and the loss, as instructions, rows of integers with columns :data:`~halfmoon.engines.fused.layout.Instr`.

A buffer is the private memory of a shard or a thread: every array that a pass over some rows makes has an offset in it.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from math import ceil
from typing import Any

import numpy as np

from halfmoon.engines.compiler.kernels import Writer, activation_text, constant_values, kernel_address, loss_text, slope_text
from halfmoon.engines.compiler.machine import CACHE_LINE, VECTOR_BYTES
from halfmoon.engines.fused.entry_points import entry
from halfmoon.engines.fused.layout import CHUNK, MIN_CHUNK_ROWS, Instr
from halfmoon.layers.activations import Activation
from halfmoon.layers.contract import Layer
from halfmoon.layers.dense import Dense
from halfmoon.layers.dropout import Dropout
from halfmoon.layers.embeddings import PeriodicEmbedding, PiecewiseLinearEmbedding
from halfmoon.layers.ensemble import BatchEnsemble, GroupedDense, Repeat
from halfmoon.layers.normalise import BatchNorm, LayerNorm
from halfmoon.layers.parametric import ParametricActivation
from halfmoon.layers.scale import Scale
from halfmoon.layers.softmax import Softmax
from halfmoon.losses.contract import Loss
from halfmoon.losses.ensemble import EnsembleLoss
from halfmoon.losses.pointwise import PointwiseLoss
from halfmoon.losses.softmax import SoftmaxCrossEntropy, loss_bounds
from halfmoon.network.program import Program, Step

Instruction = tuple[str, list[int]]
"""The name of an operation, and the row of the instruction that calls it."""

Fields = dict[str, int]
"""Columns of an instruction, in lower case, and what stands in them."""


@dataclass
class Builder:
    """Collects the instructions of a network, and allocates the arrays that they read and write.

    Attributes
    ----------
    program : Program
    n_inputs : int
    dtype : dtype
    rows : int
        Rows that a buffer has room for.
    training : bool
        Whether dropout drops and batch normalisation uses the batch.
    skips_zeros : bool
        Whether the first layer, a dense one, leaves out inputs that are zero.
    """

    program: Program
    n_inputs: int
    dtype: np.dtype[Any]
    rows: int
    training: bool
    skips_zeros: bool = False
    forward: list[Instruction] = field(default_factory=list)
    backward: list[Instruction] = field(default_factory=list)
    after: list[Instruction] = field(default_factory=list)
    constants: list[float] = field(default_factory=lambda: [1.0])
    """The first is the 1 that a matrix is multiplied by for the sums of its columns."""
    size: int = 0
    """Entries of a buffer so far."""
    sums_size: int = 0
    """Entries of batch normalisation's sums so far."""
    has_parameters: bool = False
    """Whether a layer so far has parameters."""
    side: int = 0
    """Which of two arrays holds the gradient by the newest outputs; a dense layer's dx goes to the other."""

    def __post_init__(self) -> None:
        layouts = self.program.parameters, self.program.state
        self.starts = {name: start for each in layouts for (name, _), start in zip(each.entries, each.starts, strict=True)}
        self.max_width = max([self.n_inputs, *(step.n_out for step in self.program.steps)])
        self.dy_buffers = (self.matrix(self.max_width), self.matrix(self.max_width)) if self.training else (0, 0)
        self.scratch = self.allocate(max(CHUNK, MIN_CHUNK_ROWS * self.max_width, 2 * self.rows))
        self.zeros = self.allocate(self.max_width)

    def allocate(self, entries: int) -> int:
        """Return the offset of ``entries`` new numbers in the buffer."""
        line = CACHE_LINE // self.dtype.itemsize
        offset = self.size
        self.size += -(-entries // line) * line
        return offset

    def matrix(self, columns: int) -> int:
        """Return the offset of a new matrix with a row for each row of the tile."""
        return self.allocate(self.rows * columns)

    def add_constants(self, *values: float) -> int:
        """Return the offset of some new constants."""
        self.constants += values
        return len(self.constants) - len(values)

    def start(self, step: Step, name: str) -> int:
        """Return where an array of a step begins in theta or in the running statistics; -1 where there is none."""
        return self.starts.get(f"{step.path}.{name}", -1)

    @property
    def few_outputs(self) -> int:
        """Most outputs of a dense layer whose products are computed by rows, for they would leave a vector half empty."""
        return VECTOR_BYTES // self.dtype.itemsize // 2

    @property
    def dy(self) -> int:
        """The offset of the gradient by the newest outputs."""
        return self.dy_buffers[self.side]

    def instruction(self, name: str, write: Writer | None = None, definition: Any = None, /, **fields: int) -> Instruction:
        """Return an instruction, with the kernel of a definition and its constants; -1 in fields that are not given."""
        row = [-1] * Instr.LENGTH
        row[Instr.CONSTANTS] = row[Instr.SUMS] = row[Instr.KERNEL] = 0
        row[Instr.OPERATION] = entry(name, self.dtype)
        if write is not None and definition is not None:
            row[Instr.KERNEL] = kernel_address(write, definition, self.dtype)
            row[Instr.CONSTANTS] = self.add_constants(*constant_values(definition))
        for column, value in fields.items():
            row[getattr(Instr, column.upper())] = value
        return name, row

    def add(self, *operation: Any, **fields: int) -> None:
        """Append an instruction of the forward pass."""
        self.forward.append(self.instruction(*operation, **fields))
        self.has_parameters = self.has_parameters or fields.get("w", -1) >= 0

    def add_back(self, *operation: Any, **fields: int) -> None:
        """Append an instruction of the backward pass, which is run in reverse; none where no parameter is left to train."""
        if self.training and self.has_parameters:
            self.backward.append(self.instruction(*operation, **{"dy": self.dy} | fields))


def _dense(build: Builder, step: Step, fields: Fields, activation: Activation | None) -> None:
    """Lower a dense layer and the activation right after it: computed and activated chunk by chunk."""
    z = build.matrix(step.n_out) if build.training and activation and activation.slope.uses("z") else -1
    fields |= {"z": z, "n_in": step.n_in, "w": build.start(step, "W"), "b": build.start(step, "b")}
    if build.skips_zeros and fields["layer"] == 0:
        fields |= {"skips_zeros": 1, "x_transposed": build.matrix(step.n_in) if build.training else -1}
    has_dx = build.has_parameters and build.training  # it is needed where there is a parameter before
    by_rows = fields["layer"] > 0 and 1 < step.n_out <= build.few_outputs  # the first is summed in one order, zeros left out or not
    if has_dx or by_rows:
        fields["w_transposed"] = build.allocate(step.n_in * step.n_out)
    if has_dx:
        fields["dx"] = build.dy
    build.add("dense", activation_text, activation, **fields)
    build.side = 1 - build.side
    build.add_back("dense_back", slope_text, activation, **fields)


def _activation(build: Builder, step: Step, fields: Fields, _: None) -> None:
    build.add("activation", activation_text, step.layer, **fields)
    build.add_back("activation_back", slope_text, step.layer, **fields)


def _dropout(build: Builder, step: Step, fields: Fields, _: None) -> None:
    keep = 1.0 - step.layer.rate  # type: ignore[union-attr]
    fields |= {"parameter": ceil(keep * 2**32), "constants": build.add_constants(1 / keep)}
    build.add("dropout", **fields)
    build.add_back("dropout", **fields | {"x": build.dy, "y": build.dy})


def _softmax(build: Builder, step: Step, fields: Fields, _: None) -> None:
    build.add("softmax", **fields)
    build.add_back("softmax_back", **fields)


def _layer_norm(build: Builder, step: Step, fields: Fields, _: None) -> None:
    fields |= {"w": build.start(step, "scale"), "b": build.start(step, "shift"), "constants": build.add_constants(step.layer.epsilon)}  # type: ignore[union-attr]
    build.add("layer_norm", **fields)
    build.add_back("layer_norm_back", **fields)


def _batch_norm(build: Builder, step: Step, fields: Fields, _: None) -> None:
    names = {"w": "scale", "b": "shift", "state": "mean", "z": "variance"}
    fields |= {column: build.start(step, name) for column, name in names.items()}
    constants = build.add_constants(step.layer.epsilon, step.layer.momentum)  # type: ignore[union-attr]
    fields |= {"saved": build.allocate(5 * step.n_out), "sums": build.sums_size, "constants": constants}
    if not build.training:
        build.add("running_norm", **fields)
        return
    build.sums_size += 2 * step.n_out
    for name in ("batch_sums", "batch_squares", "batch_norm"):
        build.add(name, **fields)
    for name in ("batch_norm_back", "batch_norm_gradients"):  # they are run in reverse
        build.add_back(name, **fields)
    build.after.append(build.instruction("batch_norm_observe", **fields))


def _scale(build: Builder, step: Step, fields: Fields, _: None) -> None:
    fields |= {"w": build.start(step, "scale")}
    build.add("scale", **fields)
    build.add_back("scale_back", **fields)


def _parametric(build: Builder, step: Step, fields: Fields, _: None) -> None:
    fields |= {"w": build.start(step, "a"), "saved": build.matrix(step.n_out) if build.training else -1}
    build.add("parametric", activation_text, step.layer.activation, **fields)  # type: ignore[union-attr]
    build.add_back("parametric_back", slope_text, step.layer.activation, **fields)  # type: ignore[union-attr]


def _between(build: Builder, step: Step, fields: Fields, name: str, *, needs_dx: bool = False, **more: int) -> None:
    """Add an operation between matrices of different widths, whose dx goes to the other array, and is needed for parameters before it."""
    fields |= {"n_in": step.n_in, "keeps": int(build.training), **more}
    if build.training and (build.has_parameters or needs_dx):
        fields["dx"] = build.dy
    build.add(name, **fields)
    build.side = 1 - build.side
    build.add_back(f"{name}_back", **fields)


def _periodic(build: Builder, step: Step, fields: Fields, _: None) -> None:
    layer: Any = step.layer
    n = layer.embedded(step.n_in)
    names = {"r": "frequency", "s": "phase", "w": "W", "b": "b"}
    fields |= {column: build.start(step, name) for column, name in names.items()}
    cosines = n * layer.frequencies if build.training else 1
    _between(build, step, fields, "periodic", groups=n, parameter=layer.frequencies, saved=build.matrix(3 + layer.outputs + cosines))


def _piecewise_linear(build: Builder, step: Step, fields: Fields, _: None) -> None:
    layer: Any = step.layer
    fields |= {column: build.start(step, name) for column, name in {"r": "V", "w": "W", "b": "b"}.items()}
    left, over = layer.lines(build.dtype)
    constants, saved = build.add_constants(*left, *over, *np.cumsum(layer.counts)), build.allocate(len(left) * layer.outputs)
    _between(build, step, fields, "piecewise_linear", groups=len(layer.bins), parameter=len(left), constants=constants, saved=saved)


def _repeat(build: Builder, step: Step, fields: Fields, _: None) -> None:
    _between(build, step, fields, "repeat", groups=step.layer.times)  # type: ignore[union-attr]


def _batch_ensemble(build: Builder, step: Step, fields: Fields, _: None) -> None:
    layer: Any = step.layer
    fields |= {column: build.start(step, name) for column, name in {"w": "W", "r": "r", "s": "s", "b": "b"}.items()}
    fields["saved"] = build.matrix(step.n_in) if fields["r"] >= 0 else -1
    fields["z"] = build.matrix(step.n_out) if fields["s"] >= 0 and build.training else -1
    has_dx = build.training and (build.has_parameters or fields["r"] >= 0)
    fields["w_transposed"] = build.allocate(step.n_in // layer.members * layer.units) if has_dx else -1
    columns = layer.units if layer.shared_bias else step.n_out
    _between(build, step, fields, "batch_ensemble", needs_dx=fields["r"] >= 0, groups=layer.members, parameter=columns)


def _grouped_dense(build: Builder, step: Step, fields: Fields, _: None) -> None:
    layer: Any = step.layer
    has_dx = build.training and build.has_parameters
    fields |= {"w": build.start(step, "W"), "b": build.start(step, "b")}
    fields["w_transposed"] = build.allocate(step.n_in * layer.units) if has_dx else -1
    _between(build, step, fields, "grouped_dense", groups=layer.groups)


LOWERINGS: dict[type[Layer], Callable[[Builder, Step, Fields, Any], None]] = {
    Dense: _dense,
    Activation: _activation,
    Dropout: _dropout,
    Softmax: _softmax,
    LayerNorm: _layer_norm,
    BatchNorm: _batch_norm,
    Scale: _scale,
    ParametricActivation: _parametric,
    PeriodicEmbedding: _periodic,
    PiecewiseLinearEmbedding: _piecewise_linear,
    Repeat: _repeat,
    BatchEnsemble: _batch_ensemble,
    GroupedDense: _grouped_dense,
}
"""How each type of layer is lowered: from the builder, the step, the fields for its input and output, and the activation merged with
a dense layer."""

MATRIX_PRODUCTS = {Dense}
"""Layers that are a product with a matrix of weights: an activation behind one is computed with it, and the first may skip zeros."""

BARRIERS = {"batch_sums", "batch_squares", "batch_norm_gradients"}
"""After these every thread waits for the others: what follows needs sums over the whole batch."""


def _pointwise(build: Builder, loss: Any, fields: Fields, target_columns: int) -> None:
    build.add("pointwise_loss", loss_text, loss, **fields)


def _cross_entropy(build: Builder, loss: Any, fields: Fields, target_columns: int) -> None:
    constants = build.add_constants(loss.label_smoothing, *loss_bounds(loss.clip))
    build.add("cross_entropy", constants=constants, parameter=int(target_columns == 1), **fields)


def _ensemble(build: Builder, loss: Any, fields: Fields, target_columns: int) -> None:
    saved = build.allocate(build.rows * loss.members * (target_columns + 3))
    LOSSES[type(loss.of)](build, loss.of, fields | {"groups": loss.members, "saved": saved}, target_columns)


LOSSES: dict[type[Loss], Callable[[Builder, Any, Fields, int], None]] = {
    PointwiseLoss: _pointwise,
    SoftmaxCrossEntropy: _cross_entropy,
    EnsembleLoss: _ensemble,
}
"""How each type of loss is lowered, for targets of so many columns."""
