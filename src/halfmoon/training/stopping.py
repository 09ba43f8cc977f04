"""Early stopping: when a monitored value has not got better for a while."""

from __future__ import annotations

from collections.abc import Sequence

from halfmoon.base import checks
from halfmoon.base.checks import Array
from halfmoon.base.patience import Patience
from halfmoon.base.record import Record, checked, record
from halfmoon.network.model import Model
from halfmoon.training.ending import Ending, Reason
from halfmoon.training.metrics import Metric


@record
class EarlyStopping(Record):
    """Stop when ``monitor`` has not got better for ``patience`` epochs in a row.

    Parameters
    ----------
    monitor : str
        ``"loss"`` or the name of one of the training's metrics; on the validation set where there is one.
    patience : int
        How many epochs in a row may pass without getting better.
    tolerance : float
        How much better a value must be to count.
    restore_best : bool
        Whether the model goes back to the parameters after the best epoch.

    Examples
    --------
    >>> stopping = hm.EarlyStopping("loss", patience=5)
    >>> options = {"optimizer": hm.Adam(0.1), "epochs": 1000, "stopping": stopping}
    >>> history = hm.train(model, X[:150], y[:150], validation=(X[150:], y[150:]), **options)
    >>> history.ending.reason
    <Reason.EARLY_STOPPING: 'early stopping'>
    """

    monitor: str = checked(checks.kind(str, "the name of a metric"), default="loss")
    patience: int = checked(checks.whole, default=10)
    tolerance: float = checked(checks.not_negative, default=0.0)
    restore_best: bool = checked(checks.flag, default=True)


class Watch:
    """Follows one training for an :class:`EarlyStopping`."""

    def __init__(self, stopping: EarlyStopping, metrics: Sequence[Metric], *, validated: bool) -> None:
        higher = {"loss": False} | {metric.name: metric.higher_is_better for metric in metrics}
        monitor = checks.one_of("monitor", stopping.monitor, higher)
        self.stopping = stopping
        self.sign = -1.0 if higher[monitor] else 1.0
        self.column = f"val_{monitor}" if validated else monitor
        self.patience = Patience(tolerance=stopping.tolerance, limit=stopping.patience - 1)
        self.best_epoch: int | None = None
        self._best: tuple[Array, Array] | None = None

    def look(self, row: dict[str, float], model: Model) -> Ending | None:
        """Take in an epoch's row; return the ending once patience is exhausted."""
        value = self.sign * row[self.column]
        self.patience = self.patience.after(value)
        if self.best_epoch is None or self.patience.waited == 0:
            self.best_epoch = int(row["epoch"])
            self.patience = self.patience._replace(waited=0)
            if self.stopping.restore_best:
                self._best = model.snapshot()
        if not self.patience.exhausted:
            return None
        return Ending(Reason.EARLY_STOPPING, {"monitor": self.column, "patience": self.stopping.patience})

    def restore(self, model: Model) -> None:
        """Put the best epoch's parameters back, where they were kept."""
        if self._best is not None:
            model.restore(self._best)
