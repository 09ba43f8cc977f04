"""``halfmoon train``: find the table, fit, and leave plots, a model and sentences."""

from __future__ import annotations

import shlex
from collections.abc import Iterable
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
from halfmoon.tabular import RECIPES, PreparedTable, Recipe, Score, TableModel, fit, prepare, score
from halfmoon.tabular.table_model import Predicted
from halfmoon.training.ending import INTERRUPTED


@dataclass(frozen=True)
class TableSource:
    """A table to train on: its rows, fresh ones to test on where there are some, its default recipe, and what was guessed to read it."""

    name: str
    frame: pl.DataFrame
    target: str
    test: pl.DataFrame | None
    recipe: Recipe
    built_in: bool = False
    notes: tuple[str, ...] = ()


def find_table(source: str, target: str | None, file_format: FileFormat | None = None) -> TableSource:
    """Return a built-in set by its name, or a file's table."""
    asked = file_format or FileFormat()
    if source in BUILTIN:
        asked.only(f"the built-in set {source}")
        table, again = load(source), fresh(source)
        test, recipe = again.frame if again else None, RECIPES.get(source, Recipe())
        return TableSource(source, table.frame, target or table.target, test, recipe, built_in=True)
    read = tables.find("source", source, asked, known=() if target is None else (target,))
    if target is None:
        raise InputError(f"--target must name the column to be predicted, one of {english(names_of, read.frame.columns)}")
    return TableSource(Path(source).stem, read.frame, target, None, Recipe(), notes=read.notes)


def run(source: TableSource, recipe: Recipe, *, task: str | None, output: Path | None, columns: ColumnOptions | None = None) -> None:
    """Train on ``source`` and write everything into ``output``."""
    table = prepare(source.frame, source.target, recipe, test=source.test, task=task, columns=columns)
    folder = output or Path("runs") / source.name
    with kept_if_filled(folder):
        _train(source, table, writable_folder(folder, "--output must be a folder that can be written"))


def _train(source: TableSource, table: PreparedTable, folder: Path) -> None:
    """Train on a table that was prepared, and write everything into a folder."""
    console = Console(highlight=False, soft_wrap=True, emoji=False)
    file, held_out = folder / MODEL, table.validation_rows
    rows, tested = table.training.height - held_out, table.test.height
    say_start(console, source, folder, rows=rows, validated=held_out, tested=tested, notes=table.notes)
    with InterruptGuard() as guard:
        with guard.allowed():
            model = fit(table, callbacks=[ProgressBar(console, table.estimator)])
        history = model.estimator.history_
        if history.ending == INTERRUPTED and not history.epochs:
            raise KeyboardInterrupt("interrupted before the first epoch was done: no model is written")
        model.save(file)  # first: a training must not be lost to a plot, or to an output that cannot be written
        remove_pictures(folder)  # of an earlier model
    console.print(say("Ended after {epochs:,} epochs: {why}.", epochs=history.epochs, why=history.stopped.rstrip(".")), markup=False)
    figures = {}
    first = say("Training and validation") if held_out else say("Training")
    for name, key, part in ((first, "training", table.training), (say("Test"), "test", table.test)):
        found = score(model, part)
        figures[key] = found.figures
        say_score(console, name, found)
    if model.facts is not None:
        replace(model, facts=model.facts.scored(figures)).save(file)  # now that it is known how good it is
    path = folder / LOSS
    save_figure(LossDisplay.from_history(history).plot(lang=of_pictures()).figure_, path)
    console.print(line_of(say("loss"), path), markup=False)
    write_boundary(console, folder, model, table.training, held_out)
    say_next(console, source, file)


MODEL, LOSS, BOUNDARY, REPORT = "model.safetensors", "loss.png", "boundary.png", "report.html"
"""What is written into a folder."""


def say_start(
    console: Console, source: TableSource, folder: Path, *, rows: int, tested: int, notes: Iterable[str], validated: int = 0
) -> None:
    """Say what is trained on and tested, what is to be said of the table, and that an earlier model will be replaced."""
    validation = say(", {rows:,} for validation", rows=validated) if validated else ""
    counts = {"name": source.name, "rows": rows, "validation": validation, "tested": tested}
    held = "{name}: {rows:,} rows to train on{validation}, {tested:,} to test"
    fresh_ones = "{name}: {rows:,} rows to train on{validation}, {tested:,} fresh ones to test"
    earlier = "{folder} has an earlier model, which this one will replace; --output says another."
    lines = [say(held if source.test is None else fresh_ones, **counts), *notes]
    for line in [*lines, say(earlier, folder=folder)] if (folder / MODEL).exists() else lines:
        console.print(line, markup=False)


def say_score(console: Console, name: str, found: Score | None) -> None:
    """Say how good a model is on a part of the rows, if it is known."""
    if found is None:
        return
    console.print(f"{name} {found.text}", markup=False)
    for line in found.details:
        console.print(f"{' ' * display_width(name)} {line}", markup=False)


def remove_pictures(folder: Path) -> None:
    """Remove what an earlier model has left."""
    for name in (LOSS, BOUNDARY, REPORT):
        (folder / name).unlink(missing_ok=True)


def write_boundary(console: Console, folder: Path, model: TableModel, training: pl.DataFrame, held_out: int = 0) -> None:
    """Draw the decision regions, where there are classes over two columns of numbers; some of the points are not trained on."""
    display = _boundary(model, training)
    if display is None:
        return
    path, lang = folder / BOUNDARY, of_pictures()
    with speaking(lang):
        text = "{rows:,} rows, {held_out:,} of them for validation"
        title = say(text, rows=len(display.y), held_out=held_out) if held_out else None
    save_figure(display.plot(title=title, lang=lang).figure_, path)
    console.print(line_of(say("boundary"), path), markup=False)


def say_next(console: Console, source: TableSource, file: Path) -> None:
    """Say where the model is, and how it predicts."""
    console.print(line_of(say("model"), file), markup=False)
    predict = f"halfmoon predict {shlex.quote(str(file))} {source.name if source.built_in else 'new.csv'}"
    console.print(line_of(say("next"), predict), markup=False)


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

    def _predicted(self, points: Array) -> Predicted:
        return self._model.predicted(pl.DataFrame(points, schema=self._names))

    def predict(self, points: Array) -> Array:
        return self._predicted(points).answers

    def predict_proba(self, points: Array) -> Array | None:
        return self._predicted(points).shares


def _literal(text: str) -> str:
    """Return what matplotlib draws as ``text``: two dollar signs in a column's name are no formula."""
    return text.replace("$", r"\$")
