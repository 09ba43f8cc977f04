"""The tables of ``benchmarks.tabular``: four that scikit-learn brings along, and eight that are made, each with one difficulty."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, NamedTuple

import numpy as np
import pandas as pd
from sklearn import datasets
from sklearn.model_selection import train_test_split

SMALLEST = 1e-7
"""No probability is smaller, so that one error of a contender does not decide."""

TEST_ROWS = 2000
"""Of the tables that are made, so that what is measured is no chance of the test."""


class Split(NamedTuple):
    """Rows to fit on and rows to test on."""

    X: pd.DataFrame
    y: np.ndarray
    X_test: pd.DataFrame
    y_test: np.ndarray


class Table(NamedTuple):
    """A table of the comparison: its name, whether it has classes, and what makes a split from a seed."""

    name: str
    classes: bool
    split: Callable[[int], Split]


def _real(load: Callable[..., Any], *, classes: bool) -> Callable[[int], Split]:
    def split(seed: int) -> Split:
        X, y = load(return_X_y=True, as_frame=True)
        parts = train_test_split(X, y.to_numpy(), test_size=0.3, random_state=seed, stratify=y if classes else None)
        return Split(parts[0].reset_index(drop=True), parts[2], parts[1].reset_index(drop=True), parts[3])

    return split


def _made(rows: int, make: Callable[[np.random.RandomState, int], tuple[dict[str, Any], Any]]) -> Callable[[int], Split]:
    def split(seed: int) -> Split:
        columns, y = make(np.random.RandomState(1000 + seed), rows + TEST_ROWS)
        frame = pd.DataFrame(columns)
        return Split(frame[:rows], np.asarray(y)[:rows], frame[rows:].reset_index(drop=True), np.asarray(y)[rows:])

    return split


def _numbers(random: np.random.RandomState, rows: int, count: int) -> dict[str, Any]:
    return {f"n{index}": random.standard_normal(rows) for index in range(count)}


def _drawn(random: np.random.RandomState, log_odds: Any) -> Any:
    return (random.uniform(0, 1, len(log_odds)) < 1 / (1 + np.exp(-log_odds))).astype(int)


def nonlinear(random: np.random.RandomState, rows: int) -> tuple[dict[str, Any], Any]:
    """Return three classes by products, waves and steps of ten numbers."""
    columns = _numbers(random, rows, 10)
    a, b, c, d, e = (columns[f"n{index}"] for index in range(5))
    scores = np.stack([a * b + np.sin(3 * c), np.where(d > 0, e, -e) + 0.5 * a**2 - 0.5, np.cos(2 * a) + b * d], axis=1)
    return columns, (2 * scores + random.gumbel(size=scores.shape)).argmax(axis=1)


def waves(random: np.random.RandomState, rows: int) -> tuple[dict[str, Any], Any]:
    """Return a quantity: Friedman's first, of columns on very different scales, one of them with heavy tails."""
    u = random.uniform(0, 1, (rows, 8))
    y = 10 * np.sin(np.pi * u[:, 0] * u[:, 1]) + 20 * (u[:, 2] - 0.5) ** 2 + 10 * u[:, 3] + 5 * u[:, 4] + random.standard_normal(rows)
    columns = {f"n{index}": u[:, index] * 10.0 ** (index - 3) for index in range(8)}
    columns["n3"] = np.tan(np.pi * (u[:, 3] - 0.5) * 0.999)
    return columns, y


def many_levels(random: np.random.RandomState, rows: int) -> tuple[dict[str, Any], Any]:
    """Return two classes by three categories of some 200 levels, and four numbers."""
    columns: dict[str, Any] = _numbers(random, rows, 4)
    log_odds = columns["n0"] - columns["n1"] * columns["n2"]
    for name, levels in (("city", 300), ("shop", 200), ("product", 100)):
        share = 1 / np.arange(3, levels + 3)
        codes = random.choice(levels, rows, p=share / share.sum())
        log_odds = log_odds + random.standard_normal(levels)[codes]
        columns[name] = [f"{name} {code}" for code in codes]
    return columns, _drawn(random, log_odds)


def gaps(random: np.random.RandomState, rows: int) -> tuple[dict[str, Any], Any]:
    """Return two classes; 30 % of all cells are missing, more of large numbers."""
    columns: dict[str, Any] = _numbers(random, rows, 8)
    group = random.randint(0, 4, rows)
    log_odds = 2 * columns["n0"] * (group > 1) + columns["n1"] - np.abs(columns["n2"]) + columns["n3"] * columns["n4"]
    for name in list(columns):
        columns[name] = np.where(random.uniform(0, 1, rows) < 0.3 + 0.1 * np.sign(columns[name]), np.nan, columns[name])
    columns["group"] = [None if gap else f"g{code}" for code, gap in zip(group, random.uniform(0, 1, rows) < 0.3, strict=True)]
    return columns, _drawn(random, 1.5 * log_odds)


def rare(random: np.random.RandomState, rows: int) -> tuple[dict[str, Any], Any]:
    """Return two classes, one row of the one to fifty of the other."""
    columns = _numbers(random, rows, 8)
    log_odds = 2 * columns["n0"] + 1.5 * columns["n1"] * columns["n2"] + 2 * (columns["n3"] > 1)
    return columns, _drawn(random, log_odds - 7.2)


def five_rows(random: np.random.RandomState, rows: int) -> tuple[dict[str, Any], Any]:
    """Return twenty classes, of which five rows each come first."""
    centres = random.standard_normal((20, 12)) * 1.3
    y = np.concatenate([np.tile(np.arange(20), 5), random.randint(0, 20, rows - 100)])
    X = centres[y] + random.standard_normal((rows, 12))
    X[:, 4:] = np.exp(X[:, 4:])
    return {f"n{index}": X[:, index] for index in range(12)}, y


def drift(random: np.random.RandomState, rows: int) -> tuple[dict[str, Any], Any]:
    """Return two classes whose columns move with time; the rows to test on are the last."""
    days, columns = np.sort(random.uniform(0, 1, rows)), _numbers(random, rows, 6)
    columns["n0"] = columns["n0"] + 2 * days
    log_odds = 1.5 * columns["n0"] - 2 * days + (1 - days) * columns["n1"] + days * columns["n2"] + columns["n3"] * columns["n4"]
    return {"day": pd.Timestamp("2020-01-01") + pd.to_timedelta((days * 900).round(), unit="D"), **columns}, _drawn(random, 1.5 * log_odds)


def small_categories(random: np.random.RandomState, rows: int) -> tuple[dict[str, Any], Any]:
    """Return two classes by ten categories of 3 to 15 levels, and two numbers; few rows."""
    columns: dict[str, Any] = _numbers(random, rows, 2)
    log_odds = columns["n0"]
    for index, levels in enumerate([3, 3, 4, 4, 5, 6, 8, 10, 12, 15]):
        share = 1 / np.arange(1, levels + 1)
        codes = random.choice(levels, rows, p=share / share.sum())
        log_odds = log_odds + (random.standard_normal(levels) * (1 if index % 2 else 0.5))[codes]
        columns[f"c{index}"] = [f"level {code}" for code in codes]
    return columns, _drawn(random, 1.2 * log_odds)


TABLES = (
    Table("digits", classes=True, split=_real(datasets.load_digits, classes=True)),
    Table("breast-cancer", classes=True, split=_real(datasets.load_breast_cancer, classes=True)),
    Table("wine", classes=True, split=_real(datasets.load_wine, classes=True)),
    Table("diabetes", classes=False, split=_real(datasets.load_diabetes, classes=False)),
    Table("nonlinear", classes=True, split=_made(1000, nonlinear)),
    Table("waves", classes=False, split=_made(800, waves)),
    Table("many levels", classes=True, split=_made(1500, many_levels)),
    Table("30 % missing", classes=True, split=_made(1000, gaps)),
    Table("one to fifty", classes=True, split=_made(2500, rare)),
    Table("five rows a class", classes=True, split=_made(100, five_rows)),
    Table("drift", classes=True, split=_made(1000, drift)),
    Table("small categories", classes=True, split=_made(250, small_categories)),
)
"""All tables."""


def categories(X: pd.DataFrame) -> list[str]:
    """Return the columns of texts."""
    return [name for name in X if not pd.api.types.is_numeric_dtype(X[name]) and not pd.api.types.is_datetime64_any_dtype(X[name])]


def plain(X: pd.DataFrame) -> pd.DataFrame:
    """Return a table with dates as days, and missing categories as a level, as peers need them."""
    found = X.copy()
    for name in X:
        if pd.api.types.is_datetime64_any_dtype(X[name]):
            found[name] = (X[name] - pd.Timestamp("2020-01-01")).dt.days.astype(float)
    for name in categories(X):
        found[name] = X[name].where(X[name].notna(), "missing").astype(str)
    return found


def scaled(table: Table, split: Split) -> tuple[np.ndarray, np.ndarray]:
    """Return the targets to fit and to test on; quantities by the mean and the deviation of those to fit on."""
    if table.classes:
        return split.y, split.y_test
    mean, deviation = split.y.mean(), split.y.std()
    return (split.y - mean) / deviation, (split.y_test - mean) / deviation


def result(y: np.ndarray, predicted: np.ndarray, classes: Any, seconds: float) -> dict[str, float]:
    """Return the error (of a quantity: the root mean squared one), the log-loss (of classes) and the seconds.

    ``predicted`` are quantities, or the probabilities of ``classes``, which may be fewer than there are.
    """
    if classes is None:
        return {"error": float(np.sqrt(np.mean((predicted - y) ** 2))), "seconds": seconds}
    shares = np.full((len(y), int(max(y.max(), np.max(classes))) + 1), SMALLEST)
    shares[:, np.asarray(classes, dtype=int)] = np.clip(predicted, SMALLEST, 1)
    shares /= shares.sum(axis=1, keepdims=True)
    loss = float(-np.log(shares[np.arange(len(y)), y]).mean())
    return {"error": float((shares.argmax(axis=1) != y).mean()), "log_loss": loss, "seconds": seconds}
