"""The same parameters, data and random_state give the installed scikit-learn's numbers, with both engines."""

from __future__ import annotations

from itertools import product
from typing import Any

import numpy as np
import pytest
from sklearn import config_context

import halfmoon as hm
from same_numbers import (
    ARRAYS,
    CALLS,
    CONTAINERS,
    DEFAULTS,
    EXACT,
    NEAR,
    REGRESSIONS,
    TASKS,
    Data,
    compare,
    differences,
    draw,
    gap,
    pair,
    told,
)

ENGINES = ("fused", "reference")
CLOSE, CLOSE_IN_FLOAT32, SAME_POINT = 1e-6, 1e-4, 1e-10
ACTIVATIONS = ("identity", "logistic", "tanh", "relu")

SGD = {"solver": "sgd", "max_iter": 12}
QUICK_TO_STOP = {"tol": 0.02, "n_iter_no_change": 1, "max_iter": 40}
# what a solver can be told, beside the activation
PARAMETERS: dict[str, dict[str, Any]] = {
    **{
        f"sgd, {schedule}, momentum {momentum}, nesterov {nesterov}": SGD
        | {"learning_rate": schedule, "momentum": momentum, "nesterovs_momentum": nesterov}
        for schedule in ("constant", "invscaling", "adaptive")
        for momentum, nesterov in ((0.9, True), (0.9, False), (0.0, False), (1.0, True))
    },
    "sgd, adaptive to the smallest rate": SGD | QUICK_TO_STOP | {"learning_rate": "adaptive", "max_iter": 80, "tol": 0.5},
    "sgd, adaptive, early stopping": SGD | QUICK_TO_STOP | {"learning_rate": "adaptive", "early_stopping": True},
    "sgd, power": SGD | {"learning_rate": "invscaling", "power_t": 0.2},
    "sgd, power of 0": SGD | {"learning_rate": "invscaling", "power_t": 0.0},
    "adam, betas": {"beta_1": 0.5, "beta_2": 0.9, "epsilon": 1e-3},
    "adam, betas of 0": {"beta_1": 0.0, "beta_2": 0.0},
    "adam has no schedule": {"learning_rate": "invscaling"},
    "stops": QUICK_TO_STOP,
    "never stops": {"n_iter_no_change": np.inf, "tol": 10.0, "max_iter": 15},
    "early stopping": {"early_stopping": True, "max_iter": 10},
    "early stopping that stops": QUICK_TO_STOP | {"early_stopping": True, "validation_fraction": 0.3},
    "no shuffling": {"shuffle": False},
    "no shuffling, early stopping": {"shuffle": False, "early_stopping": True},
    "batches of 1": {"batch_size": 1, "max_iter": 2},
    "batches with a rest": {"batch_size": 13},
    "batches, auto": {"batch_size": "auto"},
    "batches larger than the data": {"batch_size": 1000},
    "no penalty": {"alpha": 0.0},
    "one number of units": {"hidden_layer_sizes": 7},
    "array of units": {"hidden_layer_sizes": np.array([3, 2, 4])},
    "one epoch": {"max_iter": 1},
}
DTYPES = [np.int8, np.int16, np.int32, np.int64, np.uint8, np.uint16, np.uint32, np.uint64]
LABELS: dict[str, Any] = {
    "strings": lambda y: np.array(["pear", "apple", "fig"])[y],
    "objects": lambda y: np.array(["pear", "apple", "fig"], dtype=object)[y],
    "floats": lambda y: y.astype(float),
    "negative": lambda y: y - 5,
    "far apart": lambda y: np.array([2**62, -(2**62), 3])[y],
    **{np.dtype(dtype).name: lambda y, dtype=dtype: y.astype(dtype) for dtype in DTYPES},
}


def every(*tables: Any) -> list[Any]:
    return list(product(*tables))


def assert_close(found: dict[str, float], limit: float = CLOSE) -> None:
    assert {name: value for name, value in found.items() if not value <= limit} == {}


@pytest.mark.parametrize("engine", ENGINES)
@pytest.mark.parametrize(("task", "activation", "solver"), every(TASKS, ACTIVATIONS, ("lbfgs", "sgd", "adam")))
def test_solvers_activations_and_tasks(engine, task, activation, solver):
    iterations = 5 if solver == "lbfgs" else 8
    found = differences(task, {"solver": solver, "activation": activation, "max_iter": iterations}, engine=engine)
    assert found
    assert_close(found)


@pytest.mark.parametrize("engine", ENGINES)
@pytest.mark.parametrize(("task", "named"), every(["multiclass", "several outputs"], PARAMETERS))
def test_parameters(engine, task, named):
    assert_close(differences(task, {"activation": "tanh"} | PARAMETERS[named], engine=engine))


@pytest.mark.parametrize("engine", ENGINES)
@pytest.mark.parametrize("task", TASKS)
def test_early_stopping_keeps_the_best(engine, task):
    found = differences(task, {"early_stopping": True, "max_iter": 15, "learning_rate_init": 0.03}, engine=engine)
    assert_close(found)


@pytest.mark.parametrize("engine", ENGINES)
@pytest.mark.parametrize(("calls", "task", "solver"), every(CALLS, ["binary", "multiclass", "multilabel", "regression"], ["sgd", "adam"]))
def test_calls(engine, calls, task, solver):
    parameters = {"solver": solver, "learning_rate": "invscaling"}
    if task == "multilabel" and "partial_fit" in calls and not calls.startswith("partial_fit after"):
        calls = "fit twice"  # classes of several labels are counted, not named
    assert_close(differences(task, parameters, engine=engine, calls=calls))


@pytest.mark.parametrize("engine", ENGINES)
@pytest.mark.parametrize(
    ("calls", "changed"),
    every(
        ["warm start", "warm start, changed parameters", "fit twice"],
        [{"early_stopping": True}, {"solver": "lbfgs", "max_iter": 3}, SGD | QUICK_TO_STOP | {"learning_rate": "adaptive"}],
    ),
)
def test_fits_that_go_on_from_each_other(engine, calls, changed):
    assert_close(differences("multiclass", changed, engine=engine, calls=calls))


def test_a_warm_start_that_gets_no_better_goes_on_from_the_best_as_theirs_does():
    data = draw("multiclass")
    both = pair("multiclass", {"early_stopping": True, "warm_start": True})
    for estimator in both:
        told(estimator.fit, *data)
        told(estimator.set_params(alpha=0.5, learning_rate_init=0.02, max_iter=8, batch_size=7).fit, *data)
    theirs, ours = both
    assert ours.best_validation_score_ == theirs.best_validation_score_
    assert max(map(gap, theirs.coefs_, ours.coefs_)) < 1e-6


@pytest.mark.parametrize("calls", ["partial_fit", "partial_fit after fit", "partial_fit after a warm start"])
@pytest.mark.parametrize("schedule", ["constant", "invscaling", "adaptive"])
def test_partial_fit_and_schedules(calls, schedule):
    assert_close(differences("regression", SGD | {"learning_rate": schedule, "tol": 1.0, "n_iter_no_change": 1}, calls=calls))


WEIGHTS = {
    "any": lambda random, n: random.uniform(0.2, 3, n),
    "integers": lambda random, n: random.randint(1, 4, n),
    "some are 0": lambda random, n: random.uniform(0, 1, n) * (np.arange(n) % 3 > 0),
    "float32": lambda random, n: random.uniform(0.2, 3, n).astype(np.float32),
    "one number": lambda random, n: 2.5,
}


@pytest.mark.parametrize("engine", ENGINES)
@pytest.mark.parametrize(("named", "task"), every(WEIGHTS, TASKS))
def test_sample_weights(engine, named, task):
    data = draw(task)._replace(weights=WEIGHTS[named](np.random.RandomState(5), 60))
    assert_close(differences(task, {}, engine=engine, data=data))


@pytest.mark.parametrize("parameters", [{"early_stopping": True}, {"solver": "lbfgs", "max_iter": 5}, SGD, {"shuffle": False}])
@pytest.mark.parametrize("task", ["binary", "poisson"])
def test_sample_weights_and_solvers(parameters, task):
    data = draw(task)._replace(weights=np.random.RandomState(5).uniform(0.2, 3, 60))
    assert_close(differences(task, parameters, data=data))


@pytest.mark.parametrize("engine", ENGINES)
@pytest.mark.parametrize(("container", "task"), every(CONTAINERS, TASKS))
def test_containers(engine, container, task):
    limit = CLOSE_IN_FLOAT32 if "float32" in container else CLOSE
    found = differences(task, {"max_iter": 5, "activation": "tanh"}, engine=engine, container=container)  # no kink where rounding decides
    assert_close(found, limit)


@pytest.mark.parametrize(("solver", "early"), [("sgd", False), ("adam", True), ("lbfgs", False)])
@pytest.mark.parametrize("task", TASKS)
def test_float32_and_solvers(task, solver, early):
    parameters = {"solver": solver, "early_stopping": early, "max_iter": 4, "activation": "tanh"}
    assert_close(differences(task, parameters, container="float32"), CLOSE_IN_FLOAT32)


@pytest.mark.parametrize("named", LABELS)
@pytest.mark.parametrize("parameters", [{}, {"early_stopping": True}, {"solver": "lbfgs", "max_iter": 4}])
@pytest.mark.parametrize("classes", [2, 3])
def test_labels(named, parameters, classes):
    X, y, _ = draw("multiclass")
    assert_close(differences("multiclass", parameters, data=Data(X, LABELS[named](y % classes))))


@pytest.mark.parametrize("calls", ["fit", "partial_fit"])
def test_boolean_labels(calls):
    X, y, _ = draw("binary")
    assert_close(differences("binary", {}, calls=calls, data=Data(X, y.astype(bool))))


@pytest.mark.parametrize("make", [lambda y: y.astype(bool), lambda y: y.astype(float), lambda y: y.astype(np.int8)])
def test_several_labels_of_any_dtype(make):
    X, y, _ = draw("multilabel")
    assert_close(differences("multilabel", {}, data=Data(X, make(y))))


@pytest.mark.parametrize("dtype", [*DTYPES, np.float32, bool])
@pytest.mark.parametrize("task", REGRESSIONS)
def test_numbers_of_any_dtype_as_targets(dtype, task):
    X, y, _ = draw(task)
    assert_close(differences(task, {}, data=Data(X, np.abs(3 * y).astype(dtype))))


@pytest.mark.parametrize("batch_size", [16, "auto"])
@pytest.mark.parametrize("task", TASKS)
def test_one_generator_for_two_fits(task, batch_size):
    theirs, ours = pair(task, {"early_stopping": True, "batch_size": batch_size})
    generators = np.random.RandomState(8), np.random.RandomState(8)
    data = draw(task)
    for _ in range(2):
        for estimator, generator in zip((theirs, ours), generators, strict=True):
            told(estimator.set_params(random_state=generator).fit, *data)
        assert_close(compare(theirs, ours, data.X))
        states = [generator.get_state() for generator in generators]
        assert states[0][2] == states[1][2]
        np.testing.assert_array_equal(states[0][1], states[1][1])


@pytest.mark.parametrize("calls", ["fit twice", "partial_fit", "partial_fit after fit", "warm start"])
@pytest.mark.parametrize("solver", ["sgd", "adam"])
@pytest.mark.parametrize(
    "changed", [{}, {"shuffle": False}, {"batch_size": "auto"}, {"batch_size": 60}, {"batch_size": 1000}, QUICK_TO_STOP]
)
def test_the_generator_stands_at_the_same_place(calls, solver, changed):
    assert_close(differences("binary", {"solver": solver} | changed, calls=calls, generators=True))


@pytest.mark.parametrize("task", TASKS)
def test_lbfgs_draws_no_orders(task):
    assert_close(differences(task, {"solver": "lbfgs", "max_iter": 3}, calls="fit twice", generators=True))


@pytest.mark.parametrize("batch_size", [16, "auto"])
def test_no_random_state_is_that_of_numpy(batch_size):
    theirs, ours = pair("multiclass", {"random_state": None, "batch_size": batch_size})
    data = draw("multiclass")
    ends = []
    for estimator in (theirs, ours):
        np.random.seed(12)
        told(CALLS["fit twice"], estimator, data)
        ends.append(np.random.randint(2**31))
    assert_close(compare(theirs, ours, data.X))
    assert ends[0] == ends[1]


@pytest.mark.parametrize("engine", ENGINES)
@pytest.mark.parametrize("activation", ACTIVATIONS)
@pytest.mark.parametrize("task", TASKS)
@pytest.mark.parametrize("weighted", [False, True])
def test_loss_and_gradient_where_lbfgs_ends(engine, activation, task, weighted):
    data = draw(task)._replace(weights=np.random.RandomState(5).uniform(0.2, 3, 60) if weighted else None)
    theirs, ours = pair(task, {"activation": activation}, engine)
    told(ours.set_params(solver="lbfgs", max_iter=3).fit, *data)
    # an update of plain gradient descent at rate 1 goes down by the gradient
    theirs.set_params(solver="sgd", momentum=0.0, learning_rate_init=1.0, batch_size=60, shuffle=False, max_iter=1)
    told(theirs.fit, *data)
    theirs.coefs_, theirs.intercepts_ = [each.copy() for each in ours.coefs_], [each.copy() for each in ours.intercepts_]
    theirs.partial_fit(*data)
    targets = data.y if task != "regression" else data.y[:, None]
    loss, gradients = ours.model_.gradients(data.X, targets, data.weights, penalty=hm.Penalty(l2=0.1, per_batch=True))
    assert gap(theirs.loss_, ours.loss_) <= SAME_POINT
    assert gap(ours.loss_, loss) <= SAME_POINT
    steps = [before - after for before, after in zip(ours.coefs_ + ours.intercepts_, theirs.coefs_ + theirs.intercepts_, strict=True)]
    largest = max(np.abs(step).max() for step in steps)
    for name, count in (("W", 0), ("b", len(ours.coefs_))):
        slopes = [gradients[key] for key in ours.model_.params if key.endswith(name)]
        for step, slope in zip(steps[count:], slopes, strict=False):
            assert np.abs(step - slope).max() <= SAME_POINT * largest


@pytest.mark.parametrize("task", TASKS)
@pytest.mark.parametrize("max_fun", [1, 4])
def test_lbfgs_counts_its_evaluations(task, max_fun):
    assert_close(differences(task, {"solver": "lbfgs", "max_fun": max_fun, "max_iter": 5}))


@pytest.mark.parametrize("task", TASKS)
def test_score_and_logarithms(task):
    theirs, ours = pair(task, {})
    data = draw(task)
    for estimator in (theirs, ours):
        told(estimator.fit, *data)
    weights = np.random.RandomState(5).uniform(0.2, 3, 60)
    assert gap(theirs.score(data.X, data.y, weights), ours.score(data.X, data.y, weights)) <= CLOSE
    if hasattr(theirs, "predict_log_proba"):
        assert gap(theirs.predict_log_proba(data.X), ours.predict_log_proba(data.X)) <= CLOSE


@pytest.mark.parametrize("parameters", [{}, {"early_stopping": True}, SGD | QUICK_TO_STOP | {"learning_rate": "adaptive"}, QUICK_TO_STOP])
def test_verbose_prints_the_same_lines(parameters, capsys):
    printed = []
    for estimator in pair("multiclass", parameters | {"verbose": True}):
        told(estimator.fit, *draw("multiclass"))
        printed.append(capsys.readouterr().out)
    assert printed[0] == printed[1]
    assert printed[0].startswith("Iteration 1, loss = ")


@pytest.mark.parametrize("solver", ["lbfgs", "sgd", "adam"])
@pytest.mark.parametrize("task", ["binary", "regression"])
def test_fitted_attributes_are_there_where_theirs_are(task, solver):
    theirs, ours = pair(task, {"solver": solver})
    for estimator in (theirs, ours):
        told(estimator.fit, *draw(task))
    names = {*EXACT, *NEAR, *ARRAYS, "feature_names_in_", "classes_"}
    assert {name for name in names if hasattr(ours, name)} == {name for name in names if hasattr(theirs, name)}


def test_names_and_defaults():
    for task in ("binary", "regression"):
        theirs, ours = pair(task, {})
        with config_context(print_changed_only=False):
            fresh = type(theirs)().get_params(), type(ours)().get_params()
        assert {name: fresh[1][name] for name in fresh[0]} == fresh[0]
        public = {name for name in dir(type(theirs)) if not name.startswith("_")}
        assert public <= set(dir(type(ours)))
        assert set(DEFAULTS) <= set(fresh[0])
