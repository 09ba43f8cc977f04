"""``python -m benchmarks.tabular``: how good the estimators for tables are, beside their peers, on the same rows, in turn.

What is kept in a file is not computed again.
"""

from __future__ import annotations

import json
import subprocess
import time
import warnings
from collections.abc import Callable
from pathlib import Path
from typing import Any

import click
import numpy as np

from benchmarks import machine
from benchmarks.tabular_data import TABLES, Split, Table, categories, plain, result, scaled
from benchmarks.tabular_page import Result, Results, page

BASE, RIVAL, REALMLP = "scikit-learn's MLP", "CatBoost", "RealMLP-TD"
EFFORTS = ("low", "medium", "high")

REALMLP_PYTHON = Path(".bench-realmlp/bin/python")
"""Of the environment that ``make bench-tables`` makes for RealMLP-TD."""


def scikit_mlp(table: Table, split: Split, seed: int) -> Any:
    """Return scikit-learn's default MLP on standardised and one-hot columns."""
    from sklearn.compose import make_column_transformer
    from sklearn.impute import SimpleImputer
    from sklearn.neural_network import MLPClassifier, MLPRegressor
    from sklearn.pipeline import make_pipeline
    from sklearn.preprocessing import OneHotEncoder, StandardScaler

    names = categories(split.X)
    numbers = make_pipeline(SimpleImputer(), StandardScaler())
    columns = make_column_transformer((OneHotEncoder(handle_unknown="ignore"), names), remainder=numbers)
    return make_pipeline(columns, (MLPClassifier if table.classes else MLPRegressor)(random_state=seed))


def hist_gradient_boosting(table: Table, split: Split, seed: int) -> Any:
    """Return scikit-learn's boosted trees."""
    from sklearn.compose import make_column_transformer
    from sklearn.ensemble import HistGradientBoostingClassifier, HistGradientBoostingRegressor
    from sklearn.pipeline import make_pipeline
    from sklearn.preprocessing import OrdinalEncoder

    names = categories(split.X)
    codes = OrdinalEncoder(handle_unknown="use_encoded_value", unknown_value=np.nan, max_categories=250)
    made = HistGradientBoostingClassifier if table.classes else HistGradientBoostingRegressor
    columns = make_column_transformer((codes, names), remainder="passthrough")
    return make_pipeline(columns, made(random_state=seed, categorical_features=list(range(len(names)))))


def catboost(table: Table, split: Split, seed: int) -> Any:
    """Return CatBoost as it comes."""
    from catboost import CatBoostClassifier, CatBoostRegressor

    made = CatBoostClassifier if table.classes else CatBoostRegressor
    return made(random_seed=seed, cat_features=categories(split.X), verbose=0, allow_writing_files=False)


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
    **{effort: ours(effort) for effort in EFFORTS},
}
"""Those that are fitted in this process: all but RealMLP-TD."""

NAMES = (BASE, "HistGradientBoosting", RIVAL, REALMLP, *EFFORTS)


def measure(name: str, table: Table, seed: int) -> Result:
    """Fit a contender on a split, and return its error, its log-loss (of classes) and its seconds."""
    if name == REALMLP:
        command = [str(REALMLP_PYTHON), "-W", "ignore", "-m", "benchmarks.realmlp", table.name, str(seed)]
        found: Result = json.loads(subprocess.run(command, check=True, capture_output=True, text=True).stdout.splitlines()[-1])
        return found
    split = table.split(seed)
    X, X_test = (split.X, split.X_test) if name in EFFORTS else (plain(split.X), plain(split.X_test))
    y, y_test = scaled(table, split)
    model, began = CONTENDERS[name](table, split, seed), time.perf_counter()
    model.fit(X, y)
    seconds = time.perf_counter() - began
    if table.classes:
        return result(y_test, model.predict_proba(X_test), model.classes_, seconds)
    return result(y_test, model.predict(X_test), None, seconds)


def kept_results(path: Path | None) -> Results:
    """Return what a file has kept."""
    lines = path.read_text().splitlines() if path is not None and path.exists() else []
    found = {}
    for each in map(json.loads, lines):
        found[each.pop("contender"), each.pop("table"), each.pop("seed")] = each
    return found


@click.command()
@click.option(
    "--table", "only", multiple=True, type=click.Choice([each.name for each in TABLES]), help="One table; may be given several times."
)
@click.option("--contender", "names", multiple=True, type=click.Choice(NAMES), help="One contender; likewise.")
@click.option("--splits", type=click.IntRange(1), default=5, show_default=True)
@click.option("--keep", type=click.Path(path_type=Path), help="A file that results are added to, and read from.")
@click.option("--to", type=click.Path(path_type=Path), help="Where the page goes; without it, it is shown.")
def main(only: tuple[str, ...], names: tuple[str, ...], splits: int, keep: Path | None, to: Path | None) -> None:
    """Compare, and write a page."""
    results, chosen = kept_results(keep), names or NAMES
    tables = [table for table in TABLES if not only or table.name in only]
    for seed in range(splits):
        for table in tables:
            for name in chosen:
                if (name, table.name, seed) in results:
                    continue
                with warnings.catch_warnings(action="ignore"):
                    found = results[name, table.name, seed] = measure(name, table, seed)
                click.echo(f"{table.name}, split {seed}, {name}: {', '.join(f'{figure} {value:.4g}' for figure, value in found.items())}")
                if keep is not None:
                    with keep.open("a") as file:
                        file.write(json.dumps({"contender": name, "table": table.name, "seed": seed} | found) + "\n")
    written = page(results, chosen, tables, splits, (BASE, RIVAL, REALMLP), machine.sentence())
    if to is None:
        click.echo(written)
    else:
        to.write_text(written, encoding="utf-8")


if __name__ == "__main__":
    main()
