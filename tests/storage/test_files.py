"""One function writes whatever is to be kept, and one reads it back as what it was."""

from __future__ import annotations

import subprocess
import sys

import numpy as np
import polars as pl
import pytest

import halfmoon as hm
from halfmoon import tabular
from halfmoon.base import tensorfile
from halfmoon.base.record import encode
from halfmoon.storage.kinds import KINDS, kind_of

pytestmark = pytest.mark.filterwarnings("ignore::sklearn.exceptions.ConvergenceWarning")  # they are short fits

X = np.random.RandomState(0).normal(size=(60, 3))
NETWORK = hm.Network([hm.Dense(4), hm.ReLU, hm.Dense(1)], hm.Logistic)
SMALL = {"hidden_layer_sizes": (4,), "max_iter": 3, "random_state": 0, "tol": 0, "n_iter_no_change": 100}


def table():
    frame = pl.DataFrame({"a": X[:, 0], "b": ["x", "y", "z"] * 20, "y": X[:, 1] > 0})
    recipe = tabular.Recipe().changed({"hidden_layer_sizes": (4,), "max_iter": 2})
    return tabular.fit(tabular.prepare(frame, "y", recipe))


def ensemble():
    return hm.TabularClassifier(candidates=(hm.Candidate("small", (4,)),), max_epochs=2, cv=2).fit(X, X[:, 0] > 0)


def table_ensemble():
    frame = pl.DataFrame({"a": X[:, 0], "b": ["x", None] * 30, "y": ["yes", "no"] * 30})
    parameters = {"candidates": (hm.Candidate("small", (4,)),), "max_epochs": 2, "cv": 2}
    return tabular.fit_ensemble(tabular.prepare_ensemble(frame, "y", tabular.EnsembleRecipe("low", parameters)))


def recording():
    recorder = hm.Recorder()
    hm.train(NETWORK.init(3), X, X[:, 0] > 0, epochs=2, callbacks=[recorder])
    return recorder.recording


# of each kind something to keep, and what must be the same of it
THINGS = {
    "table model": (table, lambda it: it.predict(pl.DataFrame({"a": X[:, 0], "b": ["x", None] * 30}))[:, 1].to_list()),
    "estimator": (lambda: hm.MLPRegressor(**SMALL).fit(X, X[:, 0]), lambda it: (it.predict(X).tolist(), it.get_params())),
    "trainer": (lambda: hm.Trainer(NETWORK.init(3), hm.Adam(0.1)), lambda it: (it.model.theta.tolist(), it.state.optimizer)),
    "model": (lambda: NETWORK.init(3, dtype="float64"), lambda it: (it.theta.tolist(), it.network)),
    "table ensemble": (table_ensemble, lambda it: (it.facts, it.predict(pl.DataFrame({"a": X[:, 0], "b": ["x", None] * 30})).to_dicts())),
    "tabular estimator": (ensemble, lambda it: (it.predict_proba(X).tolist(), it.get_params())),
    "recording": (recording, lambda it: (it.theta.tolist(), it.history)),
    "network": (lambda: NETWORK, lambda it: it),
}


def test_every_kind_is_kept():
    assert THINGS.keys() == KINDS.keys()


@pytest.mark.parametrize("kind", THINGS)
def test_what_is_kept_is_read_back(kind, tmp_path):
    make, same = THINGS[kind]
    thing = make()
    hm.save(tmp_path / "it", thing)
    found = hm.load(tmp_path / "it")
    assert type(found) is type(thing)
    assert same(found) == same(thing)
    name, head = kind_of(tmp_path / "it")
    assert name == kind
    assert head["versions"] == {"halfmoon": hm.__version__, "numpy": np.__version__, "python": sys.version.split()[0]}


def test_a_classifier_is_no_regressor(tmp_path):
    hm.save(tmp_path / "it", hm.MLPClassifier(**SMALL).fit(X, X[:, 0] > 0))
    assert isinstance(hm.load(tmp_path / "it"), hm.MLPClassifier)


@pytest.mark.parametrize("thing", [None, 3, "model", X, hm.Adam(), hm.Dense(3), object(), hm.Model])
def test_what_is_nothing_to_keep_is_named(thing, tmp_path):
    with pytest.raises(hm.InputError, match=r"^thing must be a model, network, trainer"):
        hm.save(tmp_path / "it", thing)
    assert not list(tmp_path.iterdir())


def test_a_history_goes_with_a_model_alone(tmp_path):
    with pytest.raises(hm.InputError, match=r"history must be left out but for a Model, got one for a Network"):
        hm.save(tmp_path / "it", NETWORK, history=hm.History())


# heads that are none of ours, and what is told of them
HEADS = {
    "another library's": ("format", {"format": "pt"}, "it holds 'format'"),
    "an estimator of another class": ("halfmoon", {"extras": {"estimator": encode({"class": "RateSearch"})}}, "it holds 'RateSearch'"),
    "an estimator that is a number": ("halfmoon", {"extras": {"estimator": {"kind": 3}}}, "needs the class 3"),
    "an estimator of no class": ("halfmoon", {"extras": {"estimator": []}}, "it holds None"),
    "extras that are a list": ("halfmoon", {"version": 1, "extras": []}, "head must have 'network'"),
    "a network that is none": ("halfmoon network", {"version": 1, "network": 3}, "must be a network"),
    "a network of a later version": ("halfmoon network", {"version": 2}, "must be of format 1, got 2"),
}


@pytest.mark.parametrize("what", HEADS)
def test_a_file_of_no_kind_is_named(what, tmp_path):
    key, head, words = HEADS[what]
    tensorfile.write(tmp_path / "it", key, head, {})
    with pytest.raises(hm.InputError, match=words) as caught:
        hm.load(tmp_path / "it")
    assert "it" in str(caught.value)
    assert len(str(caught.value)) < 300


def test_the_file_of_a_model_loads_without_the_estimators(tmp_path):
    hm.save(tmp_path / "it", NETWORK.init(3))
    code = "import sys, halfmoon; halfmoon.load(sys.argv[1]); print({'sklearn', 'polars'} & sys.modules.keys())"
    done = subprocess.run([sys.executable, "-c", code, tmp_path / "it"], capture_output=True, text=True, check=True)
    assert done.stdout == "set()\n"
