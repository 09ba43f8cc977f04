"""``halfmoon xray``: a saved model and rows of a table in, one training step as cards out."""

from __future__ import annotations

import re
from pathlib import Path

import click
import numpy as np
import polars as pl

from halfmoon.base import checks
from halfmoon.base.checks import Array
from halfmoon.base.errors import InputError
from halfmoon.base.files import write_atomically
from halfmoon.cli import tables
from halfmoon.cli.translations import say
from halfmoon.data import BUILTIN, FileFormat
from halfmoon.data.notes import name_of
from halfmoon.data.targets import missing_targets
from halfmoon.inspect.xray.text import BETWEEN, HEAD
from halfmoon.inspect.xray.xray import XRay, xray
from halfmoon.layers.contract import INFERENCE, TRAINING
from halfmoon.optimizers.contract import Optimizer
from halfmoon.optimizers.rules import OPTIMIZERS
from halfmoon.tabular import TableEnsemble, TableModel


def run(
    model_path: Path,
    table: str | None,
    *,
    rows: str,
    optimizer: str,
    rate: float | None,
    inference: bool,
    entry: str | None,
    page: Path | None,
    at_once: bool,
    all_digits: bool,
    file_format: FileFormat,
) -> None:
    """Take the step, and show it as asked."""
    chosen = _optimizer(optimizer, rate)
    model = tables.model(model_path)
    if isinstance(model, TableEnsemble):
        networks = len(model.estimator.ensemble_.models)
        raise InputError(f"MODEL must be one network to look into, as train --hidden 64,32 makes it, got an ensemble of {networks}")
    read = model.read(_table(model_path, table, model, file_format))
    frame = _rows(read.frame, rows)
    X = model.features(frame)
    y, said = _targets(model, frame, X)
    for note in (*read.notes, *read.unused, *said):
        click.echo(note, err=True)
    names, pass_ = model.preparation.feature_names, INFERENCE if inference else TRAINING
    cards = xray(model.estimator.model_, X, y, optimizer=chosen, pass_=pass_, feature_names=names)
    if entry is not None:
        click.echo(cards.entry(entry).text(all_digits=all_digits))
    elif page is not None:
        text = cards.html().encode()
        write_atomically(page, lambda file: file.write(text))
        click.echo(say("{count} cards in {page}", count=len(cards.cards), page=page), err=True)
    else:
        show = click.echo if at_once else click.echo_via_pager  # which prints where there is no terminal
        show(_coloured(cards, all_digits=all_digits))


def _coloured(cards: XRay, *, all_digits: bool = False) -> str:
    """Return cards with the title and the sentence of each that is wrong in red, which shows on a terminal only."""
    texts = []
    for index, card in enumerate(cards):
        lines = cards.card_text(index, all_digits=all_digits).split("\n")
        head = [click.style(line, fg="red", bold=True) for line in lines[:HEAD]] if card.fault else lines[:HEAD]
        texts.append("\n".join([*head, *lines[HEAD:]]))
    return BETWEEN.join(texts)


def _targets(model: TableModel, frame: pl.DataFrame, X: Array) -> tuple[Array, tuple[str, ...]]:
    """Return what the loss is taken on, and a sentence where that is the model's own prediction, since rows have no target."""
    target = model.preparation.target
    name, predicted = name_of(target.name), model.estimator.predict(X)
    if target.name not in frame.columns:
        text = "The table has no column {name}, so the loss is taken on the model's own predictions."
        return predicted, (say(text, name=name),)
    y = target.encode_known(frame[target.name])
    gaps = missing_targets(y)
    text = "{gaps:,} of {rows:,} rows miss the target {name}; there the loss is taken on the model's own predictions."
    said = say(text, gaps=gaps.sum(), rows=len(y), name=name)
    return np.where(gaps, predicted, y), (said,) if gaps.any() else ()


def _optimizer(name: str, rate: float | None) -> Optimizer:
    kind = OPTIMIZERS[checks.one_of("--optimizer", name, OPTIMIZERS)]
    if rate is None:
        return kind()
    if name == "lbfgs":
        raise InputError("--rate must be left out with lbfgs, which has none")
    return kind(checks.positive("--rate", rate))


def _table(model_path: Path, table: str | None, model: TableModel, file_format: FileFormat) -> pl.DataFrame:
    """Return the table of a file or of a built-in set; by default of the set that the model's folder is named by."""
    if table is None:
        table = model_path.resolve().parent.name
        if table not in BUILTIN:
            raise InputError(
                "TABLE must be given: a file such as table.csv, or the name of a built-in set, since the model's folder names none"
            )
    return tables.find("TABLE", table, file_format, known=model.preparation.names, text=model.preparation.texts).frame


def _rows(frame: pl.DataFrame, rows: str) -> pl.DataFrame:
    """Return the rows that were asked for, counted from 1: ``17``, ``3,17``, ``1:32`` or ``all``."""
    if rows == "all":
        return frame
    indices: list[int] = []
    for part in rows.split(","):
        found = re.fullmatch(r"\s*(\d+)\s*(?::\s*(\d+)\s*)?", part)
        if not found:
            raise InputError(f"--row must be a row such as 17, several such as 3,17 or 1:32, or all, got {rows!r}")
        first = int(found[1])
        last = first if found[2] is None else int(found[2])
        if not 1 <= first <= last <= frame.height:
            raise InputError(f"--row must name rows from 1 to {frame.height} of the table, got {rows!r}")
        indices += range(first - 1, last)
    return frame[indices]
