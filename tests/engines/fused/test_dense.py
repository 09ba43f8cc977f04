"""Dense layers of every width that fills squares and vectors otherwise: the fused engine's gradient against the reference's."""

import numpy as np
import pytest

import halfmoon as hm
from halfmoon.engines import ENGINES, engine
from halfmoon.engines.contract import Data
from halfmoon.engines.fused import plan
from halfmoon.engines.fused.sparsity import zeros_worth_skipping
from halfmoon.engines.state import TrainingState
from halfmoon.layers.contract import Pass
from halfmoon.losses.penalty import NO_PENALTY

CLOSE = {"float32": 1e-5, "float64": 1e-12}


@pytest.mark.parametrize("outputs", [1, 2, 3, 4, 5, 8, 9, 17])
@pytest.mark.parametrize("units", [1, 7, 8, 9, 16, 25, 50])
@pytest.mark.parametrize("dtype", ["float32", "float64"])
def test_any_width(dtype, units, outputs):
    random = np.random.RandomState(0)
    for rows in (1, 3, 6, 300):  # the last in two tiles
        data = Data(random.normal(size=(rows, 11)).astype(dtype), random.normal(size=(rows, outputs)).astype(dtype), None)
        found = []
        for name in ENGINES:
            model = hm.Network([hm.Dense(units), hm.Tanh, hm.Dense(outputs), hm.Sigmoid], hm.SquaredError).init(11, 1, dtype)
            state = TrainingState(model, hm.SGD(0.1), NO_PENALTY, 0)
            loss = engine(name, state, threads=1).gradient(data, Pass(training=True))
            found.append((loss, state.gradient.copy()))
        (loss, gradient), (expected, reference) = found
        assert loss == pytest.approx(expected, rel=CLOSE[dtype])
        np.testing.assert_allclose(gradient, reference, rtol=0, atol=CLOSE[dtype] * np.linalg.norm(reference))


@pytest.mark.parametrize("outputs", [1, 2, 3, 4, 5, 8, 9])
@pytest.mark.parametrize("units", [1, 7, 16, 17, 33])
@pytest.mark.parametrize("dtype", ["float32", "float64"])
def test_a_row_has_the_same_scores_alone_and_among_others(dtype, units, outputs):
    X = np.random.RandomState(0).normal(size=(700, 5)).astype(dtype)  # in several tiles, on two threads
    model = hm.Network([hm.Dense(units), hm.ReLU, hm.Dense(outputs)], hm.SquaredError).init(5, 1, dtype)
    scores = model.scores(X)
    first, last = (model.arrays[layer] for layer in (0, 2))
    np.testing.assert_allclose(scores, np.maximum(X @ first["W"] + first["b"], 0) @ last["W"] + last["b"], rtol=0, atol=CLOSE[dtype])
    for rows in (slice(0, 1), slice(3, 5), slice(4, 13), slice(255, 258), slice(699, 700)):
        np.testing.assert_array_equal(model.scores(X[rows]), scores[rows])


def trained(X, y, dtype, threads=1, batch_size=40, layers=()):
    """Return the parameters after an epoch."""
    model = hm.Network([*layers, hm.Dense(70), hm.ReLU, hm.Dense(3)], hm.SquaredError).init(X.shape[1], 1, dtype)
    hm.train(model, X.astype(dtype), y, optimizer=hm.Adam(0.01), epochs=2, batch_size=batch_size, threads=threads)
    return model.theta


@pytest.mark.parametrize("layers", [(), (hm.Dropout(0.1),), (hm.Dense(40), hm.BatchNorm(), hm.ReLU)])
@pytest.mark.parametrize(("rows", "batch_size"), [(90, 41), (700, None)])
@pytest.mark.parametrize("dtype", ["float32", "float64"])
def test_leaving_zeros_out_changes_no_bit(dtype, rows, batch_size, layers, monkeypatch):
    random = np.random.RandomState(0)
    X = random.normal(size=(rows, 33)) * (random.uniform(size=(rows, 33)) < 0.2)
    y = random.normal(size=(rows, 3))
    asked = []

    def worth(program, X):
        asked.append(zeros_worth_skipping(program, X))
        return asked[-1]

    monkeypatch.setattr(plan, "zeros_worth_skipping", worth)
    found = [trained(X, y, dtype, threads, batch_size, layers) for threads in (1, 3)]
    assert asked == 2 * [not (layers and type(layers[0]) is hm.Dropout)]
    monkeypatch.setattr(plan, "zeros_worth_skipping", lambda program, X: False)
    expected = trained(X, y, dtype, 1, batch_size, layers)
    assert all((theta == expected).all() for theta in found)


@pytest.mark.parametrize(("density", "units", "worth"), [(0, 1, True), (0.3, 4, False), (0.3, 64, True), (0.9, 64, False), (1, 500, False)])
def test_zeros_are_left_out_where_that_is_sooner(density, units, worth):
    X = np.random.RandomState(0).uniform(size=(1000, 50)) < density
    program = hm.Network([hm.Dense(units)], hm.SquaredError).program(50)
    assert zeros_worth_skipping(program, X.astype(float)) is worth
