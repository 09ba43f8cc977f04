"""Class weights against scikit-learn's."""

import numpy as np
import pytest
from sklearn.utils.class_weight import compute_class_weight, compute_sample_weight

import halfmoon as hm
from halfmoon.base.errors import InputError
from halfmoon.training.class_weights import class_weights

F64 = np.dtype("float64")
Y = np.array([0, 0, 0, 1, 2, 2, 0, 1, 0, 0])
OWN = np.random.RandomState(0).uniform(0.1, 2, len(Y))


@pytest.mark.parametrize("given", ["balanced", {0: 0.5, 1: 3, 2: 1.5}, {1: 2.5}, {}])
@pytest.mark.parametrize("shape", [(10,), (10, 1)])
def test_as_in_scikit_learn(given, shape):
    found = class_weights(Y.reshape(shape), given, None, F64)
    whole = given if isinstance(given, str) else {0: 1, 1: 1, 2: 1} | given
    np.testing.assert_allclose(found, compute_sample_weight(whole, Y), rtol=1e-14)


def test_balanced_counts_by_sample_weight():
    found = class_weights(Y, "balanced", OWN, F64)
    factors = compute_class_weight("balanced", classes=np.arange(3), y=Y, sample_weight=OWN)
    np.testing.assert_allclose(found, factors[Y] * OWN, rtol=1e-14)
    np.testing.assert_allclose([found[k == Y].sum() for k in range(3)], OWN.sum() / 3)


def test_a_dict_multiplies_the_sample_weights():
    found = class_weights(Y, {0: 0.0, 2: 4.0}, OWN, F64)
    np.testing.assert_array_equal(found, OWN * np.array([0.0, 1.0, 4.0])[Y])


def test_classes_need_not_be_consecutive():
    np.testing.assert_array_equal(class_weights(np.array([3.0, 7.0, 7.0]), {7: 2}, None, F64), [1, 2, 2])
    np.testing.assert_allclose(class_weights(np.array([3, 7, 7]), "balanced", None, F64), [1.5, 0.75, 0.75])


def test_dtype():
    assert class_weights(Y, "balanced", None, np.dtype("float32")).dtype == np.float32


@pytest.mark.smoke
@pytest.mark.parametrize("given", ["balanced", {0: 0.25, 1: 3}, {1: 0.5}])
@pytest.mark.parametrize("loss", [hm.Logistic, hm.SoftmaxCrossEntropy()])
@pytest.mark.parametrize("own", [None, OWN])
@pytest.mark.parametrize("batch_size", [None, 4])
def test_training_is_that_with_the_sample_weights(given, loss, own, batch_size):
    X, y = np.random.RandomState(1).normal(size=(10, 2)), (Y > 0).astype(int)
    network = hm.Network([hm.Dense(4), hm.Tanh, hm.Dense(1 if loss == hm.Logistic else 2)], loss)
    if isinstance(given, str):
        factors = compute_class_weight("balanced", classes=np.arange(2), y=y, sample_weight=own)
    else:
        factors = np.array([given.get(k, 1) for k in range(2)])
    weights = factors[y] * (1 if own is None else own)
    weighted, plain = network.init(2, 1, "float64"), network.init(2, 1, "float64")
    options = {"epochs": 5, "batch_size": batch_size, "optimizer": hm.SGD(0.1)}
    first = hm.train(weighted, X, y, sample_weight=own, class_weight=given, metrics=["accuracy"], **options)
    second = hm.train(plain, X, y, sample_weight=weights, metrics=["accuracy"], **options)
    np.testing.assert_allclose(weighted.theta, plain.theta, rtol=1e-12, atol=1e-14)
    np.testing.assert_allclose(first["loss"], second["loss"], rtol=1e-13)
    np.testing.assert_allclose(first["accuracy"], second["accuracy"], rtol=1e-13)


# by what is wrong: targets, class weights, sample weights, sentence
WRONG = {
    "text": (Y, "balance", None, r"^class_weight must be one of balanced.*did you mean 'balanced'\?"),
    "list": (Y, [1, 2, 3], None, r"^class_weight must be a dict from class number to weight, or 'balanced', got \[1, 2, 3\]"),
    "no such class": (Y, {3: 1}, None, r"^class_weight must name classes that occur in y, got 3"),
    "a name": (Y, {"a": 1}, None, r"^class_weight must name classes that occur in y, got 'a'"),
    "a tuple": (Y, {(0, 1): 1}, None, r"^class_weight must name classes that occur in y"),
    "None as a class": (Y, {None: 1}, None, r"^class_weight must name classes that occur in y"),
    "negative": (Y, {0: -1}, None, r"^class_weight\[0\] must be a number in \[0, inf\), got -1"),
    "not finite": (Y, {0: np.nan}, None, r"^class_weight\[0\] must be a finite number"),
    "weight as text": (Y, {0: "1"}, None, r"^class_weight\[0\] must be a finite number"),
    "fractions": (Y / 2, "balanced", None, r"^class_weight must come with class numbers"),
    "columns": (np.stack([Y, Y], axis=1), "balanced", None, r"^class_weight must come with class numbers"),
    "all zero": (Y, {0: 0, 1: 0, 2: 0}, None, r"^class_weight"),
    "all zero together": (Y, {0: 0}, (Y == 0).astype(float), r"^class_weight"),
}


@pytest.mark.parametrize("name", WRONG)
def test_wrong(name):
    y, given, own, sentence = WRONG[name]
    with pytest.raises(InputError, match=sentence):
        class_weights(y, given, own, F64)


def test_more_than_float32_holds():
    with pytest.raises(InputError, match=r"^class_weight"):
        class_weights(Y, {0: 1e300}, None, np.dtype("float32"))


def test_balanced_with_a_class_whose_rows_all_weigh_nothing():
    found = class_weights(np.array([0, 0, 1]), "balanced", np.array([1.0, 2.0, 0.0]), F64)
    assert np.isfinite(found).all()
    assert found[2] == 0
    assert found[1] == pytest.approx(2 * found[0])
