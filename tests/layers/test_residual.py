"""Residual branches: flattened, nested, named."""

from __future__ import annotations

import numpy as np
import pytest

from halfmoon.base.errors import InputError
from halfmoon.gradcheck.report import check_gradients
from halfmoon.layers.activations import ReLU, Tanh
from halfmoon.layers.dense import Dense
from halfmoon.layers.dropout import Dropout
from halfmoon.layers.residual import Residual
from halfmoon.network.network import Network
from twins import objective

NESTED = Network([Dense(4), Tanh, Residual(Residual(Dense(4), Tanh), Dense(3), Residual(Residual(Dense(3))), Dense(4)), Dense(1)])


def test_the_flat_program():
    steps = [(step.path, step.kind, step.n_in, step.n_out) for step in NESTED.program(2).steps]
    assert steps == [
        ("0", "layer", 2, 4),
        ("1", "layer", 4, 4),
        ("2", "keep", 4, 4),
        ("2.0", "keep", 4, 4),
        ("2.0.0", "layer", 4, 4),
        ("2.0.1", "layer", 4, 4),
        ("2.0", "add", 4, 4),
        ("2.1", "layer", 4, 3),
        ("2.2", "keep", 3, 3),
        ("2.2.0", "keep", 3, 3),
        ("2.2.0.0", "layer", 3, 3),
        ("2.2.0", "add", 3, 3),
        ("2.2", "add", 3, 3),
        ("2.3", "layer", 3, 4),
        ("2", "add", 4, 4),
        ("3", "layer", 4, 1),
    ]


def test_names_of_parameters():
    model = NESTED.init(2)
    assert list(model.params) == ["0.W", "0.b", "2.0.0.W", "2.0.0.b", "2.1.W", "2.1.b", "2.2.0.0.W", "2.2.0.0.b", "2.3.W", "2.3.b",
                                  "3.W", "3.b"]  # fmt: skip
    assert model.params["2.1.W"].shape == (4, 3)
    assert model.params[2]["1.W"] is model.params["2.1.W"]
    assert set(model.params[2]) == {name.removeprefix("2.") for name in model.params if name.startswith("2.")}


@pytest.mark.smoke
def test_by_hand():
    model = Network([Residual(Dense(2, bias=False))]).init(2, dtype="float64")
    model.params["0.0.W"][...] = [[1, 2], [3, 4]]
    X = np.array([[1.0, 10.0]])
    assert model.scores(X).tolist() == [[1 + 31, 10 + 42]]
    loss, gradients = model.gradients(X, np.array([[31.0, 52.0]]))
    assert loss == 1
    assert gradients["0.0.W"].tolist() == [[2, 0], [20, 0]]


def test_nested_branches_equal_pytorch_and_central_differences():
    model = NESTED.init(2, seed=3, dtype="float64")
    random = np.random.RandomState(3)
    X, y = random.standard_normal((6, 2)), random.standard_normal(6)
    loss, gradients = model.gradients(X, y)
    theirs, expected = objective(model, X, y)
    assert loss == pytest.approx(theirs, rel=1e-12)
    for name, gradient in gradients.items():
        np.testing.assert_allclose(gradient, expected[name], rtol=1e-10, atol=1e-12)
    assert check_gradients(model, X, y).ok


def test_a_network_may_begin_and_end_with_branches():
    model = Network([Residual(Residual(Dense(3), ReLU)), Residual(Dense(3))]).init(3, seed=1, dtype="float64")
    random = np.random.RandomState(4)
    report = check_gradients(model, random.standard_normal((5, 3)), random.standard_normal((5, 3)))
    assert report.ok, f"\n{report}"
    assert report.arrays[-1].name == "X"


@pytest.mark.parametrize(
    ("parts", "place", "given"),
    [
        ([Residual(Dense(4))], "0", 4),
        ([Dense(3), Residual(Dense(3), Tanh, Dense(2))], "1", 2),
        ([Dense(3), Residual(Residual(Dense(5)), Dense(3))], "1.0", 5),
    ],
)
def test_a_branch_must_keep_its_width(parts, place, given):
    with pytest.raises(InputError) as caught:
        Network(parts).program(3)
    message = str(caught.value)
    assert message == f"the residual branch at {place} must keep its 3 columns, its last layer gives {given}"


@pytest.mark.parametrize("parts", [(), ("relu",), (Dense,), (None,), ([Dense(2)],), (Dense(2), 3)])
def test_a_branch_must_be_made_of_layers(parts):
    with pytest.raises(InputError, match="layers must be"):
        Residual(*parts)


def test_branches_are_equal_by_value():
    assert Residual(Dense(2), Tanh) == Residual(layers=(Dense(2), Tanh))
    assert Residual(Dense(2), Tanh) != Residual(Tanh, Dense(2))
    assert len({Residual(Dropout()), Residual(Dropout(0.5)), Residual(Residual(Dropout()))}) == 2
