"""``halfmoon train``: find the table, fit, and leave plots, a model and sentences."""

from __future__ import annotations

import os
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import polars as pl
from rich.console import Console

from halfmoon.base import checks
from halfmoon.base.checks import Array
from halfmoon.base.errors import InputError
from halfmoon.base.files import writable_folder
from halfmoon.cli.progress import ProgressBar
from halfmoon.data import BUILTIN, ColumnOptions, fresh, load, read_table
from halfmoon.data.columns import Number
from halfmoon.data.formats.number import NumberFormat
from halfmoon.data.targets import Classes
from halfmoon.plots import BoundaryDisplay, LossDisplay, save_figure
from halfmoon.tabular import RECIPES, Recipe, TableModel, fit, prepare, score


@dataclass(frozen=True)
class TableSource:
    """A table to train on: its rows, fresh rows to test on where there are some, and the recipe that is its default."""

    name: str
    frame: pl.DataFrame
    target: str
    test: pl.DataFrame | None
    recipe: Recipe


def find_table(source: str, target: str | None) -> TableSource:
    """Return a built-in set by its name, or a file's table."""
    path = Path(source)
    if source in BUILTIN:
        table, again = load(source), fresh(source)
        return TableSource(source, table.frame, target or table.target, again.frame if again else None, RECIPES.get(source, Recipe()))
    if not path.suffix and not os.access(path, os.F_OK):  # no exists(), which raises for a name that is too long
        checks.one_of("source", source, [*BUILTIN, "a CSV or Parquet file"])
    frame = read_table(path)
    if target is None:
        raise InputError(f"--target must name the column to be predicted, one of {', '.join(frame.columns)}")
    return TableSource(path.stem, frame, target, None, Recipe())


def run(source: TableSource, recipe: Recipe, *, task: str | None, output: Path | None, columns: ColumnOptions | None = None) -> None:
    """Train on ``source`` and write everything into ``output``."""
    table = prepare(source.frame, source.target, recipe, test=source.test, task=task, columns=columns)
    folder = writable_folder(output or Path("runs") / source.name, "--output must be a folder that can be written")
    console = Console(highlight=False, soft_wrap=True, emoji=False)
    held_out = table.validation_rows
    validation = f", {held_out:,} for validation" if held_out else ""
    how = "to test" if source.test is None else "fresh ones to test"
    counted = f"{table.training.height - held_out:,} rows to train on{validation}, {table.test.height:,} {how}"
    for line in (f"{source.name}: {counted}", *table.notes):
        console.print(line, markup=False)
    model = fit(table, callbacks=[ProgressBar(console, table.estimator)])
    model.save(folder / "model.safetensors")  # first: a training must not be lost to a plot, or to an output that cannot be written
    history = model.estimator.history_
    console.print(f"Ended after {history.epochs:,} epochs: {history.stopped.rstrip('.')}.", markup=False)
    for name, part in (("Training", table.training), ("Test", table.test)):
        found = score(model, part)
        console.print(f"{name} {found.text}", markup=False)
        for line in found.details:
            console.print(f"{' ' * len(name)} {line}", markup=False)
    for title, display in (("loss", LossDisplay.from_history(history)), ("boundary", _boundary(model, table.training))):
        if display is not None:
            path = folder / f"{title}.png"
            save_figure(display.plot().figure_, path)
            console.print(f"{title:<9} {path}", markup=False)
    console.print(f"model     {folder / 'model.safetensors'}", markup=False)


def _boundary(model: TableModel, training: pl.DataFrame) -> BoundaryDisplay | None:
    """Return the decision regions, where there are classes over two columns of numbers."""
    columns, target = model.preparation.columns, model.preparation.target
    numbers = [column for column in columns if isinstance(column, Number) and isinstance(column.format, NumberFormat)]
    if not isinstance(target, Classes) or len(columns) != 2 or len(numbers) != 2:  # noqa: PLR2004 - a plane
        return None
    names = [column.name for column in columns]

    def classes(points: Array) -> Array:
        return model.estimator.predict(model.features(pl.DataFrame(points, schema=names)))

    shown = training.drop_nulls(names)
    points = np.column_stack([shown[name].cast(pl.Float64).to_numpy() for name in names])
    features = [_literal(name) for name in names]
    labels = [_literal(f"{target.name} {label}") for label in target.labels]
    return BoundaryDisplay.from_estimator(classes, points, target.encode(shown), resolution=300, feature_names=features, class_names=labels)


def _literal(text: str) -> str:
    """Return what matplotlib draws as ``text``: two dollar signs in a column's name are no formula."""
    return text.replace("$", r"\$")
