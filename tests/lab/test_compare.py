"""Comparisons in this process: what a run is, what is trained, what is kept."""

import os
import signal
import threading

import numpy as np
import pytest
from sklearn.datasets import load_iris
from sklearn.metrics import accuracy_score, r2_score

import halfmoon as hm
from halfmoon.lab import Watcher
from halfmoon.lab.problem import GRID, problem
from halfmoon.lab.worker import differences, margins


class Notes(Watcher):
    """Counts what it hears."""

    def __init__(self):
        self.begun, self.kept, self.trained = [], [], []

    def on_start(self, settings, seeds):
        self.begun.append((len(settings), list(seeds)))

    def on_run(self, place, run, *, kept):
        (self.kept if kept else self.trained).append((place, run.seed))


@pytest.mark.parametrize("threads", [1, 2])
def test_a_run_is_the_fit_of_its_setting_and_seed(moons, grid, threads):
    found = hm.compare(grid, *moons, seeds=[3, 8], epochs=12, threads=threads)
    data = problem(*moons, task="classification")
    assert [(run.setting, run.seed) for run in found.runs] == [(each, seed) for each in found.settings for seed in (3, 8)]
    for run in found.runs:
        with pytest.warns(UserWarning, match="Maximum iterations"):
            alone = hm.MLPClassifier(**run.setting, max_iter=12, random_state=run.seed).fit(data.X, data.y)
        assert run.status == "done"
        assert run.score == run.curves["score"][-1] == pytest.approx(accuracy_score(data.y_test, alone.predict(data.X_test)), abs=1e-7)
        assert run.train_score == accuracy_score(data.y, alone.predict(data.X))
        assert run.loss == alone.loss_
        np.testing.assert_array_equal(run.curves["loss"], np.float32(alone.loss_curve_))
        np.testing.assert_array_equal(run.predictions, alone.predict(data.X_test))
        np.testing.assert_array_equal(run.maps[-1].ravel(), np.round(255 * alone.predict_proba(data.grid)[:, 1]))
        assert (run.epochs, run.updates, run.parameters) == (12, 12, alone.model_.theta.size)
        assert run.snapshot_epochs.tolist() == [1, 2, 3, 4, 6, 8, 12]
        assert run.maps.shape == (7, 32, 32)
        assert run.curves["score"].shape == (7,)


TASKS = {
    "three classes": (lambda: load_iris(return_X_y=True), {"max_iter": 8}, "accuracy"),
    "classes of text": (lambda: (load_iris().data, load_iris().target_names[load_iris().target]), {"max_iter": 8}, "accuracy"),
    "a number": (lambda: (load_iris().data[:, :2], load_iris().data[:, 2]), {"max_iter": 8}, "r2"),
    "L-BFGS": (lambda: (load_iris().data[:, :2], load_iris().data[:, 2]), {"solver": "lbfgs", "max_iter": 6}, "r2"),
    "stopping early": (lambda: load_iris(return_X_y=True), {"early_stopping": True, "n_iter_no_change": 2, "max_iter": 50}, "accuracy"),
    "an ensemble": (lambda: load_iris(return_X_y=True), {"n_ensemble": 2, "max_iter": 5}, "accuracy"),
    "quantiles": (lambda: (load_iris().data[:, :2], load_iris().data[:, 2]), {"quantiles": (0.1, 0.5, 0.9), "max_iter": 5}, "r2"),
    "layers of one's own": (
        lambda: load_iris(return_X_y=True),
        {"layers": [hm.Dense(4), hm.BatchNorm(), hm.ReLU], "max_iter": 5},
        "accuracy",
    ),
}


@pytest.mark.parametrize("task", TASKS)
def test_every_kind_of_task_and_estimator(task, tmp_path, same):
    make, setting, name = TASKS[task]
    X, y = make()
    found = hm.compare([{"hidden_layer_sizes": (5,), **setting}], X, y, seeds=2, folder=tmp_path)
    again = hm.compare([{"hidden_layer_sizes": (5,), **setting}], X, y, seeds=2, folder=tmp_path)
    for run, other in zip(found.runs, again.runs, strict=True):
        assert (run.status, run.score_name) == ("done", name)
        assert np.isfinite([run.score, run.train_score, run.loss]).all()
        assert run.updates >= run.epochs > 0
        assert run.snapshot_epochs[-1] == run.epochs
        assert (np.diff(run.snapshot_epochs) > 0).all()
        assert len(run.maps) == len(run.snapshot_epochs) == len(run.curves["score"]) <= 8
        assert len(run.predictions) == len(found.data["labels"]) == len(found.data["points"])
        assert same(run, other)
    if name == "accuracy":
        assert found.runs[0].score == np.mean(found.runs[0].predictions == found.data["labels"])
        assert found.data["classes"] == [str(each) for each in np.unique(y)]
    else:
        assert found.runs[0].score == pytest.approx(r2_score(found.data["labels"], found.runs[0].predictions), abs=1e-5)


@pytest.mark.parametrize("early_stopping", [True, False])
def test_a_diverged_training_has_no_score_whoever_ended_it(early_stopping):
    X = np.random.RandomState(0).normal(size=(80, 3))
    estimator = hm.MLPRegressor(solver="sgd", early_stopping=early_stopping)
    found = hm.compare({"learning_rate_init": [1e9, 0.01]}, X, X @ [1.0, 2.0, 3.0], seeds=1, epochs=20, estimator=estimator)
    diverged, done = found.runs
    assert (diverged.status, done.status) == ("diverged", "done")
    assert np.isnan(diverged.score)
    assert "is likely too high" in diverged.message
    assert found.summary() == "Best: learning_rate_init 0.01."


def test_one_seed_tells_no_noise(moons):
    found = hm.compare({"learning_rate_init": [0.01, 0.02]}, *moons, seeds=1, epochs=3)
    assert found.summary().endswith("; with one seed nothing says whether the others are worse, several seeds would.")


def test_a_training_that_diverges_is_a_result(moons, tmp_path):
    X, _ = moons
    grid = {"solver": ["sgd"], "learning_rate_init": [0.01, 1e9], "hidden_layer_sizes": [(4,)], "activation": ["identity"]}
    for _ in range(2):  # the second time from the folder
        found = hm.compare(grid, X, X[:, 0], seeds=2, epochs=40, folder=tmp_path, task="regression")
        assert [run.status for run in found.runs] == ["done", "done", "diverged", "diverged"]
        wild = found.runs[2]
        assert "is likely too high" in wild.message
        assert np.isnan(wild.score)
        assert len(wild.predictions) == 0
        assert found.table()["diverged"].to_list() == [0, 2]
        assert found.best == found.settings[0]
    assert len(list(tmp_path.rglob("*.safetensors"))) == 4


def test_a_training_that_fails_is_a_result(moons):
    found = hm.compare({"early_stopping": [False, True], "validation_fraction": [0.005]}, *moons, seeds=1, epochs=2)
    assert [run.status for run in found.runs] == ["done", "failed"]
    assert "test_size = 1 should be greater" in found.runs[1].message
    assert found.table()["failed"].to_list() == [0, 1]


def test_what_is_there_is_not_trained_again_and_what_changed_is(moons, grid, tmp_path, same):
    X, y = moons
    first, again, more, other = Notes(), Notes(), Notes(), Notes()
    one = hm.compare(grid, X, y, seeds=2, epochs=3, folder=tmp_path, watcher=first)
    two = hm.compare(grid, X, y, seeds=2, epochs=3, folder=tmp_path, watcher=again)
    assert (len(first.trained), len(first.kept)) == (8, 0)
    assert (len(again.trained), len(again.kept)) == (0, 8)
    assert all(same(a, b) for a, b in zip(one.runs, two.runs, strict=True))
    assert one.runs[0].seconds == two.runs[0].seconds
    hm.compare(grid | {"learning_rate_init": [0.1, 0.5]}, X, y, seeds=3, epochs=3, folder=tmp_path, watcher=more)
    assert (len(more.trained), len(more.kept)) == (8, 4)
    hm.compare(grid, X, y, seeds=2, epochs=4, folder=tmp_path, watcher=other)
    assert (len(other.trained), len(other.kept)) == (8, 0)
    assert first.begun == [(4, [0, 1])]


def test_equal_settings_share_a_run(moons, tmp_path):
    notes = Notes()
    grid = {"solver": ["adam", "sgd"], "momentum": [0.1, 0.9]}  # Adam reads no momentum
    found = hm.compare(grid, *moons, seeds=2, epochs=2, folder=tmp_path, watcher=notes)
    assert len(found.runs) == 8
    assert len({run.key for run in found.runs}) == len(list(tmp_path.rglob("*.safetensors"))) == 6
    assert [run.setting["momentum"] for run in found.runs] == [0.1, 0.1, 0.9, 0.9] * 2
    assert len(notes.trained) == 8


def test_interrupted_it_gives_what_is_finished_and_goes_on(moons, tmp_path):
    """Ctrl-C while two of six trainings would run for ever; the same call without them goes on."""
    if signal.getsignal(signal.SIGINT) == signal.SIG_IGN:  # as in a job in the background
        signal.signal(signal.SIGINT, signal.default_int_handler)
    quick = [{"alpha": float(place), "max_iter": 2} for place in range(4)]
    endless = [{"alpha": float(place), "max_iter": 10**8, "tol": 0.0, "n_iter_no_change": np.inf} for place in range(2)]
    done = threading.Event()

    class Stop(Watcher):
        def on_run(self, place, run, *, kept):
            if len(list(tmp_path.rglob("*.safetensors"))) == 4:
                done.set()

    def interrupt():
        if done.wait(30):
            os.kill(os.getpid(), signal.SIGINT)

    thread = threading.Thread(target=interrupt)
    thread.start()
    found = hm.compare(quick + endless, *moons, seeds=1, folder=tmp_path, threads=3, watcher=Stop())
    thread.join()
    assert found.missing == 2
    assert [run.setting for run in found.runs] == quick
    notes = Notes()
    assert hm.compare(quick, *moons, seeds=1, folder=tmp_path, watcher=notes).missing == 0
    assert not notes.trained


def test_two_comparisons_in_one_folder_at_once_do_no_harm(moons, grid, tmp_path, same):
    found = [None, None]

    def compare(place):
        found[place] = hm.compare(grid, *moons, seeds=3, epochs=30, folder=tmp_path, threads=1)

    threads = [threading.Thread(target=compare, args=(place,)) for place in range(2)]
    for each in threads:
        each.start()
    for each in threads:
        each.join()
    assert all(same(a, b) for a, b in zip(found[0].runs, found[1].runs, strict=True))
    assert len(list((tmp_path / "runs").iterdir())) == 12
    notes = Notes()
    hm.compare(grid, *moons, seeds=3, epochs=30, folder=tmp_path, watcher=notes)
    assert not notes.trained


@pytest.mark.parametrize("edges", [[0], [-0.5, 0.5]], ids=["two classes", "three classes"])
def test_margins_say_how_clearly_the_class_of_a_map_is_predicted(edges):
    X = np.random.RandomState(0).normal(size=(120, 2))
    y = np.digitize(X[:, 0] + X[:, 1], edges)
    found = hm.compare({"activation": ["tanh"]}, X, y, seeds=1, epochs=30, test_size=0.25)
    (run,) = found.runs
    data = problem(X, y, task="classification")
    alone = hm.MLPClassifier(activation="tanh", max_iter=30, random_state=0)
    with pytest.warns(UserWarning, match="Maximum iterations"):
        alone.fit(data.X, data.y)
    logs = np.sort(alone.predict_log_proba(data.grid), axis=1)
    assert run.margins.shape == run.maps.shape
    np.testing.assert_allclose(differences(run.margins[-1].ravel()), logs[:, -1] - logs[:, -2], rtol=0.05, atol=1e-6)
    if len(edges) > 1:
        np.testing.assert_array_equal(run.maps[-1].ravel(), alone.predict(data.grid))
    else:
        np.testing.assert_allclose(run.maps[-1].ravel() / 255, alone.predict_proba(data.grid)[:, 1], atol=0.002)
        np.testing.assert_array_equal(run.maps[-1].ravel() > 127, alone.predict(data.grid))


def test_margins_are_written_as_exactly_where_they_are_small():
    given = np.geomspace(1e-6, 256, GRID**2)
    written = margins(given).ravel()
    np.testing.assert_allclose(differences(written), given, rtol=0.04)
    assert written[0] <= 2
    assert written[-1] == 255
    np.testing.assert_array_equal(margins(np.resize([0, np.nan, np.inf, 1e9], GRID**2)).ravel()[:4], [1, 1, 255, 255])
