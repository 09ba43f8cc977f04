"""L-BFGS against SciPy called by hand."""

import numpy as np
import pytest
from scipy.optimize import minimize

import halfmoon as hm
from halfmoon.base.errors import InputError

RANDOM = np.random.RandomState(1)
X = RANDOM.normal(size=(40, 3))
Y = (X[:, 0] * X[:, 1] + 0.2 * RANDOM.normal(size=40) > 0).astype(int)
WEIGHTS = RANDOM.uniform(0.1, 1, 40)
NETWORK = hm.Network([hm.Dense(5), hm.Tanh, hm.Dense(1)], hm.Logistic)
PENALTY = hm.Penalty(l2=0.01)


def train(epochs=200, optimizer=hm.LBFGS(), network=NETWORK, dtype="float64", **options):  # noqa: B008 - a record
    model = network.init(3, 1, dtype)
    return model, hm.train(model, X, Y, optimizer=optimizer, epochs=epochs, penalty=PENALTY, sample_weight=WEIGHTS, **options)


def by_hand(iterations=200, optimizer=hm.LBFGS()):  # noqa: B008 - a record
    model = NETWORK.init(3, 1, "float64")

    def objective(theta):
        model.theta[...] = theta
        loss, gradients = model.gradients(X, Y, WEIGHTS, penalty=PENALTY)
        return loss, gradients.vector.copy()

    options = {
        "maxiter": iterations,
        "maxcor": optimizer.memory,
        "maxls": optimizer.line_search,
        "gtol": optimizer.tolerance,
        "ftol": optimizer.relative_decrease,
    }
    losses = []
    found = minimize(
        objective,
        model.theta.copy(),
        jac=True,
        method="L-BFGS-B",
        options=options,
        callback=lambda intermediate_result: losses.append(intermediate_result.fun),
    )
    return found, losses


@pytest.mark.smoke
@pytest.mark.parametrize("optimizer", [hm.LBFGS(), hm.LBFGS(memory=3, line_search=5), hm.LBFGS(tolerance=1e-2)], ids=str)
def test_reaches_what_scipy_reaches(optimizer):
    model, history = train(optimizer=optimizer, engine="reference")  # its path amplifies one unit in the last place
    expected, losses = by_hand(optimizer=optimizer)
    np.testing.assert_allclose(model.theta, expected.x, rtol=1e-10, atol=1e-12)
    np.testing.assert_allclose(history["loss"], losses, rtol=1e-12)
    assert history.epochs == expected.nit < 200
    assert history.stopped == f"L-BFGS: {expected.message.lower()}"
    assert model.loss(X, Y, WEIGHTS, penalty=PENALTY) == pytest.approx(expected.fun, rel=1e-12)


@pytest.mark.parametrize("epochs", [1, 2, 7])
def test_one_epoch_is_one_iteration(epochs):
    model, history = train(epochs)
    expected, _ = by_hand(epochs)
    assert history.epochs == epochs
    assert "limit" in history.stopped
    np.testing.assert_allclose(model.theta, expected.x, rtol=1e-10, atol=1e-12)


def test_columns():
    validation = X[:10], Y[:10]
    model, history = train(9, validation=validation, metrics=["accuracy"])
    assert list(history) == ["epoch", "loss", "val_loss", "val_accuracy", "seconds"]
    assert history["epoch"].tolist() == list(range(1, 10))
    assert (np.diff(history["loss"]) < 0).all()
    assert history["loss"][-1] == pytest.approx(model.loss(X, Y, WEIGHTS, penalty=PENALTY), rel=1e-14)  # one is compiled
    assert history["val_loss"][-1] == model.loss(*validation, penalty=PENALTY)


def test_float32():
    model, history = train(50, dtype="float32")
    assert model.dtype == np.float32
    assert model.loss(X, Y, WEIGHTS, penalty=PENALTY) == pytest.approx(by_hand(50)[0].fun, rel=0.05)
    assert history["loss"][-1] < 0.8 * history["loss"][0]


def test_early_stopping_restores_the_best():
    copies = []

    class Copies(hm.Callback):
        def on_epoch(self, run):
            copies.append(run.model.theta.copy())

    validation = X[:8], 1 - Y[:8]
    model, history = train(validation=validation, stopping=hm.EarlyStopping(patience=3), callbacks=[Copies()])
    assert history.stopped == "val_loss has not got better for 3 epochs"
    assert history.best_epoch == int(np.argmin(history["val_loss"])) + 1 == history.epochs - 3
    assert model.theta.tobytes() == copies[history.best_epoch - 1].tobytes()


def test_dropout_keeps_one_mask():
    network = hm.Network([hm.Dense(20), hm.Dropout(0.5), hm.Tanh, hm.Dense(1)], hm.Logistic)
    model, history = train(30, network=network, seed=3)
    assert (np.diff(history["loss"]) < 0).all()
    same, _ = train(30, network=network, seed=3)
    assert same.theta.tobytes() == model.theta.tobytes()


def test_batch_norm_counts_its_statistics():
    network = hm.Network([hm.Dense(4), hm.BatchNorm(), hm.Tanh, hm.Dense(1)], hm.Logistic)
    model, history = train(40, network=network)
    assert (np.diff(history["loss"]) < 0).all()
    x = X @ model.params[0]["W"]
    np.testing.assert_allclose(model.state[1]["mean"], x.mean(axis=0), rtol=0.5, atol=0.2)
    assert not np.array_equal(model.state[1]["variance"], np.ones(4))


def test_already_there():
    model, _ = train()
    before = model.theta.copy()
    history = hm.train(model, X, Y, optimizer=hm.LBFGS(tolerance=1.0), penalty=PENALTY, sample_weight=WEIGHTS, stopping=hm.EarlyStopping())
    assert history.epochs == 0
    assert "L-BFGS: " in history.stopped
    assert model.theta.tobytes() == before.tobytes()


@pytest.mark.parametrize("batch_size", [1, 39])
def test_only_the_full_batch(batch_size):
    with pytest.raises(InputError, match=r"^batch_size must be None \(the full batch\) for LBFGS, got"):
        train(batch_size=batch_size)


def test_a_batch_of_all_rows_is_the_full_batch():
    assert train(5, batch_size=40)[0].theta.tobytes() == train(5)[0].theta.tobytes()


def test_no_single_steps():
    model = NETWORK.init(3, 1)
    before = model.theta.copy()
    with pytest.raises(InputError, match=r"^step must have an optimiser that makes single updates, got LBFGS"):
        hm.Trainer(model, hm.LBFGS()).step(X, Y)
    assert model.theta.tobytes() == before.tobytes()


def test_a_rate_factor_is_refused():
    """It would be passed over in silence, and a layer that was to stand still would move."""
    model = hm.Network([hm.Dense(3, rate_factor=0), hm.Tanh, hm.Dense(1)]).init(2)
    before = model.theta.copy()
    with pytest.raises(hm.InputError, match=r"^rate_factor must be 1 with LBFGS, which has no rate, got 0 for 0\.W$"):
        hm.train(model, np.eye(2), [0, 1], optimizer=hm.LBFGS())
    assert model.theta.tobytes() == before.tobytes()
