"""The same bits on any number of threads and in any process; kernels that are damaged are made again; nothing hangs."""

from __future__ import annotations

import os
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor

import numpy as np
import pytest

import halfmoon as hm
from halfmoon.base.patience import ENDLESS, Patience
from halfmoon.engines.contract import Data, EpochRequest
from halfmoon.engines.fused.engine import Fused
from halfmoon.engines.row_order import RowOrder
from halfmoon.engines.state import TrainingState

LAYERS = [hm.Dense(9), hm.BatchNorm(), hm.ReLU, hm.Dropout(0.3), hm.Residual(hm.LayerNorm(), hm.Dense(9), hm.Tanh), hm.Dense(3)]
NETWORK = hm.Network(LAYERS, hm.SoftmaxCrossEntropy())
OPTIMIZERS = [hm.SGD(0.1), hm.Momentum(0.1), hm.Adam(), hm.AdamW(), hm.RMSprop(), hm.Adagrad(), hm.Lion(), hm.Adam(clip_norm=0.1)]


def data(rows=330):
    random = np.random.RandomState(0)
    return random.normal(size=(rows, 5)), random.randint(0, 3, rows)


def bits(dtype="float32", **options):
    model = NETWORK.init(5, 1, dtype)
    hm.train(model, *data(), epochs=3, batch_size=100, seed=7, **options)
    return model.theta.tobytes() + model.state.vector.tobytes()


@pytest.mark.parametrize("optimizer", OPTIMIZERS, ids=repr)
@pytest.mark.parametrize("dtype", ["float32", "float64"])
def test_the_bits_do_not_depend_on_the_threads(dtype, optimizer):
    first, *others = (bits(dtype, optimizer=optimizer, threads=threads) for threads in (1, 2, 3))
    assert others == [first, first]


def test_networks_for_tables_have_the_same_bits_on_any_number_of_threads():
    real = [hm.PeriodicEmbedding(3), hm.Scale(), hm.Dense(70), hm.ParametricActivation(hm.Mish), hm.Dropout(0.2), hm.Dense(3)]
    ensemble = [hm.PiecewiseLinearEmbedding([[-1.0, 0.0, 1.0]] * 4), hm.Repeat(4), hm.BatchEnsemble(40, 4), hm.ReLU, hm.GroupedDense(3, 4)]
    for layers, loss in ((real, hm.SoftmaxCrossEntropy()), (ensemble, hm.EnsembleLoss(hm.SoftmaxCrossEntropy(), 4))):
        found = set()
        for threads in (1, 2, 3):
            model = hm.Network(layers, loss).init(5, 1)
            hm.train(model, *data(700), optimizer=hm.AdamW(0.01, clip_norm=0.5), epochs=2, batch_size=300, seed=7, threads=threads)
            found.add(model.theta.tobytes())
        assert len(found) == 1


def test_a_large_network_has_the_same_bits_on_any_number_of_threads():
    def trained(threads):
        model = hm.Network([hm.Dense(200), hm.Sigmoid, hm.Dense(1)]).init(50, 1)
        X = np.random.RandomState(0).normal(size=(700, 50))
        hm.train(model, X, X[:, 0], epochs=3, batch_size=256, threads=threads)
        return model.theta.tobytes()

    assert len({trained(threads) for threads in (1, 2, 3)}) == 1


@pytest.mark.parametrize("rows", [33, 66, 130])
@pytest.mark.parametrize("units", [5, 300])  # made by one thread alone, and by several
def test_a_last_batch_may_have_fewer_rows_than_there_are_threads(rows, units):
    X, y = data(rows)
    network = hm.Network([hm.Dense(units), hm.BatchNorm(), hm.Tanh, hm.LayerNorm(), hm.Dense(3)], hm.SoftmaxCrossEntropy())
    models = [network.init(5, 1, "float64") for _ in range(2)]
    for model, engine in zip(models, ("fused", "reference"), strict=True):
        hm.train(model, X, y, epochs=2, batch_size=rows - 1, optimizer=hm.SGD(0.01), engine=engine, threads=3)
    np.testing.assert_allclose(models[0].theta, models[1].theta, rtol=1e-9, atol=1e-12)


CODE = """
import hashlib, sys
sys.path[:0] = ["tests/engines/fused"]
import test_engine
print(hashlib.sha256(test_engine.bits()).hexdigest(), "numba" in sys.modules)
"""


def elsewhere(code=CODE, **environment):
    found = subprocess.run([sys.executable, "-c", code], env=os.environ | environment, capture_output=True, text=True, check=False)
    assert found.returncode == 0, found.stderr
    return found.stdout.split()


def test_another_process_has_the_same_bits_and_does_not_load_numba():
    import hashlib

    here = hashlib.sha256(bits()).hexdigest()
    assert elsewhere() == elsewhere() == [here, "False"]


def test_many_threads_train_at_once():
    X, y = data(40)

    def train(seed):
        model = hm.Network([hm.Dense(4), hm.Tanh, hm.Dense(3)], hm.SoftmaxCrossEntropy()).init(5, seed % 10)
        hm.train(model, X, y, epochs=3, batch_size=32, seed=seed % 10)
        return model.theta.tobytes()

    with ThreadPoolExecutor(64) as pool:
        found = list(pool.map(train, range(1000)))
    assert found == [train(seed) for seed in range(10)] * 100


@pytest.mark.skipif(not hasattr(os, "fork"), reason="this system does not fork")
@pytest.mark.filterwarnings("ignore::DeprecationWarning")
def test_a_forked_child_trains():
    here = bits()
    child = os.fork()
    if child == 0:
        os._exit(0 if bits() == here else 1)
    assert os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == 0


def test_without_numba_the_reference_engine_does_it():
    code = (
        "import sys\n"
        "class Blocked:\n"
        "    def find_spec(self, name, path=None, target=None):\n"
        "        if name.partition('.')[0] == 'numba': raise ModuleNotFoundError(name)\n"
        "sys.meta_path.insert(0, Blocked())\n"
        "import numpy, halfmoon as hm\n"
        "model = hm.Network([hm.Dense(3), hm.ReLU, hm.Dense(1)], hm.Logistic).init(2)\n"
        "hm.train(model, numpy.eye(2), [0, 1], epochs=2)\n"
        "model.predict(numpy.eye(2))\n"
        "print(hm.explain(model))"
    )
    assert " ".join(elsewhere(code)) == "The reference engine runs this network, not the fused one: numba cannot be imported."


def test_what_cannot_be_compiled_is_explained():
    class Twice(hm.Layer):
        def forward(self, p, x, pass_):
            return 2 * x

        def backward(self, p, x, y, dy, pass_):
            return 2 * dy, {}

    class Own(type(hm.SoftmaxCrossEntropy())):
        pass

    assert hm.explain(hm.Network([hm.Dense(1)]).init(2)) == "The fused engine runs this network: every layer and the loss are compiled."
    own = hm.Network([hm.Dense(2), Twice(), hm.Dense(2)]).init(2, 1, "float64")
    assert (
        hm.explain(own) == "The reference engine runs this network, not the fused one: the layer at 1, Twice, has Python code of its own."
    )
    assert "the loss Own has Python code" in hm.explain(hm.Network([hm.Dense(2)], Own()).init(2))
    X = np.random.RandomState(0).normal(size=(9, 2))
    np.testing.assert_array_equal(own.scores(X), own.forward(X).scores)
    twin = hm.Network([hm.Dense(2), Twice(), hm.Dense(2)]).init(2, 1, "float64")
    for model, engine in ((own, "fused"), (twin, "reference")):
        hm.train(model, X, X, epochs=3, engine=engine)
    assert own.theta.tobytes() == twin.theta.tobytes()


@pytest.mark.parametrize("engine", ["fused", "reference"])
@pytest.mark.parametrize("options", [{}, {"class_weight": "balanced", "metrics": ["accuracy"]}], ids=["plain", "weighted"])
def test_some_rows_are_trained_on_without_the_others(engine, options):
    X, y = data()
    rows = np.arange(1, 330, 3)
    some, taken = (NETWORK.init(5, 1, "float64") for _ in range(2))
    options = options | {"epochs": 3, "batch_size": 25, "seed": 3, "engine": engine}
    first, second = hm.train(some, X, y, rows=rows, **options), hm.train(taken, X[rows], y[rows], **options)
    np.testing.assert_array_equal(some.theta, taken.theta)
    assert all((first[name] == second[name]).all() for name in first if name != "seconds")
    with pytest.raises(hm.InputError, match="rows must lie from 0 to 329"):
        hm.train(some, X, y, rows=[0, 330])
    with pytest.raises(hm.InputError, match="rows must be a list"):
        hm.train(some, X, y, rows=[])


@pytest.mark.parametrize("engine", ["fused", "reference"])
def test_a_loss_is_clipped_in_what_is_read_and_not_in_what_is_trained(engine):
    X, y = np.array([[50.0], [-50.0], [0.5]]), [0, 0, 1]
    models = [hm.Network([hm.Dense(2)], hm.SoftmaxCrossEntropy(clip=clip)).init(1, 0, "float64") for clip in (0.0, 1e-3)]
    for model in models:
        model.params[0]["W"][...] = [[-1.0, 1.0]]
    losses = [hm.train(model, X, y, epochs=1, engine=engine)["loss"][0] for model in models]
    np.testing.assert_allclose(losses, [(100 + np.log1p(np.exp(-1))) / 3, (-np.log(1e-3) - np.log(1 - 1e-3) + np.log1p(np.exp(-1))) / 3])
    np.testing.assert_array_equal(models[0].theta, models[1].theta)


@pytest.mark.parametrize("callbacks", [(), [type("Hears", (hm.Callback,), {"on_update": lambda self, run: None})()]])
@pytest.mark.parametrize("engine", ["fused", "reference"])
def test_the_loss_of_an_epoch_counts_its_batches_by_their_rows(engine, callbacks):
    X, y, weights = np.arange(5.0)[:, None], np.arange(5.0), np.array([1.0, 3, 0, 2, 9])
    model = hm.Network([hm.Dense(1)]).init(1, 0, "float64")
    batches = [model.loss(X[rows], y[rows], weights[rows]) for rows in (slice(2), slice(2, 4), slice(4, 5))]
    options = {"batch_size": 2, "shuffle": False, "sample_weight": weights, "optimizer": hm.SGD(1e-15)}
    history = hm.train(model, X, y, epochs=1, engine=engine, callbacks=callbacks, **options)
    np.testing.assert_allclose(history["loss"], np.average(batches, weights=[2, 2, 1]), rtol=1e-9)


def test_the_number_of_threads_is_asked_for():
    with pytest.raises(hm.InputError, match="threads must be a whole number"):
        hm.train(NETWORK.init(5), *data(), threads=0)


@pytest.mark.parametrize("threads", [1, 2])
@pytest.mark.parametrize(
    "patience", [Patience(tolerance=0.05, limit=3), Patience(best=0.5, waited=3, limit=4), Patience(waited=9, limit=2)]
)
def test_patience_ends_epochs_after_the_one_that_is_too_many(patience, threads):
    def losses(**options):
        model, (X, y), told = NETWORK.init(5, 1, "float64"), data(), []
        made = Fused(TrainingState(model, hm.SGD(0.1), hm.Penalty(), 0), threads)
        rows = Data(X, model.targets(y, len(X)), None)
        made.epochs(EpochRequest(rows, RowOrder(None), 40, 100, lambda *found: told.extend(found[0]), **options))
        return told

    every, expected = losses(), []
    best, waited = patience.best, patience.waited
    for loss in every:
        expected.append(loss)
        best, waited = min(best, loss), 0 if loss <= best - patience.tolerance else waited + 1
        if waited > patience.limit:
            break
    assert losses(patience=patience) == expected
    assert losses(patience=ENDLESS) == every
    assert len(expected) < len(every)
