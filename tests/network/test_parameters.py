"""Named views into one flat vector."""

from __future__ import annotations

import copy
import pickle

import numpy as np
import pytest

import halfmoon as hm


@pytest.fixture
def params():
    return hm.Network([hm.Dense(3), hm.ReLU, hm.Residual(hm.Dense(3, bias=False))]).init(2, seed=0).params


def test_a_name_a_place_and_a_path_lead_to_the_same_view(params):
    assert list(params) == ["0.W", "0.b", "2.0.W"]
    assert params["0.W"] is params[0]["W"]
    assert params["2.0.W"] is params[2]["0.W"]
    assert params[1] == {}
    assert "0.b" in params
    assert "0.c" not in params
    assert params.get("0.c") is None


def test_views_write_into_the_vector(params):
    params[0]["b"][...] = 7
    assert (params.vector == 7).sum() == 3
    for twin in (copy.deepcopy(params), pickle.loads(pickle.dumps(params))):
        twin["0.b"][...] = 8
        assert (twin.vector == 8).sum() == 3
    assert (params.vector == 7).sum() == 3


@pytest.mark.parametrize("units", [10**12, 10**30])
def test_a_network_that_is_too_large_is_refused(units):
    with pytest.raises(hm.InputError, match=r"the network must fit in memory, got [1-9][0-9,]* numbers"):
        hm.Network([hm.Dense(units)]).init(9)


def test_decayed_parameters_come_first(params):
    assert params.layout.decayed == 2 * 3 + 3 * 3
    assert np.shares_memory(params["0.b"], params.vector[params.layout.decayed :])


def test_equality_is_of_names_and_numbers(params):
    twin = copy.deepcopy(params)
    assert params == twin
    twin.vector[0] += 1
    assert params != twin
    assert params != {"0.W": 1}
    assert repr(params) == "Parameters(0.W (2, 3), 0.b (3,), 2.0.W (3, 3))"


def test_an_unknown_name_is_answered_with_the_known(params):
    with pytest.raises(hm.InputError, match=r"parameter must be one of 0\.W, 0\.b, 2\.0\.W \(did you mean '0\.[Wb]'\?\), got '0\.w'"):
        params["0.w"]
