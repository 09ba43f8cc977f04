"""What training recorded: one row an epoch."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

import numpy as np

from halfmoon.base.checks import Array, one_of
from halfmoon.base.errors import InputError
from halfmoon.training.ending import Ending


class History(Mapping[str, Array]):
    """Columns of numbers, one row an epoch; ``history["loss"]`` is an array of float64, shape (epochs,).

    There are always ``epoch`` (1, 2, ...), ``loss`` (the mean of the losses before each update of the epoch, penalty
    included, each counted by the rows of its batch), ``rate`` (at the epoch's first update) and ``seconds`` (since the
    start). With a validation set there is ``val_loss``; each metric adds its column, ``val_`` before its name where it is
    taken on the validation set.

    Parameters
    ----------
    columns : mapping of str to array-like, optional
        What it holds from the start.

    Attributes
    ----------
    ending : Ending or None
        Why training ended, None before it has.
    best_epoch : int or None
        The epoch with the best monitored value, when one was monitored.

    Examples
    --------
    >>> history = hm.train(model, X, y, epochs=3)
    >>> list(history)
    ['epoch', 'loss', 'rate', 'seconds']
    >>> history["loss"].shape
    (3,)
    """

    def __init__(self, columns: Mapping[str, Any] | None = None, *, ending: Ending | None = None, best_epoch: int | None = None) -> None:
        self._columns: dict[str, list[float]] = {name: [float(v) for v in column] for name, column in (columns or {}).items()}
        self.ending = ending
        self.best_epoch = best_epoch

    def add(self, row: Mapping[str, float]) -> None:
        """Append a row; the first row decides the columns."""
        self.extend({name: [value] for name, value in row.items()})

    def extend(self, rows: Mapping[str, Iterable[float]]) -> None:
        """Append rows, given as columns of one length."""
        if not self.epochs:
            self._columns = {name: [] for name in rows}
        if not self._columns.keys() <= rows.keys():
            raise InputError(f"row must have the columns {', '.join(self._columns)}, got {', '.join(rows)}")
        for name, column in self._columns.items():
            column.extend(map(float, rows[name]))

    def join(self, columns: Mapping[str, Iterable[float]]) -> None:
        """Add columns of numbers, one for each row there is."""
        for name, values in columns.items():
            column = [float(value) for value in values]
            if self._columns and len(column) != self.epochs:
                raise InputError(f"{name} must have {self.epochs} numbers, one a row, got {len(column)}")
            self._columns[name] = column

    @property
    def stopped(self) -> str:
        """Why training ended, in words of the language that is spoken; empty before it has."""
        return "" if self.ending is None else str(self.ending)

    @property
    def epochs(self) -> int:
        """How many rows there are."""
        return len(next(iter(self._columns.values()), []))

    def last(self) -> dict[str, float]:
        """Return the newest row; empty before the first."""
        return {name: column[-1] for name, column in self._columns.items() if column}

    def newest(self, name: str, count: int) -> list[float]:
        """Return the last ``count`` entries of a column."""
        column = self._columns[one_of("column", name, self._columns)]
        return column[len(column) - count :]

    def __getitem__(self, name: str) -> Array:
        return np.array(self._columns[one_of("column", name, self._columns)])

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, History):
            return NotImplemented
        same = self._columns.keys() == other._columns.keys() and all(
            np.array_equal(self[name], other[name], equal_nan=True) for name in self
        )
        return same and (self.ending, self.best_epoch) == (other.ending, other.best_epoch)

    __hash__ = None  # type: ignore[assignment]

    def __iter__(self) -> Iterator[str]:
        return iter(self._columns)

    def __len__(self) -> int:
        return len(self._columns)

    def __repr__(self) -> str:
        return f"History({self.epochs} epochs: {', '.join(self)}; {self.stopped or 'not finished'})"
