"""The curve of a training: what was measured at which epoch, thinned where there are many."""

from __future__ import annotations

import math
from collections.abc import Sequence

import numpy as np

from halfmoon.base.checks import Array

MOST_ROWS = 2000

COLUMNS = ("epoch", "loss", "test_loss", "accuracy", "test_accuracy")


class Curve:
    """Rows of numbers by epoch; where they are too many, those of every second epoch stay, and the newest.

    Attributes
    ----------
    stride : int
        Rows stay of the epochs that are a multiple of it.
    """

    def __init__(self) -> None:
        self._rows: Array = np.empty((MOST_ROWS + 2, len(COLUMNS)))
        self._serials: Array = np.empty(MOST_ROWS + 2, np.int64)
        self._count = 0
        self._serial = 0
        self.stride = 1

    def __len__(self) -> int:
        return self._count

    @property
    def rows(self) -> Array:
        """A copy of all rows, (n, 5), in float64."""
        return self._rows[: self._count].copy()

    @property
    def serials(self) -> Array:
        """A copy of each row's number of its writing, (n,): rising, and new where a row, or what came after it, has changed."""
        return self._serials[: self._count].copy()

    @property
    def last(self) -> Array:
        """The newest row, (5,); NaN where there is none."""
        return self._rows[self._count - 1].copy() if self._count else np.full(len(COLUMNS), np.nan)

    def add(self, epoch: int, *numbers: float) -> None:
        """Add a row: its epoch, the loss, and as far as it was measured the test loss, the accuracy and the test accuracy."""
        if self._count and self._rows[self._count - 1, 0] % self.stride:
            self._count -= 1  # it stood there as the newest only
        if self._count and self._rows[self._count - 1, 0] == epoch:
            self._count -= 1
        self._write(self._count, [epoch, *numbers, *[math.nan] * (len(COLUMNS) - 1 - len(numbers))])
        if self._count > MOST_ROWS:
            self._thin()

    def extend(self, first: int, losses: Sequence[float]) -> None:
        """Add the losses of epochs from ``first`` on, those that are kept."""
        start = first + -first % self.stride
        for epoch in range(start, first + len(losses), self.stride):
            self.add(epoch, losses[epoch - first])

    def copy(self) -> Curve:
        """Return another curve of the same rows."""
        twin = Curve()
        twin._rows, twin._serials = self._rows.copy(), self._serials.copy()
        twin._count, twin._serial, twin.stride = self._count, self._serial, self.stride
        return twin

    @staticmethod
    def of(rows: Array) -> Curve:
        """Return a curve of rows that another one had, (n, 5), of rising epochs."""
        found = Curve()
        for row in rows[: MOST_ROWS + 1]:
            found._write(found._count, row)
        epochs = rows[:-1, 0].astype(np.int64)
        while len(epochs) and (epochs % (2 * found.stride) == 0).all() and found.stride < 1 << 40 and epochs.any():
            found.stride *= 2
        return found

    def cut(self, epoch: int) -> None:
        """Forget the rows of later epochs."""
        self._count = int(np.searchsorted(self._rows[: self._count, 0], epoch, "right"))
        if self._count:
            self._write(self._count - 1, self._rows[self._count - 1])

    def _write(self, index: int, row: Sequence[float] | Array) -> None:
        self._serial += 1
        self._rows[index], self._serials[index], self._count = row, self._serial, index + 1

    def _thin(self) -> None:
        self.stride *= 2
        kept = self._rows[: self._count, 0] % self.stride == 0
        kept[-1] = True
        rows = self._rows[: self._count][kept]
        self._count, self._serial = len(rows), self._serial + len(rows)
        self._rows[: self._count] = rows
        self._serials[: self._count] = np.arange(self._serial - len(rows), self._serial) + 1
        self._serial += 1
