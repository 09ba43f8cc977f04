"""From parameters to a network, an optimiser and a penalty."""

import numpy as np
import pytest

import halfmoon as hm
from estimator_cases import BINARY, SMALL, THREE, X
from halfmoon.estimators import network_builder


def network(**parameters):
    return hm.MLPClassifier(**SMALL | {"max_iter": 1} | parameters).fit(X, THREE).model_.network


def kinds(layers):
    return [type(layer).__name__ if not isinstance(layer, hm.Activation) else layer.name for layer in layers]


# parameters, and the layers of the network
LAYERS = {
    "no hidden layer": ({"hidden_layer_sizes": ()}, ["Dense"]),
    "a number": ({"hidden_layer_sizes": 8}, ["Dense", "relu", "Dense"]),
    "an array": ({"hidden_layer_sizes": np.array([4, 3])}, ["Dense", "relu", "Dense", "relu", "Dense"]),
    "an activation each": ({"hidden_layer_sizes": (4, 3), "activation": ["tanh", hm.GELU]}, ["Dense", "tanh", "Dense", "gelu", "Dense"]),
    "any name": ({"activation": "softplus"}, ["Dense", "softplus", "Dense"]),
    "scikit-learn's name": ({"activation": "logistic"}, ["Dense", "sigmoid", "Dense"]),
    "dropout": ({"dropout": 0.2}, ["Dense", "relu", "Dropout", "Dense"]),
    "dropout each": ({"hidden_layer_sizes": (4, 3), "dropout": [0.0, 0.5]}, ["Dense", "relu", "Dense", "relu", "Dropout", "Dense"]),
    "batch norm": ({"batch_norm": True}, ["Dense", "BatchNorm", "relu", "Dense"]),
    "layer norm": ({"layer_norm": True}, ["Dense", "LayerNorm", "relu", "Dense"]),
    "layers": ({"layers": [hm.Dense(4), hm.Residual(hm.Tanh, hm.Dense(4)), hm.SiLU]}, ["Dense", "Residual", "silu", "Dense"]),
}


@pytest.mark.parametrize("case", LAYERS)
def test_parameters_make_layers(case):
    parameters, expected = LAYERS[case]
    assert kinds(network(**parameters).layers) == expected


@pytest.mark.parametrize("parameters", [{"hidden_layer_sizes": (4,)}, {"layers": [hm.Dense(4), hm.ReLU]}])
def test_a_classifiers_squared_error_is_that_of_a_probability(parameters):
    clf = hm.MLPClassifier(**SMALL | {"loss": "squared_error"} | parameters).fit(X, BINARY)
    assert kinds(clf.model_.network.layers) == ["Dense", "relu", "Dense", "sigmoid"]
    shares = clf.predict_proba(X)
    assert (shares > 0).all()
    np.testing.assert_allclose(shares.sum(axis=1), 1, rtol=1e-15)
    np.testing.assert_array_equal(clf.predict(X), clf.classes_[(shares[:, 1] > 0.5).astype(int)])
    regressor = hm.MLPRegressor(**SMALL | {"loss": hm.SquaredError} | parameters).fit(X, (BINARY == "yes").astype(float))
    assert kinds(regressor.model_.network.layers) == ["Dense", "relu", "Dense"]


def test_softmax_has_an_output_for_each_of_two_classes():
    clf = hm.MLPClassifier(**SMALL | {"loss": "softmax_cross_entropy"}).fit(X, BINARY)
    assert clf.model_.program.n_outputs == 2
    assert clf.predict_proba(X).shape == (len(X), 2)
    assert set(clf.predict(X)) <= set(BINARY)


def test_an_activation_of_ones_own():
    cube = hm.Activation("cube", lambda z: z**3, lambda z, a: 3 * z * z)
    assert network(activation=cube).layers[1] == cube


@pytest.mark.parametrize("name", hm.ACTIVATIONS)
def test_every_activation_trains_by_name(name):
    loss = hm.MLPClassifier(**SMALL | {"activation": name}).fit(X, BINARY).loss_curve_
    assert loss[-1] < loss[0]


@pytest.mark.parametrize("name", hm.INITIALIZERS)
def test_every_initialiser_has_a_name(name):
    clf = hm.MLPClassifier(**SMALL | {"initializer": name, "max_iter": 1, "learning_rate_init": 1e-30}).fit(X, THREE)
    expected = hm.Network([hm.Dense(8, name), hm.ReLU, hm.Dense(3, name)], hm.SoftmaxCrossEntropy()).init(5, 0, "float64")
    np.testing.assert_allclose(np.sort(clf.model_.theta), np.sort(expected.theta), atol=1e-25)


# a solver and what it makes: scikit-learn's three as it has them, any other by its name
SOLVERS = {name: make(0.001) for name, make in hm.OPTIMIZERS.items() if name != "lbfgs"} | {
    "sgd": hm.Momentum(0.001, nesterov=True, rate_in_velocity=True),
    "adam": hm.Adam(0.001, epsilon_before_correction=True),
    "lbfgs": hm.LBFGS(tolerance=1e-4, evaluations=15000),
}


def test_every_solver_has_a_name():
    assert set(SOLVERS) == set(hm.OPTIMIZERS)


@pytest.mark.parametrize("name", SOLVERS)
def test_a_name_makes_an_optimiser(name):
    assert network_builder.optimizer(hm.MLPClassifier(solver=name)) == SOLVERS[name]


def test_options_reach_the_optimiser():
    found = network_builder.optimizer(
        hm.MLPClassifier(solver="sgd", momentum=0.5, nesterovs_momentum=False, weight_decay=0.1, clip_norm=2.0)
    )
    assert found == hm.Momentum(0.001, momentum=0.5, rate_in_velocity=True, weight_decay=0.1, clip_norm=2.0)
    assert network_builder.optimizer(hm.MLPClassifier(learning_rate=hm.Cosine())).schedule == hm.Cosine()
    assert network_builder.optimizer(hm.MLPClassifier(learning_rate="invscaling")).schedule == hm.Fixed()  # as scikit-learn's adam
    assert network_builder.optimizer(hm.MLPClassifier(learning_rate="one_cycle")).schedule == hm.OneCycle()
    assert network_builder.optimizer(hm.MLPClassifier(solver=hm.Lion(0.1, schedule=hm.Cosine()))) == hm.Lion(0.1, schedule=hm.Cosine())
    assert network_builder.optimizer(hm.MLPClassifier(solver=hm.Lion(0.1), clip_norm=1.0)) == hm.Lion(0.1, clip_norm=1.0)
    assert network_builder.penalty(hm.MLPRegressor(alpha=0.2, l1=0.1)) == hm.Penalty(0.1, 0.2, per_batch=True)


@pytest.mark.parametrize("name", [name for name in SOLVERS if name != "lbfgs"])
@pytest.mark.parametrize("schedule", ["constant", "invscaling", "adaptive", "cosine", hm.OneCycle(), hm.Plateau(patience=1)])
def test_every_solver_takes_every_schedule(name, schedule):
    loss = hm.MLPClassifier(**SMALL | {"solver": name, "learning_rate": schedule, "learning_rate_init": 0.01}).fit(X, BINARY).loss_curve_
    assert loss[-1] < loss[0]


# what cannot be built, and what the error names
WRONG = {
    "a layer of nothing": ({"hidden_layer_sizes": (3, 0)}, "hidden_layer_sizes must be > 0"),
    "half a unit": ({"hidden_layer_sizes": (2.5,)}, r"hidden_layer_sizes must be whole numbers, such as \(64, 32\), got \(2\.5,\)"),
    "too few activations": ({"hidden_layer_sizes": (3, 3), "activation": ["relu"]}, "activation must have one entry for each of the 2"),
    "an unknown activation in a list": ({"activation": ["rely"]}, "relu"),
    "no layers": ({"layers": ["dense"]}, "layers"),
    "too much dropout": ({"dropout": [1.5]}, "rate"),
}


@pytest.mark.parametrize("case", WRONG)
def test_what_cannot_be_built_is_named(case):
    parameters, sentence = WRONG[case]
    with pytest.raises(ValueError, match=sentence):
        network(**parameters)
