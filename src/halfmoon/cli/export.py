"""``halfmoon export``: a saved model in, a file that predicts without Halfmoon out."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import click

from halfmoon.base import checks
from halfmoon.base.errors import InputError
from halfmoon.cli import tables
from halfmoon.cli.translations import say
from halfmoon.data import FileFormat
from halfmoon.exports.export import export
from halfmoon.exports.targets import TARGETS
from halfmoon.storage.files import load
from halfmoon.tabular import TableModel


def run(model_path: Path, output: Path | None, to: str | None, **options: Any) -> None:
    """Write ``output``, by default the model's path with the ending of what is written."""
    if to is None and output is None:
        raise InputError(f"--to must be one of {', '.join(TARGETS)} where --output names no file, got none")
    if to is not None:
        checks.one_of("--to", to, TARGETS)
    path = output or model_path.with_suffix(TARGETS[to or ""].suffixes[0])
    if path.resolve() == model_path.resolve():
        raise InputError(f"--output must be another file than the model, got {str(path)!r}")
    options = {name: value for name, value in options.items() if value not in {None, False}}
    model = load(model_path)
    if "calibration" in options:
        options["calibration"] = _calibration(options["calibration"], model)
    if options.get("int8"):
        options["tell"] = lambda sentence: click.echo(sentence, err=True)
    export(model, path, to, **options)
    click.echo(say("{count:,} bytes in {output}", count=path.stat().st_size, output=path), err=True)


def _calibration(source: str, model: Any) -> Any:
    """Return the rows of a table that the command names."""
    known = (model.preparation.names, model.preparation.texts) if isinstance(model, TableModel) else ((), ())
    return tables.find("--calibration", source, FileFormat(), known=known[0], text=known[1]).frame
