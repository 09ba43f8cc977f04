"""scikit-learn's losses as it reads them, against its own functions; and any loss of the library's."""

import numpy as np
import pytest
import sklearn
from scipy.special import expit
from sklearn.neural_network import MLPRegressor, _base
from sklearn.utils.fixes import parse_version

import halfmoon as hm
from estimator_cases import BINARY, LABELS, NUMBERS, SMALL, THREE, X
from halfmoon.estimators.losses import ClippedLogistic, HalfPoissonDeviance, HalfSquaredError, classification_loss

SCORES = np.random.RandomState(1).normal(size=(40, 2)) * 3
TARGETS = (np.random.RandomState(2).uniform(size=(40, 2)) < 0.5).astype(float)
COUNTS = np.random.RandomState(3).poisson(2.0, size=(40, 2)).astype(float)


def test_the_squared_error_is_the_mean_over_outputs_and_its_slope_that_of_their_sum():
    loss = HalfSquaredError(share=0.5)
    assert loss.each(SCORES, TARGETS).mean() == pytest.approx(_base.squared_loss(TARGETS, SCORES), rel=1e-13)
    np.testing.assert_allclose(loss.gradient(SCORES, TARGETS), SCORES - TARGETS)


# scikit-learn's issue 8349: it averages the squared error over the outputs, and steps along the gradient of their sum
THEIRS_IS_AVERAGED = _base.squared_loss(np.ones((1, 2)), np.zeros((1, 2))) == 0.5


def test_up_to_its_version_1_9_scikit_learn_averages_over_outputs():
    assert THEIRS_IS_AVERAGED or parse_version(sklearn.__version__) >= parse_version("1.10.dev0")


@pytest.mark.parametrize("solver", ["sgd", "adam", "lbfgs"])
@pytest.mark.parametrize("outputs", [1, 2, 3])
def test_several_outputs_as_scikit_learn_has_them(solver, outputs):
    y = np.hstack([NUMBERS, NUMBERS**2])[:, :outputs]
    parameters = {"hidden_layer_sizes": (4,), "solver": solver, "max_iter": 5, "tol": 0.0, "random_state": 0}
    found, theirs = hm.MLPRegressor(**parameters).fit(X, y.squeeze()), MLPRegressor(**parameters).fit(X, y.squeeze())
    if THEIRS_IS_AVERAGED:
        assert found.loss_ == pytest.approx(theirs.loss_, rel=1e-9)
        np.testing.assert_allclose(found.predict(X), theirs.predict(X), rtol=1e-7)
    elif solver != "lbfgs":  # a version that sums: the same steps, and a loss that is so many times larger
        assert outputs * found.loss_ == pytest.approx(theirs.loss_, rel=1e-3)  # but for the penalty
        np.testing.assert_allclose(found.predict(X), theirs.predict(X), rtol=1e-7)


def test_a_record_has_the_gradient_of_its_own_loss_with_several_outputs():
    model = hm.MLPRegressor(hm.SquaredError, **SMALL).fit(X, NUMBERS).model_
    assert hm.check_gradients(model, X, NUMBERS).ok
    averaged = hm.MLPRegressor(**SMALL).fit(X, NUMBERS).model_
    loss, gradients = averaged.gradients(X, NUMBERS)
    moved = averaged.astype("float64")
    moved.theta[...] -= 1e-6 * gradients.vector
    measured = (loss - moved.loss(X, NUMBERS)) / 1e-6
    assert 2 * measured == pytest.approx(gradients.vector @ gradients.vector, rel=1e-4)


def test_the_poisson_deviance():
    assert HalfPoissonDeviance.each(SCORES, COUNTS).mean() == pytest.approx(_base.poisson_loss(COUNTS, np.exp(SCORES)), rel=1e-13)
    np.testing.assert_allclose(HalfPoissonDeviance.gradient(SCORES, COUNTS), np.exp(SCORES) - COUNTS)


@pytest.mark.parametrize("size", [1.0, 30.0])  # some are clipped
@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_log_losses_are_clipped_at_the_dtypes_epsilon(size, dtype):
    scores, rtol = (size * SCORES).astype(dtype), 1e-4 if dtype == np.float32 else 1e-6
    binary = classification_loss("log_loss", exclusive=False, dtype=np.dtype(dtype))
    assert binary.name == ClippedLogistic.name
    assert binary.each(scores, TARGETS.astype(dtype)).mean() == pytest.approx(_base.binary_log_loss(TARGETS, expit(scores)), rel=rtol)
    one_of_two = classification_loss("log_loss", exclusive=True, dtype=np.dtype(dtype))
    shares = np.exp(scores - scores.max(axis=1, keepdims=True))
    shares /= shares.sum(axis=1, keepdims=True)
    classes = TARGETS[:, 0].astype(int)
    assert one_of_two.each(scores, classes).mean() == pytest.approx(_base.log_loss(np.eye(2)[classes], shares), rel=rtol)


@pytest.mark.parametrize("loss", ["huber", "absolute_error", hm.Huber(delta=0.5), hm.Quantile(level=0.9), "squared_error", "poisson"])
@pytest.mark.parametrize("engine", ["fused", "reference"])
def test_a_regressor_takes_any_loss(loss, engine):
    y = np.abs(NUMBERS)
    curve = hm.MLPRegressor(loss, **SMALL, engine=engine).fit(X, y).loss_curve_
    assert curve[-1] < curve[0]


@pytest.mark.parametrize(("loss", "y"), [(hm.SoftmaxCrossEntropy(label_smoothing=0.1), THREE), (hm.Logistic(label_smoothing=0.1), BINARY),
                                         ("logistic", LABELS), ("squared_error", BINARY)])  # fmt: skip
def test_a_classifier_takes_any_loss(loss, y):
    clf = hm.MLPClassifier(loss=loss, **SMALL).fit(X, y)
    assert clf.loss_curve_[-1] < clf.loss_curve_[0]
    assert clf.predict(X).shape == y.shape


def test_the_median_is_less_moved_by_outliers_than_the_mean():
    y = np.where(np.arange(120) % 10 == 0, 100.0, 0.0)
    parameters = SMALL | {"max_iter": 200, "learning_rate_init": 0.01, "hidden_layer_sizes": ()}
    mean, median = (
        hm.MLPRegressor(loss, **parameters).fit(np.ones((120, 1)), y).predict([[1.0]])[0] for loss in ("squared_error", "absolute_error")
    )
    assert abs(median) < 1 < mean
