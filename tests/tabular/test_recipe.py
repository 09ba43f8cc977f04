"""The recipe: which network a table gets."""

from __future__ import annotations

import pytest

from halfmoon import InputError
from halfmoon.data.targets import Classes, Quantity
from halfmoon.layers.dropout import Dropout
from halfmoon.losses import LOSSES
from halfmoon.optimizers.rules import LBFGS, OPTIMIZERS, Adam
from halfmoon.tabular.recipe import EXERCISE, TASK_LOSSES, Recipe

TWO, THREE, NUMBER = Classes("c", ("a", "b")), Classes("c", ("a", "b", "c")), Quantity("q", 0.0, 1.0)


@pytest.mark.parametrize(
    ("target", "loss", "expected", "outputs"),
    [
        (TWO, None, "logistic", 1),
        (THREE, None, "softmax_cross_entropy", 3),
        (NUMBER, None, "squared_error", 1),
        (TWO, "softmax_cross_entropy", "softmax_cross_entropy", 2),
        (TWO, "squared_error", "squared_error", 1),
        (NUMBER, "huber", "huber", 1),
        (NUMBER, "poisson", "poisson", 1),
    ],
)
def test_the_loss_and_the_outputs_follow_the_target(target, loss, expected, outputs):
    network = Recipe(loss=loss).network(target)
    assert network.loss == LOSSES[expected]
    assert network.program(5).n_outputs == outputs


def test_every_loss_fits_a_task():
    assert {name for names in TASK_LOSSES.values() for name in names} == set(LOSSES)


def test_the_exercise_is_the_exercises_network():
    text = EXERCISE.network(TWO).describe(2)
    assert [line.split()[1] for line in text.splitlines()[1:-2]] == [
        "Dense(64,",
        "relu",
        "Dense(32,",
        "sigmoid",
        "Dense(16,",
        "sigmoid",
        "Dense(1,",
        "sigmoid",
    ]
    assert "2,817 parameters" in text


def test_dropout_follows_every_hidden_layer():
    layers = Recipe(hidden=(4, 3), dropout=0.2).network(TWO).layers
    assert [place for place, layer in enumerate(layers) if isinstance(layer, Dropout)] == [2, 5]


def test_no_hidden_layer_is_a_linear_model():
    assert len(Recipe(hidden=()).network(NUMBER).layers) == 1


@pytest.mark.parametrize("name", OPTIMIZERS)
def test_every_optimiser_can_be_asked_for(name):
    made = Recipe(optimizer=name, rate=None, batch_size=None).make_optimizer()
    assert isinstance(made, LBFGS if name == "lbfgs" else type(OPTIMIZERS[name]()))
    assert Recipe(optimizer="adam", rate=0.5, weight_decay=0.1).make_optimizer() == Adam(0.5, weight_decay=0.1)


@pytest.mark.parametrize(
    ("options", "words"),
    [
        ({"hidden": (0,)}, "hidden must be a whole number of at least 1, got 0"),
        ({"activations": ("rellu",)}, "did you mean 'relu'?"),
        ({"hidden": (4, 4, 4), "activations": ("relu", "tanh")}, "one for each hidden layer (3), got 2"),
        ({"loss": "hinge"}, "loss must be one of"),
        ({"weights": "gloria"}, "weights must be one of"),
        ({"optimizer": "adamm"}, "did you mean 'adam'?"),
        ({"optimizer": "lbfgs", "rate": 0.1}, "rate must not be given with lbfgs"),
        ({"optimizer": "lbfgs", "rate": None}, "batch_size must be None (the full batch) for lbfgs, got 32"),
        ({"rate": -0.1}, "rate must be a number in (0, inf), got -0.1"),
        ({"dropout": 1.0}, "dropout must be a number in [0, 1), got 1.0"),
        ({"epochs": 0}, "epochs must be a whole number of at least 1, got 0"),
        ({"batch_size": -3}, "batch_size must be"),
        ({"seed": -1}, "seed must be"),
        ({"dtype": "int8"}, "dtype must be 'float32' or 'float64', got 'int8'"),
        ({"test_share": 0.0}, "test_share must be a number in (0, 1)"),
        ({"validation_share": 1.0}, "validation_share must be a number in [0, 1)"),
        ({"patience": 0}, "patience must be"),
        ({"weight_decay": -1.0}, "weight_decay must be"),
    ],
)
def test_a_recipe_that_cannot_be_used_is_refused(options, words):
    with pytest.raises(InputError) as caught:
        Recipe(**options)
    assert words in str(caught.value)


@pytest.mark.parametrize(
    ("target", "loss", "words"),
    [
        (NUMBER, "logistic", "for regression, got 'logistic'"),
        (TWO, "huber", "for classification, got 'huber'"),
        (THREE, "squared_error", "must be softmax_cross_entropy for the 3 classes of 'c', got 'squared_error'"),
        (THREE, "logistic", "must be softmax_cross_entropy for the 3 classes of 'c', got 'logistic'"),
    ],
)
def test_a_loss_that_does_not_fit_the_target_is_refused(target, loss, words):
    with pytest.raises(InputError) as caught:
        Recipe(loss=loss).network(target)
    assert words in str(caught.value)
