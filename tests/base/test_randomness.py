"""Generators: from a seed, and written as plain data."""

from __future__ import annotations

import json

import numpy as np
import pytest

from halfmoon import InputError
from halfmoon.base.randomness import BIT_GENERATORS, from_data, generator, to_data
from halfmoon.base.record import decode, encode


@pytest.mark.parametrize("name", ["RandomState", *BIT_GENERATORS])
def test_a_generator_goes_on_where_it_stopped(name):
    random = np.random.RandomState(3) if name == "RandomState" else np.random.Generator(getattr(np.random, name)(3))
    random.standard_normal(3)
    random.permutation(5)
    again = from_data(decode(json.loads(json.dumps(encode(to_data(random))))))
    assert type(again) is type(random)
    assert again.standard_normal(7).tobytes() == random.standard_normal(7).tobytes()
    assert again.permutation(9).tolist() == random.permutation(9).tolist()


def test_a_seed_is_a_random_state():
    assert generator(5).rand() == np.random.RandomState(5).rand()
    random = np.random.default_rng(0)
    assert generator(random) is random


@pytest.mark.parametrize("seed", [-1, 1.5, "3", None, True, 2**32])
def test_a_wrong_seed_is_refused(seed):
    with pytest.raises(InputError, match=r"^seed must be"):
        generator(seed)


@pytest.mark.parametrize(
    "change",
    [{"bit_generator": "os"}, {"bit_generator": "PCG64", "state": {}}, {"state": {"key": [1], "pos": 0}}, {"state": None}],
)
def test_a_damaged_state_is_refused(change):
    for random in (np.random.RandomState(0), np.random.default_rng(0)):
        data = to_data(random)
        with pytest.raises(InputError):
            from_data({**data, "state": {**data["state"], **change}})
