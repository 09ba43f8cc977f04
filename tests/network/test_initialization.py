"""Data-driven initialisation: outputs of variance 1 on the rows, biases within them."""

from __future__ import annotations

import numpy as np
import pytest

import halfmoon as hm
from halfmoon.base.errors import InputError

X = np.random.RandomState(0).standard_normal((500, 6)) * [1e-3, 1, 1, 50, 1, 1] + [0, 0, 100, 0, 0, 0]
LAYERS = [hm.PeriodicEmbedding(2), hm.Scale(), hm.Dense(20), hm.SELU, hm.Residual(hm.Dense(20), hm.ReLU), hm.Dropout(0.5), hm.Dense(3)]


@pytest.mark.parametrize("dtype", ["float32", "float64"])
def test_every_output_has_variance_1_and_bends_within_the_rows(dtype):
    model = hm.Network(LAYERS).init(6, 1, dtype)
    hm.initialize_from_data(model, X, seed=2)
    trace = model.forward(X)
    for place in ("2", "4.0", "6"):
        z, b = trace[f"{place}.y"], model.params[f"{place}.b"]
        np.testing.assert_allclose(z.std(axis=0), 1, rtol=1e-3)
        assert (z.min(axis=0) < 0).all()
        assert (z.max(axis=0) > 0).all()
        assert len(np.unique(b)) == len(b)


def test_a_seed_means_the_same_numbers_and_what_is_given_stays():
    network = hm.Network([hm.Dense(4), hm.Tanh, hm.Dense(2, weights="zeros", biases=hm.Constant([1.0, 2.0]))])
    models = [network.init(6, 1) for _ in range(3)]
    for model, seed in zip(models, (5, 5, 6), strict=True):
        hm.initialize_from_data(model, X, seed=seed)
    assert (models[0].theta == models[1].theta).all()
    assert (models[0].params[0]["W"] != models[2].params[0]["W"]).any()
    assert (models[0].params[2]["W"] == 0).all()
    assert models[0].params[2]["b"].tolist() == [1, 2]


def test_columns_without_spread_and_single_rows_stay_finite():
    for rows in (np.ones((50, 3)), np.zeros((50, 3)), X[:1, :3]):
        model = hm.Network([hm.Dense(4), hm.ReLU, hm.Dense(1)]).init(3, 1)
        hm.initialize_from_data(model, rows)
        assert np.isfinite(model.theta).all()
        assert np.abs(model.theta).max() < 100


def test_many_rows_are_sampled():
    whole, part = (hm.Network([hm.Dense(4)]).init(6, 1) for _ in range(2))
    hm.initialize_from_data(whole, X)
    hm.initialize_from_data(part, X, max_rows=100)
    assert part.forward(X).scores.std(axis=0) == pytest.approx(1, rel=0.3)
    assert (whole.theta != part.theta).any()


def test_what_does_not_fit_is_said():
    model = hm.Network([hm.Dense(4)]).init(6, 1)
    before = model.theta.copy()
    with pytest.raises(InputError, match="X must have 6 columns"):
        hm.initialize_from_data(model, X[:, :2])
    with pytest.raises(InputError, match="max_rows must be a whole number"):
        hm.initialize_from_data(model, X, max_rows=0)
    assert (model.theta == before).all()
