"""Tables' models that every target is tested with: every kind of column and target, missing values and categories that training never saw.

``cases()`` has models of one preparation and one estimator, ``ensembles()`` TabularClassifiers, TabularRegressors and ensembles for raw
tables, ``every()`` both.
A case's ``columns`` are lists of plain values by name, with None where one is missing: floats and ints, bools, texts, and dates, datetimes,
times and timedeltas. ``texts`` are the same cells as a CSV file has them, for targets that read texts. Numbers that an exporter takes as
days come from ``days``. ``check`` of ``exports.networks`` holds what came out to the library.
"""

from __future__ import annotations

import datetime as dt
import warnings
from dataclasses import dataclass
from functools import cache
from typing import Any

import numpy as np
import polars as pl

import halfmoon as hm
from halfmoon.data import ColumnOptions
from halfmoon.tabular import EnsembleRecipe, Recipe, TableEnsemble, TableModel, fit, fit_ensemble, prepare, prepare_ensemble

ROWS = 120
TABLES = 40
CITIES = ["Paris", "Lyon", "a \"quoted\" \\ 'city'\n→ 中"]
EPOCH = dt.datetime(1970, 1, 1)  # noqa: DTZ001 - without a zone, as the tables


@dataclass(frozen=True)
class TableCase:
    """A table's model, rows for it, and what the library makes of them by the name of the function."""

    name: str
    model: TableModel | TableEnsemble | hm.TabularClassifier | hm.TabularRegressor
    columns: dict[str, list[Any]]
    texts: dict[str, list[str]]
    expected: dict[str, Any]
    dtype: str


def _gaps(random: Any, values: list[Any], share: float) -> list[Any]:
    return [None if random.uniform() < share else value for value in values]


def _choice(random: Any, among: list[Any], rows: int) -> list[Any]:
    return [among[place] for place in random.randint(len(among), size=rows)]


KINDS = {
    "number": lambda random, rows: [float(x) for x in random.normal(50, 20, rows)],
    "large": lambda random, rows: [float(x) for x in random.normal(1e7, 3, rows)],
    "whole": lambda random, rows: [int(x) for x in random.randint(-5, 1000, rows)],
    "binary": lambda random, rows: [int(x) for x in random.randint(2, size=rows)],
    "truth": lambda random, rows: [bool(x) for x in random.randint(2, size=rows)],
    "duration": lambda random, rows: [dt.timedelta(days=int(d), seconds=int(s)) for d, s in random.randint(0, 900, (rows, 2))],
    "city": lambda random, rows: _choice(random, CITIES, rows),
    "many levels": lambda random, rows: [f"level {x}" for x in random.permutation(rows) % 60],
    "code": lambda random, rows: _choice(random, ["1.50", "2.5", "A1", "07"], rows),
    "sign": lambda random, rows: _choice(random, ["+", "-", "0"], rows),
    "date": lambda random, rows: [dt.date(2019, 12, 30) + dt.timedelta(days=int(x)) for x in random.randint(-20_000, 800, rows)],
    "moment": lambda random, rows: [EPOCH + dt.timedelta(seconds=int(x)) for x in random.randint(-(10**8), 2**31 - 1, rows)],
    "clock": lambda random, rows: [dt.time(int(h), int(m), int(m)) for h, m in random.randint(0, 24, (rows, 2))],
}
"""What draws the cells of a column, by its kind."""

DRAWN = KINDS | {
    "rare levels": lambda random, rows: [f"level {x}" for x in random.randint(400, size=rows)],
    "pair": lambda random, rows: _choice(random, ["left", "right"], rows),
    "constant": lambda _random, rows: [7.5] * rows,
}
"""Those, and what ensembles encode in a way of their own."""

STRANGE: dict[str, list[Any]] = {
    "city": ["paris", "Nice", "", "NA", " ? "],
    "many levels": ["another", "level -1"],
    "code": ["1.5", "2.50", "7", "2.500", "a1", "1.5e0"],
}
"""Cells that training never saw, some of which mean a level."""

TARGETS = {
    "two texts": lambda random, rows: _choice(random, ["no", "yes"], rows),
    "three texts": lambda random, rows: _choice(random, ["a", "b", 'c\'s "x"'], rows),
    "truth": lambda random, rows: [bool(x) for x in random.randint(2, size=rows)],
    "whole": lambda random, rows: _choice(random, [-3, 0, 2**53 + 1], rows),
    "numbers": lambda random, rows: [float(x) for x in random.normal(1000, 50, rows)],
    "counts": lambda random, rows: [int(x) for x in random.poisson(3.0, rows)],
}

CHANGES: dict[str, list[dict[str, Any]]] = {
    "two texts": [{}, {"loss": "squared_error"}],
    "three texts": [{}, {"loss": "logistic"}],
    "truth": [{"activation": "tanh"}],
    "whole": [{"hidden_layer_sizes": ()}],
    "numbers": [{}, {"loss": "huber"}],
    "counts": [{"loss": "poisson"}],
}
"""Of the recipe, by the target."""


def _text(cell: Any) -> str:
    """Return a cell as a CSV file has it."""
    if cell is None:
        return ""
    return str(cell).lower() if isinstance(cell, bool) else cell.isoformat() if hasattr(cell, "isoformat") else str(cell)


def days(cell: Any) -> float:
    """Return a date or a moment in days since 1970, a time of day or a duration in days."""
    if isinstance(cell, dt.timedelta):
        return cell / dt.timedelta(days=1)
    if isinstance(cell, dt.time):
        return (dt.datetime.combine(EPOCH, cell) - EPOCH) / dt.timedelta(days=1)
    moment = cell if isinstance(cell, dt.datetime) else dt.datetime.combine(cell, dt.time())
    return (moment - EPOCH) / dt.timedelta(days=1)


def _case(seed: int) -> TableCase:
    random = np.random.RandomState(seed)
    names = list(KINDS)
    kinds = {f"{names[(seed + place) % len(names)]} {place}": names[(seed + place) % len(names)] for place in range(3 + seed % 6)}
    target = list(TARGETS)[seed % len(TARGETS)]
    dtype = ["float32", "float64"][seed // len(TARGETS) % 2]
    training = {name: _gaps(random, KINDS[kind](random, ROWS), [0.0, 0.15][seed % 3 > 0]) for name, kind in kinds.items()}
    training["target"] = TARGETS[target](random, ROWS)
    changes = CHANGES[target][seed // len(TARGETS) % len(CHANGES[target])]
    recipe = Recipe(standardise=seed % 5 > 0 or target == "counts").changed(
        {"hidden_layer_sizes": (5,), "max_iter": 2, "validation_fraction": 0.0, "dtype": dtype} | changes
    )
    recipe = recipe.changed({"n_ensemble": 2}) if seed % 7 == 6 else recipe
    task = "regression" if target in {"numbers", "counts"} else "classification"
    with warnings.catch_warnings(action="ignore"):
        prepared = prepare(pl.DataFrame(training, strict=False), "target", recipe, task=task, columns=ColumnOptions(category=tuple(
            name for name, kind in kinds.items() if kind == "code"
        )))  # fmt: skip
        model = fit(prepared)
    columns, texts = _rows(random, kinds)
    read = model.read(pl.DataFrame(columns, strict=False)).frame
    predicted = model.predict_read(read)
    expected = {"scores": np.hstack(model.estimator._scores(model.features(read))[1]), "predict": predicted["target"].to_numpy()}
    if task == "classification":
        expected["predict_proba"] = predicted.drop("target").to_numpy()
    what = ", ".join([target, dtype, *kinds])
    return TableCase(f"table {seed}: {what}", model, columns, texts, expected, dtype)


def _rows(random: Any, kinds: dict[str, str]) -> tuple[dict[str, list[Any]], dict[str, list[str]]]:
    """Return rows to predict, and the same as texts, of which there are none where a column has durations."""
    columns = {}
    for name, kind in kinds.items():
        cells = [*DRAWN[kind](random, 5), *STRANGE.get(kind, []), None]
        columns[name] = [cells[place % len(cells)] for place in range(12)]
    if "duration" in kinds.values():
        return columns, {}
    return columns, {name: [_text(cell) for cell in cells] for name, cells in columns.items()}


@cache
def cases() -> tuple[TableCase, ...]:
    """Return every case; those of a process are made once."""
    return tuple(_case(seed) for seed in range(TABLES))


CANDIDATES = {
    "plain": hm.Candidate("plain", widths=(6,)),
    "linear": hm.Candidate("linear", widths=()),
    "periodic": hm.Candidate("periodic", widths=(5,), embedding="periodic", activation="mish"),
    "piecewise": hm.Candidate("piecewise", widths=(5,), embedding="piecewise", dropout=0.1),
    "RealMLP": hm.Candidate("RealMLP", widths=(6, 5), embedding="periodic", parametric=True, smoothing=0.1),
    "TabM": hm.Candidate("TabM", widths=(6,), members=4, embedding="piecewise"),
}

ENSEMBLES: dict[str, tuple[str, tuple[str, ...], dict[str, Any]]] = {
    # from a name to the target, the candidates and the parameters
    "two classes": ("two texts", ("plain", "TabM"), {}),
    "three classes": ("three texts", ("RealMLP", "piecewise"), {"metric": "accuracy"}),
    "truth values": ("truth", ("periodic", "linear"), {}),
    "whole labels": ("whole", ("linear",), {}),
    "a number": ("numbers", ("RealMLP", "TabM", "plain"), {}),
    "a median": ("numbers", ("periodic",), {"metric": "mae"}),
    "quantiles": ("numbers", ("TabM", "plain"), {"quantiles": (0.9, 0.1, 0.4)}),
    "two quantiles": ("numbers", ("plain",), {"quantiles": (0.9, 0.1)}),
    "one quantile": ("numbers", ("plain",), {"quantiles": (0.25,)}),
}


def _ensemble_case(seed: int, name: str) -> TableCase:
    random = np.random.RandomState(seed)
    target, candidates, options = ENSEMBLES[name]
    names = list(DRAWN)
    kinds = {f"{names[(7 * seed + place) % len(names)]} {place}": names[(7 * seed + place) % len(names)] for place in range(10)}
    gaps = [0.15 * ((seed // 3 + place) % 2) for place in range(len(kinds))]
    training = {name: _gaps(random, DRAWN[kind](random, ROWS), share) for share, (name, kind) in zip(gaps, kinds.items(), strict=True)}
    kind = hm.TabularRegressor if target == "numbers" else hm.TabularClassifier
    model = kind(candidates=[CANDIDATES[each] for each in candidates], max_epochs=8, cv=2, **options)
    columns, texts = _rows(random, kinds)
    with warnings.catch_warnings(action="ignore"):
        model.fit(pl.DataFrame(training, strict=False), TARGETS[target](random, ROWS))
        frame = pl.DataFrame(columns, strict=False)
        X = model.encoder_.inputs(model.encoder_.read(frame)[0])
        expected = {"scores": np.hstack([each.scores_of(X) for each in model.ensemble_.models]), "predict": model.predict(frame)}
        if target != "numbers":
            expected["predict_proba"] = model.predict_proba(frame)
        if "quantiles" in options:
            expected["predict_quantiles"] = model.predict_quantiles(frame)
    return TableCase(f"ensemble of {name}: {', '.join(kinds)}", model, columns, texts, expected, "float32")


def _raw_ensemble_case(target: str) -> TableCase:
    """Return the case of an ensemble that reads a table as a file has it, its target too."""
    random = np.random.RandomState(0)
    kinds = {kind: kind for kind in ("number", "truth", "city", "date", "code")}
    training = {name: _gaps(random, KINDS[kind](random, ROWS), 0.1) for name, kind in kinds.items()}
    training["target"] = TARGETS[target](random, ROWS)
    with warnings.catch_warnings(action="ignore"):
        recipe = EnsembleRecipe("low", {"max_epochs": 8})
        columns = ColumnOptions(category=("code",))
        model = fit_ensemble(prepare_ensemble(pl.DataFrame(training, strict=False), "target", recipe, columns=columns))
    columns, texts = _rows(random, kinds)
    read = model.read(pl.DataFrame(columns, strict=False)).frame
    predicted = model.predict_read(read)
    scores = [each.scores_of(model.features(read)) for each in model.estimator.ensemble_.models]
    expected = {"scores": np.hstack(scores), "predict": predicted["target"].to_numpy()}
    if predicted.width > 1:
        expected["predict_proba"] = predicted.drop("target").to_numpy()
    return TableCase(f"ensemble for a raw table of {target}", model, columns, texts, expected, "float32")


@cache
def ensembles() -> tuple[TableCase, ...]:
    """Return the cases of ensembles for tables; those of a process are made once."""
    found = [_ensemble_case(seed, name) for seed, name in enumerate(ENSEMBLES)]
    return (*found, _raw_ensemble_case("two texts"), _raw_ensemble_case("numbers"))


def ensemble_of(model: Any) -> Any:
    """Return the networks of a case of ``ensembles()``, with their weights."""
    return (model.estimator if isinstance(model, TableEnsemble) else model).ensemble_


def every() -> tuple[TableCase, ...]:
    """Return all cases."""
    return cases() + ensembles()
