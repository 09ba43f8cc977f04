"""Generators: from a seed, and written as plain data."""

from __future__ import annotations

import json

import numpy as np
import pytest

from halfmoon import InputError
from halfmoon.base.randomness import STATES, from_data, generator, rng_state, to_data
from halfmoon.base.record import decode, encode


@pytest.mark.parametrize("name", ["RandomState", *STATES])
def test_a_generator_goes_on_where_it_stopped(name):
    random = np.random.RandomState(3) if name == "RandomState" else np.random.Generator(getattr(np.random, name)(3))
    random.standard_normal(3)
    random.permutation(5)
    again = from_data("random", decode(json.loads(json.dumps(encode(to_data(random))))))
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
    [
        {"bit_generator": "os"},
        {"bit_generator": ["MT19937"]},
        {"bit_generator": "PCG64", "state": {}},
        {"state": {"key": [1], "pos": 0}},
        {"state": None},
    ],
)
def test_a_damaged_state_is_refused(change):
    for random in (np.random.RandomState(0), np.random.default_rng(0)):
        data = to_data(random)
        with pytest.raises(InputError):
            from_data("random", {**data, "state": {**data["state"], **change}})


def mersenne_twister(**change):
    return lambda: np.random.RandomState(0), {"state": np.random.RandomState(0).get_state(legacy=False)["state"] | change}


# by what is wrong: a maker of generators, and the change of one's state
BEYOND = {
    "position before the state": mersenne_twister(pos=-1),
    "position after the state": mersenne_twister(pos=625),
    "position far away": mersenne_twister(pos=10**6),
    "position is a truth value": mersenne_twister(pos=True),
    "position is a fraction": mersenne_twister(pos=1.5),
    "key is too short": mersenne_twister(key=np.ones(623, np.uint32)),
    "key is of another type": mersenne_twister(key=np.ones(624)),
    "key is a list": mersenne_twister(key=[1] * 624),
    "key draws nothing but 0": mersenne_twister(key=np.zeros(624, np.uint32)),
    "gauss is text": (lambda: np.random.RandomState(0), {"gauss": "1"}),
    "gauss is missing": (lambda: np.random.RandomState(0), {"gauss": None}),
    "has_gauss is a number": (lambda: np.random.RandomState(0), {"has_gauss": 7}),
    "buffer position of Philox": (lambda: np.random.Generator(np.random.Philox(0)), {"buffer_pos": 5}),
    "negative buffer position of Philox": (lambda: np.random.Generator(np.random.Philox(0)), {"buffer_pos": -3}),
    "half a number of Philox": (lambda: np.random.Generator(np.random.Philox(0)), {"has_uint32": 2}),
    "half a number of SFC64": (lambda: np.random.Generator(np.random.SFC64(0)), {"uinteger": 2**32}),
    "a number of PCG64 beyond 128 bits": (lambda: np.random.default_rng(0), {"state": {"state": 2**128, "inc": 1}}),
}


@pytest.mark.parametrize("what", BEYOND)
def test_a_state_that_no_generator_can_be_in_is_refused(what):
    make, change = BEYOND[what]
    data = to_data(make())
    with pytest.raises(InputError, match=r"^random"):
        from_data("random", {**data, "state": {**data["state"], **change}})


@pytest.mark.parametrize("position", [-1, 625, 10**6])
def test_a_generator_that_was_put_nowhere_is_not_read(position):
    random = np.random.RandomState(0)
    random.set_state(("MT19937", random.get_state()[1], position))  # which NumPy takes
    with pytest.raises(InputError, match=f"must be at a position from 0 to 624 of its state, got {position}"):
        rng_state(random)
