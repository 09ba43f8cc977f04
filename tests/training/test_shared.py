"""One trainer or estimator in several threads, and arrays that must not be written to: a wait or a sentence, never a crash."""

from __future__ import annotations

import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor

import numpy as np
import pytest

import halfmoon as hm

START = """
import warnings
from concurrent.futures import ThreadPoolExecutor
import numpy as np, halfmoon as hm

warnings.simplefilter("ignore")
X = np.random.RandomState(0).randn(600, 20)
y = (X[:, 0] > 0).astype(int)
options = dict(hidden_layer_sizes=(32,), batch_size=64, random_state=0, max_iter=15, tol=0, n_iter_no_change=10**9)
clf = hm.MLPClassifier(**options).partial_fit(X, y, classes=[0, 1])
two = hm.MLPClassifier(**options, n_ensemble=2).partial_fit(X, y, classes=[0, 1])
trainer = hm.Trainer(hm.Network([hm.Dense(32), hm.ReLU(), hm.Dense(1)], loss=hm.Logistic()).init(20))
work = lambda: {work}
with ThreadPoolExecutor(4) as pool:
    for each in [pool.submit(work) for _ in range(8)]:
        each.result()
"""
WORK = {
    "partial_fit": "[clf.partial_fit(X[:n], y[:n]) for n in (600, 200, 90)]",
    "partial_fit of an ensemble": "two.partial_fit(X, y)",
    "fit": "clf.fit(X, y)",
    "resume": "clf.resume(X, y)",
    "train": "trainer.train(X, y, epochs=9, batch_size=64)",
    "step": "[trainer.step(X[:50], y[:50]) for _ in range(30)]",
}


@pytest.mark.parametrize("what", WORK)
def test_threads_that_share_one_object_take_turns(what):
    command = [sys.executable, "-c", START.replace("{work}", WORK[what])]
    done = subprocess.run(command, capture_output=True, text=True, check=False, timeout=120)
    assert (done.returncode, done.stderr) == (0, "")


def test_trainings_in_turn_lose_no_update():
    X = np.random.RandomState(0).normal(size=(40, 3))
    trainer = hm.Trainer(hm.Network([hm.Dense(4), hm.Tanh, hm.Dense(1)]).init(3, 0))
    with ThreadPoolExecutor(4) as pool:
        histories = [each.result() for each in [pool.submit(trainer.train, X, X[:, 0], epochs=5, batch_size=10) for _ in range(6)]]
    assert [history.epochs for history in histories] == [5] * 6
    assert trainer.state.updates == 6 * 5 * 4


@pytest.mark.parametrize("engine", ["fused", "reference"])
@pytest.mark.parametrize("part", ["theta", "state", "slots"])
def test_read_only_arrays_are_refused_before_anything_is_written(engine, part):
    X = np.random.RandomState(0).normal(size=(30, 3))
    model = hm.Network([hm.Dense(4), hm.BatchNorm(), hm.Dense(1)]).init(3, 0)
    trainer = hm.Trainer(model, hm.Adam(), engine=engine)
    array = {"theta": model.theta, "state": model.state.vector, "slots": trainer.state.slots}[part]
    array.setflags(write=False)
    before = array.copy()
    for train in (lambda: trainer.train(X, X[:, 0], epochs=2), lambda: trainer.step(X, X[:, 0])):
        with pytest.raises(hm.InputError, match="model must be writable to be trained, got read-only arrays"):
            train()
    np.testing.assert_array_equal(array, before)
    if part != "slots":
        model.make_writable()
        assert hm.train(model, X, X[:, 0], epochs=2, engine=engine).epochs == 2


@pytest.mark.parametrize("more", ["partial_fit", "warm start", "resume", "lbfgs"])
def test_an_estimator_on_read_only_arrays_goes_on_with_copies(more, tmp_path):
    joblib = pytest.importorskip("joblib")
    X = np.random.RandomState(0).normal(size=(60, 3))
    y = (X[:, 0] > 0).astype(int)
    options = {"max_iter": 3, "random_state": 0, "tol": 0, "n_iter_no_change": 99, "solver": "lbfgs" if more == "lbfgs" else "adam"}
    fitted = hm.MLPClassifier((8,), **options)
    with np.errstate(all="ignore"), pytest.warns(match=r"."):
        fitted.fit(X, y)
    joblib.dump(fitted, tmp_path / "clf.joblib")
    mapped = joblib.load(tmp_path / "clf.joblib", mmap_mode="r")
    for each in (fitted, mapped):
        with pytest.warns(match=r".") if more != "partial_fit" else np.errstate():
            if more == "partial_fit":
                each.partial_fit(X, y)
            elif more == "resume":
                each.set_params(max_iter=6).resume(X, y)
            else:
                each.set_params(warm_start=True).fit(X, y)
    np.testing.assert_array_equal(mapped.model_.theta, fitted.model_.theta)


def test_plans_for_many_sizes_of_batches_are_forgotten_but_not_those_in_use():
    model = hm.Network([hm.Dense(512), hm.ReLU, hm.Dense(512), hm.ReLU, hm.Dense(1)]).init(100, 0)
    trainer = hm.Trainer(model)
    X = np.random.RandomState(0).normal(size=(900, 100)).astype(np.float32)
    for n in range(700, 800, 4):
        trainer.step(X[:n], X[:n, 0])
    plans = trainer.engine._plans
    assert len(plans) == 4
    kept = {size: plan for (size, _, _), plan in plans.items()}
    for _ in range(3):  # sizes that alternate
        for n in (784, 788, 792, 796):
            trainer.step(X[:n], X[:n, 0])
            assert plans[n, 1, None] is kept[n]
    small = hm.Trainer(hm.Network([hm.Dense(4), hm.Dense(1)]).init(100, 0))
    for n in range(1, 60):
        small.step(X[:n], X[:n, 0])
    assert len(small.engine._plans) == 59


def locked(*arrays):
    found = [np.array(each) for each in arrays]
    for each in found:
        each.setflags(write=False)
    return found


@pytest.mark.parametrize("engine", ["fused", "reference"])
@pytest.mark.parametrize("part", ["theta", "state"])
def test_read_only_models_among_many_are_refused(engine, part):
    X = np.random.RandomState(0).normal(size=(30, 3)).astype(np.float32)
    models = [hm.Network([hm.Dense(4), hm.BatchNorm(), hm.Dense(1)]).init(3, seed) for seed in range(2)]
    array = models[1].theta if part == "theta" else models[1].state.vector
    array.setflags(write=False)
    before = array.copy()
    with pytest.raises(hm.InputError, match="model must be writable to be trained, got read-only arrays"):
        hm.train_many([hm.Job(model, X, X[:, 0], epochs=2, engine=engine) for model in models])
    np.testing.assert_array_equal(array, before)


@pytest.mark.parametrize("engine", ["fused", "reference"])
@pytest.mark.parametrize("optimizer", [hm.Adam(0.01), hm.LBFGS()], ids=["adam", "lbfgs"])
@pytest.mark.parametrize("batch_size", [None, 8])
def test_read_only_rows_targets_and_weights_are_trained_on(engine, optimizer, batch_size):
    if isinstance(optimizer, hm.LBFGS) and batch_size is not None:
        pytest.skip("it takes all rows")
    X = np.random.RandomState(0).normal(size=(30, 3))
    y, weights = X[:, :1] - X[:, 1:2], np.linspace(0.5, 1, 30)

    def trained(X, y, weights):
        model = hm.Network([hm.Dense(4), hm.BatchNorm(), hm.ReLU, hm.Dense(1)]).init(3, 0, "float64")
        options = {"optimizer": optimizer, "epochs": 3, "batch_size": batch_size, "sample_weight": weights, "engine": engine}
        hm.train(model, X, y, **options, validation=(X, y))
        return model.theta

    np.testing.assert_array_equal(trained(*locked(X, y, weights)), trained(X, y, weights))


def test_read_only_rows_are_trained_on_by_many():
    X = np.random.RandomState(0).normal(size=(30, 3)).astype(np.float32)

    def trained(X, y):
        models = [hm.Network([hm.Dense(4), hm.ReLU, hm.Dense(1)]).init(3, seed) for seed in range(3)]
        hm.train_many([hm.Job(model, X, y, epochs=2, batch_size=8) for model in models])
        return [model.theta for model in models]

    np.testing.assert_array_equal(trained(*locked(X, X[:, 0])), trained(X, X[:, 0]))


@pytest.mark.filterwarnings("ignore::sklearn.exceptions.ConvergenceWarning")
@pytest.mark.parametrize("kind", [hm.MLPClassifier, hm.MLPRegressor])
@pytest.mark.parametrize("options", [{}, {"n_ensemble": 2}, {"early_stopping": True}, {"batch_norm": True, "dropout": 0.2}])
def test_an_estimator_is_fitted_to_read_only_arrays_and_goes_on_in_a_memory_map(kind, options, tmp_path):
    joblib = pytest.importorskip("joblib")
    X = np.random.RandomState(0).normal(size=(60, 3))
    y = (X[:, 0] > 0).astype(int)
    weights = np.linspace(0.5, 1, 60)

    def fitted(X, y, weights):
        return kind(hidden_layer_sizes=(8,), max_iter=3, random_state=0, **options).fit(X, y, weights)

    one, other = fitted(*locked(X, y, weights)), fitted(X, y, weights)
    np.testing.assert_array_equal(one.model_.theta, other.model_.theta)
    joblib.dump(one, tmp_path / "one.joblib")
    mapped = joblib.load(tmp_path / "one.joblib", mmap_mode="r")
    if "early_stopping" not in options:
        for each in (mapped, other):
            each.partial_fit(*locked(X, y, weights))
        np.testing.assert_array_equal(mapped.predict(X), other.predict(X))
        np.testing.assert_array_equal(mapped.model_.theta, other.model_.theta)
