"""Central differences of any number of a pass, however its variants go through the network."""

from __future__ import annotations

from typing import ClassVar

import numpy as np
import pytest

from halfmoon.base.errors import InputError
from halfmoon.gradcheck import differences
from halfmoon.gradcheck.differences import Differences
from halfmoon.layers.activations import Activation, Tanh
from halfmoon.layers.contract import Layer, Pass
from halfmoon.layers.dense import Dense
from halfmoon.losses.penalty import Penalty
from halfmoon.network.network import Network
from inspect_networks import NETWORKS, rows

WEIGHTS = [1, 2, 0, 1, 0.5, 1, 3]


def measured(name, **options):
    return Differences(NETWORKS[name].init(4, seed=1, dtype="float64"), *rows(name), **options)


def indices(array):
    return list(np.ndindex(array.shape))


@pytest.mark.parametrize("training", [False, True], ids=["inference", "training"])
@pytest.mark.parametrize("name", NETWORKS)
def test_every_gradient_of_a_trace_agrees(name, training):
    options = {"sample_weight": WEIGHTS, "penalty": Penalty(0.1, 0.2), "pass_": Pass(training=training, seed=3, update=2)}
    found = measured(name, **options)
    gradients = [each for each in found.trace.names() if each.rpartition(".")[2].startswith("d")]
    for gradient in ["dX", *gradients]:
        array = found.gradient(gradient)
        for each in found.entries(gradient, indices(array)):
            assert each.error < 1e-6, each
            assert each.written == array[each.place]
            assert each.numeric == pytest.approx(each.written, abs=1e-6 * max(1, np.abs(array).max()))
        assert found.direction(gradient).error < 1e-6


@pytest.mark.parametrize("name", ["residual", "batch norm", "one's own"])
def test_variants_together_are_the_variants_alone(name, monkeypatch):
    together = measured(name)
    monkeypatch.setattr(differences, "ROWS_AT_ONCE", 1)
    alone = measured(name)
    for gradient in ("0.dW", "0.dy", "dX"):
        some = indices(together.gradient(gradient))[:9]
        for one, other in zip(together.entries(gradient, some), alone.entries(gradient, some), strict=True):
            assert one.numeric == pytest.approx(other.numeric, rel=1e-6, abs=1e-9)


def test_a_direction_is_the_sum_along_signs():
    found = measured("linear")
    direction, again, other = found.direction("0.dW", seed=1), found.direction("0.dW", seed=1), found.direction("0.dW", seed=2)
    assert direction == again
    assert direction.place is None
    assert direction.written != other.written
    sums = [float(signs @ found.gradient("0.dW")[:, 0]) for signs in np.array(np.meshgrid(*[[-1, 1]] * 4)).reshape(4, -1).T]
    assert any(direction.written == pytest.approx(each) for each in sums)


def test_a_wrong_slope_is_off_in_every_way():
    wrong = Activation("cube", lambda z: z * z * z, lambda z, a: 3.3 * z * z)
    model = Network([Dense(4), wrong, Dense(1)]).init(3, seed=1, dtype="float64")
    found = Differences(model, np.random.RandomState(0).standard_normal((5, 3)), np.ones(5))
    assert max(each.error for each in found.entries("0.dW", indices(found.gradient("0.dW")))) > 0.05
    assert found.direction("0.dW").error > 1e-3
    assert found.direction("2.dW").error < 1e-8
    assert max(each.error for each in found.entries("2.dx", indices(found.gradient("2.dx")))) < 1e-8


def test_the_model_and_the_rows_are_left_as_they_are():
    model, (X, y) = NETWORKS["exercise"].init(4, seed=1), rows("exercise")
    X.flags.writeable = False
    before = model.theta.tobytes()
    found = Differences(model, X, y)
    twin = found.model.theta.tobytes()
    for gradient in ("dX", "0.dW", "2.db", "1.dy"):
        found.entries(gradient, indices(found.gradient(gradient))[:3])
        found.direction(gradient)
    assert (model.theta.tobytes(), found.model.theta.tobytes()) == (before, twin)


def test_unknown_gradients_are_named():
    with pytest.raises(InputError, match="name must be one of"):
        measured("linear").entries("0.dV", [(0, 0)])


def test_resuming_gives_the_traces_scores():
    for name, network in NETWORKS.items():
        model = network.init(4, seed=1, dtype="float64")
        trace = model.forward(rows(name)[0], Pass(training=True, seed=1))
        for step, traced in enumerate(trace.steps):
            assert model.scores_from(trace, step, traced.x, np.arange(7)).tobytes() == trace.scores.tobytes()


def test_resuming_with_some_rows():
    model = NETWORKS["residual"].init(4, seed=1, dtype="float64")
    trace = model.forward(rows("residual")[0])
    chosen = np.array([4, 4, 0])
    for step, traced in enumerate(trace.steps):
        np.testing.assert_allclose(model.scores_from(trace, step, traced.x[chosen], chosen), trace.scores[chosen], rtol=1e-12)


def test_kept_is_what_open_branches_began_with():
    trace = NETWORKS["residual"].init(4, seed=1).forward(rows("residual")[0])
    assert [len(trace.kept(step)) for step in range(len(trace.steps) + 1)] == [0, 0, 1, 1, 1, 2, 2, 2, 1, 0, 0]
    assert trace.kept(5)[-1] is trace["1.2.keep.x"]


def test_rows_that_do_not_count_have_no_slope():
    model = Network([Dense(2), Tanh, Dense(1)]).init(1, dtype="float64")
    found = Differences(model, [[1.0], [2.0]], [0.0, 1.0], [1.0, 0.0])
    (first, second) = found.entries("dX", [(0, 0), (1, 0)])
    assert first.numeric != 0
    assert (second.numeric, second.written, second.error) == (0, 0, 0)


class Centre(Layer):
    """A layer of one's own that knows one row at a time, but does not say so; it counts its forward passes."""

    passes: ClassVar[list[int]] = []

    def forward(self, p, x, pass_):
        self.passes.append(len(x))
        return x - x.mean(axis=1, keepdims=True)

    def backward(self, p, x, y, dy, pass_):
        return dy - dy.mean(axis=1, keepdims=True), {}


class RowWise(Centre):
    """The same, and says so."""

    passes: ClassVar[list[int]] = []

    def row_wise(self, pass_):
        return True


def test_a_layer_of_ones_own_that_is_row_wise_is_run_on_many_variants_at_once():
    X, y = np.random.RandomState(0).standard_normal((6, 3)), np.ones(6)
    found = []
    for kind in (Centre, RowWise):
        model = Network([Dense(4), kind(), Tanh, Dense(1)]).init(3, seed=1, dtype="float64")
        checked = Differences(model, X, y)
        kind.passes.clear()
        found.append(checked.entries("dX", indices(checked.gradient("dX"))))
        assert all(each.error < 1e-6 for each in found[-1])
    assert Centre.passes == [6] * 36  # every row, for either variant of each entry
    assert RowWise.passes == [36]  # one row for either variant of each entry, all at once
    np.testing.assert_allclose(*([each.numeric for each in checks] for checks in found), rtol=1e-6, atol=1e-9)
