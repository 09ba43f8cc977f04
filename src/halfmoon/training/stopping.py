"""Early stopping: when a monitored value has not got better for a while."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import ClassVar

from halfmoon.base import checks
from halfmoon.base.checks import Array
from halfmoon.base.record import Record, record
from halfmoon.network.model import Model
from halfmoon.training.metrics import Metric


@record
class EarlyStopping(Record):
    """Stop when ``monitor`` has not got better for ``patience`` epochs in a row.

    Parameters
    ----------
    monitor : str
        ``"loss"`` or the name of one of the training's metrics; on the validation set where there is one.
    patience : int
    tolerance : float
        How much better a value must be to count.
    restore_best : bool
        Whether the model goes back to the parameters after the best epoch.
    """

    checked: ClassVar = {
        "monitor": checks.kind(str, "the name of a metric"),
        "patience": checks.whole,
        "tolerance": checks.not_negative,
        "restore_best": checks.flag,
    }

    monitor: str = "loss"
    patience: int = 10
    tolerance: float = 0.0
    restore_best: bool = True


class Watch:
    """Follows one training for an :class:`EarlyStopping`."""

    def __init__(self, stopping: EarlyStopping, metrics: Sequence[Metric], *, validated: bool) -> None:
        higher = {"loss": False} | {metric.name: metric.higher_is_better for metric in metrics}
        monitor = checks.one_of("monitor", stopping.monitor, higher)
        self.stopping = stopping
        self.sign = -1.0 if higher[monitor] else 1.0
        self.column = f"val_{monitor}" if validated else monitor
        self.best = math.inf
        self.best_epoch: int | None = None
        self.waited = 0
        self._kept: tuple[Array, Array] | None = None

    def look(self, row: dict[str, float], model: Model) -> bool:
        """Take in an epoch's row; return whether patience is at its end."""
        value = self.sign * row[self.column]
        value = math.inf if math.isnan(value) else value
        if value < self.best - self.stopping.tolerance or self.best_epoch is None:
            self.best, self.best_epoch, self.waited = value, int(row["epoch"]), 0
            if self.stopping.restore_best:
                self._kept = model.snapshot()
        else:
            self.waited += 1
        return self.waited >= self.stopping.patience

    def restore(self, model: Model) -> None:
        """Put the best epoch's parameters back, where they were kept."""
        if self._kept is not None:
            model.restore(self._kept)
