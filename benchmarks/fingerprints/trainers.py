"""Trainers used step by step and read back from files, recorders, and a user's callback."""

from __future__ import annotations

from collections.abc import Iterator
from copy import deepcopy
from functools import partial
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import halfmoon as hm
from benchmarks.fingerprints.data import SMALL
from benchmarks.fingerprints.hashes import Case, Values, history_values, model_values
from benchmarks.fingerprints.networks import BRANCHED, MIXED, NORMALISED
from benchmarks.fingerprints.trainings import COMBINATIONS, STOPPING, Training, training

SEQUENCES = ("train reload train", "step copy step reload step train step")
"""Actions of a trainer: an update, a training, a copy, or a file and back."""

TRAINERS: dict[str, Training] = {
    "adam, all layers": training(MIXED, optimizer=hm.AdamW(0.01, clip_norm=1.0), penalty=hm.Penalty(0.01)),
    "nesterov, plateau": training(optimizer=hm.Momentum(0.2, nesterov=True, schedule=hm.Plateau(0.5, 0))),
    "rmsprop, cosine": training(optimizer=hm.RMSprop(0.01, schedule=hm.Cosine(0.1, epochs=3))),
}

RECORDERS: dict[str, tuple[Training, Values]] = {
    "recorder, chosen epochs": (training(BRANCHED, epochs=12), {"epochs": (0, 3, 7, 11), "bins": 9}),
    "recorder, little room": (training(NORMALISED, epochs=30), {"budget": 20000}),
    "recorder, stopping": (training(stopping=hm.EarlyStopping(patience=3), **STOPPING), {"epochs": (1, 20)}),
}


class EveryUpdate(hm.Callback):
    """Collects the loss of each update and the parameters after each epoch, and stops the training after seven epochs."""

    def __init__(self) -> None:
        self.events: list[Any] = []

    def on_update(self, run: Any) -> None:
        self.events.append(run.loss)

    def on_epoch(self, run: Any) -> None:
        self.events += [run.epoch, run.model.theta.copy()]
        if run.epoch == 7:  # noqa: PLR2004 - the docstring says so
            run.stop("seven epochs")


def reloaded(saved: Any, kind: Any) -> Any:
    """Return what is read from a file of a trainer or a recording."""
    with TemporaryDirectory() as folder:
        saved.save(Path(folder) / "file")
        return kind.load(Path(folder) / "file")


def sequence(each: Training, actions: str, dtype: str, engine: str) -> Values:
    """Return what a trainer computes in a sequence of actions."""
    (X, y), options = each.rows, dict(each.options)
    given = {name: options.pop(name) for name in ("optimizer", "seed", "penalty") if name in options}
    trainer, history = hm.Trainer(each.model(dtype), engine=engine, **given), []
    for action in actions.split():
        if action == "copy":
            trainer = deepcopy(trainer)
        elif action == "reload":
            trainer = reloaded(trainer, hm.Trainer)
        elif action == "step":
            history.append(trainer.step(X[:25], y[:25], SMALL.weights[:25]))
        else:
            history.append(history_values(trainer.train(X, y, **options)))
    return model_values(trainer.model) | {"history": history}


def recorded(each: Training, given: Values, dtype: str, engine: str) -> Values:
    """Return what a recorder keeps of a training, before and after it was in a file."""
    model, recorder = each.model(dtype), hm.Recorder(*each.rows, **given)
    hm.train(model, *each.rows, **each.options, engine=engine, callbacks=recorder)
    recording, loaded = recorder.recording, reloaded(recorder.recording, hm.Recording)
    kept = [recording.epochs, recording.theta, recording.state, recording.layers, history_values(recording.history)]
    values = {"kept": kept, "statistics": recording.statistics, "read": loaded.theta, "at 3": loaded.at(3).theta}
    return model_values(model) | values


def observed(dtype: str, engine: str) -> Values:
    """Return what a callback collects, and what the training computes."""
    each, callback = training(MIXED, epochs=40), EveryUpdate()
    model = each.model(dtype)
    history = hm.train(model, *each.rows, **each.options, engine=engine, callbacks=[callback])
    return model_values(model) | {"history": history_values(history), "heard": callback.events}


def trainers() -> Iterator[Case]:
    """Yield sequences of actions, recorders and the callback."""
    for engine, dtype in COMBINATIONS:
        for name, each in TRAINERS.items():
            for actions in SEQUENCES:
                yield f"trainer: {name}, {actions}, {engine} {dtype}", partial(sequence, each, actions, dtype, engine)
        for name, (each, given) in RECORDERS.items():
            yield f"callback: {name}, {engine} {dtype}", partial(recorded, each, given, dtype, engine)
        yield f"callback: listener, {engine} {dtype}", partial(observed, dtype, engine)
