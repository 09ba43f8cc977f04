"""``halfmoon compare``: a table, a grid of settings, and what to show while they train."""

from __future__ import annotations

from contextlib import AbstractContextManager, nullcontext
from pathlib import Path
from typing import Any

import numpy as np
from rich.console import Console

from halfmoon.base.errors import InputError
from halfmoon.base.extras import install_command
from halfmoon.cli.board import plain_console
from halfmoon.cli.live_table import LiveTable, ranking
from halfmoon.cli.train import TableSource, line_of
from halfmoon.cli.translations import say
from halfmoon.data import ColumnOptions
from halfmoon.data.targets import Classes
from halfmoon.lab import Comparison, compare
from halfmoon.lab.report_folder import REPORT, report_folder
from halfmoon.lab.settings import spelled_out
from halfmoon.tabular import PreparedTable, Recipe, prepare


def run(
    source: TableSource, recipe: Recipe, grid: dict[str, list[Any]], *, task: str | None, output: Path | None, seeds: int,
    threads: int | None, scheduler: str | None, columns: ColumnOptions | None = None,
) -> None:  # fmt: skip
    """Compare the settings of a grid on ``source``, and leave runs in ``output``, and tables and the report there or beside it."""
    same = {name: values[0] for name, values in grid.items() if len(values) == 1}
    recipe = recipe.changed(same)
    settings = _settings(recipe, {name: grid[name] for name in grid if name not in same} or grid)
    table = prepare(source.frame, source.target, recipe, test=source.test, task=task, columns=columns)
    target = table.preparation.target
    weights = getattr(table.estimator, "class_weight", None)
    if isinstance(weights, dict) and isinstance(target, Classes):  # of class numbers; the comparison trains on the labels
        table.estimator.set_params(class_weight={target.labels[number]: weight for number, weight in weights.items()})
    folder = output or Path("runs") / f"{source.name}-compare"
    console = plain_console()
    counts = {"name": source.name, "rows": table.training.height, "tested": table.test.height}
    console.print(say("{name}: {rows:,} rows to train on, {tested:,} to take scores on", **counts), markup=False)
    for note in table.notes[1:]:  # which task it is, the score says
        console.print(note, markup=False)
    dtype = "float64" if len(grid.get("dtype", ())) > 1 else None
    (X, y), (X_test, y_test) = (_arrays(table, part, dtype) for part in (table.training, table.test))
    watcher = LiveTable(console)
    with workers(scheduler) as executor, watcher.live:
        found = compare(
            settings, X, y, X_test=X_test, y_test=y_test, estimator=table.estimator, seeds=seeds, folder=folder, threads=threads,
            executor=executor, watcher=watcher, name=source.name, feature_names=table.preparation.feature_names,
        )  # fmt: skip
    own = report_folder(folder, found.data["identity"])
    found.save_csv(own / "results.csv")  # before anything is printed, which may fail
    found.save_parquet(own / "results.parquet")
    found.report(own / REPORT)
    _say(console, found, folder, own)


def _say(console: Console, found: Comparison, folder: Path, own: Path) -> None:
    """Print the ranking, what it means, and where everything is."""
    at_words: dict[str, Any] = {"markup": False, "soft_wrap": not console.is_terminal}  # a terminal would break words
    console.print(ranking(found, console.width), soft_wrap=not console.is_terminal)
    console.print(found.summary(), **at_words)
    if found.missing:
        text = "Interrupted: {missing} runs are missing; the same command goes on from there."
        console.print(say(text, missing=found.missing), **at_words)
    if own != folder:
        text = "{folder} has the report of another comparison, which stays; this one's is in {own}."
        console.print(say(text, folder=folder, own=own), **at_words)
    results, report, runs = say("results"), say("report"), say("runs")
    files = ((results, own / "results.csv"), ("", own / "results.parquet"), (report, own / REPORT), (runs, folder / "runs"))
    for title, path in files:
        console.print(line_of(title, path), markup=False)


SECONDS_TO_ANSWER = 10
"""How long a scheduler may take."""


def workers(scheduler: str | None) -> AbstractContextManager[Any]:
    """Return the client of a scheduler of Dask's, to be entered; one of None where there is none.

    Raises
    ------
    InputError
        When Dask is not installed, or the scheduler does not answer.
    """
    if scheduler is None:
        return nullcontext()
    try:
        from distributed import Client  # noqa: PLC0415 - an extra

        return Client(scheduler, timeout=SECONDS_TO_ANSWER)  # type: ignore[no-untyped-call]
    except ImportError:
        raise InputError(f"--scheduler needs Dask: {install_command('dask')}") from None
    except (OSError, ValueError) as error:
        raise InputError(f"--scheduler must be the address of a scheduler that answers, got {scheduler!r}: {error}") from None


def _arrays(table: PreparedTable, frame: Any, dtype: str | None) -> tuple[Any, Any]:
    """Return a part of the table as X and y, classes by their labels."""
    (X, y), target = table.arrays(frame, dtype), table.preparation.target
    return X, np.array(target.labels)[y] if isinstance(target, Classes) else y


def _settings(recipe: Recipe, grid: dict[str, list[Any]]) -> list[dict[str, Any]]:
    """Return the settings of a grid, with what must change along; a parameter that is in one of them is in all."""
    found = [recipe.completed(setting) for setting in spelled_out(grid)]
    names = dict.fromkeys(name for each in found for name in each)
    return [{name: each[name] if name in each else recipe.parameters[name] for name in names} for each in found]
