"""From an estimator's parameters to a network and an optimiser."""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import replace
from numbers import Integral
from typing import Any

from sklearn.base import is_classifier

from halfmoon.base import checks
from halfmoon.estimators.schedules import NAMED, Adaptive, InverseScalingOfRows
from halfmoon.layers.activations import ACTIVATIONS, Activation, Sigmoid
from halfmoon.layers.contract import Layer
from halfmoon.layers.dense import Dense
from halfmoon.layers.dropout import Dropout
from halfmoon.layers.initializers import Uniform
from halfmoon.layers.normalise import BatchNorm, LayerNorm
from halfmoon.losses.contract import Loss
from halfmoon.losses.links import SOFTMAX
from halfmoon.losses.penalty import Penalty
from halfmoon.network.network import Network, Part
from halfmoon.optimizers.contract import FirstOrder, Optimizer
from halfmoon.optimizers.lbfgs import LBFGS
from halfmoon.optimizers.rules import OPTIMIZERS, Momentum
from halfmoon.optimizers.schedules import Schedule

NAMED_ACTIVATIONS: dict[str, Activation] = ACTIVATIONS | {"logistic": Sigmoid}
"""The library's names, and scikit-learn's where they differ."""


def sizes(hidden_layer_sizes: Any) -> list[int]:
    """Return the widths of the hidden layers as a list; a single number is one layer."""
    given = [hidden_layer_sizes] if isinstance(hidden_layer_sizes, Integral) else list(hidden_layer_sizes)
    if not all(isinstance(size, Integral) for size in given):
        raise checks.fail("hidden_layer_sizes", hidden_layer_sizes, "whole numbers, such as (64, 32)")
    if any(size <= 0 for size in given):
        raise ValueError(f"hidden_layer_sizes must be > 0, got {given}.")
    return [int(size) for size in given]


def network(estimator: Any, n_inputs: int, n_outputs: int, loss: Loss, closing: tuple[Layer, ...] = ()) -> Network:
    """Return the network that an estimator's parameters describe; ``closing`` are the layers between its scores and its loss.

    Softmax has an output for each class, two classes too.
    """
    n_outputs = max(n_outputs, 2) if is_classifier(estimator) and loss.link == SOFTMAX else n_outputs
    if estimator.layers is not None:
        hidden: list[Part] = checks.listed("layers", estimator.layers, Part, "a list of layers, such as [Dense(8), ReLU()]")  # type: ignore[arg-type]
        scores = Dense(n_outputs, "glorot_uniform" if estimator.initializer == "auto" else estimator.initializer)
        return Network((*hidden, scores, *closing), loss)
    widths = [n_inputs, *sizes(estimator.hidden_layer_sizes), n_outputs]
    return Network((*_layers(estimator, widths), *closing), loss)


def _layers(estimator: Any, widths: list[int]) -> Iterator[Layer]:
    """Yield for each hidden layer Dense, normalisation, activation and dropout, and at last the layer of the scores."""
    hidden = len(widths) - 2
    activations = [_activation(each) for each in _each("activation", estimator.activation, hidden)]
    rates = _each("dropout", estimator.dropout, hidden)
    for n_in, n_out, activation, rate in zip(widths, widths[1:], activations, rates, strict=False):
        yield _dense(estimator, n_in, n_out, activation)
        if estimator.batch_norm:
            yield BatchNorm()
        if estimator.layer_norm:
            yield LayerNorm()
        yield activation
        if rate:
            yield Dropout(rate)
    yield _dense(estimator, widths[-2], widths[-1], activations[-1] if hidden else None)


def _activation(value: Any) -> Activation:
    """Return the activation that a name or a record is."""
    if isinstance(value, Activation):
        return value
    return NAMED_ACTIVATIONS[checks.one_of("activation", value, NAMED_ACTIVATIONS)]


def _each(name: str, value: Any, count: int) -> list[Any]:
    """Return one value for each hidden layer."""
    if not isinstance(value, list | tuple):
        return [value] * count
    if len(value) != count:
        raise ValueError(f"{name} must have one entry for each of the {count} hidden layers, got {len(value)}")
    return list(value)


def _dense(estimator: Any, n_in: int, n_out: int, activation: Activation | None) -> Dense:
    """Return a dense layer that starts as scikit-learn's do (Glorot & Bengio, AISTATS 2010), or as the initialiser says."""
    if estimator.initializer != "auto":
        return Dense(n_out, estimator.initializer)
    # W, b uniform on [-r, r], r = √(6 / (n_in + n_out)); 2 instead of 6 for the logistic activation
    draw = Uniform(math.sqrt((2.0 if activation == Sigmoid else 6.0) / (n_in + n_out)))
    return Dense(n_out, draw, biases=draw)


def is_first_order(solver: str | Optimizer) -> bool:
    """Return whether a solver makes single updates."""
    return isinstance(solver, FirstOrder) if isinstance(solver, Optimizer) else solver != "lbfgs"


def stops_early(estimator: Any) -> bool:
    """Return whether a validation set ends the training: L-BFGS only where ``scoring`` is given, which scikit-learn does not have."""
    return bool(estimator.early_stopping and (is_first_order(estimator.solver) or estimator.scoring is not None))


def optimizer(estimator: Any) -> Optimizer:
    """Return the optimiser that an estimator's parameters describe."""
    solver = estimator.solver
    if solver == "lbfgs":
        return LBFGS(tolerance=estimator.tol, evaluations=estimator.max_fun)
    asked = {"schedule": _schedule(estimator), "weight_decay": estimator.weight_decay, "clip_norm": estimator.clip_norm}
    said = {name: value for name, value in asked.items() if value}
    if isinstance(solver, FirstOrder):
        return replace(solver, **said) if said else solver
    if isinstance(solver, Optimizer):
        return solver
    own: dict[str, Any] = {}
    if solver == "sgd":
        own = {"momentum": estimator.momentum, "nesterov": estimator.nesterovs_momentum, "rate_in_velocity": True}
    if solver == "adam":
        own = {"beta1": estimator.beta_1, "beta2": estimator.beta_2, "epsilon": estimator.epsilon, "epsilon_before_correction": True}
    return (Momentum if solver == "sgd" else OPTIMIZERS[solver])(estimator.learning_rate_init, **own, **said)


def _schedule(estimator: Any) -> Schedule | None:
    """Return what changes the rate; None where it stays, or stays a record's own."""
    given = estimator.learning_rate
    if isinstance(given, Schedule):
        return given
    if given in NAMED:
        return NAMED[given]()
    if given == "constant" or estimator.solver == "adam":
        return None
    return Adaptive() if given == "adaptive" else InverseScalingOfRows(estimator.power_t)


def penalty(estimator: Any) -> Penalty:
    """Return the penalty: scikit-learn divides ``alpha`` by the weight of each batch, and so is ``l1``."""
    return Penalty(l1=estimator.l1, l2=estimator.alpha, per_batch=True)
