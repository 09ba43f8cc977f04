"""``halfmoon predict``: a saved model and a table in, a table of predictions out."""

from __future__ import annotations

import sys
from collections.abc import Callable
from pathlib import Path
from typing import BinaryIO

import polars as pl

from halfmoon.base import checks
from halfmoon.base.errors import InputError
from halfmoon.base.files import write_atomically
from halfmoon.cli import streams, tables
from halfmoon.cli.board import spinner
from halfmoon.cli.translations import say
from halfmoon.data import FileFormat
from halfmoon.data.notes import name_of
from halfmoon.data.values import missing
from halfmoon.tabular import TableModel, score

WRITERS: dict[str, Callable[[pl.DataFrame, BinaryIO], None]] = {
    ".csv": pl.DataFrame.write_csv,
    ".parquet": pl.DataFrame.write_parquet,
}


def run(model_path: Path, table_path: Path, output: Path | None, file_format: FileFormat) -> None:
    """Predict, and write to ``output`` or standard output."""
    if output is not None:
        checks.one_of("the ending of --output", output.suffix, WRITERS)
    model = tables.model(model_path)
    read = model.read(_table(table_path, file_format, model))
    with spinner(say("predicting")):
        predictions, comparison = model.predict_read(read.frame), _comparison(model, read.frame)
    if output is None:
        sys.stdout.write(predictions.write_csv())
        if streams.failure() is not None:
            return  # which is said when the command ends
    else:
        write_atomically(output, lambda file: WRITERS[output.suffix](predictions, file))
        sys.stderr.write(say("{count:,} predictions in {output}", count=predictions.height, output=output) + "\n")
    for line in (*read.notes, *read.unused, *comparison):
        sys.stderr.write(f"{line}\n")


def _table(path: Path, file_format: FileFormat, model: TableModel) -> pl.DataFrame:
    """Return the rows of a built-in set, which "train" takes by its name too, or of a file."""
    return tables.find("TABLE", str(path), file_format, known=model.preparation.names, text=model.preparation.texts).frame


def _comparison(model: TableModel, frame: pl.DataFrame) -> tuple[str, ...]:
    """Return how good the predictions are, or why they cannot be compared; nothing where the table does not hold the target."""
    target = model.preparation.target.name
    if target not in frame.columns or missing(frame[target]).all():
        return ()
    try:
        found = score(model, frame)
    except InputError as error:  # the predictions are as good as without that column
        return (say("not compared with the table's own {target}: {error}", target=name_of(target), error=error),)
    return say("against the table's own {target}: {text}", target=name_of(target), text=found.text), *found.details
