"""X in every layout, X that is none, and what happens before, between and beside good fits."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from scipy import sparse
from sklearn import neural_network
from sklearn.exceptions import NotFittedError

from small_estimators import BOTH, TARGETS, X, make, numbers

pytestmark = pytest.mark.filterwarnings("ignore::sklearn.exceptions.ConvergenceWarning")


@pytest.fixture
def mapped(tmp_path):
    np.save(tmp_path / "X.npy", X)
    return np.load(tmp_path / "X.npy", mmap_mode="r")


def read_only(X):
    X = X.copy()
    X.flags.writeable = False
    return X


SAME = {
    "read only": read_only,
    "columns of a wider array": lambda X: np.hstack([X, X])[:, 3:],
    "every second row": lambda X: np.repeat(X, 2, axis=0)[::2],
    "backwards": lambda X: X[::-1].copy()[::-1],
    "columns backwards": lambda X: X[:, ::-1].copy()[:, ::-1],
    "Fortran": np.asfortranarray,
    "transposed": lambda X: X.T.copy().T,
    "picked columns": lambda X: X[:, [0, 1, 2]],
    "objects": lambda X: X.astype(object),
    "big endian": lambda X: X.astype(">f8"),
    "list": lambda X: X.tolist(),
    "frame": pd.DataFrame,
    "csr": sparse.csr_array,
    "csc": sparse.csc_matrix,
    "long double": lambda X: X.astype(np.longdouble),
}


@BOTH
@pytest.mark.parametrize("kind", SAME)
def test_the_same_numbers_in_any_layout(name, kind):
    given = SAME[kind](X)
    y = TARGETS[name]
    plain, network = make(name).fit(X, y), make(name).fit(given, y)
    np.testing.assert_array_equal(numbers(network), numbers(plain))
    np.testing.assert_array_equal(network.predict(given), plain.predict(X))
    np.testing.assert_array_equal(network.transform(given), plain.transform(X))
    np.testing.assert_array_equal(numbers(network.partial_fit(given, y)), numbers(plain.partial_fit(X, y)))
    if name == "MLPClassifier":
        np.testing.assert_array_equal(network.predict_proba(given), plain.predict_proba(X))


@BOTH
@pytest.mark.parametrize("early", [False, True])
def test_a_memory_map_is_read_and_left_alone(name, mapped, early):
    network = make(name, early_stopping=early).fit(mapped, TARGETS[name])
    np.testing.assert_array_equal(network.predict(mapped), make(name, early_stopping=early).fit(X, TARGETS[name]).predict(X))
    np.testing.assert_array_equal(mapped, X)


@BOTH
def test_what_is_given_is_left_alone(name):
    given, y, weights = X.copy(), TARGETS[name].copy(), np.linspace(0, 1, 60)
    kept = given.copy(), y.copy(), weights.copy()
    make(name).fit(given, y, weights).partial_fit(given, y, weights).predict(given)
    for now, before in zip((given, y, weights), kept, strict=True):
        np.testing.assert_array_equal(now, before)


@BOTH
@pytest.mark.parametrize(
    ("dtype", "computed"), [(np.float16, np.float64), (np.int8, np.float64), (bool, np.float64), (np.float32, np.float32)]
)
def test_narrow_inputs_are_computed_with_in_a_float(name, dtype, computed):
    given = (X > 0).astype(dtype) if dtype is bool else np.rint(2 * X).astype(dtype)
    network = make(name).fit(given, TARGETS[name])
    assert {each.dtype for each in network.coefs_} == {np.dtype(computed)}
    if computed is np.float64:
        np.testing.assert_array_equal(numbers(network), numbers(make(name).fit(given.astype(float), TARGETS[name])))


WAYS = {
    "early stopping": {"early_stopping": True},
    "early stopping by a scorer": {"early_stopping": True, "scoring": "r2"},
    "early stopping by the loss": {"early_stopping": True, "scoring": "loss"},
    "an ensemble": {"n_ensemble": 2},
    "L-BFGS": {"solver": "lbfgs"},
    "the reference engine": {"engine": "reference"},
}


@BOTH
@pytest.mark.parametrize("way", WAYS)
def test_a_sparse_x_is_never_made_dense_as_a_whole(name, way, monkeypatch):
    rows = sparse.csr_matrix(np.tile(X, (20, 1)) * (np.arange(60 * 20) % 3 == 0)[:, None])
    y, weights = np.tile(TARGETS[name], 20), np.linspace(0, 1, 60 * 20)
    given = rows.toarray()
    fitted = []
    for each in (rows, given):
        with monkeypatch.context() as patched:
            if way != "the reference engine":  # which makes a batch dense
                for method in ("toarray", "todense"):
                    patched.setattr(sparse.csr_matrix, method, None)
            options = {"scoring": "accuracy"} if name == "MLPClassifier" and WAYS[way].get("scoring") == "r2" else {}
            network = make(name, **(WAYS[way] | options)).fit(each, y, weights)
            if "early_stopping" not in WAYS[way]:
                network.fit(each, y, X_val=each[:100], y_val=y[:100])
            fitted.append([numbers(network), network.predict(each)])
    np.testing.assert_array_equal(fitted[0][0], fitted[1][0])
    np.testing.assert_array_equal(fitted[0][1], fitted[1][1])


BAD_X = {
    "NaN": (np.where(np.arange(180).reshape(60, 3) == 7, np.nan, X), "Input X contains NaN"),
    "infinity": (np.where(np.arange(180).reshape(60, 3) == 7, -np.inf, X), "Input X contains infinity"),
    "sparse NaN": (sparse.csr_array(np.where(X > 1, np.nan, X)), "contains NaN"),
    "too large for float32": (np.array([["1e400"] * 3] * 60), "(?i)infinity|too large"),
    "no rows": (X[:0], r"Found array with 0 sample\(s\)"),
    "no columns": (X[:, :0], r"Found array with 0 feature\(s\)"),
    "one dimension": (X[:, 0], "Expected 2D array, got 1D array"),
    "three dimensions": (X[..., None], "(?i)dim"),
    "words": (np.full((60, 3), "word"), "(?i)could not convert string to float|not compatible with arrays of bytes/strings"),
    "complex": (X + 1j, "Complex data not supported"),
    "fewer rows": (X[:50], "inconsistent numbers of samples"),
}


@BOTH
@pytest.mark.parametrize("kind", BAD_X)
@pytest.mark.parametrize("method", ["fit", "partial_fit"])
def test_bad_inputs(name, kind, method):
    given, sentence = BAD_X[kind]
    extra = {"classes": [0, 1, 2]} if method == "partial_fit" and name == "MLPClassifier" else {}
    y = TARGETS[name][:0] if kind == "no rows" else TARGETS[name]
    with pytest.raises(ValueError, match=sentence):
        getattr(make(name), method)(given, y, **extra)


@BOTH
@pytest.mark.parametrize("method", ["predict", "predict_proba", "predict_log_proba", "decision_function", "transform"])
@pytest.mark.parametrize("kind", [each for each in BAD_X if each not in {"fewer rows", "too large for float32"}])
def test_bad_inputs_to_predict_for(name, method, kind):
    network = make(name).fit(X, TARGETS[name])
    if not hasattr(network, method):
        assert name == "MLPRegressor"
        return
    given, sentence = BAD_X[kind]
    with pytest.raises(ValueError, match=sentence):
        getattr(network, method)(given)


@BOTH
@pytest.mark.parametrize("bad", [np.nan, np.inf, -np.inf])
def test_few_rows_and_many_are_checked_alike(name, bad):
    network = make(name).fit(X, TARGETS[name])
    for rows in (1, 2, 5000):
        given = np.zeros((rows, 3))
        given[-1, 1] = bad
        with pytest.raises(ValueError, match=r"Input X contains (NaN|infinity)"):
            network.predict(given)


@BOTH
def test_columns_are_counted(name):
    network = make(name).fit(X, TARGETS[name])
    for given in (X[:, :2], np.hstack([X, X]), X[:1, :2], np.repeat(X, 500, axis=0)[:, :2]):
        with pytest.raises(ValueError, match=f"X has {given.shape[1]} features, but {name} is expecting 3 features as input"):
            network.predict(given)
    with pytest.raises(ValueError, match=f"X has 2 features, but {name} is expecting 3 features as input"):
        network.partial_fit(X[:, :2], TARGETS[name])
    with pytest.raises(ValueError, match=f"X has 2 features, but {name} is expecting 3 features as input"):
        network.set_params(warm_start=True).fit(X[:, :2], TARGETS[name])
    assert network.set_params(warm_start=False).fit(X[:, :2], TARGETS[name]).n_features_in_ == 2


@BOTH
@pytest.mark.parametrize("solver", ["sgd", "adam", "lbfgs"])
def test_constant_columns_and_rows(name, solver):
    given = np.column_stack([np.full(60, 1e3), np.zeros(60), X[:, 0]])
    assert np.isfinite(numbers(make(name, solver=solver).fit(given, TARGETS[name]))).all()
    same = make(name, solver=solver).fit(np.ones((60, 3)), TARGETS[name])
    assert len(set(same.predict(np.ones((9, 3))))) == 1


@BOTH
@pytest.mark.parametrize("solver", ["sgd", "adam", "lbfgs"])
def test_one_row(name, solver):
    network = make(name, solver=solver, batch_size="auto").fit(X[:1], TARGETS[name][:1])
    assert network.predict(X[:1]).shape == (1,)
    if solver != "lbfgs":
        theirs = getattr(neural_network, name)(hidden_layer_sizes=(6,), max_iter=5, random_state=0, solver=solver).fit(
            X[:1], TARGETS[name][:1]
        )
        np.testing.assert_allclose(numbers(network), numbers(theirs), rtol=1e-9)


@BOTH
def test_too_few_rows_to_set_some_aside(name):
    with pytest.raises(ValueError, match=r"(?i)validation|test_size|train set|least populated class"):
        make(name, early_stopping=True, batch_size="auto").fit(X[:3], np.array([0, 1, 0]))


@BOTH
@pytest.mark.parametrize(
    "method", ["predict", "predict_proba", "predict_log_proba", "decision_function", "transform", "score", "calibrate"]
)
def test_nothing_works_before_a_fit(name, method):
    if not hasattr(make(name), method):
        assert name == "MLPRegressor"
        return
    args = (X, TARGETS[name]) if method in {"score", "calibrate"} else (X,)
    with pytest.raises(NotFittedError, match=f"This {name} instance is not fitted yet"):
        getattr(make(name), method)(*args)
    with pytest.raises(AttributeError):
        _ = make(name).coefs_


@BOTH
def test_a_refused_fit_leaves_the_fit_before(name):
    network = make(name).fit(X, TARGETS[name])
    before, loss = numbers(network), network.loss_
    for refused in (lambda: network.fit(X[:, :1] * np.nan, TARGETS[name]), lambda: network.set_params(alpha=-1).fit(X, TARGETS[name])):
        with pytest.raises(ValueError, match=r"NaN|alpha"):
            refused()
    np.testing.assert_array_equal(numbers(network), before)
    assert network.loss_ == loss


@BOTH
def test_lbfgs_has_no_partial_fit(name):
    assert not hasattr(make(name, solver="lbfgs"), "partial_fit")
    assert hasattr(make(name), "partial_fit")
    with pytest.raises(AttributeError, match="partial_fit"):
        make(name, solver="lbfgs").partial_fit(X, TARGETS[name])


@BOTH
@pytest.mark.parametrize(
    ("given", "sentence"),
    [
        ({"X_val": X}, "y_val"),
        ({"y_val": np.zeros(60)}, "X_val"),
        ({"X_val": X, "y_val": np.zeros(59)}, "y_val.*59|inconsistent numbers of samples"),
        ({"X_val": X[:, :2], "y_val": np.zeros(60)}, "X has 2 features"),
        ({"X_val": X * np.nan, "y_val": np.zeros(60)}, "contains NaN"),
        ({"X_val": X, "y_val": np.zeros((60, 2))}, "y_val"),
        ({"X_val": X, "y_val": np.full(60, np.nan)}, "y_val"),
        ({"X_val": X, "y_val": np.zeros(60), "sample_weight_val": -np.ones(60)}, "sample_weight_val"),
        ({"groups": np.zeros(59)}, "groups|inconsistent numbers of samples"),
    ],
)
def test_bad_validation_sets(name, given, sentence):
    with pytest.raises(ValueError, match=sentence):
        make(name, early_stopping="groups" in given).fit(X, TARGETS[name], **given)
