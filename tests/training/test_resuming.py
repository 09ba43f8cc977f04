"""A training that was saved goes on, to the bit, as it would have."""

from __future__ import annotations

import numpy as np
import pytest

import halfmoon as hm
from halfmoon.base.randomness import to_data
from halfmoon.optimizers.rules import OPTIMIZERS
from halfmoon.training.checkpoint import load, save

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
    assert load(tmp_path / "half.safetensors").theta.tobytes() == one.model.theta.tobytes()


def test_a_model_alone_is_no_training(tmp_path):
    hm.save(tmp_path / "model.safetensors", NETWORK.init(3))
    with pytest.raises(hm.InputError, match="must have been saved by a Trainer, it holds a model alone"):
        hm.Trainer.load(tmp_path / "model.safetensors")


# what a damaged file may say of a training, and what is then told
DAMAGES = {
    "engine": ({"name": "steam"}, "engine must be one of fused, reference"),
    "no engine": (None, "is damaged"),
    "progress": ({"updates": -1}, "progress.updates must be a whole number from 0 to 4611686018427387904, got -1"),
    "progress beyond counting": ({"updates": 2**63}, "progress.updates must be a whole number from 0"),
    "progress begun later": ({"begun": 10**6}, "progress.begun must be at most"),
    "progress of no seed": ({"seed": 2**64}, "progress.seed must be a whole number from 0"),
    "progress of text": ({"epochs": "3"}, "progress.epochs must be a whole number"),
    "epoch": ({"updates_per_epoch": 0}, "updates_per_epoch must be a whole number from 1"),
    "memory": ({"memory": 3}, "memory must be a dict"),
    "memory of text": ({"memory": {"factor": "much"}}, "memory.factor must be a number"),
    "memory without end": ({"memory": {"waited": float("inf")}}, "memory.waited must be a finite number"),
    "optimizer": ({}, "optimizer must be an optimiser"),
    "random": ({}, "random must have 'class'"),
}


@pytest.mark.parametrize("damage", DAMAGES)
def test_a_damaged_training_is_one_sentence(damage, tmp_path):
    value, words = DAMAGES[damage]
    one = trainer(hm.Adam())
    progress = one.state.progress()
    extras = {"optimizer": one.state.optimizer, "penalty": one.state.penalty, "progress": progress, "random": to_data(one.random)}
    extras["engine"] = {"name": "fused"}
    if damage.partition(" ")[0] in {"progress", "epoch", "memory"}:
        extras["progress"] = progress | value
    else:
        extras[damage.removeprefix("no ")] = value
    save(tmp_path / "damaged", one.model, extras=extras, arrays={"slots": one.state.slots})
    with pytest.raises(hm.InputError, match=r"^the training file .*damaged' is damaged: ") as caught:
        hm.Trainer.load(tmp_path / "damaged")
    assert words in str(caught.value)


def test_slots_of_another_size_are_refused():
    state = trainer(hm.Adam()).state
    with pytest.raises(hm.InputError, match="slots must be an array of f4 and shape"):
        state.resume(state.progress(), np.zeros((1, 3)))
