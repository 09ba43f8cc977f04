"""Early stopping."""

import math

import numpy as np
import pytest

import halfmoon as hm
from halfmoon.base.errors import InputError
from halfmoon.training.stopping import Watch

NETWORK = hm.Network([hm.Dense(16), hm.BatchNorm(), hm.Tanh, hm.Dense(1)], hm.Logistic)


def data(seed, rows=25):
    random = np.random.RandomState(seed)
    X = random.normal(size=(rows, 4))
    return X, (X[:, 0] + random.normal(size=rows) > 0).astype(int)


class Copies(hm.Callback):
    def __init__(self):
        self.theta = []
        self.state = []

    def on_epoch(self, run):
        self.theta.append(run.model.theta.copy())
        self.state.append(run.model.state.vector.copy())


def train(stopping, **options):
    """Overfit: few rows, a wide layer, a high rate."""
    model, copies = NETWORK.init(4, 1, "float64"), Copies()
    options = {"validation": data(5, 40), "epochs": 150, "batch_size": 8} | options
    history = hm.train(model, *data(4), optimizer=hm.Adam(0.03), stopping=stopping, callbacks=[copies], **options)
    return model, history, copies


def best(column, *, higher, patience, tolerance=0.0):
    """Return the best epoch and the last one, counted by hand."""
    found, place = None, 0
    for epoch, value in enumerate(column, start=1):
        better = found is None or (value > found + tolerance if higher else value < found - tolerance)
        found, place = (value, epoch) if better else (found, place)
        if epoch - place == patience:
            return place, epoch
    return place, len(column)


@pytest.mark.smoke
@pytest.mark.parametrize(
    ("monitor", "column", "higher"),
    [("loss", "val_loss", False), ("accuracy", "val_accuracy", True), ("mean_absolute_error", "val_mean_absolute_error", False)],
)
@pytest.mark.parametrize("patience", [1, 4])
@pytest.mark.parametrize("tolerance", [0.0, 0.01])
def test_stops_after_patience_and_restores_the_best(monitor, column, higher, patience, tolerance):
    stopping = hm.EarlyStopping(monitor, patience, tolerance)
    model, history, copies = train(stopping, metrics=["accuracy", "mean_absolute_error"])
    assert history.epochs < 150
    assert (history.best_epoch, history.epochs) == best(history[column], higher=higher, patience=patience, tolerance=tolerance)
    assert history.stopped == f"{column} has not got better for {patience} epochs"
    assert model.theta.tobytes() == copies.theta[history.best_epoch - 1].tobytes()
    assert model.state.vector.tobytes() == copies.state[history.best_epoch - 1].tobytes()


def test_without_validation_the_training_loss():
    _, history, _ = train(hm.EarlyStopping(patience=2), validation=None)
    assert history.stopped == "loss has not got better for 2 epochs"
    assert (history.best_epoch, history.epochs) == best(history["loss"], higher=False, patience=2)


def test_the_last_parameters_stay_on_request():
    model, history, copies = train(hm.EarlyStopping(patience=3, restore_best=False))
    assert history.best_epoch == history.epochs - 3
    assert model.theta.tobytes() == copies.theta[-1].tobytes()


def test_the_best_is_restored_when_patience_lasts():
    model, history, copies = train(hm.EarlyStopping(patience=1000))
    assert history.stopped == "all 150 epochs done"
    assert history.best_epoch == int(np.argmin(history["val_loss"])) + 1
    assert model.theta.tobytes() == copies.theta[history.best_epoch - 1].tobytes()


def test_the_best_is_back_when_the_callback_hears_the_end():
    ends = []

    class End(hm.Callback):
        def on_end(self, run):
            ends.append((run.model.theta.copy(), run.history.best_epoch))

    model = NETWORK.init(4, 1, "float64")
    hm.train(model, *data(4), validation=data(5), optimizer=hm.Adam(0.05), stopping=hm.EarlyStopping(patience=2), callbacks=[End()])
    assert ends[0][0].tobytes() == model.theta.tobytes()
    assert ends[0][1] is not None


def own(values, **options):
    """Return a metric that takes on ``values`` in turn, and the history of a training that watches it."""
    left = iter(values)
    metric = hm.Metric("mine", lambda model, X, y, weights: next(left), **options)
    _, history, _ = train(hm.EarlyStopping("mine", patience=2), metrics=[metric], epochs=len(values))
    return history


@pytest.mark.parametrize(("higher", "epoch", "epochs"), [(True, 2, 4), (False, 1, 3)])
def test_an_own_metric_knows_which_way_is_better(higher, epoch, epochs):
    history = own([1.0, 3.0, 2.0, 0.0, 0.5], higher_is_better=higher)
    assert (history.best_epoch, history.epochs) == (epoch, epochs)


def test_a_value_that_is_not_a_number_is_never_the_best():
    history = own([math.nan, 1.0, 2.0, 1.5, 3.0])
    assert (history.best_epoch, history.epochs) == (5, 5)


def test_infinite_at_first():
    history = own([math.inf, 2.0, 1.0, 1.5, 1.2], higher_is_better=False)
    assert history.best_epoch == 3


def test_two_infinite_values_are_no_progress():
    history = own([math.inf, math.inf, math.inf], higher_is_better=False)
    assert (history.best_epoch, history.epochs) == (1, 3)


@pytest.mark.parametrize(
    "options",
    [
        {"monitor": 3},
        {"patience": 0},
        {"patience": 1.5},
        {"patience": True},
        {"tolerance": -1},
        {"tolerance": math.nan},
        {"restore_best": 1},
    ],
    ids=str,
)
def test_wrong_arguments(options):
    with pytest.raises(InputError, match=f"^{next(iter(options))} must be"):
        hm.EarlyStopping(**options)


@pytest.mark.parametrize("monitor", ["val_loss", "acuracy", "mine"])
def test_an_unknown_monitor(monitor):
    with pytest.raises(InputError, match=rf"^monitor must be one of loss, accuracy.*'{monitor}'"):
        Watch(hm.EarlyStopping(monitor), [hm.METRICS["accuracy"]], validated=True)


def test_is_a_record():
    assert hm.EarlyStopping(patience=3) == hm.EarlyStopping("loss", 3)
    assert len({hm.EarlyStopping(), hm.EarlyStopping(), hm.EarlyStopping("accuracy")}) == 2
