"""The page's numbers are the library's, to the last digit."""

from __future__ import annotations

import pytest
from sklearn.datasets import make_moons

import halfmoon as hm

EPOCHS = 1000


@pytest.fixture(scope="module")
def exercise():
    """The exercise's losses as the library trains it: before the first epoch, and after each."""
    X, y = make_moons(n_samples=1000, noise=0.2, random_state=666)
    pairs = [(64, hm.ReLU), (32, hm.Sigmoid), (16, hm.Sigmoid), (1, hm.Sigmoid)]
    layers = [layer for units, activation in pairs for layer in (hm.Dense(units, weights="normal"), activation())]
    model = hm.Network(layers, loss=hm.SquaredError()).init(n_inputs=2, seed=0, dtype="float64")
    first = model.loss(X, y)
    return [first, *hm.train(model, X, y, optimizer=hm.SGD(0.8), epochs=EPOCHS)["loss"]]


def test_it_begins_with_the_exercise(fresh, exercise):
    assert fresh.epoch == 0
    assert fresh.loss == pytest.approx(exercise[0], rel=1e-12)


def test_the_loss_after_a_thousand_epochs_is_the_librarys(fresh, exercise):
    fresh.play_to(EPOCHS)
    assert fresh.loss == exercise[EPOCHS]
    fresh.page.click("#reset-same")
    fresh.until("d.epoch === '0'")
    assert fresh.loss == pytest.approx(exercise[0], rel=1e-12)
    first = fresh.data("loss")
    fresh.page.click("#reset-new")
    fresh.until(f"d.epoch === '0' && d.loss !== '{first}'")
    assert fresh.setting("network.seed") == 1


def test_views_change_no_history(fresh):
    fresh.step()
    before = fresh.store("[m.store.histories[0].rows, [...m.store.histories[0].values.slice(0, 8)]]")
    for box in ("show-shaded", "show-points", "show-wrong", "log"):
        fresh.page.click(f"#{box}")
        fresh.page.click(f"#{box}")
    fresh.page.select_option("#metric", "accuracy")
    fresh.page.select_option("#theme", "dark")
    fresh.page.select_option("#language", "zh")
    fresh.page.wait_for_timeout(100)
    assert fresh.store("[m.store.histories[0].rows, [...m.store.histories[0].values.slice(0, 8)]]") == before
    assert fresh.epoch == 1
