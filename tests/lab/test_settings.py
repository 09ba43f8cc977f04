"""Grids, and when two settings are the same."""

import numpy as np
import pytest

import halfmoon as hm
from halfmoon.lab.problem import problem
from halfmoon.lab.settings import configure, display_value, factors, spelled_out


@pytest.fixture
def data(moons):
    return problem(*moons, task="classification")


def test_a_grid_is_every_combination_in_order():
    found = spelled_out({"activation": ["relu", "tanh"], "alpha": [0, 1]})
    assert found == [{"activation": name, "alpha": number} for name in ("relu", "tanh") for number in (0, 1)]
    assert factors(found) == ["activation", "alpha"]
    assert factors([{"alpha": 0.0, "tol": 0}, {"alpha": 0.0}]) == ["tol"]
    assert spelled_out({}) == [{}]
    assert spelled_out([{"alpha": 0}, {"alpha": 1}, {"alpha": 0}]) == [{"alpha": 0}, {"alpha": 1}]


SAME = {
    "a width, a tuple, a list": ({"hidden_layer_sizes": 8}, {"hidden_layer_sizes": (8,)}, {"hidden_layer_sizes": [np.int64(8)]}),
    "a name and a record": ({"activation": "logistic"}, {"activation": "sigmoid"}, {"activation": hm.Sigmoid}),
    "what adam does not read": ({"momentum": 0.1}, {"momentum": 0.9}, {}),
    "numbers": ({"alpha": 0}, {"alpha": 0.0}, {"alpha": np.float32(0)}),
}
OTHER = [{"max_iter": 3}, {"random_state": None}, {"alpha": 0.5}, {"activation": "tanh"}, {"loss": "squared_error"}, {"batch_size": 7}]


@pytest.mark.parametrize("what", SAME)
def test_settings_that_train_the_same_are_the_same(what, data):
    configurations = [configure(hm.MLPClassifier(alpha=0.0), setting, data) for setting in SAME[what]]
    assert len({each.key(data, 0) for each in configurations}) == 1


def test_another_setting_seed_row_or_version_is_another_run(data, moons, monkeypatch):
    first = configure(hm.MLPClassifier(), {}, data)
    X, y = moons
    moved = X.copy()
    moved[0, 0] = np.nextafter(moved[0, 0], 9)
    keys = [first.key(data, 0), first.key(data, 1), first.key(problem(moved, y, task="classification"), 0)]
    keys += [first.key(problem(X, y, task="classification", split_seed=1), 0)]
    keys += [configure(hm.MLPClassifier(), setting, data).key(data, 0) for setting in OTHER if "random_state" not in setting]
    monkeypatch.setattr("halfmoon.lab.settings.__version__", "0.0.0")
    keys.append(first.key(data, 0))
    assert len(set(keys)) == len(keys)


BAD = {
    "an unknown parameter": ({"hiden_layer_sizes": [8]}, r"did you mean 'hidden_layer_sizes'\?"),
    "one that is the comparison's own": ({"random_state": [1]}, "a parameter must be one of"),
    "a bad value": ({"learning_rate_init": [0.1, -1.0]}, "learning_rate_init"),
    "a bad width": ({"hidden_layer_sizes": [(8, 0)]}, "hidden_layer_sizes must be > 0"),
    "an unknown name": ({"activation": ["rellu"]}, "rellu"),
    "one activation too many": ([{"hidden_layer_sizes": (8,), "activation": ["relu", "tanh"]}], "activation must have one entry"),
    "a callback": ({"callbacks": [[hm.Callback()]]}, "Callback"),
    "text for a list": ({"activation": "relu"}, r"grid\['activation'\] must be a list of values, got 'relu'"),
    "no list": ({"alpha": 0.1}, r"grid\['alpha'\] must be a list of values, got 0.1"),
    "nothing": ([], "grid must have at least one setting"),
    "no values": ({"alpha": []}, "grid must have at least one setting"),
    "no grid": (3, "grid must be a dict of lists"),
    "no settings": ([1], "grid must be a dict of lists"),
}


@pytest.mark.parametrize("what", BAD)
def test_a_bad_grid_is_told_before_anything_is_trained(what, moons, tmp_path):
    grid, words = BAD[what]
    with pytest.raises(hm.InputError, match=words):
        hm.compare(grid, *moons, seeds=1, epochs=2, folder=tmp_path)
    assert not list(tmp_path.rglob("*.safetensors"))


def test_values_in_a_table():
    assert [display_value(each) for each in ((64, 32), (), [8], None, np.float64(0.5), "relu", hm.ReLU)] == [
        "64, 32", "none", "8", None, 0.5, "relu", "relu",
    ]  # fmt: skip
