"""The judge itself: it lets right gradients pass and names wrong ones."""

from __future__ import annotations

import numpy as np
import pytest

from halfmoon.base.errors import InputError
from halfmoon.expressions.vocabulary import where
from halfmoon.gradcheck.differences import STEPS
from halfmoon.gradcheck.report import check_gradients
from halfmoon.layers.activations import Activation, ReLU, Tanh
from halfmoon.layers.contract import Layer, Param, Pass
from halfmoon.layers.dense import Dense
from halfmoon.layers.dropout import Dropout
from halfmoon.layers.normalise import BatchNorm
from halfmoon.layers.residual import Residual
from halfmoon.losses.penalty import Penalty
from halfmoon.losses.pointwise import Logistic, PointwiseLoss
from halfmoon.network.network import Network

RANDOM = np.random.RandomState(0)
X, Y, WEIGHTS = RANDOM.standard_normal((8, 3)), RANDOM.standard_normal(8), RANDOM.uniform(0.1, 2, 8)


def model(*middle, loss=None, dtype="float64"):
    layers = [Dense(4, biases="normal"), *middle, Dense(1)]
    return (Network(layers, loss) if loss else Network(layers)).init(3, seed=1, dtype=dtype)


@pytest.mark.smoke
def test_right_gradients_pass():
    report = check_gradients(model(Tanh), X, Y)
    assert report.ok
    assert [each.name for each in report.arrays] == ["0.W", "0.b", "2.W", "2.b", "X"]
    assert [each.checked for each in report.arrays] == [12, 4, 4, 1, 24]
    assert report.worst.error == max(each.error for each in report.arrays) < 1e-7
    assert str(report).count("ok") == 5
    assert "WRONG" not in str(report)


@pytest.mark.parametrize("dtype", ["float32", "float64"])
@pytest.mark.parametrize("weights", [None, WEIGHTS], ids=["equal", "weighted"])
@pytest.mark.parametrize("penalty", [Penalty(), Penalty(0.3, 0.7), Penalty(0.3, 0.7, per_batch=True)], ids=repr)
@pytest.mark.parametrize("pass_", [Pass(), Pass(training=True, seed=3, update=2)], ids=["inference", "training"])
def test_penalties_weights_and_training_passes(dtype, weights, penalty, pass_):
    made = model(BatchNorm(), Tanh, Dropout(0.4), Residual(Dense(4), ReLU), dtype=dtype)
    report = check_gradients(made, X, Y, weights, penalty=penalty, pass_=pass_)
    assert report.ok, f"\n{report}"


def test_a_penalty_is_part_of_what_is_checked():
    made = model(Tanh)
    made.theta[...] *= 1e-3
    plain = check_gradients(made, X, Y)
    penalised = check_gradients(made, X, Y, penalty=Penalty(l2=1e4))
    assert plain.ok
    assert penalised.ok
    assert penalised.arrays[0].numeric != pytest.approx(plain.arrays[0].numeric)


@pytest.mark.smoke
def test_a_wrong_slope_is_found_and_named():
    wrong = Activation("cube", lambda z: z * z * z, lambda z, a: 3.3 * z * z)
    made = model(wrong)
    report = check_gradients(made, X, Y)
    assert not report.ok
    lines = str(report).splitlines()
    verdicts = [line.split()[:2] for line in lines]
    assert verdicts == [["WRONG", "0.dW:"], ["WRONG", "0.db:"], ["ok", "2.dW:"], ["ok", "2.db:"], ["WRONG", "dX:"]]
    for each in report.arrays:
        if each.name in {"0.W", "0.b", "X"}:  # a tenth too much, everywhere
            assert each.written == pytest.approx(1.1 * each.numeric, rel=1e-6)
            assert each.error > 0.05
    gradients = made.gradients(X, Y)[1]
    first = report.arrays[0]
    assert first.written == gradients["0.W"][first.place]
    largest = max(np.abs(gradients["0.W"]).max(), 0.1 * np.abs(gradients.vector).max())
    assert first.error == pytest.approx(abs(first.written - first.numeric) / largest, rel=1e-9)
    exact = gradients["0.W"] / 1.1
    assert abs(gradients["0.W"] - exact)[first.place] == pytest.approx(abs(gradients["0.W"] - exact).max(), rel=1e-6)
    assert f"error {first.error:.1e} at {list(first.place)}, written {first.written:.9g}, numeric {first.numeric:.9g}" in lines[0]
    assert report.worst.name in {"0.W", "0.b", "X"}


def test_a_single_wrong_entry_is_found():
    class Slip(Dense):
        def backward(self, p, x, y, dy, pass_):
            dx, gradients = super().backward(p, x, y, dy, pass_)
            gradients["W"][1, 2] += 1e-3
            return dx, gradients

    made = Network([Slip(4), Tanh, Dense(1)]).init(3, seed=1, dtype="float64")
    report = check_gradients(made, X, Y)
    assert not report.ok
    assert report.worst.name == "0.W"
    assert report.worst.place == (1, 2)
    assert report.worst.written - report.worst.numeric == pytest.approx(1e-3, rel=1e-3)
    assert [each.error <= 1e-6 for each in report.arrays] == [False, True, True, True, True]


@pytest.mark.parametrize("off", [1e-3, 1e-4, 1e-5])
def test_small_errors_are_found(off):
    wrong = Activation("square", lambda z: z * z, lambda z, a: (2 + 2 * off) * z)
    report = check_gradients(model(wrong), X, Y)
    assert not report.ok
    assert report.worst.error == pytest.approx(off, rel=0.3)
    assert check_gradients(model(wrong), X, Y, tolerance=2 * off).ok


def test_a_wrong_loss_is_found():
    wrong = PointwiseLoss("square", lambda s, y: (s - y) ** 2, lambda s, y: s - y)
    report = check_gradients(model(Tanh, loss=wrong), X, Y)
    assert all(each.error > 0.5 for each in report.arrays)


def test_gradients_that_are_not_numbers_are_wrong():
    broken = Activation("broken", lambda z: z * z, lambda z, a: z * (a - a) / (a - a))
    report = check_gradients(model(broken), X, Y)
    assert not report.ok
    assert report.worst.error == np.inf
    assert "WRONG 0.dW: error inf" in str(report)


@pytest.mark.parametrize("distance", [0.7 * STEPS[0], -0.7 * STEPS[0], 0.7 * STEPS[1], 5 * STEPS[2], -5 * STEPS[2]])
@pytest.mark.parametrize("middle", [ReLU, Activation("step up", lambda z: where(z > 0, 3 * z, z))], ids=["relu", "kink"])
def test_a_kink_nearby_is_no_false_alarm(distance, middle):
    made = Network([Dense(1, bias=False), middle, Dense(1)]).init(1, dtype="float64")
    made.params[0]["W"][...] = distance
    made.params[2]["W"][...] = 1.5
    made.params[2]["b"][...] = 0.25
    report = check_gradients(made, [[1.0]], [-1.0])
    assert report.ok, f"\n{report}"


def test_a_wrong_slope_beside_a_kink_is_still_found():
    wrong = Activation("rectified", lambda z: where(z > 0, z, 0), lambda z, a: where(z > 0, 1.01, 0))
    made = Network([Dense(1, bias=False), wrong, Dense(1)]).init(1, dtype="float64")
    made.params[0]["W"][...] = 0.7 * STEPS[0]
    made.params[2]["W"][...] = 1.5
    assert not check_gradients(made, [[1.0]], [-1.0]).ok


def test_everything_is_left_as_it_is():
    made, x, y, weights = model(Tanh, dtype="float64"), X.copy(), Y.copy(), WEIGHTS.copy()
    for array in (x, y, weights):
        array.flags.writeable = False
    before = made.theta.tobytes()
    assert check_gradients(made, x, y, weights).ok
    assert made.theta.tobytes() == before
    assert x.tobytes() == X.tobytes()


def test_float32_models_are_checked_in_float64():
    made = model(Tanh, dtype="float32")
    assert check_gradients(made, X, Y).ok
    assert made.dtype == np.float32


def test_no_more_than_the_asked_entries_are_compared():
    made = Network([Dense(30), Dense(1)]).init(20, dtype="float64")
    x = np.random.RandomState(1).standard_normal((5, 20))
    assert [each.checked for each in check_gradients(made, x, np.ones(5), entries=50).arrays] == [50, 30, 30, 1, 50]
    assert [each.checked for each in check_gradients(made, x, np.ones(5)).arrays] == [200, 30, 30, 1, 100]


def test_a_layer_of_ones_own():
    class Mirror(Layer):
        def parameters(self, n_in):
            from halfmoon.layers.initializers import Normal

            return {"centre": Param((n_in,), Normal())}

        def forward(self, p, x, pass_):
            return (x - p["centre"]) ** 2

        def backward(self, p, x, y, dy, pass_):
            slope = 2 * (x - p["centre"]) * dy
            return slope, {"centre": -slope.sum(axis=0)}

    assert check_gradients(model(Mirror()), X, Y).ok


def test_a_network_without_layers_has_nothing_wrong():
    made = Network([]).init(3, dtype="float64")
    report = check_gradients(made, X, X + 1)
    assert report.ok
    str(report)
    assert report.worst.error <= 1e-6


def test_classifiers_are_checked_too():
    report = check_gradients(model(Tanh, loss=Logistic(label_smoothing=0.1)), X, (Y > 0).astype(int), WEIGHTS)
    assert report.ok, f"\n{report}"


@pytest.mark.parametrize(
    ("options", "name"),
    [({"tolerance": 0}, "tolerance"), ({"tolerance": "1e-6"}, "tolerance"), ({"entries": 0}, "entries"), ({"entries": 1.5}, "entries")],
)
def test_wrong_options_are_named(options, name):
    with pytest.raises(InputError, match=rf"^{name} must be"):
        check_gradients(model(Tanh), X, Y, **options)
    with pytest.raises(InputError, match=r"^X must"):
        check_gradients(model(Tanh), X[:, :2], Y)
