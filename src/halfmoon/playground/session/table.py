"""Tables that a person uploads: read within bounds, and made into points."""

from __future__ import annotations

import re
import tempfile
import threading
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from halfmoon.base.errors import InputError
from halfmoon.playground.session.limits import Limits
from halfmoon.playground.session.problem import Points
from halfmoon.playground.session.settings import FieldError, Settings
from halfmoon.playground.session.translations import say

if TYPE_CHECKING:
    import polars as pl

LONGEST_NAME = 100
HEAD_LINES = 20
"""Lines that are looked at before a file is read: in a table of many columns they have many separators."""

LONGEST_CELL = 1000
"""Bytes of a cell, on average over as many columns as there may be: reading longer lines would hold up the other sessions."""

READING = threading.Lock()
"""Held while a table is read, which takes several times its bytes: one at a time."""


@dataclass(frozen=True, eq=False)
class Upload:
    """A table that was uploaded.

    Attributes
    ----------
    name : str
    frame : polars.DataFrame
        Its cells as they stand in the file; at most as many rows as may be trained on.
    said : tuple of str
        What was guessed, left out or changed.
    """

    name: str
    frame: pl.DataFrame
    said: tuple[str, ...]

    def columns(self) -> list[dict[str, Any]]:
        """Return each column's name, and whether it holds numbers."""
        first, last = self.frame.columns[0], self.frame.columns[-1]
        numbers = {*_with_types(self.frame, last)[1], *_with_types(self.frame.select(first, last), first)[1]}
        return [{"name": name, "number": name in numbers} for name in self.frame.columns]

    def points(self, target: str, features: Any, limits: Limits) -> Points:
        """Return the rows as points.

        Parameters
        ----------
        target : str
            The column to be predicted.
        features : list of str, "pca" or None
            Two columns of numbers; ``"pca"``: all of them, which are shown on a plane; None: the first two.
        limits : Limits

        Raises
        ------
        FieldError
            When there are no such columns, or they hold something else.
        """
        from halfmoon.data import values  # noqa: PLC0415 - loads data frames
        from halfmoon.data.targets import Classes, drop_missing_target, target_column, task_of  # noqa: PLC0415

        try:
            frame, missing_target = drop_missing_target(self.frame, target)
            typed, numbers = _with_types(frame, target)
            series = target_column(typed.frame, target)
            task, why = task_of(series, None)
        except InputError as error:
            raise FieldError(error, "data.target") from None
        names = self._features(numbers, features, limits)
        X = np.column_stack([values.numbers(typed.frame[name]) for name in names])
        whole = np.isfinite(X).all(axis=1)
        said = [*self.said, *([missing_target] if missing_target else []), *typed.notes, why]
        if not whole.all():
            said.append(say("{count:,} rows with missing numbers are left out", count=int((~whole).sum())))
        if not whole.any():
            raise FieldError(f"data.features must have rows without missing numbers, got none in {', '.join(names)}", "data.features")
        try:
            if task == "classification":
                learned = Classes.fitted(series)
                labels, y = tuple(map(str, learned.labels)), learned.encode(typed.frame)
            else:
                labels, y = (), values.numbers(series)
        except InputError as error:
            raise FieldError(error, "data.target") from None
        if len(labels) > limits.classes:
            raise FieldError(f"data.target must have at most {limits.classes} classes, {target!r} has {len(labels)}", "data.target")
        return Points(X[whole], y[whole], labels, tuple(names), tuple(said))

    def _features(self, numbers: list[str], features: Any, limits: Limits) -> list[str]:
        if len(numbers) < 2:  # noqa: PLR2004 - a plane
            raise FieldError(
                f"data.features must have two columns of numbers, the table has {', '.join(numbers) or 'none'}", "data.features"
            )
        if features is None:
            return numbers[:2]
        if features == "pca":
            if len(numbers) > limits.columns:
                raise FieldError(f"data.features must be two columns: a plane is made of at most {limits.columns}, here {len(numbers)}",
                                 "data.features")  # fmt: skip
            return numbers
        for name in features:
            if name not in numbers:
                raise FieldError(f"data.features must be two of {', '.join(numbers)[:150]}, got {name[:40]!r}", "data.features")
        return list(features)


def _with_types(frame: pl.DataFrame, target: str) -> tuple[Any, list[str]]:
    """Return a table with its types, and which columns besides the target hold numbers."""
    from halfmoon.data import infer  # noqa: PLC0415 - loads data frames
    from halfmoon.data.formats.number import NumberFormat  # noqa: PLC0415
    from halfmoon.data.formats.truth import TruthFormat  # noqa: PLC0415

    typed = infer(frame, target)
    return typed, [name for name, each in typed.formats.items() if name != target and isinstance(each, NumberFormat | TruthFormat)]


def read(name: str, content: bytes, limits: Limits) -> Upload:
    """Return the table in an uploaded file.

    Raises
    ------
    InputError
        When it is too large, or no text with a table in it.
    """
    from halfmoon.data import read_table  # noqa: PLC0415 - loads data frames

    _check(content, limits)
    clean = re.sub(r"[^\w.\- ]", "_", Path(name).name)[-LONGEST_NAME:] or "table.csv"
    with READING, tempfile.TemporaryDirectory(prefix="halfmoon") as folder:
        path = Path(folder) / f"{clean.rpartition('.')[0] or clean}.csv"
        path.write_bytes(content)
        try:
            table = read_table(path)
        except InputError as error:
            raise InputError(str(error).replace(str(path), repr(clean))) from None
    frame, said = table.frame, list(table.notes)
    if frame.width > limits.upload_columns:
        raise InputError(f"{clean!r} must have at most {limits.upload_columns} columns, got {frame.width:,}")
    if frame.width < 3:  # noqa: PLR2004 - two to learn from, and the target
        raise InputError(f"{clean!r} must have at least 3 columns, two to learn from and the target, got {frame.width}")
    if frame.height > limits.rows:
        said.append(say("{kept:,} of {rows:,} rows are taken, drawn at random", kept=limits.rows, rows=frame.height))
        chosen = np.sort(np.random.RandomState(0).permutation(frame.height)[: limits.rows])
        frame = frame[chosen].rechunk()
    return Upload(clean, frame, tuple(said))


def _check(content: bytes, limits: Limits) -> None:
    """Raise InputError where a file is too large to be read, or packed: a few kilobytes can unpack to terabytes."""
    if len(content) > limits.upload_bytes:
        raise InputError(f"the file must have at most {limits.upload_bytes / 1e6:g} MB, got {len(content) / 1e6:.1f}")
    if content[:1] in {b"\x1f", b"\x28", b"\xfd", b"\xd0"} or content.startswith((b"PK", b"BZh", b"PAR1")):
        raise InputError("the file must be a plain text of a table, such as CSV; unpack it or save it as such")
    if content.count(b"\n") + content.count(b"\r") > 2 * limits.upload_rows:
        raise InputError(f"the file must have at most {limits.upload_rows:,} rows, it has more")
    if max(map(len, content.splitlines()), default=0) > LONGEST_CELL * limits.upload_columns:
        raise InputError(f"the file must have lines of at most {LONGEST_CELL * limits.upload_columns:,} bytes, it has a longer one")
    for line in content[: 1 << 20].splitlines()[:HEAD_LINES]:
        if max(map(line.count, (b",", b";", b"\t", b"|"))) > 2 * limits.upload_columns:
            raise InputError(f"the file must have at most {limits.upload_columns} columns, it has more")


def points(settings: Settings, upload: Upload | None, limits: Limits) -> Points:
    """Return the points of the table that settings name."""
    if upload is None or settings["data.upload"] not in {None, upload.name}:
        raise FieldError(f"data.upload must be a table that was uploaded, got {settings['data.upload']!r}", "data.upload")
    target = settings["data.target"] or upload.frame.columns[-1]
    return upload.points(target, settings["data.features"], limits)
