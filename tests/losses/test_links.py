"""Links from scores to means. One row each: a missing row fails."""

import copy
import json
import pickle

import numpy as np
import pytest
import scipy.special
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import array_shapes, arrays

from halfmoon.base.record import decode, encode
from halfmoon.losses.links import LINKS

# For each: the mean elsewhere, whether it classifies.
ROWS = {
    "identity": (lambda s: s, False),
    "log": (np.exp, False),
    "logistic": (scipy.special.expit, True),
    "softmax": (lambda s: scipy.special.softmax(s, axis=1), True),
}
SCORES = arrays(np.float64, array_shapes(min_dims=2, max_dims=2, max_side=5), elements=st.floats(-300, 300))


def test_every_link_has_its_row():
    assert set(ROWS) == set(LINKS)


@pytest.mark.smoke
@pytest.mark.parametrize("name", LINKS)
def test_the_mean(name):
    scores = np.array([[-2.0, 0.5, 3.0], [0.0, 0.0, -1.0]])
    np.testing.assert_allclose(LINKS[name].mean(scores), ROWS[name][0](scores), rtol=1e-14)
    single = LINKS[name].mean(scores.astype(np.float32))
    assert single.dtype == np.float32
    np.testing.assert_allclose(single, ROWS[name][0](scores), rtol=1e-6)
    assert LINKS[name].classifies is ROWS[name][1]
    assert LINKS[name].name == name


@pytest.mark.parametrize("name", LINKS)
def test_random_means(name):
    @given(SCORES)
    def check(scores):
        before = scores.copy()
        np.testing.assert_allclose(LINKS[name].mean(scores), ROWS[name][0](scores), rtol=1e-12, atol=1e-300)
        assert np.array_equal(scores, before)

    check()


@pytest.mark.parametrize("name", [name for name in LINKS if ROWS[name][1]])
@given(scores=SCORES)
def test_probabilities_and_decisions(name, scores):
    link = LINKS[name]
    if name == "softmax" and scores.shape[1] == 1:
        scores = np.hstack([scores, -scores])
    probabilities = link.probabilities(scores)
    rows, columns = scores.shape
    assert probabilities.shape == (rows, max(columns, 2))
    assert (probabilities >= 0).all()
    assert (probabilities <= 1).all()
    decided = link.decide(scores)
    assert decided.dtype == np.intp
    if name == "softmax" or columns == 1:
        np.testing.assert_allclose(probabilities.sum(axis=1), 1, rtol=1e-14)
        assert decided.shape == (rows,)
        assert (probabilities[np.arange(rows), decided] >= probabilities.max(axis=1) - 1e-15).all()
    else:
        assert np.array_equal(decided, link.mean(scores) > 0.5)


def test_decisions_by_hand():
    assert LINKS["logistic"].decide(np.array([[-1.0], [0.0], [2.0]])).tolist() == [0, 0, 1]
    assert LINKS["logistic"].decide(np.array([[-1.0, 1.0], [3.0, 2.0]])).tolist() == [[0, 1], [1, 1]]
    assert LINKS["logistic"].probabilities(np.array([[0.0]])).tolist() == [[0.5, 0.5]]
    assert LINKS["softmax"].decide(np.array([[1.0, 3.0, 2.0], [5.0, 5.0, 0.0]])).tolist() == [1, 0]


@pytest.mark.parametrize("name", LINKS)
def test_large_scores_make_no_nan(name):
    scores = np.array([[-1e4, 1e4], [1e4, 1e4], [-1e4, -1e4]])
    mean = LINKS[name].mean(scores)
    assert not np.isnan(mean).any()
    if ROWS[name][1]:
        assert ((mean >= 0) & (mean <= 1)).all()


@pytest.mark.parametrize("name", LINKS)
def test_a_link_is_a_record(name):
    each = LINKS[name]
    for other in (copy.deepcopy(each), pickle.loads(pickle.dumps(each)), decode(json.loads(json.dumps(encode(each))))):
        assert other == each
        assert hash(other) == hash(each)
    assert sum(each == other for other in LINKS.values()) == 1
