"""Training that leaves the finite numbers."""

import re

import numpy as np
import pytest

import halfmoon as hm
from halfmoon import DivergenceError

RANDOM = np.random.RandomState(1)
X = RANDOM.normal(size=(12, 3))
Y = X[:, 0] * 2
LINEAR = hm.Network([hm.Dense(4), hm.BatchNorm(), hm.Dense(1)])


class Copies(hm.Callback):
    def __init__(self):
        self.theta = []
        self.state = []

    def on_start(self, run):
        self.on_epoch(run)

    def on_epoch(self, run):
        self.theta.append(run.model.theta.copy())
        self.state.append(run.model.state.vector.copy())


def diverge(optimizer, dtype="float64", network=LINEAR, x=X, y=Y, epochs=400, **options):
    model, copies = network.init(3, 1, dtype), Copies()
    with pytest.raises(DivergenceError) as caught:
        hm.train(model, x, y, optimizer=optimizer, epochs=epochs, callbacks=[copies, *options.pop("callbacks", [])], **options)
    return model, copies, caught.value


PLAIN = hm.Network([hm.Dense(4), hm.Dense(1)])

SENTENCE = re.compile(
    r"^loss became (NaN|infinite) at epoch (\d+), update (\d+); the rate (\S+) is likely too high, try (\S+); "
    r"largest gradient (\S+) in layer (\d+) ([Wb])$"
)


@pytest.mark.smoke
@pytest.mark.parametrize("dtype", ["float32", "float64"])
@pytest.mark.parametrize("batch_size", [None, 5])
def test_is_caught_where_it_happens(dtype, batch_size):
    model, copies, error = diverge(hm.SGD(2.0), dtype, PLAIN, batch_size=batch_size, shuffle=False)
    found = SENTENCE.match(str(error))
    assert found, str(error)
    _, epoch, update, rate, advised, gradient, layer, letter = found.groups()
    finished = error.history.epochs
    assert int(epoch) == finished + 1
    updates = 1 if batch_size is None else 3
    assert finished * updates <= int(update) <= (finished + 1) * updates
    assert (float(rate), float(advised)) == (2.0, 0.2)
    assert float(gradient) > 1e3
    assert f"{layer}.{letter}" in model.params
    assert error.history.stopped == str(error)
    assert np.isfinite(error.history["loss"]).all()
    assert np.isfinite(model.theta).all()
    assert model.theta.tobytes() == copies.theta[-1].tobytes()
    assert len(copies.theta) == finished + 1


def test_in_the_epoch_it_happens_not_later():
    """By hand: the first update that makes a parameter, or the loss before it, anything but finite."""
    _, _, error = diverge(hm.SGD(1e3), network=PLAIN)
    twin = PLAIN.init(3, 1, "float64")
    updates = 0
    with np.errstate(all="ignore"):
        while np.isfinite(twin.theta).all():
            loss, gradients = twin.gradients(X, Y)
            if not np.isfinite(loss):
                break
            twin.theta[...] -= 1e3 * gradients.vector
            updates += 1
    assert f"update {updates};" in str(error)
    assert f"epoch {error.history.epochs + 1}," in str(error)


def test_running_statistics_go_back_too():
    network = hm.Network([hm.Dense(4), hm.BatchNorm(), hm.Dense(1)])
    model, copies, _ = diverge(hm.SGD(1e200), network=network, batch_size=6)
    assert np.isfinite(model.state.vector).all()
    assert model.state.vector.tobytes() == copies.state[-1].tobytes()


@pytest.mark.parametrize(
    "optimizer", [hm.SGD(1e300), hm.Momentum(1e300), hm.Adam(1e308), hm.RMSprop(1e308), hm.Adagrad(1e308), hm.Lion(1e308)], ids=str
)
@pytest.mark.parametrize("dtype", ["float32", "float64"])
def test_a_rate_that_is_far_too_high(optimizer, dtype):
    model, copies, error = diverge(optimizer, dtype)
    assert "is likely too high" in str(error)
    assert np.isfinite(model.theta).all()
    assert model.theta.tobytes() == copies.theta[-1].tobytes()


@pytest.mark.parametrize("optimizer", [hm.SGD(0.1), hm.Adam(), hm.LBFGS()])
def test_huge_inputs(optimizer):
    model, _, error = diverge(optimizer, x=X * 1e200, network=PLAIN)
    assert re.match(
        r"^loss is (infinite|NaN) before the first update; X or the first weights are too large \(largest entry of X ", str(error)
    )
    assert "infinite" in str(error) or isinstance(optimizer, hm.LBFGS)  # SciPy has gone on from infinity
    assert f"{np.abs(X).max() * 1e200:.2g}" in str(error)
    assert str(error).endswith("standardise X")
    assert error.history.epochs == 0
    assert model.theta.tobytes() == PLAIN.init(3, 1, "float64").theta.tobytes()


def test_infinity_less_infinity():
    network = hm.Network([hm.Dense(4, hm.Normal(1e3)), hm.Dense(1)])
    _, _, error = diverge(hm.SGD(0.1), x=X * 1e307, network=network)
    assert str(error).startswith("loss is NaN before the first update")


def test_the_best_epoch_is_restored_all_the_same():
    model, copies, error = diverge(hm.SGD(0.5), network=PLAIN, stopping=hm.EarlyStopping(patience=1000))
    assert error.history.best_epoch == int(np.argmin(error.history["loss"])) + 1
    assert model.theta.tobytes() == copies.theta[error.history.best_epoch].tobytes()


def test_the_end_is_told():
    ends = []

    class End(hm.Callback):
        def on_end(self, run):
            ends.append((run.history.stopped, bool(np.isfinite(run.model.theta).all())))

    _, _, error = diverge(hm.SGD(5.0), network=PLAIN, callbacks=[End()])
    assert ends == [(str(error), True)]


def test_a_layer_inside_a_branch_is_named_whole():
    network = hm.Network([hm.Residual(hm.Dense(3), hm.Dense(3, rate_factor=100.0)), hm.Dense(1)])
    _, _, error = diverge(hm.SGD(5.0), network=network)
    assert re.search(r"in layer (0\.0|0\.1|1) [Wb]$", str(error))


def test_a_single_step_makes_no_update():
    model = PLAIN.init(3, 1, "float64")
    trainer = hm.Trainer(model, hm.SGD(0.1))
    before = model.theta.copy()
    with pytest.raises(DivergenceError, match="before the first update") as caught:
        trainer.step(X * 1e200, Y)
    assert caught.value.history.epochs == 0
    assert model.theta.tobytes() == before.tobytes()
    trainer.step(X, Y)  # goes on


def test_steps_never_leave_the_finite_numbers():
    """As the error says: the model holds the last finite weights."""
    model = PLAIN.init(3, 1, "float64")
    trainer = hm.Trainer(model, hm.SGD(1e308))
    with pytest.raises(DivergenceError, match=r"largest gradient"):  # in this update or before the next
        _ = [trainer.step(X * 1e10, Y) for _ in range(2)]
    assert np.isfinite(model.theta).all()


def test_lbfgs_meets_a_loss_that_is_not_a_number():
    model = hm.Network([hm.Dense(3, "normal")], hm.SoftmaxCrossEntropy()).init(2, 0, "float64")
    before = model.theta.copy()
    with pytest.raises(hm.DivergenceError, match="loss is NaN before the first update"):
        hm.train(model, np.full((4, 2), 1e308), [0, 1, 2, 0], optimizer=hm.LBFGS())
    assert model.theta.tobytes() == before.tobytes()
