"""A training that was saved goes on, to the bit, as it would have."""

from __future__ import annotations

import numpy as np
import pytest

import halfmoon as hm
from halfmoon.optimise import OPTIMIZERS

X = np.random.RandomState(0).standard_normal((60, 3))
Y = (X[:, 0] * X[:, 1] > 0).astype(int)
NETWORK = hm.Network([hm.Dense(6), hm.BatchNorm(), hm.GELU, hm.Dropout(0.2), hm.Dense(1)], hm.Logistic())


def trainer(optimizer, seed=0):
    return hm.Trainer(NETWORK.init(3, seed=1), optimizer, penalty=hm.Penalty(l2=0.01), seed=seed)


def go_on(one):
    """Train further, and return every number that came of it."""
    history = one.train(X, Y, epochs=3, batch_size=16)
    losses = [one.step(X, Y) for _ in range(3)] if not isinstance(one.state.optimizer, hm.LBFGS) else []
    return one.model.theta.tobytes(), one.model.state.vector.tobytes(), history["loss"].tolist(), losses


@pytest.mark.parametrize("name", sorted(set(OPTIMIZERS) - {"lbfgs"}))
@pytest.mark.parametrize("seed", [0, np.random.RandomState, np.random.default_rng])
def test_it_goes_on_to_the_bit(name, seed, tmp_path):
    one = trainer(OPTIMIZERS[name](schedule=hm.Plateau(patience=0)), seed if seed == 0 else seed(4))
    one.train(X, Y, epochs=4, batch_size=16)
    one.save(tmp_path / "half.safetensors")
    again = hm.Trainer.load(tmp_path / "half.safetensors")
    assert again.state.memory == one.state.memory != {}
    assert go_on(again) == go_on(one)


def test_the_file_is_a_model_too(tmp_path):
    one = trainer(hm.Adam())
    one.step(X, Y)
    one.save(tmp_path / "half.safetensors")
    assert hm.load(tmp_path / "half.safetensors").theta.tobytes() == one.model.theta.tobytes()


def test_a_model_alone_is_no_training(tmp_path):
    hm.save(tmp_path / "model.safetensors", NETWORK.init(3))
    with pytest.raises(hm.InputError, match="must have been saved by a Trainer, it holds a model alone"):
        hm.Trainer.load(tmp_path / "model.safetensors")


def test_slots_of_another_size_are_refused():
    state = trainer(hm.Adam()).state
    with pytest.raises(hm.InputError, match="it is damaged"):
        state.resume(state.progress(), np.zeros((1, 3)))
