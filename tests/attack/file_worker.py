"""A process that loads files and uses what it has loaded: it is told a kind and a path a line, and answers a line of JSON.

Where it dies instead of answering, compiled code has crashed; where it is silent, it hangs.
"""

import json
import os
import resource
import sys
import traceback
import warnings
from pathlib import Path

os.environ.setdefault("HALFMOON_THREADS", "1")

sys.path.append(str(Path(__file__).parents[1]))

import numpy as np
import polars as pl
from sound_files import FRAME, KINDS, NUMBERS, THREE, X

import halfmoon as hm
from halfmoon import tabular
from halfmoon.description.card import FORMATS
from halfmoon.lab import report
from halfmoon.lab.results import Comparison
from halfmoon.lab.store import read
from halfmoon.training.divergence import DivergenceError
from peak_memory import peak

HEADROOM = 500 << 20
"""Bytes that a file may take, beside what the process has before."""


def targets(model):
    """Return targets that the loss of a model can take."""
    outputs, loss = model.program.n_outputs, model.network.loss
    if isinstance(loss, hm.EnsembleLoss):
        outputs, loss = outputs // loss.members, loss.of
    if isinstance(loss, hm.SoftmaxCrossEntropy):
        return np.arange(len(X)) % outputs
    return (np.arange(len(X) * outputs).reshape(len(X), outputs) // 3 % 2).astype(float)


def use_model(model):
    model.predict(X[:1])
    model.predict(X)
    model.predict_class(X)
    hm.train(model, X, targets(model), epochs=2, batch_size=8, optimizer=hm.SGD(1e-3))
    model.scores(X)
    return repr(model)


def use_trainer(trainer):
    trainer.train(X, targets(trainer.model), epochs=2, batch_size=8)
    trainer.step(X, targets(trainer.model))
    trainer.model.predict(X)
    return repr(trainer.state.optimizer)


def use_estimator(estimator, rows, y):
    estimator.predict(rows)
    if hasattr(estimator, "classes_"):
        estimator.predict_proba(rows)
    estimator.set_params(max_iter=estimator.n_iter_ + 2, verbose=False)
    if estimator.fit_state_.trainer is not None:
        estimator.resume(rows, y)
    estimator.predict(rows[:1])
    if not estimator.early_stopping:
        estimator.partial_fit(rows, y)
    return repr(estimator.history_)


def use_table(model):
    model.predict(FRAME)
    rows = FRAME[:30]  # as many as it was trained on
    use_estimator(model.estimator, model.features(rows), model.preparation.targets(rows))
    return tabular.score(model, FRAME).text


def use_ensemble(estimator):
    frame = FRAME.drop("kind").with_columns(code=pl.Series(["code 1", "other"] * 20))
    estimator.predict_proba(frame)
    estimator.predict(frame[:1])
    return repr(estimator.leaderboard_)


def use_table_ensemble(model):
    model.predict(FRAME)
    return tabular.score(model, FRAME).text + str(hm.describe(model))


def use_run(run):
    data = {"task": "classification", "score_name": run.score_name, "classes": ["0", "1"], "feature_names": ["a", "b"],
            "bounds": (0.0, 1.0),
            "points": X[:10, :2], "labels": np.zeros(10), "train_points": X[:, :2], "train_labels": np.zeros(40),
            "extent": (-3.0, 3.0, -3.0, 3.0), "axes": ["a", "b"]}  # fmt: skip
    found = Comparison([run], [run.setting], list(run.setting), [run.seed], data)
    found.frame()
    found.table()
    report.html(found)
    return found.summary()


def use_recording(recording):
    use = recording.at(2)
    use.predict(X[:, : use.n_inputs])
    return repr(recording) + str(recording.layers) + repr(recording.history)


def use_network(network):
    if isinstance(network, hm.Network):
        use_model(network.init(4))
    return repr(network)


def use_card(card):
    return [write(card) for write in FORMATS.values()]


ATTACKS = {
    "model": (hm.load, use_model),
    "own": (hm.load, use_model),
    "trainer": (hm.Trainer.load, use_trainer),
    "classifier": (hm.MLPClassifier.load, lambda it: use_estimator(it, X, THREE)),
    "regressor": (hm.MLPRegressor.load, lambda it: use_estimator(it, X, NUMBERS)),
    "table": (tabular.TableModel.load, use_table),
    "run": (lambda path: read(Path(path)), use_run),
    "recording": (hm.Recording.load, use_recording),
    "network": (hm.load, use_network),
    "card": (hm.describe, use_card),
    "ensemble": (hm.load, use_ensemble),
    "table_ensemble": (tabular.TableEnsemble.load, use_table_ensemble),
}
"""How each kind of file is loaded, and used."""


def answer(kind, path):
    """Return what came of a file: refused, loaded and used, told in use, or an error that is a fault."""
    load, use = ATTACKS[kind]
    loaded = False
    try:
        found = load(path)
        loaded = True
        use(found)
    except (hm.InputError, DivergenceError) as error:
        text = str(error)
        fault = len(text) > 300 or "\n" in text
        return {"result": "fault" if fault else "told" if loaded else "refused", "text": f"{type(error).__name__}: {text}"}
    except Exception as error:  # noqa: BLE001 - any other is a fault
        frames = [f"{Path(each.filename).name}:{each.lineno}" for each in traceback.extract_tb(error.__traceback__)[-3:]]
        told = (
            loaded
            and isinstance(error, ValueError)
            and kind in {"classifier", "regressor", "table", "ensemble", "table_ensemble"}
            and " " in str(error)
        )
        where = "used" if loaded else "loaded"
        text = f"{type(error).__name__} when {where}: {str(error)[:200]} at {' '.join(frames)}"
        return {"result": "told" if told else "fault", "text": text}
    return {"result": "used", "text": ""}


def main():
    """Answer for each line."""
    warnings.simplefilter("ignore")
    for kind, path in (line.split("\t") for line in sys.argv[1:]):  # kernels are loaded before memory is bounded
        answer(kind, path)
    pages = int(Path("/proc/self/statm").read_text().split()[0]) if Path("/proc/self/statm").exists() else 0
    if pages:
        limit = pages * resource.getpagesize() + HEADROOM
        resource.setrlimit(resource.RLIMIT_AS, (limit, limit))
    before = peak()
    for line in sys.stdin:
        found = answer(*line.rstrip("\n").split("\t"))
        found["megabytes"] = (peak() - before) >> 10
        sys.stdout.write(json.dumps(found) + "\n")
        sys.stdout.flush()


assert set(ATTACKS) == set(KINDS)
if __name__ == "__main__":
    main()
