"""``halfmoon train``: find the table, fit, and leave plots, a model and sentences."""

from __future__ import annotations

import shlex
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
import polars as pl
from rich.console import Console

from halfmoon.base.checks import Array
from halfmoon.base.errors import InputError
from halfmoon.base.files import kept_if_filled, writable_folder
from halfmoon.base.interrupts import InterruptGuard
from halfmoon.base.language import display_width, english, padded, speaking
from halfmoon.cli import tables
from halfmoon.cli.language import of_pictures
from halfmoon.cli.progress import ProgressBar
from halfmoon.cli.translations import say
from halfmoon.data import BUILTIN, ColumnOptions, FileFormat, fresh, load
from halfmoon.data.columns import Number
from halfmoon.data.formats.number import NumberFormat
from halfmoon.data.notes import names_of
from halfmoon.data.targets import Classes
from halfmoon.plots import BoundaryDisplay, LossDisplay, save_figure
from halfmoon.tabular import RECIPES, PreparedTable, Recipe, TableModel, fit, prepare, score
from halfmoon.training.ending import INTERRUPTED


@dataclass(frozen=True)
class TableSource:
    """A table to train on: its rows, fresh rows to test on where there are some, and the recipe that is its default."""

    name: str
    frame: pl.DataFrame
    target: str
    test: pl.DataFrame | None
    recipe: Recipe


def find_table(source: str, target: str | None, file_format: FileFormat | None = None) -> TableSource:
    """Return a built-in set by its name, or a file's table."""
    asked = file_format or FileFormat()
    if source in BUILTIN:
        asked.only(f"the built-in set {source}")
        table, again = load(source), fresh(source)
        return TableSource(source, table.frame, target or table.target, again.frame if again else None, RECIPES.get(source, Recipe()))
    frame = tables.find("source", source, asked, known=() if target is None else (target,))
    if target is None:
        raise InputError(f"--target must name the column to be predicted, one of {english(names_of, frame.columns)}")
    return TableSource(Path(source).stem, frame, target, None, Recipe())


def run(source: TableSource, recipe: Recipe, *, task: str | None, output: Path | None, columns: ColumnOptions | None = None) -> None:
    """Train on ``source`` and write everything into ``output``."""
    table = prepare(source.frame, source.target, recipe, test=source.test, task=task, columns=columns)
    folder = output or Path("runs") / source.name
    with kept_if_filled(folder):
        _train(source, table, writable_folder(folder, "--output must be a folder that can be written"))


def _train(source: TableSource, table: PreparedTable, folder: Path) -> None:
    """Train on a table that was prepared, and write everything into a folder."""
    console = Console(highlight=False, soft_wrap=True, emoji=False)
    file = folder / "model.safetensors"
    held_out = table.validation_rows
    validation = say(", {rows:,} for validation", rows=held_out) if held_out else ""
    counts = {"name": source.name, "rows": table.training.height - held_out, "validation": validation, "tested": table.test.height}
    held = "{name}: {rows:,} rows to train on{validation}, {tested:,} to test"
    fresh_ones = "{name}: {rows:,} rows to train on{validation}, {tested:,} fresh ones to test"
    earlier = (
        [say("{folder} has an earlier model, which this one will replace; --output says another.", folder=folder)] if file.exists() else []
    )
    for line in (say(held if source.test is None else fresh_ones, **counts), *table.notes, *earlier):
        console.print(line, markup=False)
    with InterruptGuard() as guard:
        with guard.allowed():
            model = fit(table, callbacks=[ProgressBar(console, table.estimator)])
        history = model.estimator.history_
        if history.ending == INTERRUPTED and not history.epochs:
            raise KeyboardInterrupt("interrupted before the first epoch was done: no model is written")
        model.save(file)  # first: a training must not be lost to a plot, or to an output that cannot be written
    console.print(say("Ended after {epochs:,} epochs: {why}.", epochs=history.epochs, why=history.stopped.rstrip(".")), markup=False)
    figures = {}
    first = say("Training and validation") if held_out else say("Training")
    for name, key, part in ((first, "training", table.training), (say("Test"), "test", table.test)):
        found = score(model, part)
        figures[key] = found.figures
        console.print(f"{name} {found.text}", markup=False)
        for line in found.details:
            console.print(f"{' ' * display_width(name)} {line}", markup=False)
    if model.facts is not None:
        replace(model, facts=model.facts.scored(figures)).save(file)  # now that it is known how good it is
    pictures = (("loss", say("loss"), LossDisplay.from_history(history)), ("boundary", say("boundary"), _boundary(model, table.training)))
    for name, title, display in pictures:
        path = folder / f"{name}.png"
        path.unlink(missing_ok=True)  # of an earlier model
        if display is not None:
            save_figure(display.plot(title=_title(display, held_out), lang=of_pictures()).figure_, path)
            console.print(line_of(title, path), markup=False)
    console.print(line_of(say("model"), file), markup=False)
    predict = f"halfmoon predict {shlex.quote(str(file))} {source.name if source.name in BUILTIN else 'new.csv'}"
    console.print(line_of(say("next"), predict), markup=False)


def _title(display: LossDisplay | BoundaryDisplay, held_out: int) -> str | None:
    """Return the title of a picture: that of the boundary says whether its points were trained on."""
    if not held_out or not isinstance(display, BoundaryDisplay):
        return None
    with speaking(of_pictures()):
        return say("{rows:,} rows, {held_out:,} of them for validation", rows=len(display.y), held_out=held_out)


def line_of(title: str, path: Path | str) -> str:
    """Return the line that says where something is."""
    return f"{padded(title, 9)} {path}"


def _boundary(model: TableModel, training: pl.DataFrame) -> BoundaryDisplay | None:
    """Return the decision regions, where there are classes over two columns of numbers."""
    columns, target = model.preparation.columns, model.preparation.target
    numbers = [column for column in columns if isinstance(column, Number) and isinstance(column.format, NumberFormat)]
    if not isinstance(target, Classes) or len(columns) != 2 or len(numbers) != 2:  # noqa: PLR2004 - a plane
        return None
    names = [column.name for column in columns]
    classifier = _PlaneClassifier(model, names)
    shown = training.drop_nulls(names)
    points = np.column_stack([shown[name].cast(pl.Float64).to_numpy() for name in names])
    features = [_literal(name) for name in names]
    labels = [_literal(f"{target.name} {target.labels[number]}") for number in classifier.classes_]
    y = target.encode(shown)
    return BoundaryDisplay.from_estimator(classifier, points, y, resolution=300, feature_names=features, class_names=labels)


class _PlaneClassifier:
    """A table's classifier over two columns of numbers, as the plots ask one; its probabilities draw a smooth boundary."""

    def __init__(self, model: TableModel, names: list[str]) -> None:
        self._model, self._names = model, names
        self.classes_: Array = model.estimator.classes_

    def _rows(self, points: Array) -> Array:
        return self._model.features(pl.DataFrame(points, schema=self._names))

    def predict(self, points: Array) -> Array:
        return self._model.estimator.predict(self._rows(points))

    def predict_proba(self, points: Array) -> Array:
        return self._model.estimator.predict_proba(self._rows(points))


def _literal(text: str) -> str:
    """Return what matplotlib draws as ``text``: two dollar signs in a column's name are no formula."""
    return text.replace("$", r"\$")
