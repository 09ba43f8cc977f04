"""One call of train: its columns, what ends it, what it leaves."""

import numpy as np
import pytest

import halfmoon as hm
from halfmoon.base.patience import Patience

# every schedule: how it is made, and its factor in epochs 1 to 6 of 6, at 3 updates an epoch
FACTORS = {
    "fixed": (hm.Fixed(), [1] * 6),
    "step": (hm.StepDecay(2, 0.5), [1, 1, 0.5, 0.5, 0.25, 0.25]),
    "exponential": (hm.Exponential(0.9), [0.9**k for k in range(6)]),
    "inverse_scaling": (hm.InverseScaling(0.5, 2.0), [(1 + 2 * k) ** -0.5 for k in range(6)]),
    "cosine": (hm.Cosine(0.2), [0.2 + 0.4 * (1 + np.cos(np.pi * k / 6)) for k in range(6)]),
    "one_cycle": (
        hm.OneCycle(0.5, 0.1, 0.0),
        [0.1 + 0.9 * (1 - np.cos(np.pi * 3 * k / 8)) / 2 for k in range(3)]
        + [(1 + np.cos(np.pi * (3 * k - 8) / 9)) / 2 for k in range(3, 6)],
    ),
    "cosine_log": (hm.CosineLog(2), [0.5 - 0.5 * np.cos(2 * np.pi * np.log2(1 + 3 * k / 6)) for k in range(6)]),
    "flat_cosine": (hm.FlatCosine(0.5), [1] * 3 + [0.5 + 0.5 * np.cos(np.pi * (k - 3) / 3) for k in range(3, 6)]),
    "warm_up": (hm.WarmUp(9, start=0.1), [0.1, 0.4, 0.7, 1, 1, 1]),
    "plateau": (hm.Plateau(0.5, 1), None),
}

NETWORK = hm.Network([hm.Dense(5), hm.BatchNorm(), hm.Tanh, hm.Dense(1)], hm.Logistic)


def data(rows=30, seed=2):
    random = np.random.RandomState(seed)
    X = random.normal(size=(rows, 3))
    return X, (X[:, 0] + 0.3 * random.normal(size=rows) > 0).astype(int)


class Always(hm.Callback):
    """Calls a function at one event."""

    def __init__(self, event, function):
        setattr(self, event, function)


def train(model=None, optimizer=hm.SGD(0.1), epochs=6, **options):  # noqa: B008 - a record
    model = model or NETWORK.init(3, 1, "float64")
    return model, hm.train(model, *data(), optimizer=optimizer, epochs=epochs, **options)


@pytest.mark.smoke
def test_columns_without_validation():
    model, history = train(metrics=["accuracy", "r2"], batch_size=10)
    assert list(history) == ["epoch", "loss", "rate", "accuracy", "r2", "seconds"]
    assert history["epoch"].tolist() == [1, 2, 3, 4, 5, 6]
    assert history["accuracy"][-1] == np.mean(model.predict(data()[0]) == data()[1])
    assert (np.diff(history["seconds"]) >= 0).all()
    assert history.stopped == "all 6 epochs done"
    assert history.best_epoch is None


@pytest.mark.smoke
def test_columns_with_validation():
    X, y = data(20, 7)
    weights = np.linspace(0, 1, 20)
    penalty = hm.Penalty(0.01, 0.1)
    model, history = train(validation=(X, y, weights), metrics=["accuracy"], penalty=penalty)
    assert list(history) == ["epoch", "loss", "rate", "val_loss", "val_accuracy", "seconds"]
    assert history["val_loss"][-1] == model.loss(X, y, weights, penalty=penalty)
    assert history["val_accuracy"][-1] == pytest.approx(np.average(model.predict(X) == y, weights=weights))
    plain, unweighted = train(validation=[X, y], penalty=penalty)
    assert unweighted["val_loss"][-1] == plain.loss(X, y, penalty=penalty)
    assert plain.theta.tobytes() == model.theta.tobytes()  # looking changes nothing


def test_validation_may_hold_one_class():
    X, y = data()
    _, history = train(validation=(X[y == 1], y[y == 1]))
    assert np.isfinite(history["val_loss"]).all()


def test_the_loss_is_the_one_before_the_updates():
    X, y = data()
    model = hm.Network([hm.Dense(1)], hm.Logistic).init(3, 1, "float64")
    before = model.loss(X, y)
    _, history = train(model, epochs=2)
    assert history["loss"][0] == pytest.approx(before, rel=1e-14)
    assert history["loss"][1] < before


def test_every_schedule_has_a_row():
    assert FACTORS.keys() == hm.SCHEDULES.keys()


@pytest.mark.parametrize("name", [name for name in FACTORS if name != "plateau"])
def test_the_rate_of_each_epoch(name):
    schedule, factors = FACTORS[name]
    _, history = train(optimizer=hm.SGD(0.3, schedule=schedule), batch_size=10)
    np.testing.assert_allclose(history["rate"], 0.3 * np.array(factors), rtol=1e-12)


def test_the_rate_of_each_update_is_what_moves_the_parameters():
    """One linear weight without noise: each step is rate times slope."""
    X, y = np.ones((4, 1)), np.full(4, 2.0)
    model = hm.Network([hm.Dense(1, "zeros", bias=False)]).init(1, dtype="float64")
    hm.train(model, X, y, optimizer=hm.SGD(0.1, schedule=hm.Cosine()), epochs=3, batch_size=2)
    w = 0.0
    for update in range(6):
        w -= 0.1 * (1 + np.cos(np.pi * update / 6)) / 2 * 2 * (w - 2)
    assert model.params[0]["W"][0, 0] == pytest.approx(w, rel=1e-14)


def test_plateau_reacts_to_the_loss():
    """Nothing moves, so no epoch is better than the first: patience 1 halves the rate every second epoch after it."""
    network = hm.Network([hm.Dense(1, rate_factor=0.0)])
    model = network.init(3, 1, "float64")
    _, history = train(model, hm.SGD(0.8, schedule=hm.Plateau(0.5, 1)), epochs=8)
    assert history["rate"].tolist() == [0.8, 0.8, 0.8, 0.4, 0.4, 0.2, 0.2, 0.1]


def test_plateau_leaves_the_rate_while_the_loss_falls():
    _, history = train(optimizer=hm.SGD(0.1, schedule=hm.Plateau(0.5, 0)))
    assert (np.diff(history["loss"]) < -1e-4).all()
    assert history["rate"].tolist() == [0.1] * 6


def test_plateau_hears_the_validation_loss():
    """Targets turned round for validation: the training loss falls while its own rises."""
    X, y = data()
    options = {"optimizer": hm.SGD(0.5, schedule=hm.Plateau(0.5, 0)), "validation": (X, 1 - y)}
    _, history = train(hm.Network([hm.Dense(1, "zeros")], hm.Logistic).init(3, 1, "float64"), **options)
    assert (np.diff(history["val_loss"]) > 0).all()
    assert history["rate"].tolist() == [0.5, 0.5, 0.25, 0.125, 0.0625, 0.03125]


@pytest.mark.parametrize("engine", ["fused", "reference"])
@pytest.mark.parametrize("optimizer", [hm.SGD(0.1), hm.LBFGS()])
def test_max_seconds(optimizer, engine):
    model, history = train(optimizer=optimizer, epochs=10**6, max_seconds=1e-9, engine=engine)
    assert history.epochs == 1
    assert history.stopped == "the time limit of 1e-09 s is reached"
    assert np.isfinite(model.theta).all()


def test_max_seconds_ends_within_an_epoch():
    updates = []
    _, history = train(max_seconds=1e-9, batch_size=1, callbacks=[Counter(updates)])
    assert len(updates) == 1
    assert history.epochs == 1


class Counter(hm.Callback):
    def __init__(self, updates):
        self.updates = updates

    def on_update(self, run):
        self.updates.append(run.loss)


def test_a_limit_that_is_not_reached():
    _, history = train(max_seconds=1e6)
    assert history.stopped == "all 6 epochs done"


class Interrupt(hm.Callback):
    def __init__(self, event, when):
        self.when = when
        setattr(self, event, self.interrupt)

    def interrupt(self, run):
        if run.state.updates >= self.when:
            raise KeyboardInterrupt


class InterruptUpdate(Interrupt):
    def __init__(self, when):
        self.when = when

    def on_update(self, run):
        self.interrupt(run)


@pytest.mark.smoke
@pytest.mark.parametrize("callback", [Interrupt("on_epoch", 6), InterruptUpdate(8)])
def test_an_interrupt_ends_training_with_the_model_as_it_is(callback):
    model, history = train(batch_size=10, callbacks=[callback])
    assert history.stopped == "interrupted"
    assert history.epochs == 2
    twin, _ = train(batch_size=10, epochs=2) if callback.when == 6 else (None, None)
    assert np.isfinite(model.theta).all()
    if twin is not None:
        assert model.theta.tobytes() == twin.theta.tobytes()


def test_an_interrupt_puts_the_last_whole_epoch_back_where_the_numbers_broke():
    kept = []

    class Break(hm.Callback):
        def on_update(self, run):
            if run.epoch == 2:
                run.model.theta[0] = np.nan
                raise KeyboardInterrupt

        def on_epoch(self, run):
            kept.append(run.model.theta.copy())

    model, history = train(callbacks=[Break()])
    assert history.stopped == "interrupted"
    assert model.theta.tobytes() == kept[1].tobytes()


def test_an_interrupt_of_lbfgs():
    model, history = train(optimizer=hm.LBFGS(), callbacks=[Interrupt("on_epoch", 2)])
    assert history.stopped == "interrupted"
    assert history.epochs == 2
    assert np.isfinite(model.theta).all()


def test_an_interrupted_training_goes_on():
    model, _ = train(callbacks=[Interrupt("on_epoch", 2)])
    loss = model.loss(*data())
    train(model, epochs=20)
    assert model.loss(*data()) < loss


def test_stop_reason_is_the_first():
    def stop(run):
        run.stop("one")
        run.stop("two")

    _, history = train(callbacks=[Always("on_epoch", stop)])
    assert history.stopped == "one"
    assert history.epochs == 1


def test_whoever_has_patience_hears_of_its_end():
    """Of several rules the engine minds one; the others are heard before they could bite."""

    class Patient(hm.Callback):
        def __init__(self, most, waited=0):
            self.most, self.waited, self.heard = most, waited, []

        def wait(self, run):
            return Patience(best=-1.0, waited=self.waited, limit=self.most)  # no loss is ever better

        def on_epoch(self, run):
            self.heard.append(run.epoch)

    alone, long, short = Patient(4), Patient(9), Patient(2)
    train(epochs=20, callbacks=alone)
    assert alone.heard == [5, 10, 15, 20]
    train(epochs=20, callbacks=[long, short])
    assert long.heard == short.heard == [3, 6, 9, 12, 15, 18, 20]
    spent = Patient(2, waited=7)  # has waited too long before it begins
    train(epochs=3, callbacks=[Patient(9), spent])
    assert spent.heard == [1, 2, 3]
