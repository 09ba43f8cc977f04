"""The course exercise, number by number."""

import json
import subprocess
import sys

import numpy as np
import pytest
from sklearn.datasets import make_moons
from threadpoolctl import threadpool_limits

import halfmoon as hm
from exercise_figures import REFERENCE, UPDATES, quick_environment
from halfmoon.engines import ENGINES


def moons():
    return make_moons(n_samples=1000, noise=0.2, random_state=666)


def network(factors=(1.0, 1.0, 1.0, 1.0)):
    layers = []
    for units, activation, factor in zip((64, 32, 16, 1), (hm.ReLU, hm.Sigmoid, hm.Sigmoid, hm.Sigmoid), factors, strict=True):
        layers += [hm.Dense(units, "normal", rate_factor=factor), activation]
    return hm.Network(layers, hm.SquaredError)


def start(seed, **options):
    return network(**options).init(2, seed, "float64")


def figures(seed, updates, engine):
    """Train, and return the summed losses at the listed updates, and the three figures at the end."""
    X, y = moons()
    model = start(seed)
    with threadpool_limits(1):
        history = hm.train(model, X, y, optimizer=hm.SGD(0.8), epochs=updates, engine=engine)
    losses = [1000 * history["loss"][update - 1] for update in UPDATES if update <= updates]
    accuracy = np.mean(model.predict_class(X) == y)
    return losses, [float(accuracy), float(model.params[0]["W"].sum()), float(model.params[6]["b"][0])]


@pytest.mark.smoke
@pytest.mark.parametrize("engine", ENGINES)
@pytest.mark.parametrize("seed", REFERENCE)
def test_the_first_updates(seed, engine):
    losses, _ = figures(seed, 50, engine)
    assert losses == pytest.approx(REFERENCE[seed][0][:6], rel=1e-9, abs=0)


WHOLE = [(seed, engine) for seed in REFERENCE for engine in ENGINES]


@pytest.fixture(scope="module")
def whole_runs():
    """Train all seeds with both engines at once, each in a process of its own."""
    pipes = {"stdout": subprocess.PIPE, "stderr": subprocess.PIPE, "text": True, "env": quick_environment()}
    runs = [subprocess.Popen([sys.executable, __file__, str(seed), engine], **pipes) for seed, engine in WHOLE]
    found = {}
    for key, run in zip(WHOLE, runs, strict=True):
        out, err = run.communicate()
        assert run.returncode == 0, err
        found[key] = json.loads(out)
    return found


@pytest.mark.parametrize(("seed", "engine"), WHOLE)
def test_the_whole_exercise(whole_runs, seed, engine):
    losses, (accuracy, weights, bias) = REFERENCE[seed]
    found_losses, found = whole_runs[seed, engine]
    assert found_losses == pytest.approx(losses, rel=1e-9, abs=0)
    assert found == pytest.approx([accuracy, weights, bias], rel=1e-9, abs=0)


@pytest.mark.smoke
def test_single_steps_are_the_same_bits_as_train():
    X, y = moons()
    trained, stepped = start(0), start(0)
    with threadpool_limits(1):
        history = hm.train(trained, X, y, optimizer=hm.SGD(0.8), epochs=50)
        trainer = hm.Trainer(stepped, hm.SGD(0.8))
        losses = [trainer.step(X, y) for _ in range(50)]
    assert losses == history["loss"].tolist()
    assert trained.theta.tobytes() == stepped.theta.tobytes()


def by_hand(W, b, X, y, rates, updates):
    """Train the exercise's network in plain NumPy, with a learning rate for each Dense layer; change W and b in place."""
    losses = []
    y = y[:, None]
    for _ in range(updates):
        outputs = [X]
        for place in range(4):
            z = outputs[-1] @ W[place] + b[place]
            outputs.append(np.maximum(z, 0) if place == 0 else 1 / (1 + np.exp(-z)))
        losses.append(np.mean((outputs[4] - y) ** 2))
        dA = 2 * (outputs[4] - y) / len(X)
        for place in (3, 2, 1, 0):
            a = outputs[place + 1]
            dZ = dA * ((a > 0) if place == 0 else a * (1 - a))
            dA = dZ @ W[place].T
            W[place] -= rates[place] * outputs[place].T @ dZ
            b[place] -= rates[place] * dZ.sum(axis=0)
    return losses


@pytest.mark.parametrize("factors", [(1.0, 1.0, 1.0, 1.0), (0.25, 2.0, 0.0, 1.5)])
def test_rate_factors_are_rates_by_layer(factors):
    X, y = moons()
    model = start(3, factors=factors)
    W, b = ([model.params[place][name].copy() for place in (0, 2, 4, 6)] for name in "Wb")
    with threadpool_limits(1):
        expected = by_hand(W, b, X, y, [0.8 * factor for factor in factors], 30)
        history = hm.train(model, X, y, optimizer=hm.SGD(0.8), epochs=30)
    np.testing.assert_allclose(history["loss"], expected, rtol=1e-10)
    for number, place in enumerate((0, 2, 4, 6)):
        np.testing.assert_allclose(model.params[place]["W"], W[number], rtol=1e-9, atol=1e-11)
        np.testing.assert_allclose(model.params[place]["b"], b[number], rtol=1e-9, atol=1e-11)


if __name__ == "__main__":
    sys.stdout.write(json.dumps(figures(int(sys.argv[1]), 3000, sys.argv[2])))
