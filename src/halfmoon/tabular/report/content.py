"""What the report of an ensemble says, as plain data: scores over folds, calibration, mistakes, importances and members."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

import numpy as np
import polars as pl
from scipy.stats import t as student

from halfmoon.base.checks import Array
from halfmoon.data.notes import clipped
from halfmoon.data.targets import Classes
from halfmoon.tabular.ensemble_fit import PreparedEnsemble
from halfmoon.tabular.ensembles.watcher import TrainingLog
from halfmoon.tabular.report.translations import say
from halfmoon.tabular.score import Score, baseline, known_targets, score, score_of
from halfmoon.tabular.table_ensemble import TableEnsemble
from halfmoon.tabular.table_model import Predicted

LEVEL = 0.95
"""Of the intervals."""

BINS, FEWEST_IN_BIN = 10, 5
"""Of the calibration curve, which has fewer where rows are few."""

MOST_CLASSES = 12
"""Of the table of mistakes; rarer ones are one."""

MOST_POINTS = 800
"""Of predictions beside the truth."""

MOST_IMPORTANCES = 30
"""Columns that are shown, the most important ones."""

PREDICTED_ROWS = 100_000
"""So many rows are predicted for importances, at most about."""

ALIKE = 1e-9
"""Residuals that differ by less than this share of their size are all the same."""

LONGEST = 60
"""Characters of a name or a label."""

FIGURES = {
    "classification": {"accuracy": (0.0, 1.0), "balanced_accuracy": (0.0, 1.0), "log_loss": (0.0, np.inf)},
    "regression": {"r2": (-np.inf, 1.0), "mean_absolute_error": (0.0, np.inf)},
}
"""Which of a score's figures are shown, and what they can be at least and at most."""


def content(model: TableEnsemble, table: PreparedEnsemble, log: TrainingLog) -> dict[str, Any]:
    """Return the data of the page."""
    target, training = model.preparation.target, table.training.frame
    numbers = model.estimator.oof_predictions_.reshape(training.height, -1)
    known = np.isfinite(numbers).all(axis=1)
    y = target.encode(training)
    held_out = (
        Predicted(numbers[known].argmax(axis=1), numbers[known]) if isinstance(target, Classes) else Predicted(numbers[known, 0], None)
    )
    tested, there = known_targets(target, table.test[target.name])
    folds = [fold.held_out[known[fold.held_out]] for fold in log.folds] if known.any() else []
    scores = [score_of(target, y[rows], _of_rows(target, numbers[rows])) for rows in folds if len(rows)]
    found: dict[str, Any] = {
        "task": target.task,
        "target": short(target.name),
        "facts": list(_facts(model, table, log)),
        "warnings": list(table.warnings),
        "notes": [note for note in table.notes if note not in table.warnings],
        "scores": _scores(target.task, scores, score(model, table.test), baseline(target, tested[there])),
        "importances": _importances(model, table),
        "members": _members(model, log),
    }
    if not known.any():
        return found
    if isinstance(target, Classes):
        labels = [short(str(each)) for each in target.labels]
        return found | {
            "calibration": calibration(y[known], numbers[known], labels),
            "confusion": confusion(y[known], held_out.answers, labels),
        }
    return found | {"residuals": residuals(target.decode(y[known]).to_numpy(), target.decode(held_out.answers).to_numpy())}


def short(text: str) -> str:
    """Return a name or a label as the page shows it."""
    return clipped(text if text.isprintable() else repr(text), LONGEST)


def _of_rows(target: Any, numbers: Array) -> Predicted:
    return Predicted(numbers.argmax(axis=1), numbers) if isinstance(target, Classes) else Predicted(numbers[:, 0], None)


# ---- what it is -------------------------------------------------------------------------------------------------------------


def _facts(model: TableEnsemble, table: PreparedEnsemble, log: TrainingLog) -> Iterator[list[str]]:
    estimator, counting = model.estimator, len(model.estimator.ensemble_.models)
    yield [say("Predicts"), f"{short(table.target.name)} ({say('classes') if isinstance(table.target, Classes) else say('a number')})"]
    text = say("{rows:,} to train on, {tested:,} to test on", rows=table.training.frame.height, tested=table.test.height)
    yield [say("Rows"), text]
    left_out = len(table.left_out)
    learned = len(model.preparation.columns)
    yield [say("Columns"), say("{learned} learned from, {left_out} left out", learned=learned, left_out=left_out)]
    yield [say("Effort"), estimator.effort]
    trained = say("{members} trained; {counting} of their networks are in the ensemble", members=len(log.members), counting=counting)
    yield [say("Members"), trained]
    yield [say("Seconds of training"), f"{sum(each.seconds for each in log.members):,.1f}"]


# ---- scores -----------------------------------------------------------------------------------------------------------------


def _scores(task: str, folds: Sequence[Score], tested: Score, base: dict[str, float]) -> list[dict[str, Any]]:
    """Return each figure: its mean over the folds with an interval, that of the test, and that of answering always the same."""
    titles = {
        "accuracy": say("accuracy"), "balanced_accuracy": say("balanced accuracy"), "log_loss": say("log-loss"), "r2": "R²",
        "mean_absolute_error": say("mean absolute error"),
    }  # fmt: skip
    found = []
    for name, bounds in FIGURES[task].items():
        of_folds = [each.figures[name] for each in folds if name in each.figures]
        beside = {"test": tested.figures.get(name), "base": base[name]}
        found.append({"name": name, "title": titles[name], "folds": of_folds, **interval(of_folds, *bounds), **beside})
    return found


def interval(numbers: Sequence[float], least: float = -np.inf, most: float = np.inf) -> dict[str, float | None]:
    """Return the mean of the figures of folds, and the ends of its interval by Student's t: mean ± t s / √k; None of fewer than two.

    No end lies where a figure cannot: below ``least``, or above ``most``.
    """
    if not numbers:
        return {"mean": None, "low": None, "high": None}
    mean, count = float(np.mean(numbers)), len(numbers)
    if count == 1:
        return {"mean": mean, "low": None, "high": None}
    half = float(student.ppf((1 + LEVEL) / 2, count - 1) * np.std(numbers, ddof=1) / np.sqrt(count))
    return {"mean": mean, "low": max(mean - half, least), "high": min(mean + half, most)}


def calibration(y: Array, p: Array, labels: Sequence[str]) -> dict[str, Any]:
    """Return how often what is predicted is right, by its probability: of the second of two classes, or of the likeliest of many.

    Rows are brought to bins of equal size; the error is the mean of the bins' differences, weighted by their rows.

    References
    ----------
    Naeini, Cooper & Hauskrecht, "Obtaining well calibrated probabilities using Bayesian binning", AAAI 2015.
    """
    two = p.shape[1] == 2  # noqa: PLR2004 - two classes
    shares, right = (p[:, 1], y == 1) if two else (p.max(axis=1), y == p.argmax(axis=1))
    order = np.argsort(shares, kind="stable")
    count = int(np.clip(len(y) // FEWEST_IN_BIN, 1, BINS))
    bins = [
        {"predicted": float(shares[rows].mean()), "found": float(right[rows].mean()), "rows": len(rows)}
        for rows in np.array_split(order, count)
    ]
    error = sum(abs(each["predicted"] - each["found"]) * each["rows"] for each in bins) / len(y)
    return {"bins": bins, "error": float(error), "label": labels[1] if two else None}


def confusion(y: Array, answers: Array, labels: Sequence[str]) -> dict[str, Any]:
    """Return how many rows of each class got which answer; classes beyond the most frequent ones are one."""
    counts = np.bincount(y, minlength=len(labels))
    kept = np.arange(len(labels))
    if len(labels) > MOST_CLASSES:
        kept = np.sort(np.argsort(-counts, kind="stable")[: MOST_CLASSES - 1])
    numbers = np.full(len(labels), len(kept))
    numbers[kept] = np.arange(len(kept))
    names = [labels[each] for each in kept.tolist()] + (
        [say("{more} others", more=len(labels) - len(kept))] if len(kept) < len(labels) else []
    )
    table = np.zeros((len(names), len(names)), dtype=int)
    np.add.at(table, (numbers[y], numbers[answers]), 1)
    return {"labels": names, "counts": table.tolist()}


def residuals(y: Array, answers: Array) -> dict[str, Any]:
    """Return predictions beside the truth, of some rows from all over, and how many rows lie how far off."""
    some = np.random.RandomState(0).permutation(len(y))[:MOST_POINTS]
    off = answers - y
    low, high = np.quantile(off, [0.005, 0.995])
    if high - low <= ALIKE * max(abs(low), abs(high), np.finfo(float).tiny):
        room = max(abs(low), abs(high)) / 2 or 1.0
        low, high = low - room, high + room
    counts, edges = np.histogram(off, bins=min(30, max(5, len(y) // 10)), range=(low, high))
    return {"points": np.column_stack([y[some], answers[some]]).tolist(), "counts": counts.tolist(), "edges": edges.tolist()}


# ---- columns ----------------------------------------------------------------------------------------------------------------


def _importances(model: TableEnsemble, table: PreparedEnsemble) -> dict[str, Any]:
    """Return how much worse predictions of rows to test on become without a column's cells, as far as that takes little time."""
    names = [each.name for each in model.preparation.columns]
    repeats = int(np.clip(60 // len(names), 1, 5))
    rows = int(np.clip(PREDICTED_ROWS // (len(names) * repeats), 50, table.test.height))
    some = np.sort(np.random.RandomState(0).permutation(table.test.height)[:rows])
    frame = model.read(table.test[some]).frame
    found = model.estimator.feature_importances(frame.select(names), _targets(model, frame), repeats=repeats)
    shown = [{"name": short(name), "value": value} for name, value in list(found.items())[:MOST_IMPORTANCES]]
    unit = say("log-loss") if isinstance(model.preparation.target, Classes) else say("root mean squared error, in deviations of the target")
    return {"columns": shown, "hidden": len(found) - len(shown), "rows": len(some), "repeats": repeats, "unit": unit}


def _targets(model: TableEnsemble, frame: pl.DataFrame) -> Array:
    return model.preparation.target.encode(frame)


# ---- members ----------------------------------------------------------------------------------------------------------------


def _members(model: TableEnsemble, log: TrainingLog) -> dict[str, Any]:
    """Return the leaderboard, and which member took longest."""
    slowest = max(log.members, key=lambda each: each.seconds) if len(log.members) > 1 else None
    return {
        "rows": model.estimator.leaderboard_.to_dicts(),
        "slowest": None if slowest is None else {**slowest._asdict(), "fold": slowest.fold + 1, "cost": None},
        "cost": say("log-loss") if isinstance(model.preparation.target, Classes) else say("error"),
    }
