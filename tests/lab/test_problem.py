"""The rows of a comparison, and the plane of its maps."""

import numpy as np
import pytest
from sklearn.datasets import load_iris
from sklearn.decomposition import PCA
from sklearn.preprocessing import StandardScaler

import halfmoon as hm
from halfmoon.data.targets import find_task
from halfmoon.lab.problem import GRID, problem


def test_the_split_keeps_the_classes_shares():
    X, y = load_iris(return_X_y=True)
    data = problem(X, y, test_size=0.2, task="classification")
    assert np.bincount(data.y_test).tolist() == [10, 10, 10]
    assert len(data.X) == 120


def test_rows_of_ones_own(moons):
    X, y = moons
    data = problem(X[:100], y[:100], X_test=X[100:], y_test=y[100:], task="classification")
    np.testing.assert_array_equal(data.X_test, X[100:])
    np.testing.assert_array_equal(data.X, X[:100])


def test_wider_data_is_seen_on_the_plane_of_its_two_components():
    X, y = load_iris(return_X_y=True)
    X = X * [1, 1000, 1, 0.001]  # units do not matter
    data = problem(X, y, task="classification")
    assert data.grid.shape == (GRID * GRID, 4)
    x0, x1, y0, y1 = data.extent
    corners = data.points(data.grid[[0, GRID - 1, -GRID, -1]])
    np.testing.assert_allclose(corners, [(x0, y0), (x1, y0), (x0, y1), (x1, y1)], atol=1e-5)
    points = data.points(data.X)
    assert ((points > (x0, y0)) & (points < (x1, y1))).all()
    expected = PCA(2).fit_transform(StandardScaler().fit_transform(data.X))
    np.testing.assert_allclose(np.abs(points), np.abs(expected), atol=1e-5)


def test_a_lone_feature_has_no_map(moons):
    X, y = moons
    found = hm.compare({"alpha": [0.0]}, X[:, :1], y, seeds=1, epochs=2)
    assert found.runs[0].maps is None
    assert found.data["points"].shape == (40, 2)


def test_the_task_is_what_y_looks_like():
    assert find_task([0, 1, 2] * 11)[0] == "classification"
    assert find_task(np.arange(33))[0] == "regression"
    assert find_task(["a", "b"])[0] == "classification"
    assert find_task([0.5, 1.25])[0] == "regression"


BAD = {
    "one class": ({"y": np.zeros(160)}, "at least two classes"),
    "NaN": ({"X": np.full((160, 2), np.nan)}, "NaN"),
    "too few targets": ({"y": np.arange(3) % 2}, "inconsistent"),
    "several targets": ({"y": np.zeros((160, 2), int)}, "one target each"),
    "half of the rows to test on": ({"X_test": np.zeros((3, 2))}, "must be given both"),
    "test rows of another width": ({"X_test": np.zeros((2, 3)), "y_test": [0, 1]}, "X_test must have 2 columns"),
    "everything held out": ({"test_size": 1.0}, r"test_size must be a number in \(0, 1\)"),
    "an unknown task": ({"task": "ranking"}, "task must be one of"),
    "no seeds": ({"seeds": 0}, "seeds must be a whole number of at least 1"),
    "the same seed twice": ({"seeds": [1, 1]}, "different whole numbers"),
    "a seed too large": ({"seeds": [2**32]}, "different whole numbers"),
    "no threads": ({"threads": 0}, "threads must be a whole number"),
    "no epochs": ({"epochs": 0}, "epochs must be a whole number"),
    "another estimator": ({"estimator": 3}, "estimator must be an MLPClassifier"),
    "no executor": ({"executor": "tcp://nowhere"}, "executor must be a concurrent.futures.Executor"),
}


@pytest.mark.parametrize("what", BAD)
def test_bad_input(what, moons):
    options, words = BAD[what]
    given = {"X": moons[0], "y": moons[1], "seeds": 1, "epochs": 2} | options
    with pytest.raises(hm.InputError, match=words):
        hm.compare({"alpha": [0.0]}, **given)
