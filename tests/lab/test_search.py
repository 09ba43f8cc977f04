"""Searches: Optuna proposes, the lab trains; a real SQLite study that goes on in another process."""

import sqlite3
import subprocess
import sys

import numpy as np
import optuna
import pytest
from optuna.distributions import CategoricalDistribution, FloatDistribution, IntDistribution
from optuna.trial import TrialState

import halfmoon as hm
from halfmoon.lab import Watcher

SPACE = {
    "hidden_layer_sizes": [(4,), (8, 4)],
    "activation": ["relu", "tanh"],
    "learning_rate_init": FloatDistribution(1e-3, 0.1, log=True),
    "batch_size": range(20, 101, 20),
    "n_iter_no_change": IntDistribution(5, 9),
    "solver": CategoricalDistribution(["adam", "sgd"]),
}


@pytest.fixture(autouse=True)
def quiet():
    optuna.logging.set_verbosity(optuna.logging.WARNING)


def test_a_search_in_memory(moons):
    found = hm.search(SPACE, *moons, trials=6, seeds=2, epochs=5, at_once=3)
    assert isinstance(found, hm.Search)
    assert len(found.study.trials) == 6
    for trial in found.study.trials:
        setting = found.settings[trial.number]
        assert setting["hidden_layer_sizes"] in SPACE["hidden_layer_sizes"]
        assert setting["batch_size"] in SPACE["batch_size"]
        assert 1e-3 <= setting["learning_rate_init"] <= 0.1
        runs = [run for run in found.runs if run.setting == setting]
        assert trial.value == pytest.approx(np.mean([run.score for run in runs]))
        assert len(runs) == 2
    assert found.best == found.settings[found.study.best_trial.number]


def test_a_function_of_a_trial(moons):
    def space(trial):
        depth = trial.suggest_int("depth", 1, 3)
        return {"hidden_layer_sizes": [trial.suggest_int(f"width {place}", 2, 6) for place in range(depth)]}

    found = hm.search(space, *moons, trials=4, seeds=1, epochs=3)
    assert [len(each["hidden_layer_sizes"]) for each in found.settings] == [trial.params["depth"] for trial in found.study.trials]


SEARCH = """
import sys
import halfmoon as hm
import optuna
from sklearn.datasets import make_moons

X, y = make_moons(160, noise=0.2, random_state=0)
space = {"alpha": optuna.distributions.FloatDistribution(0, 1), "activation": ["relu", "tanh"]}
found = hm.search(space, X, y, trials=int(sys.argv[2]), seeds=2, epochs=3, folder=sys.argv[1], at_once=2)
print(len(found.study.trials), len(found.settings), len(found.runs))
"""


SPACES = {
    "lists": {"hidden_layer_sizes": [(4,), [8, 4], 5], "activation": ["relu", hm.Tanh], "learning_rate": ["constant", hm.Cosine()]},
    "ranges and distributions": {"batch_size": range(10, 31, 10), "learning_rate_init": FloatDistribution(1e-3, 0.1, log=True)},
    "a function": lambda trial: {"hidden_layer_sizes": (trial.suggest_int("units", 2, 4),) * trial.suggest_int("depth", 1, 2)},
}


@pytest.mark.filterwarnings("ignore::sklearn.exceptions.ConvergenceWarning")
@pytest.mark.parametrize("space", SPACES)
@pytest.mark.parametrize("kept", [False, True], ids=["in memory", "in a folder"])
def test_the_best_parameters_go_into_the_estimator(moons, tmp_path, space, kept):
    found = hm.search(SPACES[space], *moons, trials=3, seeds=1, epochs=2, folder=tmp_path if kept else None)
    best = found.study.best_params
    assert best == found.best
    assert hm.MLPClassifier(**best, max_iter=2, random_state=0).fit(*moons).predict(moons[0]).shape == moons[1].shape


def test_a_study_on_disk_goes_on_in_another_process(moons, tmp_path):
    def search(trials):
        return subprocess.check_output([sys.executable, "-c", SEARCH, tmp_path, str(trials)], text=True, stderr=subprocess.DEVNULL).split()

    assert search(3) == ["3", "3", "6"]
    files = {path: path.stat().st_mtime_ns for path in tmp_path.rglob("*.safetensors")}
    assert len(files) == 6
    assert search(5) == ["5", "5", "10"]
    files = {path: path.stat().st_mtime_ns for path in tmp_path.rglob("*.safetensors")} | files
    space = {"alpha": FloatDistribution(0, 1), "activation": ["relu", "tanh"]}
    found = hm.search(space, *moons, trials=5, seeds=2, epochs=3, folder=tmp_path, at_once=2)
    assert (len(found.study.trials), len(found.settings), len(found.runs)) == (5, 5, 10)
    assert len(files) == len(list(tmp_path.rglob("*.safetensors"))) == 10
    assert all(path.stat().st_mtime_ns == time for path, time in files.items())
    with sqlite3.connect(tmp_path / "study.db") as database:
        states = [state for (state,) in database.execute("select state from trials")]
    database.close()
    assert states == ["COMPLETE"] * 5


def test_a_storage_of_ones_own(moons, tmp_path):
    url = f"sqlite:///{tmp_path / 'other.db'}"
    found = hm.search({"alpha": [0.0, 1.0]}, *moons, trials=2, seeds=1, epochs=2, storage=url, study_name="mine")
    assert found.folder is None
    assert len(optuna.load_study(study_name="mine", storage=url).trials) == 2
    assert len(hm.search({"alpha": [0.0, 1.0]}, *moons, trials=3, seeds=1, epochs=2, storage=url, study_name="mine").study.trials) == 3


def test_poor_trials_are_pruned_after_the_first_seeds(moons):
    class Count(Watcher):
        runs = 0

        def on_run(self, place, run, *, kept):
            Count.runs += 1

    grid = {"learning_rate_init": [0.05, 1e-7, 1e-8, 1e-9]}
    pruner = optuna.pruners.ThresholdPruner(lower=0.75)
    sampler = optuna.samplers.GridSampler(grid, seed=0)
    space = {"learning_rate_init": CategoricalDistribution(grid["learning_rate_init"])}
    found = hm.search(space, *moons, trials=4, seeds=3, epochs=60, pruner=pruner, sampler=sampler, at_once=2, watcher=Count())
    states = {trial.params["learning_rate_init"]: trial.state for trial in found.study.trials}
    assert states.pop(0.05) == TrialState.COMPLETE
    assert set(states.values()) == {TrialState.PRUNED}
    assert Count.runs == 3 + 3 * 1
    assert found.best == {"learning_rate_init": 0.05}


def test_a_setting_that_diverges_does_not_end_the_search(moons):
    X, _ = moons
    space = {"learning_rate_init": [0.001, 1e9], "solver": ["sgd"], "activation": ["identity"]}
    sampler = optuna.samplers.GridSampler({name: list(map(str, values)) for name, values in space.items()}, seed=0)
    found = hm.search(space, X, X[:, 0], trials=2, seeds=1, epochs=40, task="regression", sampler=sampler, at_once=1)
    assert sorted(trial.state.name for trial in found.study.trials) == ["COMPLETE", "PRUNED"]
    assert found.best["learning_rate_init"] == 0.001


BAD = {
    "no space": ({}, "space must be a dict of lists"),
    "text": ({"activation": "relu"}, r"space\['activation'\] must be a list of different values"),
    "equal values": ({"alpha": [0.0, 0.0]}, "different values"),
    "an empty range": ({"batch_size": range(0)}, "a range"),
    "an unknown parameter": ({"alfa": [0.0]}, "did you mean 'alpha'"),
}


@pytest.mark.parametrize("what", BAD)
def test_bad_spaces(what, moons):
    space, words = BAD[what]
    with pytest.raises(hm.InputError, match=words):
        hm.search(space, *moons, trials=1, seeds=1, epochs=1)


def test_a_trial_that_cannot_be_trained_is_told_to_the_study(moons, tmp_path):
    url = f"sqlite:///{tmp_path / 'study.db'}"
    with pytest.raises(hm.InputError, match="learning_rate_init"):
        hm.search({"learning_rate_init": [-1.0]}, *moons, trials=1, storage=url, study_name="bad")
    assert [trial.state for trial in optuna.load_study(study_name="bad", storage=url).trials] == [TrialState.FAIL]
