"""What each file of an earlier version of the format is asked, and how it is loaded; ``python kept_files.py FOLDER`` writes the answers.

The files of ``version_1`` were written when that version was new, by ``tests/attack/sound_files.py``. They are never written again: a
new version of the format gets a folder of its own.
"""

from __future__ import annotations

import json
import sys
from pathlib import Path

import numpy as np
import polars as pl

import halfmoon as hm
from halfmoon.lab.store import read
from halfmoon.tabular import TableModel
from halfmoon.training import checkpoint

X = np.sin(np.arange(40.0)).reshape(10, 4)
CITIES = ["Paris", "Rome", None, "Oslo", "Bern"] * 2
FRAME = pl.DataFrame({"size": X[:, 0], "city": CITIES, "grown": [True, False] * 5})


def trained_on(trainer):
    """Return the parameters after two more epochs: the optimiser, its schedule and the generator go on where they were."""
    trainer.train(X, X[:, 0] > 0, epochs=2, batch_size=4)
    return trainer.model.theta


def of_table(model):
    answers = model.predict(FRAME)
    return answers.select(pl.selectors.starts_with("P(")).to_numpy()


ANSWERS = {
    "model": (checkpoint.load, lambda model: model.predict_proba(X)),
    "own": (checkpoint.load, lambda model: model.predict(X)),
    "trainer": (hm.Trainer.load, trained_on),
    "classifier": (hm.MLPClassifier.load, lambda it: it.predict_proba(X)),
    "regressor": (hm.MLPRegressor.load, lambda it: it.predict_quantiles(X)),
    "table": (TableModel.load, of_table),
    "recording": (hm.Recording.load, lambda it: np.hstack([it.at(epoch).predict(X)[:, None] for epoch in it.epochs])),
    "run": (lambda path: read(Path(path)), lambda it: np.append(it.predictions, [it.score, it.loss, it.epochs])),
}
"""By the name of a file: how it is loaded, and the numbers that it gives."""


def records():
    """Return every record that the library exports and a file may hold, by its name."""
    made = {name: getattr(hm, name) for name in hm.__all__ if name != "Optimizer"}
    given = {
        "Constant": hm.Constant(np.arange(3.0)), "Dense": hm.Dense(3, "orthogonal", rate_factor=0.5), "Residual": hm.Residual(hm.Dense(2)),
        "Network": hm.Network([hm.Dense(1)]), "WarmUp": hm.WarmUp(5, hm.Fixed()), "Penalty": hm.Penalty(0.1, 0.2),
        "Ending": hm.Ending("interrupted"), "StepDecay": hm.StepDecay(5),
    }  # fmt: skip
    found = {}
    for name, thing in made.items():
        if name in given:
            found[name] = given[name]
        elif isinstance(thing, hm.Layer | hm.Loss):
            found[name] = thing
        elif isinstance(thing, type) and issubclass(thing, hm.Layer | hm.Loss | hm.Optimizer | hm.Schedule | hm.Initializer):
            try:
                found[name] = thing()
            except TypeError:  # a contract, or what needs more than this table gives
                continue
    return found


if __name__ == "__main__":
    folder = Path(sys.argv[1])
    answers = {name: np.asarray(ask(load(folder / f"{name}.safetensors")), float).tolist() for name, (load, ask) in ANSWERS.items()}
    (folder / "answers.json").write_text(json.dumps(answers))
    from halfmoon.base.record import encode

    (folder / "records.json").write_text(json.dumps({name: encode(each) for name, each in records().items()}))
