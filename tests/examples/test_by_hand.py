"""The exercise as a student writes it has the course's numbers, and Halfmoon's."""

import runpy
from pathlib import Path

import numpy as np
import pytest
from sklearn.datasets import make_moons
from threadpoolctl import threadpool_limits

import halfmoon as hm
from exercise_figures import REFERENCE, UPDATES
from halfmoon.engines import ENGINES

FILE = Path(__file__).parents[2] / "examples/by_hand.py"
BY_HAND = runpy.run_path(str(FILE), run_name="by_hand")
X, Y = make_moons(n_samples=1000, noise=0.2, random_state=666)


@pytest.mark.smoke
def test_it_is_short():
    assert len(FILE.read_text(encoding="utf-8").splitlines()) <= 90


def test_the_script_has_the_numbers_of_the_course(tmp_path, monkeypatch):
    import matplotlib as mpl
    from matplotlib import pyplot as plt

    mpl.use("agg")
    plt.close("all")  # what other tests have drawn
    monkeypatch.chdir(tmp_path)
    with threadpool_limits(1):
        done = runpy.run_path(str(FILE), run_name="__main__")
    losses, (accuracy, weights, bias) = REFERENCE[0]
    assert [1000 * done["losses"][update - 1] for update in UPDATES] == pytest.approx(losses, rel=1e-9, abs=0)
    first, last = done["model"].layers[0], done["model"].layers[6]
    found = [np.mean(done["model"].predict(X) == Y), first.W.sum(), last.b[0]]
    assert found == pytest.approx([accuracy, weights, bias], rel=1e-9, abs=0)
    assert {path.name for path in tmp_path.iterdir()} == {"by_hand.png"}


@pytest.mark.smoke
@pytest.mark.parametrize("engine", ENGINES)
@pytest.mark.parametrize("seed", REFERENCE)
def test_its_numbers_are_those_of_the_library(seed, engine):
    """Every loss, parameter, gradient and probability; each Dense layer has a rate of its own."""
    rates = (0.8, 0.4, 1.2, 0.8)
    ours = BY_HAND["network"](seed, 0.8)
    dense = ours.layers[::2]
    for layer, rate in zip(dense, rates, strict=True):
        layer.learning_rate = rate
    layers = []
    for units, activation, rate in zip((64, 32, 16, 1), (hm.ReLU, hm.Sigmoid, hm.Sigmoid, hm.Sigmoid), rates, strict=True):
        layers += [hm.Dense(units, "normal", rate_factor=rate / 0.8), activation()]
    model = hm.Network(layers, hm.SquaredError()).init(2, seed, "float64")
    with threadpool_limits(1):
        losses = [ours.train(X, Y) for _ in range(30)]
        history = hm.train(model, X, Y, optimizer=hm.SGD(0.8), epochs=30, engine=engine)
    np.testing.assert_allclose(losses, history["loss"], rtol=1e-10)
    for place, layer in zip((0, 2, 4, 6), dense, strict=True):
        np.testing.assert_allclose(layer.W, model.params[place]["W"], rtol=1e-9, atol=1e-11)
        np.testing.assert_allclose(layer.b, model.params[place]["b"], rtol=1e-9, atol=1e-11)
    np.testing.assert_allclose(ours.forward(X), model.scores(X), rtol=1e-9)
    np.testing.assert_array_equal(ours.predict(X), model.predict_class(X))
    np.testing.assert_array_equal(ours.predict_proba(X)[:, 1:], ours.forward(X))
    assert ours.predict_proba(X).sum(axis=1) == pytest.approx(1)


@pytest.mark.smoke
def test_its_gradients_are_those_of_the_library():
    ours = BY_HAND["network"](0, 0.0)
    ours.train(X, Y)
    layers = [each for units, activation in ((64, hm.ReLU), (32, hm.Sigmoid), (16, hm.Sigmoid), (1, hm.Sigmoid))
              for each in (hm.Dense(units, "normal"), activation())]  # fmt: skip
    _, gradients = hm.Network(layers, hm.SquaredError()).init(2, 0, "float64").gradients(X, Y)
    for place in (0, 2, 4, 6):
        np.testing.assert_allclose(ours.layers[place].dW, gradients[place]["W"], rtol=1e-9, atol=1e-13)
        np.testing.assert_allclose(ours.layers[place].db, gradients[place]["b"], rtol=1e-9, atol=1e-13)
