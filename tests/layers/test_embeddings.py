"""Numeric embeddings: bins from data, and columns that hardly vary, which must not blow up."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

import halfmoon as hm
from halfmoon.base.errors import InputError
from halfmoon.layers.contract import INFERENCE


def test_bins_are_quantiles():
    X = np.random.RandomState(0).standard_normal((1000, 2))
    bins = hm.quantile_bins(X, 8)
    np.testing.assert_allclose(np.array(bins), np.quantile(X, np.linspace(0, 1, 9), axis=0).T)


@pytest.mark.parametrize(
    ("column", "edges"),
    [
        ([5.0] * 20, ()),
        ([0.0] * 20, ()),
        ([0.0] * 16 + [1.0] * 5, (0.0, 1.0)),
        ([1e6 + 0.001] * 10 + [1e6] * 10, ()),  # float32 cannot tell them
        ([0.0] * 18 + [1e-9, 1.0], (0.0, 1.0)),
        ([1.0, 2.0, 3.0, 4.0, 5.0], (1.0, 2.0, 3.0, 4.0, 5.0)),
    ],
)
def test_columns_that_hardly_vary_have_few_bins(column, edges):
    assert hm.quantile_bins(np.array(column)[:, None], 4) == (edges,)


@settings(max_examples=60)
@given(arrays(np.float64, st.tuples(st.integers(1, 30), st.integers(1, 3)), elements=st.floats(-1e30, 1e30)), st.integers(1, 60))
def test_any_bins_from_data_are_taken_and_stay_finite(X, count):
    layer = hm.PiecewiseLinearEmbedding(hm.quantile_bins(X, count), outputs=2)
    model = hm.Network([layer]).init(X.shape[1], 1)
    model.params[0]["W"][...] = 1
    model.params[0]["V"][...] = 0
    made = model.forward(X).scores
    assert np.isfinite(made).all()
    # every bin lies between 0 and 1, so no sum of them is above their number
    assert np.abs(made - np.tile(model.params[0]["b"].ravel(), (len(X), 1))).max() <= count * (1 + 1e-5)


def test_a_column_that_hardly_varies_does_not_explode_on_new_values():
    """In TabM's own encoding the last bin goes on beyond its edge: one of 1e-6 makes a million of a value that is 1 away."""
    X = np.zeros((1000, 1))
    X[-20:, 0] = np.linspace(1e-6, 2e-6, 20)
    model = hm.Network([hm.PiecewiseLinearEmbedding(hm.quantile_bins(X, 48), outputs=3)]).init(1, 1)
    model.theta[...] = 1
    new = np.array([[-1.0], [0.0], [1.0], [100.0]])
    bins = len(model.params[0]["W"])
    assert bins > 0
    for scores in (model.forward(new).scores, model.scores(new)):
        assert (np.abs(scores) <= 1 + np.abs(new) + bins).all()


def test_inside_the_bins_it_is_the_encoding_of_the_paper():
    edges = [0.0, 1.0, 3.0, 4.0]
    layer = hm.PiecewiseLinearEmbedding([edges], outputs=3)
    p = {"V": np.zeros((1, 3)), "b": np.zeros((1, 3)), "W": np.eye(3)}
    x = np.array([[0.25], [1.0], [2.0], [3.5]])
    np.testing.assert_allclose(layer.forward(p, x, INFERENCE), [[0.25, 0, 0], [1, 0, 0], [1, 0.5, 0], [1, 1, 0.5]])


def test_many_edges_are_counted_and_not_printed():
    short, long = (hm.PiecewiseLinearEmbedding(hm.quantile_bins(np.arange(100.0)[:, None], count)) for count in (2, 48))
    assert repr(short) == "PiecewiseLinearEmbedding(((0.0, 49.5, 99.0),))"
    assert repr(long) == "PiecewiseLinearEmbedding(<48 bins of 1 columns>)"


def test_bins_of_float32_are_those_of_float64():
    X = np.random.RandomState(0).standard_normal((200, 3)).astype(np.float32)
    assert hm.quantile_bins(X, 6) == hm.quantile_bins(X.astype(float), 6)


def test_at_the_start_it_is_a_straight_line():
    X = np.linspace(-3, 3, 7)[:, None]
    made = hm.Network([hm.PiecewiseLinearEmbedding(hm.quantile_bins(X, 3))]).init(1, 1, "float64").forward(X).scores
    np.testing.assert_allclose(np.diff(made, 2, axis=0), 0, atol=1e-14)


@pytest.mark.parametrize(
    ("make", "sentence"),
    [
        (lambda: hm.PiecewiseLinearEmbedding([]), "bins must be the edges of at least one column's bins"),
        (lambda: hm.PiecewiseLinearEmbedding(3), "bins must be the edges of each column's bins"),
        (lambda: hm.PiecewiseLinearEmbedding([[0.0, 1.0], [1.0, 1.0]]), r"bins\[1\] must rise in steps that float32 tells"),
        (lambda: hm.PiecewiseLinearEmbedding([[0.0, 1.0, np.nan]]), r"bins\[0\] must"),
        (lambda: hm.PiecewiseLinearEmbedding([[1.0, 1.0 + 1e-9]]), r"bins\[0\] must rise"),
        (lambda: hm.PiecewiseLinearEmbedding([["a", "b"]]), r"bins\[0\] must"),
        (lambda: hm.PiecewiseLinearEmbedding([[0, 1]] * 3).width(2), "bins must be of at most the 2 columns that come in, got 3"),
        (lambda: hm.PeriodicEmbedding(3).width(2), "columns must be of at most the 2 columns that come in, got 3"),
        (lambda: hm.PeriodicEmbedding(frequencies=0), "frequencies must be a whole number"),
        (lambda: hm.quantile_bins([[np.nan]]), "X must"),
        (lambda: hm.quantile_bins([[1.0]], 0), "count must be a whole number"),
        (lambda: hm.BatchEnsemble(3, 4).parameters(6), "members must divide the 6 columns that come in, got 4"),
        (lambda: hm.ParametricActivation("selu"), "activation must be an activation such as SELU"),
    ],
)
def test_what_does_not_fit_is_said(make, sentence):
    with pytest.raises(InputError, match=sentence) as caught:
        make()
    assert len(str(caught.value)) < 300
