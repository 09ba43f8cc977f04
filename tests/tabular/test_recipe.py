"""The recipe: which estimator, and so which network, a table gets."""

from __future__ import annotations

import numpy as np
import pytest

from halfmoon import InputError
from halfmoon.data.targets import Classes, Quantity
from halfmoon.estimators import network_builder
from halfmoon.layers.dropout import Dropout
from halfmoon.losses import LOSSES
from halfmoon.optimizers.lbfgs import LBFGS
from halfmoon.optimizers.rules import OPTIMIZERS, Momentum
from halfmoon.tabular.recipe import EXERCISE, PARAMETERS, TASK_LOSSES, Recipe

TWO, THREE, NUMBER = Classes("c", ("a", "b")), Classes("c", ("a", "b", "c")), Quantity("q", 0.0, 1.0)
X = np.random.RandomState(0).normal(size=(30, 5))


def network(recipe, target):
    """Return the network that a recipe's estimator trains."""
    y = np.arange(30) % len(target.labels) if isinstance(target, Classes) else X[:, 0] ** 2
    estimator = recipe.changed({"max_iter": 1, "early_stopping": False}).estimator(target)
    with pytest.warns(UserWarning, match=r"converge|clipped"):
        return estimator.fit(X[:, :2] if recipe is EXERCISE else X, y).model_.network


@pytest.mark.parametrize(
    ("target", "loss", "expected", "outputs"),
    [
        (TWO, None, "clipped_logistic", 1),
        (THREE, None, "softmax_cross_entropy", 3),
        (NUMBER, None, "half_squared_error", 1),
        (TWO, "logistic", "logistic", 1),
        (TWO, "softmax_cross_entropy", "softmax_cross_entropy", 2),
        (TWO, "squared_error", "squared_error", 1),
        (NUMBER, "huber", "huber", 1),
        (NUMBER, "poisson", "half_poisson_deviance", 1),
    ],
)
def test_the_loss_and_the_outputs_follow_the_target(target, loss, expected, outputs):
    found = network(Recipe(PARAMETERS | ({} if loss is None else {"loss": loss})), target)
    assert found.loss.name == expected
    assert found.program(5).n_outputs == outputs


def test_every_loss_fits_a_task():
    assert {name for names in TASK_LOSSES.values() for name in names} == set(LOSSES) | {"log_loss"}


def test_the_exercise_is_the_exercises_network():
    text = network(EXERCISE, TWO).describe(2)
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
    layers = network(Recipe().changed({"hidden_layer_sizes": (4, 3), "dropout": 0.2}), TWO).layers
    assert [index for index, layer in enumerate(layers) if isinstance(layer, Dropout)] == [2, 5]


def test_no_hidden_layer_is_a_linear_model():
    assert len(network(Recipe().changed({"hidden_layer_sizes": ()}), NUMBER).layers) == 1


@pytest.mark.parametrize("name", OPTIMIZERS)
def test_every_solver_can_be_asked_for_and_has_its_own_rate(name):
    made = network_builder.optimizer(Recipe().changed({"solver": name}).estimator(TWO))
    own = OPTIMIZERS[name]()
    assert isinstance(made, Momentum if name == "sgd" else type(own))
    assert made.tolerance == own.tolerance if isinstance(made, LBFGS) else made.rate == own.rate
    if name == "sgd":
        assert (made.momentum, made.nesterov) == (0.0, False)
    if name == "adam":
        made = network_builder.optimizer(Recipe().changed({"solver": name, "learning_rate_init": 0.5, "weight_decay": 0.1}).estimator(TWO))
        assert (made.rate, made.weight_decay) == (0.5, 0.1)


COMPLETED = {
    "a rate": ({"learning_rate_init": 0.1}, {}),
    "a solver": ({"solver": "adam"}, {"learning_rate_init": 0.001}),
    "a solver and a rate": ({"solver": "adam", "learning_rate_init": 0.1}, {}),
    "as many layers": ({"hidden_layer_sizes": (3, 2, 1)}, {}),
    "fewer layers": ({"hidden_layer_sizes": (3,)}, {"activation": "relu"}),
    "fewer layers and their activation": ({"hidden_layer_sizes": (3,), "activation": "tanh"}, {}),
    "a validation part": ({"validation_fraction": 0.2}, {"early_stopping": True}),
    "no validation part": ({"validation_fraction": 0.0}, {"early_stopping": False, "n_iter_no_change": np.inf}),
}


@pytest.mark.parametrize("what", COMPLETED)
def test_what_must_change_along_does(what):
    given, more = COMPLETED[what]
    found = EXERCISE.completed(given)
    assert found == given | more
    assert list(found)[: len(given)] == list(given)
    assert EXERCISE.changed(given).parameters == EXERCISE.parameters | found


@pytest.mark.parametrize(
    ("options", "words"),
    [
        ({"hidden_layer_sizes": 0}, "'hidden_layer_sizes' parameter of the estimator must be"),
        ({"activation": ("rellu",)}, "did you mean 'relu'?"),
        ({"loss": "hinge"}, "loss must be one of"),
        ({"initializer": "gloria"}, "initializer must be one of"),
        ({"solver": "adamm"}, "did you mean 'adam'?"),
        ({"solver": "lbfgs", "learning_rate_init": 0.1}, "learning_rate_init must be left out with lbfgs"),
        ({"solver": "lbfgs", "batch_size": 32}, "batch_size must be left out with lbfgs"),
        ({"learning_rate_init": -0.1}, "must be a float in the range (0.0, inf). Got -0.1 instead"),
        ({"dropout": 1.0}, "must be a float in the range [0.0, 1.0)"),
        ({"max_iter": 0}, "must be an int in the range [1, inf). Got 0 instead"),
        ({"batch_size": -3}, "'batch_size' parameter of the estimator must be"),
        ({"random_state": -1}, "'random_state' parameter of the estimator must be"),
        ({"dtype": "int8"}, "dtype must be one of auto, float32, float64, got 'int8'"),
        ({"validation_fraction": 1.0}, "must be a float in the range [0.0, 1.0)"),
        ({"n_iter_no_change": 0}, "'n_iter_no_change' parameter of the estimator must be"),
        ({"weight_decay": -1.0}, "'weight_decay' parameter of the estimator must be"),
        ({"hidden": (4,)}, "a parameter must be one of"),
    ],
)
def test_parameters_that_cannot_be_used_are_refused(options, words):
    with pytest.raises(InputError) as caught:
        Recipe().changed(options)
    assert words in str(caught.value)


@pytest.mark.parametrize(
    ("settings", "words"),
    [({"test_share": 0.0}, "test_share must be a number in (0, 1)"), ({"standardise": 1}, "standardise must be True or False, got 1")],
)
def test_settings_of_the_table_are_checked(settings, words):
    with pytest.raises(InputError) as caught:
        Recipe().changed({}, **settings)
    assert words in str(caught.value)


@pytest.mark.parametrize(
    ("target", "loss", "words"),
    [
        (NUMBER, "logistic", "for regression, got 'logistic'"),
        (TWO, "quantile", "for classification, got 'quantile'"),
        (THREE, "poisson", "for classification, got 'poisson'"),
    ],
)
def test_a_loss_that_does_not_fit_the_target_is_refused(target, loss, words):
    with pytest.raises(InputError) as caught:
        Recipe().changed({"loss": loss}).estimator(target)
    assert words in str(caught.value)
