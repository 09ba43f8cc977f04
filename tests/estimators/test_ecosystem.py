"""The estimators among scikit-learn's other parts, where its own stand: searches, ensembles, pipelines, copies, callbacks, ONNX."""

from __future__ import annotations

import copy
import io
import pickle
import warnings

import joblib
import numpy as np
import pandas as pd
import polars as pl
import pytest
import sklearn
from sklearn.base import clone, is_classifier, is_regressor
from sklearn.calibration import CalibratedClassifierCV
from sklearn.ensemble import BaggingClassifier, StackingClassifier, StackingRegressor, VotingClassifier, VotingRegressor
from sklearn.exceptions import ConvergenceWarning, NotFittedError
from sklearn.frozen import FrozenEstimator
from sklearn.inspection import partial_dependence, permutation_importance
from sklearn.linear_model import LogisticRegression, Ridge
from sklearn.model_selection import GridSearchCV, cross_val_predict, cross_validate, learning_curve
from sklearn.multioutput import ClassifierChain
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler
from sklearn.utils import estimator_html_repr
from sklearn.utils.validation import check_is_fitted

import halfmoon as hm

pytestmark = pytest.mark.filterwarnings("ignore::sklearn.exceptions.ConvergenceWarning")

random = np.random.RandomState(0)
X = random.standard_normal((120, 3)) * [1, 10, 0.1] + [0, 5, 0]
Z = (X - X.mean(axis=0)) / X.std(axis=0)
LABELS = np.array(["left", "middle", "right"])[np.digitize(Z[:, 0] + 0.5 * Z[:, 1], [-0.6, 0.6])]
NUMBERS = Z[:, 0] - 2 * Z[:, 1] + 0.1 * random.standard_normal(120)
TARGETS = {"MLPClassifier": LABELS, "MLPRegressor": NUMBERS}
BOTH = pytest.mark.parametrize("name", TARGETS)


def make(name, **options):
    return getattr(hm, name)(**{"hidden_layer_sizes": (12,), "learning_rate_init": 0.02, "max_iter": 60, "random_state": 0} | options)


def fitted(name, **options):
    return make(name, **options).fit(Z, TARGETS[name])


# ---- pipelines, searches, ensembles ---------------------------------------------------------------------------------------


@BOTH
def test_a_pipeline_scales_what_the_network_sees(name):
    pipeline = make_pipeline(StandardScaler(), make(name)).fit(X, TARGETS[name])
    assert pipeline.score(X, TARGETS[name]) > 0.9
    np.testing.assert_allclose(pipeline.predict(X) == TARGETS[name], fitted(name).predict(Z) == TARGETS[name])
    assert pipeline[:-1].transform(X).shape == X.shape
    assert list(pipeline.get_feature_names_out()) == [f"{name.lower()}{unit}" for unit in range(12)]


@BOTH
def test_a_network_hands_its_hidden_activations_on(name):
    last = LogisticRegression() if name == "MLPClassifier" else Ridge()
    pipeline = make_pipeline(StandardScaler(), make(name), last).fit(X, TARGETS[name])
    assert pipeline[-1].n_features_in_ == 12
    assert pipeline.score(X, TARGETS[name]) > 0.9


@BOTH
def test_a_grid_search_on_two_processes(name):
    grid = {"alpha": [1e-4, 1000.0], "hidden_layer_sizes": [(12,), (8, 8)]}
    search = GridSearchCV(make(name), grid, n_jobs=2, cv=3).fit(Z, TARGETS[name])
    alone = GridSearchCV(make(name), grid, cv=3).fit(Z, TARGETS[name])
    assert search.best_params_["alpha"] == 1e-4
    np.testing.assert_array_equal(search.cv_results_["mean_test_score"], alone.cv_results_["mean_test_score"])
    assert type(search.best_estimator_).__name__ == name


def test_calibrated_probabilities():
    calibrated = CalibratedClassifierCV(make("MLPClassifier"), cv=3).fit(Z, LABELS)
    np.testing.assert_allclose(calibrated.predict_proba(Z).sum(axis=1), 1)
    assert calibrated.score(Z, LABELS) > 0.9


def test_a_frozen_network_is_calibrated_but_not_trained():
    network = fitted("MLPClassifier")
    before = [each.copy() for each in network.coefs_]
    frozen = FrozenEstimator(network)
    CalibratedClassifierCV(frozen, method="sigmoid").fit(Z, LABELS)
    frozen.fit(Z[:10], LABELS[:10])
    for old, new in zip(before, network.coefs_, strict=True):
        np.testing.assert_array_equal(old, new)
    np.testing.assert_array_equal(frozen.predict(Z), network.predict(Z))


STACKS = {
    "stack": lambda: (StackingClassifier([("a", make("MLPClassifier")), ("b", LogisticRegression())], cv=3), LABELS),
    "stack of decisions": lambda: (StackingClassifier([("a", make("MLPClassifier"))], stack_method="decision_function", cv=3), LABELS),
    "network on top": lambda: (StackingClassifier([("a", LogisticRegression())], make("MLPClassifier", max_iter=150), cv=3), LABELS),
    "soft vote": lambda: (VotingClassifier([("a", make("MLPClassifier")), ("b", LogisticRegression())], voting="soft"), LABELS),
    "hard vote": lambda: (VotingClassifier([("a", make("MLPClassifier")), ("b", make("MLPClassifier", random_state=1))]), LABELS),
    "bagging": lambda: (BaggingClassifier(make("MLPClassifier"), n_estimators=3, random_state=0), LABELS),
    "stacked regressors": lambda: (StackingRegressor([("a", make("MLPRegressor")), ("b", Ridge())], cv=3), NUMBERS),
    "mean of regressors": lambda: (VotingRegressor([("a", make("MLPRegressor")), ("b", Ridge())]), NUMBERS),
}


@pytest.mark.parametrize("kind", STACKS)
def test_ensembles_of_others(kind):
    ensemble, y = STACKS[kind]()
    assert ensemble.fit(Z, y).score(Z, y) > 0.9


def test_a_chain_of_classifiers():
    Y = np.column_stack([Z[:, 0] > 0, Z[:, 1] > 0]).astype(int)
    assert ClassifierChain(make("MLPClassifier")).fit(Z, Y).score(Z, Y) > 0.8


@BOTH
def test_learning_curve(name):
    sizes, train, test = learning_curve(make(name), Z, TARGETS[name], train_sizes=[0.3, 1.0], cv=3)
    assert list(sizes) == [24, 80]
    assert test[1].mean() > 0.8
    assert train.shape == (2, 3)
    # in steps, by partial_fit
    _, stepwise, _ = learning_curve(make(name), Z, TARGETS[name], train_sizes=[0.3, 1.0], cv=3, exploit_incremental_learning=True)
    assert np.isfinite(stepwise).all()


@BOTH
def test_permutation_importance_finds_the_columns_that_count(name):
    importance = permutation_importance(fitted(name), Z, TARGETS[name], n_repeats=3, random_state=0).importances_mean
    assert importance[2] < 0.1 * importance[:2].min()


def test_partial_dependence_rises_with_a_column_that_raises():
    average = partial_dependence(fitted("MLPRegressor"), Z, [0])["average"][0]
    assert (np.diff(average) > 0).mean() > 0.9


@BOTH
def test_cross_validation_in_threads_is_that_of_one(name):
    found = [cross_validate(make(name), Z, TARGETS[name], cv=3, n_jobs=jobs, return_estimator=True) for jobs in (1, joblib.cpu_count())]
    with joblib.parallel_backend("threading", n_jobs=3):
        found.append(cross_validate(make(name), Z, TARGETS[name], cv=3, return_estimator=True))
    for other in found[1:]:
        np.testing.assert_array_equal(found[0]["test_score"], other["test_score"])
    assert cross_val_predict(make(name), Z, TARGETS[name], cv=3).shape == (120,)


# ---- frames ---------------------------------------------------------------------------------------------------------------


@BOTH
@pytest.mark.parametrize(("kind", "frame"), [("pandas", pd.DataFrame), ("polars", pl.DataFrame), ("default", np.ndarray)])
def test_set_output(name, kind, frame):
    out = fitted(name).set_output(transform=kind).transform(Z[:7])
    assert type(out) is frame
    assert out.shape == (7, 12)
    if kind != "default":
        assert list(out.columns) == [f"{name.lower()}{unit}" for unit in range(12)]
    np.testing.assert_array_equal(np.asarray(out), fitted(name).transform(Z[:7]))


@BOTH
@pytest.mark.parametrize("early", [False, True])
def test_names_of_columns_are_learnt_and_checked(name, early):
    frame = pd.DataFrame(Z, columns=["a", "b", "c"])
    network = make(name, early_stopping=early).fit(frame, TARGETS[name])
    assert list(network.feature_names_in_) == ["a", "b", "c"]
    np.testing.assert_array_equal(network.predict(frame), make(name, early_stopping=early).fit(Z, TARGETS[name]).predict(Z))
    with pytest.warns(UserWarning, match=f"X does not have valid feature names, but {name} was fitted with feature names"):
        network.predict(Z)
    with pytest.raises(ValueError, match="feature names should match"):
        network.predict(frame[["c", "a", "b"]])


# ---- metadata -------------------------------------------------------------------------------------------------------------


@BOTH
def test_metadata_reaches_the_network_through_a_pipeline(name):
    y, weights = TARGETS[name], np.linspace(0.1, 3, 120)
    with sklearn.config_context(enable_metadata_routing=True):
        network = make(name).set_fit_request(sample_weight=True)
        routed = make_pipeline(StandardScaler().set_fit_request(sample_weight=False), network).fit(X, y, sample_weight=weights)
    plain = make(name).fit(StandardScaler().fit_transform(X), y, weights)
    unweighted = make(name).fit(StandardScaler().fit_transform(X), y)
    np.testing.assert_array_equal(routed[-1].coefs_[0], plain.coefs_[0])
    assert (routed[-1].coefs_[0] != unweighted.coefs_[0]).any()


@BOTH
def test_a_validation_set_is_routed_and_transformed(name):
    y = TARGETS[name]
    with sklearn.config_context(enable_metadata_routing=True):
        network = make(name, max_iter=5).set_fit_request(X_val=True, y_val=True)
        routed = make_pipeline(StandardScaler(), network, transform_input=["X_val"]).fit(X[:80], y[:80], X_val=X[80:], y_val=y[80:])
    scaler = StandardScaler().fit(X[:80])
    plain = make(name, max_iter=5).fit(scaler.transform(X[:80]), y[:80], X_val=scaler.transform(X[80:]), y_val=y[80:])
    assert len(plain.validation_scores_) == 5
    assert routed[-1].validation_scores_ == plain.validation_scores_


@BOTH
def test_weights_are_routed_through_cross_validation(name):
    weights = np.linspace(0.1, 3, 120)
    with sklearn.config_context(enable_metadata_routing=True):
        network = make(name).set_fit_request(sample_weight=True).set_score_request(sample_weight=True)
        with_weights = cross_validate(network, Z, TARGETS[name], cv=3, params={"sample_weight": weights})["test_score"]
        without = cross_validate(make(name), Z, TARGETS[name], cv=3)["test_score"]
    assert (with_weights != without).any()


# ---- copies ---------------------------------------------------------------------------------------------------------------


def through_joblib(estimator):
    file = io.BytesIO()
    joblib.dump(estimator, file)
    file.seek(0)
    return joblib.load(file)


COPIES = {
    "pickle": lambda each: pickle.loads(pickle.dumps(each)),
    "pickle, protocol 2": lambda each: pickle.loads(pickle.dumps(each, protocol=2)),
    "joblib": through_joblib,
    "deepcopy": copy.deepcopy,
}
OPTIONS = {
    "adam": {},
    "sgd, invscaling": {"solver": "sgd", "learning_rate": "invscaling"},
    "reference": {"engine": "reference"},
    "float32": {"dtype": "float32"},
    "generator": {"random_state": np.random.RandomState(4)},
    "dropout": {"dropout": 0.2},
    "ensemble": {"n_ensemble": 2},
    "own activation": {"activation": [hm.LeakyReLU(alpha=0.3)]},
}


@pytest.mark.parametrize("way", COPIES)
@pytest.mark.parametrize("options", OPTIONS)
@BOTH
def test_copies_predict_and_go_on_as_the_original(name, options, way):
    original = make(name, max_iter=5, **copy.deepcopy(OPTIONS[options])).fit(Z, TARGETS[name])
    other = COPIES[way](original)
    np.testing.assert_array_equal(other.predict(Z), original.predict(Z))
    for estimator in (original, other):
        for _ in range(3):
            estimator.partial_fit(Z[:50], TARGETS[name][:50])
    for one, two in zip(original.coefs_ + original.intercepts_, other.coefs_ + other.intercepts_, strict=True):
        np.testing.assert_array_equal(one, two)
        assert not np.shares_memory(one, two)
    assert original.loss_ == other.loss_


@pytest.mark.parametrize("way", COPIES)
def test_a_copy_of_a_warm_or_early_stopped_fit_goes_on_too(way):
    original = fitted("MLPClassifier", warm_start=True, early_stopping=True, max_iter=5)
    other = COPIES[way](original)
    for estimator in (original, other):
        estimator.fit(Z, LABELS)
    assert original.loss_curve_ == other.loss_curve_
    assert original.validation_scores_ == other.validation_scores_


@BOTH
def test_a_clone_has_the_parameters_and_nothing_learnt(name):
    original = fitted(name, activation=[hm.Tanh], solver=hm.Adam(0.01), callbacks=[], layers=[hm.Dense(3), hm.Tanh])
    other = clone(original)
    assert {key: str(value) for key, value in other.get_params().items()} == {k: str(v) for k, v in original.get_params().items()}
    with pytest.raises(NotFittedError):
        check_is_fitted(other)
    check_is_fitted(original)


@BOTH
def test_html_and_text_name_what_was_changed(name):
    for network in (make(name, alpha=0.25), fitted(name, alpha=0.25)):
        assert "alpha=0.25" in repr(network)
        page = estimator_html_repr(network)
        assert name in page
        assert "0.25" in page
    assert is_classifier(make(name)) == (name == "MLPClassifier")
    assert is_regressor(make(name)) == (name == "MLPRegressor")


# ---- scikit-learn's callbacks ---------------------------------------------------------------------------------------------


@pytest.mark.parametrize("solver", ["adam", "sgd", "lbfgs"])
@BOTH
def test_a_scoring_monitor_hears_of_every_epoch(name, solver):
    callback = pytest.importorskip("sklearn.callback", reason="came with scikit-learn 1.9")
    scoring = {"MLPClassifier": "accuracy", "MLPRegressor": "r2"}[name]
    monitor = callback.ScoringMonitor(scoring=scoring)
    network = make(name, solver=solver, max_iter=6, tol=0.0)
    network.set_callbacks(monitor).fit(Z, TARGETS[name])
    scores = [row[scoring] for row in monitor.get_logs().data if row["task_name"] != "fit"]
    assert len(scores) == network.n_iter_
    assert scores[-1] == pytest.approx(network.score(Z, TARGETS[name]))
    assert len(set(scores)) > 1
    plain = make(name, solver=solver, max_iter=6, tol=0.0).fit(Z, TARGETS[name])
    np.testing.assert_array_equal(network.coefs_[0], plain.coefs_[0])


def test_a_progress_bar_comes_to_its_end(capsys):
    callback = pytest.importorskip("sklearn.callback", reason="came with scikit-learn 1.9")
    make("MLPClassifier", max_iter=6, tol=0.0).set_callbacks(callback.ProgressBar()).fit(Z, LABELS)
    shown = capsys.readouterr().out
    assert "MLPClassifier - fit" in shown
    assert "100%" in shown


def test_callbacks_are_carried_through_a_search():
    callback = pytest.importorskip("sklearn.callback", reason="came with scikit-learn 1.9")
    monitor = callback.ScoringMonitor(scoring="accuracy")
    network = make("MLPClassifier", max_iter=3, tol=0.0).set_callbacks(monitor)
    cross_validate(network, Z, LABELS, cv=3)
    assert [len(log.data) >= 3 for log in monitor.get_logs(select="all")] == [True] * 3


# ---- ONNX -----------------------------------------------------------------------------------------------------------------


def onnx_outputs(network, data):
    """Return what ONNX Runtime computes with skl2onnx's own converters of scikit-learn's MLPs."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        skl2onnx = pytest.importorskip("skl2onnx")
        runtime = pytest.importorskip("onnxruntime")
        from skl2onnx.common.shape_calculator import calculate_linear_classifier_output_shapes, calculate_linear_regressor_output_shapes
        from skl2onnx.operator_converters import multilayer_perceptron as theirs

        if is_classifier(network):
            of_kind = calculate_linear_classifier_output_shapes, theirs.convert_sklearn_mlp_classifier
            options = {"options": {"zipmap": [True, False], "nocl": [True, False], "output_class_labels": [False, True]}}
        else:
            of_kind, options = (calculate_linear_regressor_output_shapes, theirs.convert_sklearn_mlp_regressor), {}
        skl2onnx.update_registered_converter(type(network), f"Halfmoon{type(network).__name__}", *of_kind, **options)
        extra = {"options": {id(network): {"zipmap": False}}} if is_classifier(network) else {}
        model = skl2onnx.to_onnx(network, data[:1], target_opset=18, **extra)
    return runtime.InferenceSession(model.SerializeToString(), providers=["CPUExecutionProvider"]).run(None, {"X": data})


@pytest.mark.parametrize("activation", ["identity", "logistic", "tanh", "relu"])
@pytest.mark.parametrize("classes", [2, 3])
def test_onnx_runtime_says_what_a_classifier_says(activation, classes):
    y = LABELS if classes == 3 else np.where(LABELS == "left", 7, 3)
    network = make("MLPClassifier", activation=activation, hidden_layer_sizes=(8, 5)).fit(Z, y)
    labels, probabilities = onnx_outputs(network, Z.astype(np.float32))
    np.testing.assert_array_equal(labels, network.predict(Z))
    np.testing.assert_allclose(probabilities, network.predict_proba(Z), atol=1e-5)


@pytest.mark.parametrize("activation", ["identity", "logistic", "tanh", "relu"])
def test_onnx_runtime_says_what_a_regressor_says(activation):
    network = fitted("MLPRegressor", activation=activation)
    (found,) = onnx_outputs(network, Z)
    np.testing.assert_allclose(found[:, 0], network.predict(Z), rtol=1e-9, atol=1e-9)


def test_warnings_of_a_fit_are_scikit_learns():
    with pytest.warns(ConvergenceWarning, match=r"Maximum iterations \(1\) reached and the optimization hasn't converged yet"):
        make("MLPRegressor", max_iter=1).fit(Z, NUMBERS)
