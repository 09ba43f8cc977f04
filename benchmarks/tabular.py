"""``python -m benchmarks.tabular``: how good the estimators for tables are, beside their peers, on the same rows.

Errors (of a quantity: the root mean squared error over its deviation) and log-losses, paired over splits: beside scikit-learn's default
MLP, and in geometric mean over tables beside CatBoost's. What is kept in a file is not computed again.
"""

from __future__ import annotations

import json
import time
import warnings
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path
from typing import Any

import click
import numpy as np
import pandas as pd

from benchmarks import machine
from benchmarks.tabular_data import TABLES, Split, Table

BASE, RIVAL = "scikit-learn's MLP", "CatBoost"
SMALLEST = 1e-7
"""No probability is smaller, so that one error of a peer does not decide."""

BESIDE = 0.005
"""Added to errors before they are compared: where nobody errs, one row more is not endlessly worse."""

Result = dict[str, float]


def _categories(X: pd.DataFrame) -> list[str]:
    return [name for name in X if not pd.api.types.is_numeric_dtype(X[name]) and not pd.api.types.is_datetime64_any_dtype(X[name])]


def _plain(X: pd.DataFrame) -> pd.DataFrame:
    """Return a table with dates as days, and missing categories as a level, as peers need them."""
    found = X.copy()
    for name in X:
        if pd.api.types.is_datetime64_any_dtype(X[name]):
            found[name] = (X[name] - pd.Timestamp("2020-01-01")).dt.days.astype(float)
    for name in _categories(X):
        found[name] = X[name].where(X[name].notna(), "missing").astype(str)
    return found


def scikit_mlp(table: Table, split: Split, seed: int) -> Any:
    """Return scikit-learn's default MLP on standardised and one-hot columns."""
    from sklearn.compose import make_column_transformer
    from sklearn.impute import SimpleImputer
    from sklearn.neural_network import MLPClassifier, MLPRegressor
    from sklearn.pipeline import make_pipeline
    from sklearn.preprocessing import OneHotEncoder, StandardScaler

    names = _categories(split.X)
    numbers = make_pipeline(SimpleImputer(), StandardScaler())
    columns = make_column_transformer((OneHotEncoder(handle_unknown="ignore"), names), remainder=numbers)
    return make_pipeline(columns, (MLPClassifier if table.classes else MLPRegressor)(random_state=seed))


def hist_gradient_boosting(table: Table, split: Split, seed: int) -> Any:
    """Return scikit-learn's boosted trees."""
    from sklearn.compose import make_column_transformer
    from sklearn.ensemble import HistGradientBoostingClassifier, HistGradientBoostingRegressor
    from sklearn.pipeline import make_pipeline
    from sklearn.preprocessing import OrdinalEncoder

    names = _categories(split.X)
    codes = OrdinalEncoder(handle_unknown="use_encoded_value", unknown_value=np.nan, max_categories=250)
    made = HistGradientBoostingClassifier if table.classes else HistGradientBoostingRegressor
    columns = make_column_transformer((codes, names), remainder="passthrough")
    return make_pipeline(columns, made(random_state=seed, categorical_features=list(range(len(names)))))


def catboost(table: Table, split: Split, seed: int) -> Any:
    """Return CatBoost as it comes."""
    from catboost import CatBoostClassifier, CatBoostRegressor

    made = CatBoostClassifier if table.classes else CatBoostRegressor
    return made(random_seed=seed, cat_features=_categories(split.X), verbose=0, allow_writing_files=False)


def ours(effort: str) -> Callable[[Table, Split, int], Any]:
    """Return what makes our own estimator of an effort."""

    def make(table: Table, split: Split, seed: int) -> Any:
        import halfmoon as hm

        return (hm.TabularClassifier if table.classes else hm.TabularRegressor)(effort=effort, random_state=seed)

    return make


CONTENDERS: dict[str, Callable[[Table, Split, int], Any]] = {
    BASE: scikit_mlp,
    "HistGradientBoosting": hist_gradient_boosting,
    RIVAL: catboost,
    "low": ours("low"),
    "medium": ours("medium"),
    "high": ours("high"),
}


def measure(name: str, table: Table, seed: int) -> Result:
    """Fit a contender on a split, and return its error, its log-loss (of classes) and its seconds."""
    split = table.split(seed)
    X, X_test = (split.X, split.X_test) if name in {"low", "medium", "high"} else (_plain(split.X), _plain(split.X_test))
    scale, shift = (1, 0) if table.classes else (split.y.std(), split.y.mean())
    y, y_test = (split.y - shift) / scale if scale != 1 else split.y, (split.y_test - shift) / scale if scale != 1 else split.y_test
    model, began = CONTENDERS[name](table, split, seed), time.perf_counter()
    model.fit(X, y)
    seconds = time.perf_counter() - began
    if not table.classes:
        return {"error": float(np.sqrt(np.mean((model.predict(X_test) - y_test) ** 2))), "seconds": seconds}
    shares = np.full((len(y_test), int(split.y.max()) + 1), SMALLEST)
    shares[:, np.asarray(model.classes_, dtype=int)] = np.clip(model.predict_proba(X_test), SMALLEST, 1)
    shares /= shares.sum(axis=1, keepdims=True)
    loss = float(-np.log(shares[np.arange(len(y_test)), y_test]).mean())
    return {"error": float((shares.argmax(axis=1) != y_test).mean()), "log_loss": loss, "seconds": seconds}


def kept_results(path: Path | None) -> dict[tuple[str, str, int], Result]:
    """Return what a file has kept."""
    lines = path.read_text().splitlines() if path is not None and path.exists() else []
    found = {}
    for each in map(json.loads, lines):
        found[each.pop("contender"), each.pop("table"), each.pop("seed")] = each
    return found


def summary(results: dict[tuple[str, str, int], Result], names: Sequence[str], tables: Iterable[Table], seeds: Iterable[int]) -> str:
    """Return a table for people: each figure's mean over splits, by table, and how contenders compare."""
    lines, seeds = [], list(seeds)
    for figure in ("error", "log_loss", "seconds"):
        rows = {}
        for table in tables:
            cells = [[results.get((name, table.name, seed), {}).get(figure) for seed in seeds] for name in names]
            if all(cell is not None for each in cells for cell in each):
                rows[table.name] = np.mean(cells, axis=1)
        lines += ["", f"{figure:22}" + "".join(f"{name[:12]:>14}" for name in names)]
        lines += [f"{name:22}" + "".join(f"{value:14.4f}" for value in row) for name, row in rows.items()]
        beside = BESIDE if figure == "error" else 0
        for other in (BASE, RIVAL):
            if rows and other in names:
                logs = np.log(np.array(list(rows.values())) + beside)
                ratios = np.exp((logs - logs[:, [names.index(other)]]).mean(axis=0))
                lines.append(f"{'beside ' + other:22.22}" + "".join(f"{value:14.3f}" for value in ratios))
    return "\n".join(lines)


@click.command()
@click.option(
    "--table", "only", multiple=True, type=click.Choice([each.name for each in TABLES]), help="One table; may be given several times."
)
@click.option("--contender", "names", multiple=True, type=click.Choice(list(CONTENDERS)), help="One contender; likewise.")
@click.option("--splits", type=click.IntRange(1), default=5, show_default=True)
@click.option("--keep", type=click.Path(path_type=Path), help="A file that results are added to, and read from.")
def main(only: tuple[str, ...], names: tuple[str, ...], splits: int, keep: Path | None) -> None:
    """Compare, and print tables."""
    click.echo(machine.sentence())
    results, chosen = kept_results(keep), list(names or CONTENDERS)
    tables = [table for table in TABLES if not only or table.name in only]
    for seed in range(splits):
        for table in tables:
            for name in chosen:
                if (name, table.name, seed) in results:
                    continue
                with warnings.catch_warnings(action="ignore"):
                    found = results[name, table.name, seed] = measure(name, table, seed)
                figures = ", ".join(f"{figure} {value:.4g}" for figure, value in found.items())
                click.echo(f"{table.name}, split {seed}, {name}: {figures}")
                if keep is not None:
                    with keep.open("a") as file:
                        file.write(json.dumps({"contender": name, "table": table.name, "seed": seed} | found) + "\n")
    click.echo(summary(results, chosen, tables, range(splits)))


if __name__ == "__main__":
    main()
