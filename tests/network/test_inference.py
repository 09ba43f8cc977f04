"""A network as plain operations computes the model's scores, whatever its layers."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from scipy.special import softmax

from halfmoon.base.errors import InputError
from halfmoon.layers.activations import ACTIVATIONS, Activation, LeakyReLU, ReLU, Tanh
from halfmoon.layers.contract import Layer
from halfmoon.layers.dense import Dense
from halfmoon.layers.dropout import Dropout
from halfmoon.layers.normalise import BatchNorm, LayerNorm
from halfmoon.layers.residual import Residual
from halfmoon.layers.softmax import Softmax
from halfmoon.network import inference
from halfmoon.network.inference import OPERATIONS, operations
from halfmoon.network.network import Network
from twins import TWINS, WIDTH

EVALUATE = {
    inference.Affine: lambda each, x: x @ each.W if each.b is None else x @ each.W + each.b,
    inference.Map: lambda each, x: each.value(x, *each.constants),
    inference.NormaliseColumns: lambda each, x: (x - each.mean) * each.factor + each.shift,
    inference.NormaliseRows: lambda each, x: (
        (x - x.mean(axis=1, keepdims=True)) / np.sqrt(x.var(axis=1, keepdims=True) + each.epsilon) * each.scale + each.shift
    ),
    inference.Softmax: lambda each, x: softmax(x, axis=1),
    inference.Add: lambda each, x, other: x + other,
}  # fmt: skip
"""What each operation means."""


def evaluate(steps: list[inference.Operation], X: Any) -> Any:
    """Return the scores by the operations alone."""
    values = [X]
    for each in steps:
        read = [values[each.x], values[each.other]] if isinstance(each, inference.Add) else [values[each.x]]
        values.append(EVALUATE[type(each)](each, *read))
    return values[-1]


def trained(network: Network, n_inputs: int, dtype: str) -> Any:
    """Return a model with random numbers everywhere, its running statistics among them."""
    model, random = network.init(n_inputs, seed=1, dtype=dtype), np.random.RandomState(4)
    model.theta[...] = random.standard_normal(model.theta.shape)
    model.state.vector[...] = random.uniform(0.5, 1.5, model.state.vector.shape)
    return model


NESTS = {
    "nothing": [],
    "a branch first": [Residual(Dense(4), Tanh)],
    "a branch in a branch": [Dense(5), Residual(Dense(5), ReLU, Residual(LayerNorm(), Dense(5), Dropout(0.5)), BatchNorm()), Dense(2)],
    "a branch that is dropped out of": [Residual(Dropout(0.3)), Dense(2)],
    "branches in a row": [Dense(3), Residual(Dense(3)), Residual(Tanh), Softmax()],
    "own activations": [Dense(5), Activation("bump", lambda z: z / (1 + z * z)), Dense(5), LeakyReLU(alpha=(0.1, 0.2, 0.3, 0.4, 0.5))],
    "every activation": [part for each in ACTIVATIONS.values() for part in (Dense(4), each)],
    "dropout alone": [Dropout(0.4)],
}
KINDS = {
    f"{name} {number}": [Dense(WIDTH), record, Dense(2)]
    for name, row in TWINS.items()
    for number, record in enumerate(row.examples)
    if type(record) in {*OPERATIONS, Dropout, Residual}
}


@pytest.mark.parametrize(("dtype", "tolerance"), [("float32", 2e-5), ("float64", 1e-12)])
@pytest.mark.parametrize("name", NESTS | KINDS)
def test_operations_compute_the_models_scores(name, dtype, tolerance):
    model = trained(Network((NESTS | KINDS)[name]), 4, dtype)
    X = np.random.RandomState(2).standard_normal((6, 4)).astype(dtype)
    scores, found = model.scores(X), evaluate(operations(model), X)
    assert (found.shape, found.dtype) == (scores.shape, np.dtype(dtype))
    np.testing.assert_allclose(found, scores, rtol=tolerance, atol=tolerance * np.abs(scores).max())


def test_layers_that_had_operations_keep_them():
    assert set(OPERATIONS) >= {Dense, Activation, BatchNorm, LayerNorm, Softmax}


def test_every_operation_reads_values_before_it():
    steps = operations(trained(Network(NESTS["a branch in a branch"]), 4, "float64"))
    assert [type(each).__name__ for each in steps] == [
        "Affine", "Affine", "Map", "NormaliseRows", "Affine", "Add", "NormaliseColumns", "Add", "Affine",
    ]  # fmt: skip
    assert [each.x for each in steps] == list(range(9))
    assert [each.other for each in steps if isinstance(each, inference.Add)] == [3, 1]


def test_arrays_are_the_models():
    model = trained(Network([Dense(3), Dense(1, bias=False)]), 4, "float64")
    first, second = operations(model)
    assert np.shares_memory(first.W, model.theta)
    assert second.b is None


def test_a_layer_of_ones_own_is_refused():
    class Double(Layer):
        def forward(self, p, x, pass_):
            return 2 * x

        def backward(self, p, x, y, dy, pass_):
            return 2 * dy, {}

    with pytest.raises(InputError, match=r"the layer at 1.0 must be one with plain operations, got Double"):
        operations(Network([Dense(2), Residual(Double())]).init(2))
