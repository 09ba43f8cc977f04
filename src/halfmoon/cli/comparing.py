"""``halfmoon compare``: a table, a grid of settings, and what to show while they train."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
from rich.console import Console

from halfmoon.base import checks
from halfmoon.base.errors import InputError
from halfmoon.cli.live_table import Board, ranking
from halfmoon.cli.training import Source
from halfmoon.data.targets import Classes
from halfmoon.estimators import MLPClassifier, MLPRegressor
from halfmoon.lab import Comparison, compare
from halfmoon.tabular import Recipe
from halfmoon.tabular.fitting import Plan, prepare

SOLVERS: dict[str, dict[str, Any]] = {"momentum": {"solver": "sgd"}, "sgd": {"solver": "sgd", "momentum": 0.0, "nesterovs_momentum": False}}
"""What a recipe's optimiser is in an estimator, where its name is another one there."""


def run(
    source: Source, grid: dict[str, list[Any]], *, task: str | None, output: Path | None, seeds: int, epochs: int | None,
    threads: int | None, scheduler: str | None, changes: dict[str, Any],
) -> None:  # fmt: skip
    """Compare the settings of a grid on ``source``, and leave runs, tables and the report in ``output``."""
    recipe = replace(source.recipe, **changes, validation_share=0.0, patience=None)
    plan = prepare(source.frame, source.target, recipe, test=source.test, task=task)
    folder = output or Path("runs") / f"{source.name}-compare"
    console = Console(highlight=False, soft_wrap=True, emoji=False)
    parts = plan.parts
    console.print(f"{source.name}: {parts.training.height:,} rows to train on, {parts.test.height:,} to take scores on", markup=False)
    (X, y), (X_test, y_test) = _arrays(plan, parts.training), _arrays(plan, parts.test)
    with workers(scheduler) as executor, Board(console) as board:
        found = compare(
            grid, X, y, X_test=X_test, y_test=y_test,
            estimator=_estimator(plan, recipe, grid), epochs=epochs, seeds=seeds, folder=folder, threads=threads, executor=executor,
            watcher=board,
        )  # fmt: skip
    console.print(ranking(found))
    console.print(found.summary(), markup=False)
    if found.missing:
        console.print(f"Interrupted: {found.missing} runs are missing; the same command goes on from there.", markup=False)
    for title, path in _write(found, folder):
        console.print(f"{title:<9} {path}", markup=False)


PATIENCE = 10
"""Seconds to wait for a scheduler."""


@contextmanager
def workers(scheduler: str | None) -> Iterator[Any]:
    """Yield the client of a scheduler of Dask's; None where there is none.

    Raises
    ------
    InputError
        When Dask is not installed, or the scheduler does not answer.
    """
    if scheduler is None:
        yield None
        return
    try:
        from distributed import Client  # noqa: PLC0415 - an extra
    except ImportError:
        raise InputError("--scheduler needs Dask: pip install 'halfmoon[dask]'") from None
    try:
        client = Client(scheduler, timeout=PATIENCE)  # type: ignore[no-untyped-call]
    except (OSError, ValueError) as error:
        raise InputError(f"--scheduler must be the address of a scheduler that answers, got {scheduler!r}: {error}") from None
    with client:
        yield client


def _arrays(plan: Plan, frame: Any) -> tuple[checks.Array, checks.Array]:
    """Return a part of the table as X and y, classes by their labels."""
    X, y, target = plan.preparation.features(frame, plan.recipe.dtype), plan.preparation.targets(frame), plan.preparation.target
    return X, np.array(target.labels)[y.astype(int)] if isinstance(target, Classes) else y


def _estimator(plan: Plan, recipe: Recipe, grid: dict[str, list[Any]]) -> Any:
    """Return the estimator that trains as the recipe does, as far as the grid leaves it alone."""
    made = MLPClassifier if isinstance(plan.preparation.target, Classes) else MLPRegressor
    one = "hidden_layer_sizes" in grid or len(recipe.activations) == 1
    rows = plan.parts.training.height
    given: dict[str, Any] = {
        "hidden_layer_sizes": recipe.hidden,
        "activation": recipe.activations[0] if one else recipe.activations,
        "batch_size": min(recipe.batch_size or rows, rows),
        "max_iter": recipe.epochs,
        "dropout": recipe.dropout,
        "alpha": 0.0,
        "tol": 0.0,
        "n_iter_no_change": np.inf,
        **SOLVERS.get(recipe.optimizer, {"solver": recipe.optimizer}),
        **({} if recipe.rate is None else {"learning_rate_init": recipe.rate}),
    }
    return made(**given)


def _write(found: Comparison, folder: Path) -> Iterator[tuple[str, Path]]:
    """Write the tables and the report, and yield where each is."""
    for title, name, write in (
        ("results", "results.csv", found.save_csv),
        ("", "results.parquet", found.save_parquet),
        ("report", "report.html", found.report),
    ):
        write(folder / name)
        yield title, folder / name
    yield "runs", folder / "runs"
