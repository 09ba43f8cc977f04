"""Callbacks: when they are told, and what they can do."""

import numpy as np
import pytest

import halfmoon as hm
from halfmoon.training.callbacks import listens_to_updates

X = np.random.RandomState(1).normal(size=(10, 3))
Y = X[:, 0] * 2
NETWORK = hm.Network([hm.Dense(4), hm.Tanh, hm.Dense(1)])


def train(callbacks, optimizer=hm.SGD(0.05), **options):  # noqa: B008 - a record
    model = NETWORK.init(3, 1, "float64")
    return model, hm.train(model, X, Y, optimizer=optimizer, **{"epochs": 3, "batch_size": 4, "callbacks": callbacks, **options})


class Log(hm.Callback):
    def __init__(self, events, name=""):
        self.events = events
        self.name = name

    def on_start(self, run):
        self.events.append((f"{self.name}start", run.epoch, run.state.updates, run.history.epochs))

    def on_update(self, run):
        self.events.append((f"{self.name}update", run.epoch, run.state.updates, run.history.epochs))

    def on_epoch(self, run):
        self.events.append((f"{self.name}epoch", run.epoch, run.state.updates, run.history.epochs))

    def on_end(self, run):
        self.events.append((f"{self.name}end", run.epoch, run.state.updates, run.history.epochs))


@pytest.mark.smoke
def test_the_order_of_events():
    events = []
    train([Log(events)], epochs=2)
    assert events == [
        ("start", 0, 0, 0),
        ("update", 0, 1, 0),
        ("update", 0, 2, 0),
        ("update", 0, 3, 0),
        ("epoch", 1, 3, 1),
        ("update", 1, 4, 1),
        ("update", 1, 5, 1),
        ("update", 1, 6, 1),
        ("epoch", 2, 6, 2),
        ("end", 2, 6, 2),
    ]


def test_callbacks_are_told_in_turn():
    events = []
    train((Log(events, "a "), Log(events, "b ")), epochs=1, batch_size=None)
    assert [event[0] for event in events] == ["a start", "b start", "a update", "b update", "a epoch", "b epoch", "a end", "b end"]


def test_lbfgs_tells_of_epochs():
    events = []
    train([Log(events)], optimizer=hm.LBFGS(), epochs=2, batch_size=None)
    assert [event[0] for event in events] == ["start", "epoch", "epoch", "end"]
    assert [event[1] for event in events] == [0, 1, 2, 2]


def test_what_a_run_shows():
    losses, rows = [], []

    class Look(hm.Callback):
        def on_update(self, run):
            losses.append(run.loss)
            assert run.epochs == 3
            assert run.model is model_of(run)

        def on_epoch(self, run):
            rows.append(run.history.last())

    def model_of(run):
        return run.state.model

    _, history = train([Look()])
    assert [row["loss"] for row in rows] == history["loss"].tolist()
    assert rows[0]["loss"] == pytest.approx(np.average(losses[:3], weights=[4, 4, 2]))


def test_updates_are_told_only_to_those_who_listen():
    class Epochs(hm.Callback):
        def on_epoch(self, run):
            assert run.update_listeners == [listener]

    class Updates(hm.Callback):
        def on_update(self, run):
            """Listen."""

    class Inherits(Updates):
        """Listens too."""

    listener = Updates()
    assert not listens_to_updates(hm.Callback())
    assert not listens_to_updates(Epochs())
    assert listens_to_updates(listener)
    assert listens_to_updates(Inherits())
    train([Epochs(), listener])


class StopAt(hm.Callback):
    def __init__(self, updates):
        self.updates = updates

    def on_update(self, run):
        if run.state.updates == self.updates:
            run.stop(f"at update {self.updates}")


@pytest.mark.smoke
@pytest.mark.parametrize(("updates", "epochs"), [(1, 1), (3, 1), (4, 2), (9, 3)])
def test_stop_from_an_update(updates, epochs):
    made = []

    class Count(hm.Callback):
        def on_end(self, run):
            made.append(run.state.updates)

    model, history = train([StopAt(updates), Count()], shuffle=False)
    assert history.stopped == f"at update {updates}"
    assert history.epochs == epochs
    assert made == [updates]
    stepped = NETWORK.init(3, 1, "float64")
    trainer = hm.Trainer(stepped, hm.SGD(0.05))
    for update in range(updates):
        rows = [slice(0, 4), slice(4, 8), slice(8, 10)][update % 3]
        trainer.step(X[rows], Y[rows])
    assert stepped.theta.tobytes() == model.theta.tobytes()


class StopAfter(hm.Callback):
    def on_epoch(self, run):
        if run.epoch == 2:
            run.stop("two are enough")


@pytest.mark.parametrize("optimizer", [hm.SGD(0.05), hm.LBFGS()])
def test_stop_from_an_epoch(optimizer):
    model, history = train([StopAfter()], optimizer=optimizer, batch_size=None, epochs=9)
    assert (history.stopped, history.epochs) == ("two are enough", 2)
    same, _ = train([], optimizer=optimizer, batch_size=None, epochs=2)
    assert model.theta.tobytes() == same.theta.tobytes()


class StopAtStart(hm.Callback):
    def on_start(self, run):
        run.stop("not today")


@pytest.mark.parametrize("optimizer", [hm.SGD(0.05), hm.LBFGS()])
def test_stop_before_it_begins(optimizer):
    model, history = train([StopAtStart()], optimizer=optimizer, batch_size=None)
    assert (history.stopped, history.epochs) == ("not today", 0)
    assert model.theta.tobytes() == NETWORK.init(3, 1, "float64").theta.tobytes()


def raising(event):
    def fail(self, run):
        if event == "on_start" or run.state.updates >= 2:
            raise RuntimeError("mine")

    return type("Raising", (hm.Callback,), {event: fail})()


@pytest.mark.parametrize("event", ["on_start", "on_update", "on_epoch", "on_end"])
@pytest.mark.parametrize("stopping", [None, hm.EarlyStopping()])
@pytest.mark.parametrize("optimizer", [hm.SGD(0.05), hm.LBFGS()])
def test_one_that_raises_leaves_a_usable_model(event, stopping, optimizer):
    if isinstance(optimizer, hm.LBFGS) and event == "on_update":
        pytest.skip("it makes no updates")
    model = NETWORK.init(3, 1, "float64")
    with pytest.raises(RuntimeError, match="mine"):
        hm.train(model, X, Y, optimizer=optimizer, epochs=4, callbacks=[raising(event)], stopping=stopping)
    loss = model.loss(X, Y)
    assert np.isfinite(loss)
    hm.train(model, X, Y, optimizer=hm.SGD(0.02), epochs=30)
    assert model.loss(X, Y) < loss


def test_one_that_raises_after_the_numbers_broke_leaves_finite_ones():
    class Break(hm.Callback):
        def on_update(self, run):
            run.model.theta[0] = np.inf
            raise RuntimeError("mine")

    model = NETWORK.init(3, 1, "float64")
    with pytest.raises(RuntimeError, match="mine"):
        hm.train(model, X, Y, callbacks=[Break()])
    assert np.isfinite(model.theta).all()


def test_the_end_is_told_after_an_error():
    events = []
    with pytest.raises(RuntimeError, match="mine"):
        train([Log(events), raising("on_epoch")])
    assert events[-1][0] == "end"


def test_the_plain_callback_does_nothing():
    model, _ = train([hm.Callback()])
    same, _ = train([])
    assert model.theta.tobytes() == same.theta.tobytes()
