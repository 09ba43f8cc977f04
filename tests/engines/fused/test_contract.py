"""The fused engine's numbers are the reference engine's: one table over layers, losses and optimisers, dtypes and weights."""

from __future__ import annotations

import inspect

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import halfmoon as hm
from halfmoon.base.record import Record
from halfmoon.engines.contract import Data, EpochRequest
from halfmoon.engines.fused.engine import Fused
from halfmoon.engines.fused.lowering import LOSSES, LOWERINGS
from halfmoon.engines.reference import Reference
from halfmoon.engines.row_order import RowOrder
from halfmoon.engines.state import TrainingState
from halfmoon.layers.contract import Pass
from halfmoon.optimizers.contract import FirstOrder
from halfmoon.optimizers.rules import OPTIMIZERS
from twins import LOSS_CASES, TWINS, WIDTH

GRADIENT = {"float32": 1e-5, "float64": 1e-10}
"""Largest difference, relative to the larger of the array's norm and a tenth of the whole gradient's."""

REFERENCE_ONLY: set[type[hm.Layer]] = set()
"""Layers that the compiled engine leaves to the reference engine."""
EXAMPLES = [
    pytest.param(record, id=f"{name}-{number}")
    for name, row in TWINS.items()
    for number, record in enumerate(row.examples)
    if type(record) not in REFERENCE_ONLY
]
CASES = [pytest.param(case, id=str(case)) for case in LOSS_CASES]
OPTIMIZERS_BY_NAME = {name: [make()] for name, make in OPTIMIZERS.items() if isinstance(make(), FirstOrder)} | {
    "sgd": [hm.SGD(0.1), hm.SGD(0.1, weight_decay=0.2, clip_norm=0.05, schedule=hm.Cosine())],
    "momentum": [
        hm.Momentum(0.05),
        hm.Momentum(0.05, nesterov=True, schedule=hm.Exponential(0.7)),
        hm.Momentum(0.05, nesterov=True, rate_in_velocity=True),
    ],
    "adam": [hm.Adam(0.02), hm.Adam(0.02, epsilon_before_correction=True, clip_norm=0.1, schedule=hm.WarmUp(5))],
    "adamw": [
        hm.AdamW(0.02, weight_decay=0.3),
        hm.AdamW(0.02, weight_decay=0.3, schedule=hm.CosineLog(2), decay_schedule=hm.FlatCosine(0.2)),
    ],
    "rmsprop": [hm.RMSprop(0.01)],
    "adagrad": [hm.Adagrad(0.1)],
    "lion": [hm.Lion(0.001)],
}
DTYPES = ["float32", "float64"]
WEIGHTED = [pytest.param(False, id="even"), pytest.param(True, id="weighted")]


def test_a_missing_row_fails():
    ours = {each for each in Record.kinds.values() if each.__module__.startswith("halfmoon.layers") and issubclass(each, hm.Layer)}
    assert set(LOWERINGS) == {each for each in ours if not inspect.isabstract(each)} - REFERENCE_ONLY
    assert {type(loss) for loss in hm.LOSSES.values()} | {hm.EnsembleLoss} == set(LOSSES)
    first_order = {name for name, made in OPTIMIZERS.items() if isinstance(made(), FirstOrder)}
    assert set(OPTIMIZERS_BY_NAME) == first_order


def data(model, rows, draw, weighted, seed=3):
    """Return rows, targets as ``draw`` gives them, and weights some of which are zero."""
    random = np.random.RandomState(seed)
    weights = random.uniform(0, 2, rows) * (random.uniform(size=rows) > 0.2) if weighted else None
    return Data(*model.batch(random.normal(size=(rows, model.n_inputs)), draw(random, rows, model.program.n_outputs), weights))


def same(model, ours, theirs, tolerance):
    """Hold every array by its name; a bias straight before a BatchNorm is rounding noise, and there is none by default."""
    whole = np.linalg.norm(theirs)
    for (name, param), start in zip(model.program.parameters.entries, model.program.parameters.starts, strict=True):
        own = slice(start, start + int(np.prod(param.shape)))
        scale = max(np.linalg.norm(theirs[own]), whole / 10)
        assert np.linalg.norm(ours[own].astype(float) - theirs[own]) <= tolerance * scale, name


KEPT = [0, 2]
"""Of four epochs, those whose numbers are asked for."""


def compare(network, draw, dtype, weighted, *, rows=70, optimizer=hm.SGD(0.05), penalty=hm.Penalty(), n_inputs=WIDTH):  # noqa: B008 - records
    """Compare the gradient of a training pass, then ten updates, of the two engines."""
    models = [network.init(n_inputs, 1, dtype) for _ in range(2)]
    ours, theirs = (
        engine(TrainingState(model, optimizer, penalty, 2**40 + 5), 2) for engine, model in zip((Fused, Reference), models, strict=True)
    )
    given = data(models[0], rows, draw, weighted)
    pass_ = Pass(training=True, seed=2**40 + 5, update=3)
    losses = ours.gradient(given, pass_), theirs.gradient(given, pass_)
    assert losses[0] == pytest.approx(losses[1], rel=GRADIENT[dtype], abs=GRADIENT[dtype])
    same(models[0], ours.state.gradient, theirs.state.gradient, GRADIENT[dtype])
    told = {ours: [], theirs: []}
    order = np.random.RandomState(0).permutation(rows)
    for engine, found in told.items():
        engine.state.epochs = 5

        def note(*new, engine=engine, found=found):
            found.append((*new, engine.state.model.snapshot()))

        shuffled = RowOrder(order, np.random.RandomState(1))
        engine.epochs(EpochRequest(given, shuffled, 4, max(3, rows // 3 + 1), note, snapshot_epochs=KEPT))
    ((losses, updates, kept, newest),) = told[ours]
    np.testing.assert_allclose(losses, [loss for (loss,), *_ in told[theirs]], rtol=100 * GRADIENT[dtype])
    assert updates == [count for _, (count,), *_ in told[theirs]]
    assert list(kept) == KEPT
    for place, (theta, state) in (*kept.items(), (3, newest)):
        their_theta, their_state = told[theirs][place][-1]
        assert np.linalg.norm(theta.astype(float) - their_theta) <= 100 * GRADIENT[dtype] * np.linalg.norm(their_theta)
        np.testing.assert_allclose(state, their_state, rtol=1e3 * GRADIENT[dtype], atol=1e3 * GRADIENT[dtype])


def normal(random, n, k):
    return random.normal(size=(n, k))


@pytest.mark.parametrize("dtype", DTYPES)
@pytest.mark.parametrize("record", EXAMPLES)
def test_every_layer_and_activation(record, dtype):
    compare(hm.Network([hm.Dense(WIDTH), record, hm.Dense(2)]), normal, dtype, weighted=True, optimizer=hm.SGD(0.001))


@pytest.mark.parametrize("weighted", WEIGHTED)
@pytest.mark.parametrize("dtype", DTYPES)
@pytest.mark.parametrize("case", CASES)
def test_every_loss(case, dtype, weighted):
    compare(hm.Network([hm.Dense(6), hm.Tanh, hm.Dense(case.outputs)], case.loss), case.draw, dtype, weighted)


@pytest.mark.parametrize("case", CASES)
def test_every_loss_of_an_ensemble(case):
    network = hm.Network([hm.Dense(3 * case.outputs)], hm.EnsembleLoss(case.loss, 3))
    compare(network, lambda random, n, k: case.draw(random, n, k // 3), "float32", weighted=True)


TABLES = {
    "RealMLP": (
        [hm.PeriodicEmbedding(2), hm.Scale(), hm.Dense(9), hm.ParametricActivation(hm.Mish), hm.Dropout(0.1), hm.Dense(3)],
        hm.SoftmaxCrossEntropy(label_smoothing=0.1),
    ),
    "TabM": (
        [
            hm.PiecewiseLinearEmbedding([[-1.0, -0.2, 0.4, 2.0]] * 3, outputs=4),
            hm.Repeat(4),
            hm.BatchEnsemble(8, 4, inputs="random_signs"),
            hm.ReLU,
            hm.BatchEnsemble(8, 4),
            hm.ReLU,
            hm.GroupedDense(3, 4),
        ],
        hm.EnsembleLoss(hm.SoftmaxCrossEntropy(), 4),
    ),
    "TabM-mini behind weights": (
        [hm.Dense(6), hm.Repeat(2), hm.Scale("random_signs"), hm.BatchEnsemble(5, 2, inputs=None, outputs=None, shared_bias=True),
         hm.ReLU, hm.GroupedDense(3, 2)],
        hm.EnsembleLoss(hm.SoftmaxCrossEntropy(), 2),
    ),
    "embeddings behind weights": (
        [hm.Dense(4), hm.PeriodicEmbedding(3, outputs=2, frequencies=5),
         hm.PiecewiseLinearEmbedding([[-0.7, 0.1, 0.3, 0.9], []], outputs=3),
         hm.Residual(hm.Dense(14), hm.BatchNorm(), hm.ParametricActivation(hm.SELU)), hm.Dense(3)],
        hm.SoftmaxCrossEntropy(),
    ),
}  # fmt: skip


@pytest.mark.parametrize("rows", [3, 70, 700])
@pytest.mark.parametrize("name", TABLES)
def test_networks_for_tables(name, rows):
    layers, loss = TABLES[name]

    def classes(random, n, k):
        return random.randint(0, 3, n)

    optimizer = hm.AdamW(0.002, clip_norm=0.5, decay_schedule=hm.FlatCosine())
    compare(hm.Network(layers, loss), classes, "float32" if rows == 3 else "float64", weighted=False, rows=rows, optimizer=optimizer)
    model = hm.Network(layers, loss).init(WIDTH, 1)
    X = np.random.RandomState(0).normal(size=(rows, WIDTH))
    np.testing.assert_allclose(model.scores(X), model.forward(X).scores, rtol=1e-4, atol=1e-5)


@pytest.mark.parametrize("dtype", DTYPES)
@pytest.mark.parametrize("optimizer", [each for row in OPTIMIZERS_BY_NAME.values() for each in row], ids=repr)
def test_every_optimiser(optimizer, dtype):
    factors = {"rate_factor": 0.5, "decay_factor": 3.0, "bias_rate_factor": 0.2}
    network = hm.Network([hm.Dense(7, decay_factor=0), hm.Sigmoid, hm.Dense(3, **factors), hm.ReLU, hm.Dense(2)])
    for penalty in (hm.Penalty(0.01, 0.1), hm.Penalty(0.3, 2.0, per_batch=True)):
        compare(network, normal, dtype, weighted=penalty.per_batch, optimizer=optimizer, penalty=penalty)


SHAPES = {
    "no layer": ([], 2),
    "one layer": ([hm.Dense(2)], 3),
    "no parameter": ([hm.Tanh], 2),
    "activation first": ([hm.Sine, hm.LayerNorm(), hm.Dense(2)], 3),
    "dropout first": ([hm.Dropout(0.3), hm.Dense(4), hm.ReLU, hm.Dense(2)], 3),
    "normalised first": ([hm.BatchNorm(), hm.Dense(2)], 3),
    "residual first": ([hm.Residual(hm.Dense(3), hm.Tanh), hm.Dense(2)], 3),
    "residual without parameters": ([hm.Residual(hm.Tanh), hm.Dense(2)], 3),
    "residual of residuals": ([hm.Residual(hm.Residual(hm.Dense(3)), hm.Residual(hm.Dense(3), hm.GELU)), hm.Dense(2)], 3),
    "two normalisations": ([hm.Dense(9), hm.BatchNorm(), hm.ReLU, hm.Dense(17), hm.BatchNorm(), hm.Dense(2)], 3),
    "two activations": ([hm.Dense(5), hm.Mish, hm.Sigmoid, hm.Dense(2), hm.GELU], 3),
    "wide": ([hm.Dense(131), hm.ReLU, hm.Dense(1), hm.Tanh, hm.Dense(33), hm.ELU, hm.Dense(2)], 37),
}


@pytest.mark.parametrize("rows", [3, 70, 700])
@pytest.mark.parametrize("dtype", DTYPES)
@pytest.mark.parametrize("shape", SHAPES)
def test_every_shape(shape, dtype, rows):
    layers, n_inputs = SHAPES[shape]
    compare(hm.Network(layers), normal, dtype, weighted=False, rows=rows, n_inputs=n_inputs)


def test_an_activation_and_a_loss_of_ones_own():
    bump = hm.Activation(
        "bump", lambda z, width: np.exp(-((z / width) ** 2)) * np.sin(3 * z) + np.where(z > 1, z**3, 0), constants={"width": 0.7}
    )
    fair = hm.PointwiseLoss("fair", lambda s, y: np.abs(s - y) - np.log1p(np.abs(s - y)))
    for dtype in DTYPES:
        compare(hm.Network([hm.Dense(6), bump, hm.Dense(2)], fair), normal, dtype, weighted=True)


widths = st.integers(1, 40)


@settings(max_examples=25)
@given(st.lists(widths, max_size=4), widths, st.integers(1, 130), st.integers(0, 2**32 - 1), st.sampled_from(DTYPES))
def test_any_width_and_number_of_rows(hidden, n_inputs, rows, seed, dtype):
    layers = [each for units in hidden for each in (hm.Dense(units), hm.Tanh)]
    compare(
        hm.Network([*layers, hm.Dense(3)], hm.SoftmaxCrossEntropy()),
        lambda r, n, k: r.randint(0, k, n),
        dtype,
        seed % 2 == 1,
        rows=rows,
        n_inputs=n_inputs,
    )


@pytest.mark.parametrize("rows", [1, 8, 9, 300, 5000])
@pytest.mark.parametrize("dtype", DTYPES)
def test_scores_without_training(dtype, rows):
    layers = [
        hm.Dense(20),
        hm.BatchNorm(),
        hm.ReLU,
        hm.Dropout(),
        hm.Residual(hm.LayerNorm(), hm.Dense(20), hm.GELU),
        hm.Dense(3),
        hm.Softmax(),
    ]
    model = hm.Network(layers).init(7, 2, dtype)
    model.state.vector[...] = np.random.RandomState(1).uniform(0.5, 2, model.state.vector.size)
    X = np.random.RandomState(0).normal(size=(rows, 7))
    expected = model.forward(X).scores
    np.testing.assert_allclose(model.scores(X), expected, rtol=100 * GRADIENT[dtype], atol=GRADIENT[dtype])
    assert model.scores(X).dtype == expected.dtype
