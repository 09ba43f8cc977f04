"""Models: one vector of numbers and views into it, passes, predictions, and errors about X, y and weights."""

from __future__ import annotations

import copy
import pickle
from typing import Any

import numpy as np
import pytest
import scipy.sparse
from hypothesis import given, settings
from hypothesis import strategies as st

from halfmoon.base.errors import InputError
from halfmoon.layers.activations import ReLU, Tanh
from halfmoon.layers.contract import Pass
from halfmoon.layers.dense import Dense
from halfmoon.layers.dropout import Dropout
from halfmoon.layers.normalise import BatchNorm
from halfmoon.layers.residual import Residual
from halfmoon.losses.penalty import Penalty
from halfmoon.losses.pointwise import AbsoluteError, Huber, Logistic, Poisson, Quantile, SquaredError
from halfmoon.losses.softmax import SoftmaxCrossEntropy
from halfmoon.network.model import Model
from halfmoon.network.network import Network
from twins import LOSS_CASES

MIXED = Network([Dense(4), BatchNorm(), Tanh, Dropout(0.3), Residual(Dense(4, weights="normal"), ReLU), Dense(2, biases="normal")])
CLASSIFIER = Network([Dense(4), Tanh, Dense(3)], SoftmaxCrossEntropy())


def data(rows: int = 6, columns: int = 3, outputs: int = 2) -> tuple[Any, Any]:
    random = np.random.RandomState(0)
    return random.standard_normal((rows, columns)), random.standard_normal((rows, outputs))


# ---- numbers and views -----------------------------------------------------------------------------------------------------


@pytest.mark.smoke
def test_an_int_seed_is_a_random_state():
    network = Network([Dense(3, weights="normal", biases="normal"), Residual(Dense(3, weights="normal")), Dense(1, weights="normal")])
    for dtype in ("float32", "float64"):
        model, random = network.init(2, seed=7, dtype=dtype), np.random.RandomState(7)
        for name, shape in {"0.W": (2, 3), "0.b": (3,), "1.0.W": (3, 3), "2.W": (3, 1)}.items():
            drawn = random.standard_normal(shape)
            assert model.params[name].tolist() == drawn.astype(dtype).tolist()
            assert model.params[name].dtype == dtype
    assert network.init(2, seed=7).theta.tobytes() == network.init(2, seed=np.random.RandomState(7)).theta.tobytes()
    assert network.init(2, seed=np.int64(7)).theta.tobytes() == network.init(2, seed=7).theta.tobytes()
    assert network.init(2, seed=8).theta.tobytes() != network.init(2, seed=7).theta.tobytes()
    assert network.init(2).dtype == np.float32


def test_a_generator_goes_on_from_where_it_is():
    network = Network([Dense(3, weights="normal")])
    for random in (np.random.RandomState(1), np.random.default_rng(1)):
        first, second = network.init(2, seed=random), network.init(2, seed=random)
        assert first.theta.tobytes() != second.theta.tobytes()
    drawn = np.random.default_rng(5).standard_normal((2, 3))
    assert network.init(2, seed=np.random.default_rng(5), dtype="float64").params[0]["W"].tolist() == drawn.tolist()


def test_a_network_of_one_seed_starts_alike_whatever_the_global_state():
    np.random.seed(0)
    first = MIXED.init(3, seed=4)
    np.random.seed(1)
    before = np.random.get_state()[1].tobytes()
    assert MIXED.init(3, seed=4).theta.tobytes() == first.theta.tobytes()
    assert np.random.get_state()[1].tobytes() == before


def the_same(model: Model) -> Model:
    return model


def pickled(model: Model) -> Model:
    return pickle.loads(pickle.dumps(model))


@pytest.mark.smoke
@pytest.mark.parametrize("made", [the_same, copy.deepcopy, pickled], ids=["itself", "copy", "pickle"])
def test_views_stay_views(made):
    model = made(MIXED.init(3, seed=1, dtype="float64"))
    reference = MIXED.init(3, seed=1, dtype="float64")
    assert model.theta.tobytes() == reference.theta.tobytes()
    for number, (name, view) in enumerate(model.params.items(), start=100):
        view[...] = number
        assert np.shares_memory(view, model.theta), name
        assert (model.theta == number).sum() == view.size
        model.theta[model.theta == number] = 1000 + number
        assert (view == 1000 + number).all()
    assert model.params[0]["W"] is model.params["0.W"]
    model.params[0]["W"] += 5000
    assert model.theta.max() == 6100
    for view in model.state.values():
        assert np.shares_memory(view, model.state.vector)
    X, _ = data()
    before = model.scores(X)
    model.theta[...] = reference.theta  # what the passes see is the same vector too
    assert before.tobytes() != model.scores(X).tobytes()
    assert model.scores(X).tobytes() == reference.scores(X).tobytes()


@pytest.mark.parametrize("made", [copy.deepcopy, copy.copy, pickled], ids=["deep", "copy", "pickle"])
def test_copies_compute_the_same(made):
    model = MIXED.init(3, seed=2)
    X, y = data()
    model.observe(model.forward(X, Pass(training=True)))
    twin = made(model)
    assert twin.network == model.network
    assert twin.scores(X).tobytes() == model.scores(X).tobytes()
    assert twin.gradients(X, y)[1].vector.tobytes() == model.gradients(X, y)[1].vector.tobytes()
    assert twin.state.vector.tobytes() == model.state.vector.tobytes()


def test_two_models_of_one_network_share_nothing():
    first, second = MIXED.init(3, seed=1), MIXED.init(3, seed=1)
    X, y = data()
    expected = second.scores(X).tobytes(), second.theta.tobytes(), second.state.vector.tobytes()
    first.observe(first.forward(X, Pass(training=True)))
    first.theta[...] = 9
    first.state.vector[...] = 9
    first.gradients(X, y)
    assert (second.scores(X).tobytes(), second.theta.tobytes(), second.state.vector.tobytes()) == expected
    assert not np.shares_memory(first.theta, second.theta)


def test_deep_copies_share_nothing():
    model = MIXED.init(3)
    twin = copy.deepcopy(model)
    twin.theta[...] = 0
    twin.state.vector[...] = 0
    assert model.theta.any()
    assert model.state.vector.any()


def test_parameters_are_a_mapping_with_helpful_errors():
    model = MIXED.init(3)
    assert list(model.params) == ["0.W", "1.scale", "1.shift", "4.0.W", "4.0.b", "5.W", "5.b"]
    assert len(model.params) == 7
    assert list(model.state) == ["1.mean", "1.variance"]
    assert list(model.params[4]) == ["0.W", "0.b"]
    assert model.params[2] == {}
    assert "4.0.W (4, 4)" in repr(model.params)
    with pytest.raises(InputError, match=r"did you mean '5\.W'"):
        model.params["5.WW"]
    assert "3 inputs, float32" in repr(model)


def test_parameters_answer_in_and_get_as_a_mapping_does():
    params = MIXED.init(3).params
    assert "0.W" in params
    assert "0.w" not in params
    assert params.get("0.w") is None
    assert params.get("0.W") is params["0.W"]
    assert set(params.keys()) == set(dict(params))


def test_theta_and_state_must_fit():
    good = MIXED.init(3)
    for theta, state in [
        (good.theta[:-1], good.state.vector),
        (good.theta, good.state.vector[:-1]),
        (good.theta, good.state.vector.astype(np.float64)),
        (good.theta.astype(np.int64), good.state.vector),
        (good.theta[None], good.state.vector),
    ]:
        with pytest.raises(InputError):
            Model(MIXED, 3, theta, state)


# ---- passes and traces -----------------------------------------------------------------------------------------------------


@pytest.mark.smoke
def test_the_names_of_a_trace():
    model = Network([Dense(3), Residual(Dense(3)), Dense(1)]).init(2)
    X, y = data(4, 2, 1)
    steps = ["0", "1.keep", "1.0", "1.add", "2"]
    trace = model.forward(X)
    assert trace.names() == [f"{step}.{letter}" for step in steps for letter in "xy"]
    assert trace.loss is None
    trace = model.trace(*model.batch(X, y))
    arrays = [f"{step}.{letter}" for step in steps for letter in ("x", "y", "dy", "dx")]
    assert trace.names() == [*arrays, "0.dW", "0.db", "1.0.dW", "1.0.db", "2.dW", "2.db"]
    with pytest.raises(InputError, match=r"did you mean '1\.add\.y'"):
        trace["1.ad.y"]


@pytest.mark.parametrize("pass_", [Pass(), Pass(training=True, seed=5)], ids=["inference", "training"])
def test_the_arrays_of_a_trace_fit_together(pass_):
    model = MIXED.init(3, seed=1, dtype="float64")
    X, y = data()
    penalty = Penalty(l1=0.1, l2=0.2)
    trace = model.trace(*model.batch(X, y), penalty=penalty, pass_=pass_)
    assert trace["0.x"].tolist() == X.tolist()
    assert trace["5.y"] is trace.scores
    for one, following in zip(trace.steps, trace.steps[1:], strict=False):
        assert one.y is following.x
        if following.step.kind != "keep":
            assert one.dy is following.dx
    for each in trace.steps:
        assert each.x.shape == each.dx.shape == (6, each.step.n_in)
        assert each.y.shape == each.dy.shape == (6, each.step.n_out)
    np.testing.assert_array_equal(trace["4.add.y"], trace["4.add.x"] + trace["4.keep.x"])
    np.testing.assert_allclose(trace["4.keep.dx"], trace["4.0.dx"] + trace["4.add.dy"], rtol=1e-14)
    np.testing.assert_allclose(trace["5.dy"], 2 * (trace.scores - y) / 6, rtol=1e-13)
    weights = model.params[5]["W"]
    np.testing.assert_allclose(trace["5.dW"], trace["5.x"].T @ trace["5.dy"] + 0.1 * np.sign(weights) + 0.2 * weights, rtol=1e-13)
    np.testing.assert_allclose(trace["5.db"], trace["5.dy"].sum(axis=0), rtol=1e-13)
    np.testing.assert_allclose(trace["5.dx"], trace["5.dy"] @ weights.T, rtol=1e-13)
    np.testing.assert_allclose(trace["2.dx"], trace["2.dy"] * (1 - np.tanh(trace["2.x"]) ** 2), rtol=1e-10, atol=1e-16)
    loss, gradients = model.gradients(X, y, penalty=penalty, pass_=pass_)
    assert loss == trace.loss
    assert gradients.vector.tobytes() == trace.gradients.vector.tobytes()
    decayed = np.concatenate([model.params[name].ravel() for name in ("0.W", "4.0.W", "5.W")])
    added = 0.1 * np.abs(decayed).sum() + 0.2 / 2 * (decayed**2).sum()
    assert loss == pytest.approx(((trace.scores - y) ** 2).sum(axis=1).mean() + added, rel=1e-13)


@pytest.mark.parametrize("dtype", ["float32", "float64"])
def test_every_array_has_the_dtype_of_the_model(dtype):
    model = MIXED.init(3, dtype=dtype)
    X, y = data()
    for weights in (None, np.arange(6)):
        trace = model.trace(*model.batch(X, y, weights), penalty=Penalty(l1=0.1, l2=0.1), pass_=Pass(training=True))
        assert {trace[name].dtype for name in trace.names()} == {np.dtype(dtype)}
        assert trace.gradients.vector.dtype == dtype
        assert isinstance(trace.loss, float)
    model.observe(trace)
    assert model.state.vector.dtype == dtype
    assert model.predict(X.astype(np.float16)).dtype == dtype
    assert model.predict(X.astype(int).tolist()).dtype == dtype


def test_training_passes_are_repeatable_and_differ_by_seed_and_update():
    model = MIXED.init(3)
    X, _ = data()
    passes = [Pass(training=True, seed=seed, update=update) for seed, update in [(1, 0), (1, 0), (2, 0), (1, 1)]]
    scores = [model.forward(X, each).scores.tobytes() for each in passes]
    assert scores[0] == scores[1]
    assert len(set(scores)) == 3


def test_passes_leave_everything_as_it_is():
    model = MIXED.init(3, dtype="float64")
    X, y = data()
    weights = np.arange(6.0)
    for array in (X, y, weights):
        array.flags.writeable = False
    before = X.tobytes(), y.tobytes(), weights.tobytes(), model.theta.tobytes(), model.state.vector.tobytes()
    model.gradients(X, y, weights, penalty=Penalty(l2=1), pass_=Pass(training=True))
    model.predict(X)
    model.loss(X, y, weights)
    assert (X.tobytes(), y.tobytes(), weights.tobytes(), model.theta.tobytes(), model.state.vector.tobytes()) == before


def test_predictions_are_arrays_of_their_own():
    for network in (MIXED, Network([]), Network([Dropout()]), Network([], Poisson)):
        model = network.init(3, dtype="float64")
        X, _ = data()
        for made in (model.predict(X), model.scores(X), model.forward(X).scores):
            assert not np.shares_memory(made, X), network


def test_an_empty_list_of_layers_gives_the_inputs():
    model = Network([]).init(2, dtype="float64")
    X, y = data(5, 2, 2)
    assert model.theta.shape == (0,)
    assert model.scores(X).tolist() == X.tolist()
    assert model.predict(X).tolist() == X.tolist()
    loss, gradients = model.gradients(X, y, penalty=Penalty(l1=1, l2=1))
    assert loss == pytest.approx(((X - y) ** 2).sum(axis=1).mean())
    assert gradients.vector.shape == (0,)
    assert model.forward(X).names() == []
    assert copy.deepcopy(model).scores(X).tolist() == X.tolist()


def test_rows_are_independent_in_inference():
    model = MIXED.init(3, dtype="float64")
    X, _ = data(9)
    np.testing.assert_allclose(model.scores(X), np.vstack([model.scores(X[i : i + 1]) for i in range(9)]), rtol=1e-13)


# ---- predictions -----------------------------------------------------------------------------------------------------------

PREDICTIONS = {
    "squared_error": [(SquaredError, 1, (5,), None), (SquaredError, 3, (5, 3), None)],
    "absolute_error": [(AbsoluteError, 1, (5,), None)],
    "huber": [(Huber, 2, (5, 2), None)],
    "quantile": [(Quantile(level=(0.1, 0.5, 0.9)), 3, (5, 3), None), (Quantile, 1, (5,), None)],
    "poisson": [(Poisson, 1, (5,), None), (Poisson, 2, (5, 2), None)],
    "logistic": [(Logistic, 1, (5,), (5, 2)), (Logistic, 3, (5, 3), (5, 3))],
    "softmax_cross_entropy": [(SoftmaxCrossEntropy(), 3, (5,), (5, 3)), (SoftmaxCrossEntropy(), 2, (5,), (5, 2))],
}


def test_every_loss_has_predictions():
    assert set(PREDICTIONS) == {case.loss.name for case in LOSS_CASES}


@pytest.mark.parametrize(("loss", "outputs", "shape", "proba"), [row for rows in PREDICTIONS.values() for row in rows], ids=repr)
def test_shapes_of_predictions(loss, outputs, shape, proba):
    model = Network([Dense(outputs, biases="normal")], loss).init(2, seed=3, dtype="float64")
    X = np.random.RandomState(1).standard_normal((5, 2)) * 3
    scores, predicted = model.scores(X), model.predict(X)
    assert scores.shape == (5, outputs)
    assert predicted.shape == shape
    classes = model.predict_class(X)
    assert classes.dtype.kind == "i"
    if loss.name == "softmax_cross_entropy":
        assert classes.tolist() == scores.argmax(axis=1).tolist()
    else:
        mean = {"logistic": lambda s: 1 / (1 + np.exp(-s)), "poisson": np.exp}.get(loss.name, lambda s: s)(scores)
        assert classes.tolist() == (mean > 0.5).astype(int).reshape(classes.shape).tolist()
        if loss.name != "logistic":
            np.testing.assert_allclose(predicted, mean.reshape(shape), rtol=1e-14)
    if proba is None:
        with pytest.raises(InputError, match=r"^predict_proba must have a classifier's loss") as caught:
            model.predict_proba(X)
        assert len(str(caught.value)) < 400
        return
    assert predicted.dtype.kind == "i"
    assert predicted.tolist() == classes.tolist()
    chances = model.predict_proba(X)
    assert chances.shape == proba
    assert ((chances >= 0) & (chances <= 1)).all()
    if loss.name == "softmax_cross_entropy" or outputs == 1:
        np.testing.assert_allclose(chances.sum(axis=1), 1, rtol=1e-14)
        assert chances.argmax(axis=1).tolist() == predicted.tolist()


def test_probabilities_at_extreme_scores():
    for loss, outputs in ((Logistic, 1), (Logistic, 2), (SoftmaxCrossEntropy(), 2)):
        for dtype in ("float32", "float64"):
            model = Network([Dense(outputs, weights="ones", bias=False)], loss).init(1, dtype=dtype)
            chances = model.predict_proba([[1e4], [-1e4], [0]])
            assert np.isfinite(chances).all()
            assert chances.dtype == dtype


# ---- what is refused -------------------------------------------------------------------------------------------------------

COLUMNS = 3
REFUSED = Network([Dense(2), Tanh, Dense(2)]).init(COLUMNS)
GOOD_X, GOOD_Y = data(4)


@st.composite
def spoiled(draw: Any, shape: tuple[int, ...]) -> Any:
    """Return a matrix with one NaN or infinity in it."""
    array = np.zeros(shape, draw(st.sampled_from([np.float16, np.float32, np.float64])))
    place = tuple(draw(st.integers(0, n - 1)) for n in shape)
    array[place] = draw(st.sampled_from([np.nan, np.inf, -np.inf]))
    return array if draw(st.booleans()) else array.tolist()


def shaped(*sizes: Any) -> Any:
    return st.tuples(*sizes).map(np.ones)


SIZE = st.integers(1, 4)
NOT_NUMBERS = st.one_of(
    st.text(max_size=5),
    st.none(),
    st.lists(st.lists(st.text(max_size=3), min_size=COLUMNS, max_size=COLUMNS), min_size=1, max_size=3),
    st.sampled_from(
        [
            np.array([[1, None, 2]], object),
            np.ones((2, COLUMNS), complex),
            np.full((2, COLUMNS), np.datetime64("2020-01-01")),
            {"a": 1},
            {1, 2, 3},
            object(),
            len,
            [{}] * 3,
            [[1, 2, 3], [1, 2]],
            [[1, 2, 3], 4],
            [[10**30, 1, 1]],
            b"123",
            iter([1, 2, 3]),
        ]
    ),
)
SPARSE = st.sampled_from([scipy.sparse.csr_matrix(np.eye(COLUMNS)), scipy.sparse.coo_array(np.eye(COLUMNS))])
BAD_X = st.one_of(
    NOT_NUMBERS,
    SIZE.flatmap(lambda n: spoiled((n, COLUMNS))),
    shaped(SIZE, st.sampled_from([1, 2, 4, 7])),
    shaped(st.integers(0, 4)),
    shaped(),
    shaped(SIZE, SIZE, st.just(COLUMNS)),
    shaped(st.just(0), st.integers(0, 4)),
    shaped(SIZE, st.just(0)),
    st.floats(1e39, 1e300).map(lambda big: [[0, 0, big]]),
)


def sentence(error: Exception, name: str) -> None:
    """Assert that an error is one sentence that begins with the argument's name."""
    message = str(error)
    assert message.startswith(f"{name} must ")
    assert "\n" not in message
    assert len(message) < 250


@settings(max_examples=150)
@given(BAD_X)
def test_any_bad_x_is_answered_with_a_sentence(X):
    for use in (REFUSED.forward, REFUSED.predict, REFUSED.predict_class, lambda x: REFUSED.gradients(x, GOOD_Y)):
        with pytest.raises(InputError) as caught:
            use(X)
        sentence(caught.value, "X")


@given(SPARSE)
def test_what_keeps_every_number_takes_no_sparse_x(X):
    for use in (REFUSED.forward, lambda x: REFUSED.gradients(x, GOOD_Y)):
        with pytest.raises(InputError, match=r"^X must be a dense array, got a sparse"):
            use(X)


BAD_Y = st.one_of(
    NOT_NUMBERS,
    SPARSE,
    spoiled((4, 2)),
    shaped(st.sampled_from([1, 2, 3, 5]), st.just(2)),
    shaped(st.just(4), st.sampled_from([1, 3, 4])),
    shaped(st.just(4)),
    shaped(),
    shaped(st.just(4), st.just(2), SIZE),
    shaped(st.integers(0, 1), st.just(0)),
    st.floats(1e39, 1e300).map(lambda big: [[0, big]] * 4),
)


@settings(max_examples=150)
@given(BAD_Y)
def test_any_bad_y_is_answered_with_a_sentence(y):
    for use in (REFUSED.loss, REFUSED.gradients):
        with pytest.raises(InputError) as caught:
            use(GOOD_X, y)
        sentence(caught.value, "y")


CLASSES = CLASSIFIER.init(COLUMNS)


@settings(max_examples=80)
@given(
    st.one_of(
        NOT_NUMBERS.filter(lambda value: value is not None),
        spoiled((4,)),
        st.lists(st.integers(3, 10**6), min_size=4, max_size=4),
        st.lists(st.integers(-(10**18), -1), min_size=4, max_size=4),
        st.lists(st.floats(0.1, 0.9), min_size=4, max_size=4),
        shaped(st.sampled_from([1, 2, 3, 5])),
        shaped(st.just(4), st.sampled_from([2, 3, 4])),
    )
)
def test_any_bad_class_numbers_are_answered_with_a_sentence(y):
    with pytest.raises(InputError) as caught:
        CLASSES.loss(GOOD_X, y)
    sentence(caught.value, "y")


BAD_WEIGHTS = st.one_of(
    NOT_NUMBERS.filter(lambda value: value is not None),
    spoiled((4,)),
    shaped(st.sampled_from([0, 1, 3, 5])),
    shaped(),
    shaped(st.just(4), st.integers(0, 2)),
    st.floats(-1e30, -1e-30).map(lambda negative: [1, 1, negative, 1]),
    st.just([0, 0, 0, 0]),
    st.just([False] * 4),
)


@settings(max_examples=100)
@given(BAD_WEIGHTS)
def test_any_bad_weights_are_answered_with_a_sentence(weights):
    for use in (REFUSED.loss, REFUSED.gradients):
        with pytest.raises(InputError) as caught:
            use(GOOD_X, GOOD_Y, weights)
        sentence(caught.value, "sample_weight")


@pytest.mark.parametrize("size", [1e-300, 1e-46, 1e-40, 1e-10, 1e10, 3e38, 1e39, 1e300])
@pytest.mark.parametrize("dtype", ["float32", "float64"])
def test_only_the_ratio_of_weights_matters_or_a_sentence_says_why_not(size, dtype):
    model = Network([Dense(1)]).init(COLUMNS, dtype=dtype)
    X, y = data(4, COLUMNS, 1)
    expected, slopes = model.gradients(X, y)
    try:
        loss, gradients = model.gradients(X, y, np.full(4, size))
    except InputError as error:
        sentence(error, "sample_weight")
        return
    assert loss == pytest.approx(expected, rel=1e-5)
    np.testing.assert_allclose(gradients.vector, slopes.vector, rtol=1e-5)


def test_rows_without_weight_do_not_count():
    model = Network([Dense(1, weights="ones")], Poisson).init(1, dtype="float64")
    X, y = np.array([[0.5], [1e4], [1.0]]), np.array([1, 2, 3])
    loss, gradients = model.gradients(X, y, [1, 0, 1])
    expected, slopes = model.gradients(X[[0, 2]], y[[0, 2]])
    assert loss == pytest.approx(expected)
    np.testing.assert_allclose(gradients.vector, slopes.vector)


def test_a_loss_that_is_truly_infinite_is_infinite():
    model = Network([Dense(1, weights="ones")], Poisson).init(1, dtype="float64")
    loss, gradients = model.gradients([[1e4], [1.0]], [1, 2])
    assert loss == np.inf
    assert (gradients.vector == np.inf).all()


def test_the_message_names_the_place_and_the_number():
    X = np.zeros((4, 3))
    X[2, 1] = np.nan
    for bad, message in [
        (X, "X must be finite, got nan at index (2, 1)"),
        (np.ones((4, 5)), "X must have 3 columns, got 5"),
        (np.ones(3), "X must have two dimensions (rows, columns), got shape (3,)"),
        (np.ones((0, 3)), "X must have at least one row and one column, got shape (0, 3)"),
    ]:
        with pytest.raises(InputError) as caught:
            REFUSED.predict(bad)
        assert str(caught.value) == message
    with pytest.raises(InputError, match="y must have one row for each of the 4 rows of X, got 5"):
        REFUSED.loss(GOOD_X, np.ones((5, 2)))
    with pytest.raises(InputError, match=r"sample_weight must have one weight for each of the 4 rows, got shape \(3,\)"):
        REFUSED.loss(GOOD_X, GOOD_Y, [1, 1, 1])


@settings(max_examples=30)
@given(st.sampled_from([np.float16, np.float32, np.float64, np.int8, np.uint16, np.int64, bool]), st.booleans(), st.booleans())
def test_any_number_type_and_order_of_x_is_welcome(dtype, fortran, reverse):
    values = np.random.RandomState(2).randint(0, 2, (5, COLUMNS))
    X = np.asarray(values.astype(dtype), order="F" if fortran else "C")
    X = X[::-1][::-1] if reverse else X
    assert REFUSED.predict(X).tobytes() == REFUSED.predict(values.astype(float)).tobytes()
    assert REFUSED.predict(X.tolist()).tobytes() == REFUSED.predict(X).tobytes()


def test_the_penalty_is_flat_at_zero_and_leaves_biases_alone():
    model = Network([Dense(2, weights="zeros", biases="ones"), Dense(1, weights="ones", biases="ones")]).init(1, dtype="float64")
    penalty = Penalty(l1=0.25, l2=0.5)
    plain, penalised = (model.gradients([[1.0]], [2.0], penalty=each) for each in (Penalty(), penalty))
    assert penalised[0] - plain[0] == pytest.approx(0.25 * 2 + 0.5 / 2 * 2)
    added = {name: (penalised[1][name] - plain[1][name]).ravel().tolist() for name in model.params}
    assert added == {"0.W": [0, 0], "0.b": [0, 0], "1.W": [0.75, 0.75], "1.b": [0]}


def test_a_bad_penalty_is_refused():
    for wrong in (-1, float("nan"), "0.1", None):
        with pytest.raises(InputError, match=r"^l2 must be"):
            Penalty(l2=wrong)
