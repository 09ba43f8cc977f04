"""Random networks of every kind of part: the whole gradient against PyTorch's autograd and against central differences."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from halfmoon.base.record import Record
from halfmoon.gradcheck.report import check_gradients
from halfmoon.layers.activations import ACTIVATIONS, ELU, LeakyReLU, Tanh
from halfmoon.layers.contract import Pass
from halfmoon.layers.dense import Dense
from halfmoon.layers.dropout import Dropout
from halfmoon.layers.embeddings import PeriodicEmbedding, PiecewiseLinearEmbedding
from halfmoon.layers.ensemble import BatchEnsemble, GroupedDense, Repeat
from halfmoon.layers.normalise import BatchNorm, LayerNorm
from halfmoon.layers.parametric import ParametricActivation
from halfmoon.layers.residual import Residual
from halfmoon.layers.scale import Scale
from halfmoon.layers.softmax import Softmax
from halfmoon.losses.penalty import NO_PENALTY, Penalty
from halfmoon.network.model import Model
from halfmoon.network.network import Network
from twins import LOSS_CASES, LOSS_TWINS, TWINS, LossCase, objective

COUNT = 50
TOLERANCE = 1e-10
SHARES = {"dense": 0.2, "activation": 0.2, "batch": 0.1, "layer": 0.1, "dropout": 0.05, "softmax": 0.05, "residual": 0.1,
          "scale": 0.05, "parametric": 0.05, "embedding": 0.05, "ensemble": 0.05}  # fmt: skip
"""How often each kind of part is drawn."""


def activation(random: Any) -> Any:
    names = list(ACTIVATIONS)
    picked = ACTIVATIONS[names[random.randint(len(names))]]
    return picked(alpha=float(random.uniform(0.05, 1.5))) if picked in {LeakyReLU, ELU} else picked


def parts(random: Any, width: int, depth: int) -> tuple[list[Any], int]:
    """Return one to four parts that take ``width`` columns, and the columns of the last."""
    made: list[Any] = []
    for _ in range(random.randint(1, 5)):
        kind = random.choice(list(SHARES), p=list(SHARES.values()))
        if kind == "dense":
            width = int(random.randint(2, 7))
            weights = random.choice(["glorot_uniform", "he_normal", "lecun_uniform", "orthogonal"])
            made.append(Dense(width, weights=str(weights), bias=[None, None, False][random.randint(3)], biases="normal"))
        elif kind == "embedding":
            bins = [sorted(random.standard_normal(random.randint(2, 5)).tolist()) for _ in range(random.randint(1, width + 1))]
            made.append([PeriodicEmbedding(outputs=2, frequencies=3), PiecewiseLinearEmbedding(bins, outputs=2)][random.randint(2)])
            width = made[-1].width(width)
        elif kind == "ensemble":
            factors = {"inputs": ["ones", None][random.randint(2)], "outputs": "random_signs", "shared_bias": bool(random.randint(2))}
            made += [Repeat(2), BatchEnsemble(3, 2, biases="normal", **factors), Tanh, GroupedDense(2, 2)]
            width = 4
        elif kind == "residual" and depth:
            inner, end = parts(random, width, depth - 1)
            made.append(Residual(*inner) if end == width else Residual(*inner, Dense(width)))
        else:
            made.append(
                {
                    "batch": BatchNorm(momentum=0.2),
                    "layer": LayerNorm(epsilon=1e-3),
                    "dropout": Dropout(float(random.uniform(0, 0.6))),
                    "softmax": Softmax(),
                    "scale": Scale("normal"),
                    "parametric": ParametricActivation(activation(random), shares="uniform"),
                }.get(kind)
                or activation(random)
            )
    return made, width


def network(seed: int) -> tuple[Model, Any, Any, Any, dict[str, Any]]:
    """Return a model, X, y, weights, and the options of its gradient."""
    random = np.random.RandomState(seed)
    case: LossCase = LOSS_CASES[seed % len(LOSS_CASES)]
    n_inputs, rows = int(random.randint(1, 6)), int(random.randint(4, 12))
    inner, _ = parts(random, n_inputs, depth=2)
    by_turn = list(ACTIVATIONS.values())[seed % len(ACTIVATIONS)]
    model = Network([*inner, by_turn, Dense(case.outputs)], case.loss).init(n_inputs, seed=random, dtype="float64")
    for name, view in model.params.items():
        if not name.endswith(".W"):
            view[...] += 0.3 * random.standard_normal(view.shape)
    model.state.vector[...] = random.uniform(0.5, 1.5, model.state.vector.shape)
    X, y = random.standard_normal((rows, n_inputs)), case.draw(random, rows, case.outputs)
    weights = [None, random.uniform(0, 2, rows), random.randint(0, 3, rows) + np.eye(rows, dtype=int)[0]][random.randint(3)]
    penalty = [NO_PENALTY, Penalty(l1=0.01, l2=0.1)][random.randint(2)]
    pass_ = Pass(training=bool(random.randint(2)), seed=int(random.randint(2**31)) * 2**20, update=seed)
    return model, X, y, weights, {"penalty": penalty, "pass_": pass_}


def kinds(value: Any) -> set[str]:
    """Return the name of every layer and activation within."""
    if isinstance(value, Network | Residual):
        own = {"Residual"} if isinstance(value, Residual) else set()
        return own.union(*map(kinds, value.layers))
    return {getattr(value, "name", type(value).__name__)}


def test_every_layer_and_loss_is_drawn():
    networks = [network(seed)[0].network for seed in range(COUNT)]
    seen = set().union(*map(kinds, networks))
    assert seen == set(TWINS)
    assert {each.loss.name for each in networks} == set(LOSS_TWINS)
    assert len(set(networks)) == COUNT
    assert all(isinstance(each, Record) for each in networks)


@pytest.mark.parametrize("seed", range(COUNT))
def test_loss_and_gradient_equal_pytorch(seed):
    model, X, y, weights, options = network(seed)
    loss, gradients = model.gradients(X, y, weights, **options)
    theirs, expected = objective(model, X, y, weights, **options)
    trace = model.trace(*model.batch(X, y, weights), **options)
    ours = dict(gradients) | {"X": trace.steps[0].dx}
    assert loss == pytest.approx(theirs, rel=1e-11, abs=1e-13)
    assert set(ours) == set(expected)
    largest = max(float(np.abs(each).max(initial=0)) for each in expected.values())
    for name, gradient in ours.items():
        assert gradient.shape == expected[name].shape
        scale = max(float(np.abs(expected[name]).max()), 0.1 * largest)
        assert np.abs(gradient - expected[name]).max() <= TOLERANCE * scale, name


@pytest.mark.parametrize("seed", range(COUNT))
def test_gradient_equals_central_differences(seed):
    model, X, y, weights, options = network(seed)
    report = check_gradients(model, X, y, weights, **options, tolerance=1e-6, entries=15)
    assert report.ok, f"\n{model}\n{report}"


@pytest.mark.parametrize("seed", range(0, COUNT, 10))
def test_float32_is_near_float64(seed):
    model, X, y, weights, options = network(seed)
    narrow = Model(model.network, model.n_inputs, model.theta.astype(np.float32), model.state.vector.astype(np.float32))
    loss, gradients = model.gradients(X, y, weights, **options)
    near, close = narrow.gradients(X, y, weights, **options)
    assert near == pytest.approx(loss, rel=1e-4)
    assert np.abs(close.vector - gradients.vector).max() <= 1e-3 * np.abs(gradients.vector).max()
