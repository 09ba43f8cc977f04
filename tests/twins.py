"""PyTorch twins: for every layer, activation and loss of Halfmoon the same function in PyTorch, float64.

They are tables. ``tests/layers/test_contract.py`` and ``tests/losses/test_losses.py`` compare their keys with the registries, so
a layer, activation or loss without a row fails. Autograd does PyTorch's backward pass.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np
import torch
import torch.nn.functional as F  # noqa: N812 - its usual name
from torch import Tensor

from halfmoon.layers.activations import (
    ELU,
    GELU,
    SELU,
    Activation,
    Gaussian,
    HardTanh,
    Identity,
    LeakyReLU,
    Mish,
    ReLU,
    Sigmoid,
    SiLU,
    Sine,
    Softplus,
    Softsign,
    Tanh,
)
from halfmoon.layers.contract import INFERENCE, Pass
from halfmoon.layers.dense import Dense
from halfmoon.layers.dropout import Dropout
from halfmoon.layers.embeddings import PeriodicEmbedding, PiecewiseLinearEmbedding
from halfmoon.layers.ensemble import BatchEnsemble, GroupedDense, Repeat
from halfmoon.layers.initializers import Constant
from halfmoon.layers.normalise import BatchNorm, LayerNorm
from halfmoon.layers.parametric import ParametricActivation
from halfmoon.layers.residual import Residual
from halfmoon.layers.scale import Scale
from halfmoon.layers.softmax import Softmax
from halfmoon.losses.penalty import NO_PENALTY, Penalty
from halfmoon.losses.pointwise import AbsoluteError, Huber, Logistic, Poisson, Quantile, SquaredError
from halfmoon.losses.softmax import SoftmaxCrossEntropy
from halfmoon.network.model import Model

WIDTH = 5
"""Columns that every example takes."""

Shapes = tuple[int, dict[str, tuple[int, ...]]]


def _same(record: Any, n_in: int) -> Shapes:
    return n_in, {}


def _scale_and_shift(record: Any, n_in: int) -> Shapes:
    return n_in, {"scale": (n_in,), "shift": (n_in,)}


@dataclass(frozen=True)
class Twin:
    """Examples of a layer, its forward pass in PyTorch (record, x, parameters, pass) -> y, and its width and shapes."""

    examples: tuple[Any, ...]
    forward: Callable[[Any, Tensor, dict[str, Tensor], Pass], Tensor]
    shapes: Callable[[Any, int], Shapes] = _same


def pointwise(function: Callable[..., Tensor], *examples: Activation) -> Twin:
    """Return the twin of an activation; its constants come as tensors, by name."""

    def forward(record: Activation, x: Tensor, p: dict[str, Tensor], pass_: Pass) -> Tensor:
        return function(x, **{name: torch.tensor(number, dtype=x.dtype) for name, number in record.constants})

    return Twin(examples, forward)


def softplus(x: Tensor) -> Tensor:
    """Return log(1 + exp x); F.softplus rounds to x above 20."""
    return torch.logaddexp(x, torch.zeros_like(x))


def dense(record: Dense, x: Tensor, p: dict[str, Tensor], pass_: Pass) -> Tensor:
    return F.linear(x, p["W"].T, p.get("b"))


def dense_shapes(record: Dense, n_in: int) -> Shapes:
    shapes: dict[str, tuple[int, ...]] = {"W": (n_in, record.units)}
    return record.units, shapes if record.bias is False else shapes | {"b": (record.units,)}


def dropout(record: Dropout, x: Tensor, p: dict[str, Tensor], pass_: Pass) -> Tensor:
    mask = record.forward({}, np.ones(tuple(x.shape)), pass_)  # drawn through the layer itself
    return x * torch.from_numpy(mask)


def batch_norm(record: BatchNorm, x: Tensor, p: dict[str, Tensor], pass_: Pass) -> Tensor:
    running = p["mean"].clone(), p["variance"].clone()
    return F.batch_norm(x, *running, p["scale"], p["shift"], pass_.training, record.momentum, record.epsilon)


def layer_norm(record: LayerNorm, x: Tensor, p: dict[str, Tensor], pass_: Pass) -> Tensor:
    return F.layer_norm(x, (x.shape[1],), p["scale"], p["shift"], record.epsilon)


def residual(record: Residual, x: Tensor, p: dict[str, Tensor], pass_: Pass) -> Tensor:
    return x + chain(record.layers, x, p, pass_.at(pass_.layer + 1))


def residual_shapes(record: Residual, n_in: int) -> Shapes:
    shapes, width = {}, n_in
    for place, part in enumerate(record.layers):
        following = record.layers[place + 1 : place + 2]
        drops = isinstance(part, Dense) and part.bias is None and following and isinstance(following[0], BatchNorm)
        width, inner = twin(part).shapes(part, width)
        shapes |= {f"{place}.{name}": shape for name, shape in inner.items() if not (drops and name == "b")}
    return n_in, shapes


def parametric(record: ParametricActivation, x: Tensor, p: dict[str, Tensor], pass_: Pass) -> Tensor:
    return x + (twin(record.activation).forward(record.activation, x, {}, pass_) - x) * p["a"]


def periodic(record: PeriodicEmbedding, x: Tensor, p: dict[str, Tensor], pass_: Pass) -> Tensor:
    """As RealMLP of pytabkit 1.8.0 does it, with a matrix of numbers and one of weights for each column."""
    n, h = p["frequency"].shape
    z = x[:, :n].T.unsqueeze(-1)
    z = torch.cos(2 * torch.pi * z @ p["frequency"].unsqueeze(1) + p["phase"].unsqueeze(1))
    z = z @ p["W"].reshape(n, h, record.outputs) + p["b"].unsqueeze(1)
    return torch.cat([z.transpose(0, 1).flatten(1), x], dim=1)


def periodic_shapes(record: PeriodicEmbedding, n_in: int) -> Shapes:
    n, h = n_in if record.columns is None else record.columns, record.frequencies
    shapes = {"frequency": (n, h), "phase": (n, h), "W": (n * h, record.outputs), "b": (n, record.outputs)}
    return n_in + n * record.outputs, shapes


def piecewise_linear(record: PiecewiseLinearEmbedding, x: Tensor, p: dict[str, Tensor], pass_: Pass) -> Tensor:
    made, first = [], 0
    for i, edges in enumerate(record.bins):
        end = first + max(len(edges) - 1, 0)
        left, right = (torch.tensor(each, dtype=x.dtype) for each in (edges[:-1], edges[1:]))
        share = ((x[:, i : i + 1] - left) / (right - left)).clamp(0, 1)
        made.append(p["b"][i] + x[:, i : i + 1] * p["V"][i] + share @ p["W"][first:end])
        first = end
    return torch.cat([*made, x[:, len(record.bins) :]], dim=1)


def piecewise_linear_shapes(record: PiecewiseLinearEmbedding, n_in: int) -> Shapes:
    n, k = len(record.bins), record.outputs
    return n_in + n * (k - 1), {"V": (n, k), "b": (n, k), "W": (sum(max(len(each) - 1, 0) for each in record.bins), k)}


def batch_ensemble(record: BatchEnsemble, x: Tensor, p: dict[str, Tensor], pass_: Pass) -> Tensor:
    """As LinearEfficientEnsemble of TabM does it, with the members as an axis."""
    k = record.members
    x = x.reshape(len(x), k, -1)
    x = x * p["r"].reshape(k, -1) if "r" in p else x
    x = x @ p["W"]
    x = x * p["s"].reshape(k, -1) if "s" in p else x
    return (x + (p["b"] if record.shared_bias else p["b"].reshape(k, -1))).flatten(1)


def batch_ensemble_shapes(record: BatchEnsemble, n_in: int) -> Shapes:
    n_out = record.members * record.units
    shapes: dict[str, tuple[int, ...]] = {"W": (n_in // record.members, record.units)}
    shapes |= {} if record.inputs is None else {"r": (n_in,)}
    shapes |= {} if record.outputs is None else {"s": (n_out,)}
    return n_out, shapes | {"b": (record.units if record.shared_bias else n_out,)}


def grouped_dense(record: GroupedDense, x: Tensor, p: dict[str, Tensor], pass_: Pass) -> Tensor:
    parts = zip(x.chunk(record.groups, dim=1), p["W"].chunk(record.groups), p["b"].chunk(record.groups), strict=True)
    return torch.cat([F.linear(x_m, w.T, b) for x_m, w, b in parts], dim=1)


TWINS: dict[str, Twin] = {
    "Dense": Twin(
        (
            Dense(4),
            Dense(3, bias=False),
            Dense(1, weights="orthogonal", biases="normal"),
            Dense(2, weights=Constant(np.arange(10.0).reshape(WIDTH, 2))),
        ),
        dense,
        dense_shapes,
    ),
    "Dropout": Twin((Dropout(), Dropout(0.2), Dropout(0.0)), dropout),
    "BatchNorm": Twin((BatchNorm(), BatchNorm(momentum=0.3, epsilon=1e-3)), batch_norm, _scale_and_shift),
    "LayerNorm": Twin((LayerNorm(), LayerNorm(epsilon=1e-2)), layer_norm, _scale_and_shift),
    "Scale": Twin(
        (Scale(), Scale("random_signs", rate_factor=6.0, decay_factor=6.0)),
        lambda record, x, p, pass_: x * p["scale"],
        lambda record, n_in: (n_in, {"scale": (n_in,)}),
    ),
    "ParametricActivation": Twin(
        (
            ParametricActivation(SELU, rate_factor=0.1, decay_factor=0.1),
            ParametricActivation(Mish),
            ParametricActivation(LeakyReLU(alpha=(0.0, 0.1, 0.2, 0.5, 1.0)), shares="zeros"),
        ),
        parametric,
        lambda record, n_in: (n_in, {"a": (n_in,)}),
    ),
    "PeriodicEmbedding": Twin(
        (PeriodicEmbedding(), PeriodicEmbedding(2, outputs=1, frequencies=3, deviation=1.0, rate_factor=0.1, decay_factor=0.1)),
        periodic,
        periodic_shapes,
    ),
    "PiecewiseLinearEmbedding": Twin(
        (
            PiecewiseLinearEmbedding([[-1.5, -0.3, 0.6, 1.1], [], [-0.9, 1.25]], outputs=2, decay_factor=0.5),
            PiecewiseLinearEmbedding([[-2.0, 0.1, 2.0]] * WIDTH, outputs=5),
        ),
        piecewise_linear,
        piecewise_linear_shapes,
    ),
    "Repeat": Twin(
        (Repeat(3), Repeat(2)), lambda record, x, p, pass_: x.repeat(1, record.times), lambda record, n_in: (record.times * n_in, {})
    ),
    "BatchEnsemble": Twin(
        (
            BatchEnsemble(3, members=WIDTH, inputs="random_signs", biases="normal"),
            BatchEnsemble(4, members=1),
            BatchEnsemble(2, members=WIDTH, inputs=None, outputs=None, shared_bias=True),
            BatchEnsemble(2, members=WIDTH, outputs=None, decay_factor=0, rate_factor=0.5),
            BatchEnsemble(2, members=WIDTH, inputs=None),
        ),
        batch_ensemble,
        batch_ensemble_shapes,
    ),
    "GroupedDense": Twin(
        (GroupedDense(3, groups=WIDTH), GroupedDense(2, groups=1, biases="normal")),
        grouped_dense,
        lambda record, n_in: (record.groups * record.units, {"W": (n_in, record.units), "b": (record.groups * record.units,)}),
    ),
    "Softmax": Twin((Softmax(),), lambda record, x, p, pass_: torch.softmax(x, dim=1)),
    "Residual": Twin(
        (
            Residual(Dense(WIDTH), Tanh),
            Residual(Dense(3), BatchNorm(), SiLU, Dropout(0.4), Residual(LayerNorm(), Dense(3)), Dense(WIDTH)),
        ),
        residual,
        residual_shapes,
    ),
    "identity": pointwise(lambda x: x, Identity),
    "sigmoid": pointwise(torch.sigmoid, Sigmoid),
    "tanh": pointwise(torch.tanh, Tanh),
    "relu": pointwise(F.relu, ReLU),
    "leaky_relu": pointwise(
        lambda x, alpha: torch.where(x > 0, x, alpha * x), LeakyReLU, LeakyReLU(alpha=0.3), LeakyReLU(alpha=(0.0, 0.1, 0.2, 0.5, 1.0))
    ),
    "elu": pointwise(lambda x, alpha: torch.where(x > 0, x, alpha * torch.expm1(x.clamp(max=0))), ELU, ELU(alpha=1.7)),
    "selu": pointwise(F.selu, SELU),
    "gelu": pointwise(F.gelu, GELU),
    "silu": pointwise(F.silu, SiLU),
    "mish": pointwise(lambda x: x * torch.tanh(softplus(x)), Mish),
    "softplus": pointwise(softplus, Softplus),
    "softsign": pointwise(F.softsign, Softsign),
    "hard_tanh": pointwise(F.hardtanh, HardTanh),
    "gaussian": pointwise(lambda x: torch.exp(-x * x), Gaussian),
    "sine": pointwise(torch.sin, Sine),
}
"""By the class name of a layer, or the name of an activation."""


def twin(record: Any) -> Twin:
    """Return the row for a layer, activation or residual branch."""
    return TWINS[record.name if isinstance(record, Activation) else type(record).__name__]


def size(part: Any) -> int:
    """Return how many steps of the program a part takes: a residual branch has a keep and an add around its own."""
    return 2 + sum(map(size, part.layers)) if isinstance(part, Residual) else 1


def chain(parts: tuple[Any, ...], x: Tensor, p: dict[str, Tensor], pass_: Pass) -> Tensor:
    """Return what ``parts`` make of ``x``; the first stands at the pass's place in the program."""
    place = pass_.layer
    for number, part in enumerate(parts):
        inner = {name.removeprefix(f"{number}."): array for name, array in p.items() if name.startswith(f"{number}.")}
        x = twin(part).forward(part, x, inner, pass_.at(place))
        place += size(part)
    return x


def tensors(model: Model) -> dict[str, Tensor]:
    """Return copies of a model's parameters (leaves that autograd differentiates by) and state, by name."""
    trained = {name: torch.tensor(array, dtype=torch.float64, requires_grad=True) for name, array in model.params.items()}
    return trained | {name: torch.tensor(array, dtype=torch.float64) for name, array in model.state.items()}


# ---- losses ----------------------------------------------------------------------------------------------------------------


def real(random: Any, n: int, k: int) -> Any:
    return random.normal(size=(n, k))


def column(random: Any, n: int, k: int) -> Any:
    return random.normal(size=n)


def count(random: Any, n: int, k: int) -> Any:
    return random.poisson(2.0, size=(n, k))


def binary(random: Any, n: int, k: int) -> Any:
    return random.randint(0, 2, size=(n, k))


def chance(random: Any, n: int, k: int) -> Any:
    return random.uniform(size=(n, k))


def class_number(random: Any, n: int, k: int) -> Any:
    return random.randint(0, k, size=n)


def probabilities(random: Any, n: int, k: int) -> Any:
    return random.dirichlet(np.ones(k), size=n)


@dataclass(frozen=True)
class LossCase:
    """A loss, a number of outputs, and what draws targets for it."""

    loss: Any
    outputs: int
    draw: Callable[[Any, int, int], Any]

    def __str__(self) -> str:
        return f"{self.loss!r}-{self.outputs}-{self.draw.__name__}"


@dataclass(frozen=True)
class LossTwin:
    """Cases of a loss, and its rows' losses in PyTorch: (loss, scores, y as (n, k) or class numbers) -> (n,)."""

    cases: tuple[LossCase, ...]
    each: Callable[[Any, Tensor, Tensor], Tensor]


def _constant(loss: Any, name: str) -> Tensor:
    return torch.tensor(dict(loss.constants)[name], dtype=torch.float64)


def huber(loss: Any, s: Tensor, y: Tensor) -> Tensor:
    delta = _constant(loss, "delta")
    if delta.ndim == 0:
        return F.huber_loss(s, y, reduction="none", delta=float(delta)).sum(1)
    return sum(F.huber_loss(s[:, j], y[:, j], reduction="none", delta=float(delta[j])) for j in range(s.shape[1]))


def quantile(loss: Any, s: Tensor, y: Tensor) -> Tensor:
    level = _constant(loss, "level")
    return torch.maximum(level * (y - s), (level - 1) * (y - s)).sum(1)


def poisson(loss: Any, s: Tensor, y: Tensor) -> Tensor:
    return F.poisson_nll_loss(s, y, log_input=True, full=False, reduction="none").sum(1)


def logistic(loss: Any, s: Tensor, y: Tensor) -> Tensor:
    share = _constant(loss, "label_smoothing")
    return F.binary_cross_entropy_with_logits(s, y * (1 - share) + share / 2, reduction="none").sum(1)


def cross_entropy(loss: Any, s: Tensor, y: Tensor) -> Tensor:
    return F.cross_entropy(s, y, reduction="none", label_smoothing=loss.label_smoothing)


LOSS_TWINS: dict[str, LossTwin] = {
    "squared_error": LossTwin(
        (LossCase(SquaredError, 1, column), LossCase(SquaredError, 3, real)),
        lambda loss, s, y: F.mse_loss(s, y, reduction="none").sum(1),
    ),
    "absolute_error": LossTwin(
        (LossCase(AbsoluteError, 1, real), LossCase(AbsoluteError, 3, real)),
        lambda loss, s, y: F.l1_loss(s, y, reduction="none").sum(1),
    ),
    "huber": LossTwin((LossCase(Huber, 1, column), LossCase(Huber(delta=0.4), 2, real), LossCase(Huber(delta=(0.3, 2.0)), 2, real)), huber),
    "quantile": LossTwin(
        (
            LossCase(Quantile, 1, column),
            LossCase(Quantile(level=0.9), 2, real),
            LossCase(Quantile(level=(0.1, 0.5, 0.9)), 3, column),
            LossCase(Quantile(level=(0.2, 0.8)), 2, real),
        ),
        quantile,
    ),
    "poisson": LossTwin((LossCase(Poisson, 1, count), LossCase(Poisson, 2, count)), poisson),
    "logistic": LossTwin(
        (
            LossCase(Logistic, 1, binary),
            LossCase(Logistic, 3, binary),
            LossCase(Logistic(label_smoothing=0.1), 1, binary),
            LossCase(Logistic, 2, chance),
        ),
        logistic,
    ),
    "softmax_cross_entropy": LossTwin(
        (
            LossCase(SoftmaxCrossEntropy(), 2, class_number),
            LossCase(SoftmaxCrossEntropy(), 4, probabilities),
            LossCase(SoftmaxCrossEntropy(clip=1e-9), 3, class_number),
            LossCase(SoftmaxCrossEntropy(label_smoothing=0.2), 3, class_number),
            LossCase(SoftmaxCrossEntropy(label_smoothing=0.2), 3, probabilities),
        ),
        cross_entropy,
    ),
}

LOSS_CASES = [case for row in LOSS_TWINS.values() for case in row.cases]


def each_loss(loss: Any, scores: Tensor, y: Any) -> Tensor:
    """Return PyTorch's loss of each row, from targets as a user gives them."""
    y = np.asarray(y)
    if loss.name == "softmax_cross_entropy":
        target = torch.tensor(y, dtype=torch.int64 if y.ndim == 1 else torch.float64)
    else:
        target = torch.tensor(y, dtype=torch.float64).reshape(len(y), -1).expand(scores.shape)
    return LOSS_TWINS[loss.name].each(loss, scores, target)


def objective(
    model: Model,
    X: Any,
    y: Any,
    sample_weight: Any = None,
    *,
    penalty: Penalty = NO_PENALTY,
    pass_: Pass = INFERENCE,
) -> tuple[float, dict[str, Any]]:
    """Return the whole objective and its gradient by every parameter and by X, all by PyTorch."""
    x, p = torch.tensor(X, dtype=torch.float64, requires_grad=True), tensors(model)
    scores = chain(model.network.layers, x, p, pass_.at(0))
    weights = torch.ones(len(X), dtype=torch.float64) if sample_weight is None else torch.tensor(sample_weight, dtype=torch.float64)
    loss = (each_loss(model.network.loss, scores, y) * weights).sum() / weights.sum()
    decayed = {name: param.decayed for name, param in model.program.parameters.entries} | dict.fromkeys(model.state, False)
    for name, array in p.items():
        if decayed[name]:
            loss = loss + penalty.l1 * array.abs().sum() + penalty.l2 / 2 * array.square().sum()
    loss.backward()
    found = {name: p[name].grad for name in model.params} | {"X": x.grad}
    return float(loss.detach()), {name: np.zeros(0) if grad is None else grad.numpy() for name, grad in found.items()}
