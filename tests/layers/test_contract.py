"""Every layer and activation keeps the contract: one table of examples, each beside its twin in PyTorch."""

from __future__ import annotations

import copy
import importlib
import inspect
import json
import math
import pickle
import pkgutil
from dataclasses import FrozenInstanceError, fields
from typing import Any

import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st

import halfmoon.layers
from halfmoon.base import record as records
from halfmoon.base.errors import InputError
from halfmoon.base.record import Record
from halfmoon.gradcheck.report import check_gradients
from halfmoon.layers.activations import ACTIVATIONS, Activation, LeakyReLU
from halfmoon.layers.contract import INFERENCE, Layer, Pass
from halfmoon.layers.dense import Dense
from halfmoon.layers.dropout import Dropout
from halfmoon.layers.embeddings import NumericEmbedding
from halfmoon.layers.ensemble import BatchEnsemble, GroupedDense
from halfmoon.layers.normalise import BatchNorm
from halfmoon.layers.residual import Residual
from halfmoon.losses.pointwise import SquaredError
from halfmoon.network.model import Model
from halfmoon.network.network import Network
from halfmoon.network.parameters import Parameters
from twins import TWINS, WIDTH, chain, tensors, twin

TRAINING = Pass(training=True, seed=2**40 + 7, update=3, first_row=2)
PASSES = [pytest.param(TRAINING, id="training"), pytest.param(INFERENCE, id="inference")]
EXAMPLES = [pytest.param(record, id=f"{name}-{number}") for name, row in TWINS.items() for number, record in enumerate(row.examples)]
LAYERS = [each for each in EXAMPLES if not isinstance(each.values[0], Residual)]
ROWS = 6


def registered() -> set[str]:
    """Return the name of everything that needs a row."""
    for module in pkgutil.iter_modules(halfmoon.layers.__path__):
        importlib.import_module(f"halfmoon.layers.{module.name}")
    ours = [each for each in Record.kinds.values() if each.__module__.startswith("halfmoon.layers.")]
    layers = {each.__name__ for each in ours if issubclass(each, Layer) and not inspect.isabstract(each)}
    return (layers - {"Activation"}) | {"Residual"} | set(ACTIVATIONS)


@pytest.mark.smoke
def test_every_layer_and_activation_has_a_row():
    assert set(TWINS) == registered()
    assert all(row.examples for row in TWINS.values())


def test_every_activation_is_registered_under_its_own_name():
    assert [each.name for each in ACTIVATIONS.values()] == list(ACTIVATIONS)
    module = importlib.import_module("halfmoon.layers.activations")
    assert {each.name for each in vars(module).values() if isinstance(each, Activation)} == set(ACTIVATIONS)


def filled(record: Any, dtype: str = "float64") -> tuple[Model, Any, Any]:
    """Return a model of one part with random numbers everywhere, an input with the usual kinks in it, and a gradient dy."""
    random = np.random.RandomState(4)
    model = Network([record]).init(WIDTH, seed=1, dtype=dtype)
    model.theta[...] = random.standard_normal(model.theta.shape)
    model.state.vector[...] = random.uniform(0.5, 1.5, model.state.vector.shape)
    x = random.standard_normal((ROWS, WIDTH)) * 2
    x[0, :3] = 0, 1, -1
    dy = random.standard_normal((ROWS, model.program.n_outputs))
    return model, x.astype(dtype), dy.astype(dtype)


def back(model: Model, x: Any, dy: Any, pass_: Pass) -> tuple[Any, Any, dict[str, Any]]:
    """Return y, dx and the gradients by name."""
    trace = model._forward(x, pass_)
    trace.gradients = Parameters(model.program.parameters, np.full_like(model.theta, np.nan))
    model._back(trace, dy)
    return trace.scores, trace.steps[0].dx, dict(trace.gradients)


def near(ours: Any, theirs: Any, tolerance: float = 1e-10) -> None:
    """Assert that two arrays differ by no more than a share of the largest entry."""
    ours, theirs = np.asarray(ours), np.asarray(theirs)
    assert ours.shape == theirs.shape
    assert np.abs(ours - theirs).max(initial=0) <= tolerance * max(np.abs(theirs).max(initial=0), 1e-3)


@pytest.mark.parametrize("pass_", PASSES)
@pytest.mark.parametrize("record", EXAMPLES)
def test_forward_and_backward_equal_pytorch(record, pass_):
    model, x, dy = filled(record)
    y, dx, gradients = back(model, x, dy, pass_)
    tx, p = torch.tensor(x, requires_grad=True), tensors(model)
    ty = chain((record,), tx, p, pass_)
    (ty * torch.tensor(dy)).sum().backward()
    near(y, ty.detach())
    near(dx, tx.grad)
    assert set(gradients) == set(model.params)
    for name, gradient in gradients.items():
        near(gradient, p[name].grad)


@pytest.mark.parametrize("pass_", PASSES)
@pytest.mark.parametrize("record", EXAMPLES)
def test_central_differences_agree(record, pass_):
    # wide enough before the layer that no column is a plain copy; a number of outputs after it
    network = Network([Dense(WIDTH, biases="normal"), record, Dense(2)], SquaredError)
    random = np.random.RandomState(5)
    model = network.init(3, seed=2, dtype="float64")
    model.theta[...] = random.standard_normal(model.theta.shape)
    model.state.vector[...] = random.uniform(0.5, 1.5, model.state.vector.shape)
    report = check_gradients(model, random.standard_normal((7, 3)), random.standard_normal((7, 2)), pass_=pass_)
    assert report.ok, f"\n{report}"


@pytest.mark.parametrize("record", EXAMPLES)
def test_width_and_shapes(record):
    n_out, shapes = twin(record).shapes(record, WIDTH)
    program = Network([record]).program(WIDTH)
    assert program.n_outputs == n_out
    assert {name: param.shape for name, param in program.parameters.entries} == {f"0.{name}": shape for name, shape in shapes.items()}
    if isinstance(record, Layer):
        assert record.width(WIDTH) == n_out
        assert {name: param.shape for name, param in record.parameters(WIDTH).items()} == shapes


def bytes_of(*arrays: Any) -> list[bytes]:
    return [each.tobytes() for each in arrays]


@pytest.mark.parametrize("pass_", PASSES)
@pytest.mark.parametrize("record", EXAMPLES)
def test_what_goes_in_is_left_as_it_is(record, pass_):
    model, x, dy = filled(record)
    before = bytes_of(x, dy, model.theta, model.state.vector)
    back(model, x, dy, pass_)
    assert bytes_of(x, dy, model.theta, model.state.vector) == before
    for array in (x, dy):
        array.flags.writeable = False
    back(model, x, dy, pass_)


@pytest.mark.parametrize("pass_", PASSES)
@pytest.mark.parametrize("record", LAYERS)
def test_a_layer_gives_new_arrays_of_the_dtype_it_is_given(record, pass_):
    for dtype in ("float32", "float64"):
        model, x, dy = filled(record, dtype)
        p = model.arrays[0]
        y = record.forward(p, x, pass_)
        assert not any(np.shares_memory(y, each) for each in (x, *p.values()))
        kept = y.copy()
        dx, gradients = record.backward(p, x, y, dy, pass_)
        assert y.tobytes() == kept.tobytes()
        assert not any(np.shares_memory(dx, each) for each in (x, y))
        state = record.observe(p, x, pass_)
        assert set(gradients) == set(record.parameters(WIDTH))
        assert set(state) == set(record.state(WIDTH))
        assert all(state[name].shape == param.shape for name, param in record.state(WIDTH).items())
        assert {each.dtype for each in (y, dx, *gradients.values(), *state.values())} == {np.dtype(dtype)}
        assert record.forward(p, x, pass_).tobytes() == kept.tobytes()


@pytest.mark.parametrize("pass_", PASSES)
@pytest.mark.parametrize("record", LAYERS)
def test_what_a_layer_states_of_itself_is_true(record, pass_):
    model, x, _ = filled(record)
    p = model.arrays[0]
    y = record.forward(p, x, pass_)
    other = np.random.RandomState(8).standard_normal(x.shape)
    if record.element_wise(pass_):
        kept = np.random.RandomState(9).uniform(size=x.shape) < 0.5
        mixed = record.forward(p, np.where(kept, x, other), pass_)
        np.testing.assert_array_equal(mixed[kept], y[kept])
    if record.row_wise(pass_):
        rows = np.array([4, 1, 1, 5])
        near(record.forward(p, np.concatenate([other, x[rows]]), pass_)[ROWS:], y[rows], 1e-14)
    if record.identity_in_inference:
        np.testing.assert_array_equal(record.forward(p, x, INFERENCE), x)


@pytest.mark.parametrize("pass_", PASSES)
@pytest.mark.parametrize("record", [each for each in LAYERS if each.values[0] != Dropout(0.0)])  # it drops nothing
def test_a_layer_states_all_that_is_true_of_it(record, pass_):
    """No fast path is missed: rows and entries are left out of what is stated only where they depend on others."""
    model, x, _ = filled(record)
    p = model.arrays[0]
    y = record.forward(p, x, pass_)
    last, first = x.copy(), x.copy()
    last[-1], first[:, 0] = 3, 3
    rows = np.array([4, 1, 1, 5])
    alone = np.array_equal(record.forward(p, last, pass_)[:-1], y[:-1])
    anywhere = np.allclose(record.forward(p, x[rows], pass_), y[rows], rtol=1e-12)
    assert record.row_wise(pass_) == (alone and anywhere)
    entries = y.shape == x.shape and np.array_equal(record.forward(p, first, pass_)[:, 1:], y[:, 1:])
    assert record.element_wise(pass_) == (alone and entries)


def test_a_layer_of_ones_own_states_nothing_and_inherits_nothing():
    class Mixing(Dense):
        def forward(self, p, x, pass_):
            return super().forward(p, x, pass_) - x.mean()

    class Wide(Dense):
        def width(self, n_in):
            return 2 * self.units

    class Kept(Dropout):
        def forward(self, p, x, pass_):
            return x + 1

    assert Dense(2).row_wise(INFERENCE)
    assert not Mixing(2).row_wise(INFERENCE)
    assert Wide(2).row_wise(INFERENCE)
    assert not Kept().identity_in_inference
    assert not Kept().element_wise(INFERENCE)


@pytest.mark.parametrize("record", EXAMPLES)
def test_float32_is_close_to_float64(record):
    wide, narrow = filled(record, "float64"), filled(record, "float32")
    for mine, exact in zip(back(*narrow, TRAINING)[:2], back(*wide, TRAINING)[:2], strict=True):
        assert mine.dtype == np.float32
        near(mine, exact, 1e-4)


@pytest.mark.parametrize("record", EXAMPLES)
def test_a_layer_is_a_value(record):
    copies = [
        pickle.loads(pickle.dumps(record)),
        copy.deepcopy(record),
        copy.copy(record),
        records.decode(json.loads(json.dumps(records.encode(record)))),
    ]
    for each in copies:
        assert type(each) is type(record)
        assert each == record
        assert hash(each) == hash(record)
    model, x, dy = filled(record)
    twin_model, *_ = filled(copies[-1])
    assert back(model, x, dy, TRAINING)[0].tobytes() == back(twin_model, x, dy, TRAINING)[0].tobytes()


@pytest.mark.parametrize("record", EXAMPLES)
def test_a_layer_is_frozen(record):
    for each in fields(record):
        with pytest.raises(FrozenInstanceError):
            setattr(record, each.name, getattr(record, each.name))
    with pytest.raises((FrozenInstanceError, TypeError, AttributeError)):
        record.anything = 1


def test_different_examples_are_different():
    values = [each.values[0] for each in EXAMPLES]
    assert len(set(values)) == len(values)


@settings(max_examples=40)
@given(st.data())
def test_any_shape_gives_the_shape_that_width_says(data):
    record = data.draw(st.sampled_from([each.values[0] for each in EXAMPLES]))
    rows = data.draw(st.integers(1, 9))
    training = data.draw(st.booleans())
    definition = getattr(record, "activation", record)
    wide = not any(isinstance(each, tuple) for _, each in getattr(definition, "constants", ())) and "Constant" not in repr(record)
    narrow = isinstance(record, Residual | NumericEmbedding | BatchEnsemble | GroupedDense)  # what takes the width of the examples alone
    width = WIDTH if narrow or not wide else data.draw(st.integers(1, 12))
    model = Network([record]).init(width, dtype="float64")
    x = np.random.RandomState(rows).standard_normal((rows, width))
    y, dx, gradients = back(model, x, np.ones((rows, model.program.n_outputs)), Pass(training=training, seed=1))
    assert y.shape == (rows, model.program.n_outputs)
    assert dx.shape == x.shape
    assert all(np.isfinite(each).all() for each in (y, dx, *gradients.values()))


EXTREMES = np.array([0.0, 1e-8, 1e-3, 1, 5, 20, 100, 1e4])


@pytest.mark.parametrize("dtype", ["float32", "float64"])
@pytest.mark.parametrize("name", ACTIVATIONS)
def test_activations_are_right_at_extreme_inputs(name, dtype):
    activation = ACTIVATIONS[name]
    z = np.concatenate([-EXTREMES[::-1], EXTREMES])[:, None].astype(dtype)
    a = activation.forward({}, z, INFERENCE)
    slope = activation.backward({}, z, a, np.ones_like(z), INFERENCE)[0]
    tz = torch.tensor(z, dtype=torch.float64, requires_grad=True)
    ta = twin(activation).forward(activation, tz, {}, INFERENCE)
    ta.sum().backward()
    tolerance = {"float32": 2e-6, "float64": 1e-14}[dtype]
    assert a.dtype == slope.dtype == np.dtype(dtype)
    np.testing.assert_allclose(a, ta.detach().numpy(), rtol=tolerance, atol=tolerance)
    np.testing.assert_allclose(slope, tz.grad.numpy(), rtol=tolerance, atol=tolerance)
    far = np.array([[-1e30], [1e30]], dtype)
    a = activation.forward({}, far, INFERENCE)
    assert np.isfinite(a).all()
    assert np.isfinite(activation.backward({}, far, a, np.ones_like(far), INFERENCE)[0]).all()


def test_batch_norm_keeps_the_running_statistics_of_pytorch():
    for momentum in (0.1, 0.7, 1.0, 0.0):
        theirs = torch.nn.BatchNorm1d(WIDTH, momentum=momentum, dtype=torch.float64)
        model = Network([BatchNorm(momentum=momentum)]).init(WIDTH, dtype="float64")
        random = np.random.RandomState(6)
        for batch in range(5):
            x = random.normal(loc=batch, scale=3, size=(4 + batch, WIDTH))
            theirs(torch.tensor(x))
            model.observe(model._forward(x, Pass(training=True, update=batch)))
            near(model.state[0]["mean"], theirs.running_mean)
            near(model.state[0]["variance"], theirs.running_var)
        near(model.scores(x), theirs.eval()(torch.tensor(x)).detach())


def test_batch_norm_of_one_row_keeps_the_running_variance_and_is_finite():
    model = Network([BatchNorm()]).init(3, dtype="float64")
    x = np.array([[1.0, -2.0, 1e6]])
    trace = model._forward(x, Pass(training=True))
    model.observe(trace)
    assert (model.state[0]["variance"] == 1).all()
    np.testing.assert_allclose(model.state[0]["mean"], 0.1 * x[0])
    assert (trace.scores == 0).all()


def test_an_inference_pass_and_a_training_pass_leave_the_state_alone():
    model, x, dy = filled(BatchNorm())
    before = model.state.vector.tobytes()
    back(model, x, dy, TRAINING)
    model.gradients(x, dy, pass_=TRAINING)
    assert model.state.vector.tobytes() == before


def test_an_activation_needs_one_constant_for_each_column():
    with pytest.raises(InputError, match="alpha"):
        Network([Dense(3), LeakyReLU(alpha=(0.1, 0.2))]).program(2)


def test_constants_are_checked_where_they_are_set():
    with pytest.raises(InputError, match="no constant 'beta'"):
        LeakyReLU(beta=1)
    for wrong in (math.nan, math.inf, "0.1", None, True, ()):
        with pytest.raises(InputError, match="alpha"):
            LeakyReLU(alpha=wrong)


def test_a_definition_without_a_slope_is_differentiated():
    for activation in ACTIVATIONS.values():
        z = np.linspace(-3, 3, 41)[:, None] + 1e-3
        derived = Activation("derived", activation.value, constants=activation.constants)
        a = activation.forward({}, z, INFERENCE)
        ours = activation.backward({}, z, a, np.ones_like(z), INFERENCE)[0]
        theirs = derived.backward({}, z, a, np.ones_like(z), INFERENCE)[0]
        np.testing.assert_allclose(theirs, ours, rtol=1e-9, atol=1e-12)


@pytest.mark.smoke
def test_a_wrong_twin_would_be_noticed():
    model, x, _ = filled(Dense(4))
    with pytest.raises(AssertionError):
        near(model.scores(x) * (1 + 1e-8), model.scores(x))
