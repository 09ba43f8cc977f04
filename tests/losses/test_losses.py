"""Every loss equals PyTorch's, row by row and slope by slope, stays right at any score, and says what targets it takes."""

from __future__ import annotations

import copy
import json
import math
import pickle

import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st

from halfmoon.base import record as records
from halfmoon.base.errors import InputError
from halfmoon.gradcheck.report import check_gradients
from halfmoon.layers.activations import Tanh
from halfmoon.layers.dense import Dense
from halfmoon.losses import LOSSES
from halfmoon.losses.pointwise import AbsoluteError, Huber, Logistic, PointwiseLoss, Poisson, Quantile, SquaredError
from halfmoon.losses.softmax import SoftmaxCrossEntropy
from halfmoon.network.network import Network
from twins import LOSS_CASES, LOSS_TWINS, each_loss, objective

CASES = [pytest.param(case, id=str(case)) for case in LOSS_CASES]
FLOAT64 = np.dtype("float64")
DTYPES = ["float32", "float64"]


@pytest.mark.smoke
def test_every_loss_has_a_row():
    assert set(LOSS_TWINS) == set(LOSSES)
    assert all(row.cases for row in LOSS_TWINS.values())
    assert all(case.loss.name == name for name, row in LOSS_TWINS.items() for case in row.cases)
    assert [loss.name for loss in LOSSES.values()] == list(LOSSES)


def drawn(case, rows=8, scale=2.0):
    """Return scores and targets as a user gives them."""
    random = np.random.RandomState(3)
    return scale * random.standard_normal((rows, case.outputs)), case.draw(random, rows, case.outputs)


@pytest.mark.parametrize("case", CASES)
def test_value_and_gradient_equal_pytorch(case):
    scores, y = drawn(case)
    targets = case.loss.targets(y, case.outputs, FLOAT64)
    ts = torch.tensor(scores, requires_grad=True)
    theirs = each_loss(case.loss, ts, y)
    theirs.sum().backward()
    each, gradient = case.loss.each(scores, targets), case.loss.gradient(scores, targets)
    assert each.shape == (len(scores),)
    assert gradient.shape == scores.shape
    np.testing.assert_allclose(each, theirs.detach().numpy(), rtol=1e-10, atol=1e-12)
    np.testing.assert_allclose(gradient, ts.grad.numpy(), rtol=1e-10, atol=1e-12)


@pytest.mark.parametrize("case", CASES)
def test_central_differences_agree(case):
    scores, y = drawn(case)
    targets = case.loss.targets(y, case.outputs, FLOAT64)
    gradient = case.loss.gradient(scores, targets)
    h = 1e-6
    for j in range(case.outputs):
        step = np.zeros_like(scores)
        step[:, j] = h
        slope = (case.loss.each(scores + step, targets) - case.loss.each(scores - step, targets)) / (2 * h)
        np.testing.assert_allclose(gradient[:, j], slope, rtol=1e-6, atol=1e-7)


@pytest.mark.parametrize("case", CASES)
def test_weighted_gradients_of_a_model(case):
    model = Network([Dense(3, biases="normal"), Tanh, Dense(case.outputs)], case.loss).init(2, seed=4, dtype="float64")
    random = np.random.RandomState(5)
    X, y = random.standard_normal((9, 2)), case.draw(random, 9, case.outputs)
    weights = random.uniform(0, 3, 9)
    weights[2] = 0
    for given_weights in (None, weights, 7 * weights):
        loss, gradients = model.gradients(X, y, given_weights)
        theirs, expected = objective(model, X, y, given_weights)
        assert loss == pytest.approx(theirs, rel=1e-11, abs=1e-12)
        assert loss == pytest.approx(model.loss(X, y, given_weights), rel=1e-13)
        for name, gradient in gradients.items():
            np.testing.assert_allclose(gradient, expected[name], rtol=1e-9, atol=1e-12)
    assert check_gradients(model, X, y, weights).ok


@pytest.mark.smoke
def test_whole_weights_are_repeated_rows():
    model = Network([Dense(2)]).init(2, dtype="float64")
    random = np.random.RandomState(6)
    X, y, times = random.standard_normal((4, 2)), random.standard_normal((4, 2)), [3, 0, 1, 2]
    loss, gradients = model.gradients(X, y, times)
    other, repeated = model.gradients(np.repeat(X, times, axis=0), np.repeat(y, times, axis=0))
    assert loss == pytest.approx(other, rel=1e-13)
    np.testing.assert_allclose(gradients.vector, repeated.vector, rtol=1e-12)


@pytest.mark.parametrize("dtype", DTYPES)
@pytest.mark.parametrize(
    "case", [case for case in CASES if not getattr(case.values[0].loss, "clip", 0)]
)  # a clipped loss is meant to be wrong there
def test_extreme_scores_are_finite_and_right(case, dtype):
    random = np.random.RandomState(7)
    rows = 12
    y = case.draw(random, rows, case.outputs)
    scores = random.choice([-1e4, -100, -1, 0.5, 100, 1e4], size=(rows, case.outputs)).astype(dtype)
    scores[0], scores[1] = 1e4, -1e4
    targets = case.loss.targets(y, case.outputs, np.dtype(dtype))
    each, gradient = case.loss.each(scores, targets), case.loss.gradient(scores, targets)
    assert each.dtype == gradient.dtype == np.dtype(dtype)
    ts = torch.tensor(scores, dtype=torch.float64, requires_grad=True)
    theirs = each_loss(case.loss, ts, targets)
    theirs.sum().backward()
    assert not np.isnan(each).any()
    assert not np.isnan(gradient).any()
    expected, slopes = theirs.detach().numpy(), ts.grad.numpy()
    if case.loss.name == "poisson":  # exp(100) is above float32's range, exp(1e4) above both
        assert np.isinf(each[0])
        assert np.isinf(gradient[0]).all()
        if dtype == "float32":
            assert np.isinf(each[(scores == 100).any(axis=1)]).all()
            with np.errstate(over="ignore"):
                expected, slopes = expected.astype(dtype), slopes.astype(dtype)
    else:
        assert np.isfinite(each).all()
        assert np.isfinite(gradient).all()
    tolerance = {"float32": 1e-6, "float64": 1e-13}[dtype]
    largest = np.abs(scores).max(axis=1) + 1
    finite = np.isfinite(expected)
    assert (np.isfinite(each) == finite).all()
    if case.loss.name == "poisson":
        np.testing.assert_allclose(each, expected, rtol=20 * tolerance, atol=20 * tolerance)
    else:
        assert (np.abs(each - expected)[finite] <= 10 * tolerance * np.maximum(largest, np.abs(expected))[finite]).all()
    np.testing.assert_allclose(gradient, slopes, rtol=20 * tolerance, atol=2 * tolerance)


@pytest.mark.parametrize("dtype", DTYPES)
def test_scores_that_are_sure_and_right_cost_nothing(dtype):
    scores = np.array([[1e4], [-1e4]], dtype)
    y = Logistic.targets([1, 0], 1, np.dtype(dtype))
    assert Logistic.each(scores, y).tolist() == [0, 0]
    assert Logistic.each(scores[::-1], y).tolist() == [1e4, 1e4]
    loss = SoftmaxCrossEntropy()
    scores = np.array([[1e4, -1e4, 0]], dtype)
    assert loss.each(scores, np.array([0])).tolist() == [0]
    assert loss.each(scores, np.array([1])).tolist() == [2e4]
    assert loss.gradient(scores, np.array([1])).tolist() == [[1, -1, 0]]


def test_small_losses_keep_their_digits():
    assert Logistic.each(np.array([[-40.0]]), np.array([[0.0]]))[0] == pytest.approx(math.log1p(math.exp(-40)), rel=1e-14)


def test_at_a_tie_the_slope_is_flat():
    s = np.array([[1.5, -2.0]])
    for loss in (AbsoluteError, Quantile, Quantile(level=0.9), Huber, SquaredError):
        assert loss.each(s, s).tolist() == [0]
        assert (loss.gradient(s, s) == 0).all()


def test_minima_are_what_the_losses_are_about():
    y = np.random.RandomState(8).exponential(size=(2001, 1))
    grid = np.linspace(0.01, 4, 800)
    for loss, expected in [
        (SquaredError, y.mean()),
        (AbsoluteError, np.median(y)),
        (Quantile(level=0.8), np.quantile(y, 0.8)),
        (Poisson, math.log(y.mean())),
    ]:
        around = grid - 2
        found = around[np.argmin([loss.each(np.full_like(y, s), y).sum() for s in around])]
        assert found == pytest.approx(expected, abs=0.011)


def test_label_smoothing_of_two_classes_is_the_same_in_both_losses():
    s = np.linspace(-4, 4, 9)[:, None]
    y = np.arange(9) % 2
    two = SoftmaxCrossEntropy(label_smoothing=0.3).each(np.hstack([np.zeros_like(s), s]), y)
    one = Logistic(label_smoothing=0.3)
    np.testing.assert_allclose(one.each(s, one.targets(y, 1, FLOAT64)), two, rtol=1e-12)


def test_a_clipped_loss_is_that_of_the_clipped_probability_and_its_gradient_is_not_clipped():
    scores, y = np.array([[0.0, 50.0], [50.0, 0.0], [0.0, 1.0], [np.nan, 0.0]]), np.array([0, 0, 0, 0])
    clip = 1e-3
    found = SoftmaxCrossEntropy(clip=clip).each(scores, y)
    np.testing.assert_allclose(found, [-np.log(clip), -np.log(1 - clip), np.log(1 + np.e), np.nan], rtol=1e-12)
    np.testing.assert_array_equal(SoftmaxCrossEntropy(clip=clip).gradient(scores, y), SoftmaxCrossEntropy().gradient(scores, y))


def test_class_numbers_and_their_indicators_are_the_same_targets():
    loss = SoftmaxCrossEntropy(label_smoothing=0.1)
    scores = np.random.RandomState(9).standard_normal((6, 4))
    y = np.array([0, 1, 2, 3, 1, 0])
    for same in (y[:, None], y.astype(float), y.astype(np.uint8), y.tolist(), np.eye(4)[y]):
        targets = loss.targets(same, 4, FLOAT64)
        np.testing.assert_allclose(loss.each(scores, targets), loss.each(scores, y), rtol=1e-13)
        np.testing.assert_allclose(loss.gradient(scores, targets), loss.gradient(scores, y), rtol=1e-12, atol=1e-15)


@pytest.mark.parametrize("case", CASES)
def test_a_loss_is_a_value_and_takes_nothing_but_gives_new_arrays(case):
    scores, y = drawn(case)
    targets = case.loss.targets(y, case.outputs, FLOAT64)
    before = scores.tobytes(), targets.tobytes()
    for array in (scores, targets):
        array.flags.writeable = False
    made = case.loss.each(scores, targets), case.loss.gradient(scores, targets)
    assert (scores.tobytes(), targets.tobytes()) == before
    assert not any(np.shares_memory(one, other) for one in made for other in (scores, targets))
    for same in (
        pickle.loads(pickle.dumps(case.loss)),
        copy.deepcopy(case.loss),
        records.decode(json.loads(json.dumps(records.encode(case.loss)))),
    ):
        assert same == case.loss
        assert hash(same) == hash(case.loss)
        assert same.gradient(scores, targets).tobytes() == made[1].tobytes()
        assert same.link == case.loss.link


def test_different_losses_are_different():
    assert len({case.loss for case in LOSS_CASES}) == len({repr(case.loss) for case in LOSS_CASES})


NUMBERS = (SquaredError, 2)
BAD_TARGETS = [
    (*NUMBERS, [[1, 2, 3]], "columns"),
    (*NUMBERS, [1.0, 2.0], "columns"),
    (SquaredError, 1, [[1, 2]], "columns"),
    (SquaredError, 1, 3.0, "dimensions"),
    (SquaredError, 1, np.ones((2, 1, 1)), "dimensions"),
    (SquaredError, 1, [], "at least one row"),
    (SquaredError, 1, [1, math.nan], "finite"),
    (SquaredError, 1, [1, -math.inf], "finite"),
    (SquaredError, 1, ["a", "b"], "real numbers"),
    (SquaredError, 1, [1, None], "real numbers"),
    (SquaredError, 1, [1j, 2], "real numbers"),
    (SquaredError, 1, [[1], [1, 2]], "rectangular"),
    (Poisson, 1, [1, -1], r"\[0, inf\)"),
    (Logistic, 1, [0, 1, 2], r"\[0, 1\]"),
    (Logistic, 1, [-1, 1], r"\[0, 1\]"),
    (Logistic, 1, ["no", "yes"], "real numbers"),
    (SoftmaxCrossEntropy(), 3, [0, 1, 3], "from 0 to 2, got 3"),
    (SoftmaxCrossEntropy(), 3, [0, -1, 2], "from 0 to 2, got -1"),
    (SoftmaxCrossEntropy(), 3, [0, 1.5], "got 1.5"),
    (SoftmaxCrossEntropy(), 3, [0, 1e30], r"got 1e\+30"),
    (SoftmaxCrossEntropy(), 3, [0, math.nan], "finite"),
    (SoftmaxCrossEntropy(), 3, [[0.5, 0.5, 0.5]], "sum to 1"),
    (SoftmaxCrossEntropy(), 3, [[1.5, -0.5, 0]], "sum to 1"),
    (SoftmaxCrossEntropy(), 3, [[0.5, 0.5]], "class numbers"),
    (SoftmaxCrossEntropy(), 3, [], "class numbers"),
    (SoftmaxCrossEntropy(), 3, 1, "class numbers"),
    (SoftmaxCrossEntropy(), 3, np.zeros((2, 3, 1)), "class numbers"),
    (SoftmaxCrossEntropy(), 3, ["a", "b"], "real numbers"),
    (SoftmaxCrossEntropy(), 3, np.array([0, 2**64 - 1], np.uint64), "from 0 to 2"),
]


@pytest.mark.parametrize(("loss", "outputs", "y", "says"), BAD_TARGETS)
def test_bad_targets_are_answered_with_a_sentence_about_y(loss, outputs, y, says):
    for dtype in DTYPES:
        with pytest.raises(InputError, match=says) as caught:
            loss.targets(y, outputs, np.dtype(dtype))
        message = str(caught.value)
        assert message.startswith("y must ")
        assert "\n" not in message
        assert len(message) < 250


def test_targets_too_large_for_the_dtype_are_refused():
    with pytest.raises(InputError, match="y must fit in float32"):
        SquaredError.targets([1e300], 1, np.dtype("float32"))
    assert SquaredError.targets([1e300], 1, FLOAT64)[0, 0] == 1e300


@pytest.mark.parametrize(
    ("loss", "outputs"),
    [(Quantile(level=(0.1, 0.9)), 3), (Quantile(level=(0.1, 0.9)), 1), (Huber(delta=(1, 2, 3)), 2), (SoftmaxCrossEntropy(), 1)],
)
def test_a_network_whose_outputs_do_not_fit_is_refused(loss, outputs):
    with pytest.raises(InputError, match=r"outputs"):
        Network([Dense(outputs)], loss).init(2)


@pytest.mark.parametrize(
    ("make", "name"),
    [
        (lambda: Huber(delta=0), "delta"),
        (lambda: Huber(delta=-1), "delta"),
        (lambda: Quantile(level=1), "level"),
        (lambda: Quantile(level=(0.5, 0.0)), "level"),
        (lambda: Quantile(level=()), "level"),
        (lambda: Logistic(label_smoothing=1), "label_smoothing"),
        (lambda: SoftmaxCrossEntropy(label_smoothing=1), "label_smoothing"),
        (lambda: SoftmaxCrossEntropy(clip=-0.1), "clip"),
        (lambda: SoftmaxCrossEntropy(label_smoothing="0.1"), "label_smoothing"),
        (lambda: SquaredError(delta=1), "squared_error"),
    ],
)
def test_wrong_constants_are_named(make, name):
    with pytest.raises(InputError, match=f"^{name} "):
        make()


def test_a_loss_of_ones_own():
    mine = PointwiseLoss("quartic", lambda s, y: (s - y) ** 4)
    model = Network([Dense(2), Tanh, Dense(1)], mine).init(3, seed=1, dtype="float64")
    random = np.random.RandomState(10)
    X, y = random.standard_normal((7, 3)), random.standard_normal(7)
    assert check_gradients(model, X, y).ok
    assert model.loss(X, y) == pytest.approx(((model.predict(X) - y) ** 4).mean(), rel=1e-13)


def test_a_loss_must_depend_on_the_score():
    with pytest.raises(InputError, match="must depend on s"):
        PointwiseLoss("constant", lambda s, y: y)


@settings(max_examples=60)
@given(st.sampled_from(LOSS_CASES), st.integers(1, 9), st.integers(0, 2**32 - 1), st.floats(0.01, 300))
def test_losses_are_finite_and_not_negative_for_any_scores(case, rows, seed, scale):
    random = np.random.RandomState(seed)
    scores, y = scale * random.standard_normal((rows, case.outputs)), case.draw(random, rows, case.outputs)
    targets = case.loss.targets(y, case.outputs, FLOAT64)
    each = case.loss.each(scores, targets)
    assert not np.isnan(each).any()
    if case.loss.name != "poisson":
        assert (each >= -1e-12 * scale).all()
    assert not np.isnan(case.loss.gradient(scores, targets)).any()
