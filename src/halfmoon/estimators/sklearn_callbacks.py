"""The ``sklearn.callback`` protocol, which came with scikit-learn 1.9."""

from __future__ import annotations

from contextlib import AbstractContextManager, closing, nullcontext
from copy import deepcopy
from typing import Any

from halfmoon.training.callbacks import Callback
from halfmoon.training.run import Run

__all__ = ["CallbackSupportMixin", "EpochTasks", "fit_task", "with_callbacks"]

try:
    from sklearn.callback import CallbackSupportMixin, with_callbacks
except ImportError:  # scikit-learn 1.7 and 1.8

    class CallbackSupportMixin:  # type: ignore[no-redef]
        """Stands for what is not there yet."""

    def with_callbacks(method: Any) -> Any:
        """Return the method as it is."""
        return method


class EpochTasks(Callback):
    """Calls the callbacks that ``set_callbacks`` has given an estimator, for a fit and for each epoch, a task of it."""

    def __init__(self, estimator: Any, X: Any, y: Any, sample_weight: Any) -> None:
        metadata = None if sample_weight is None else {"sample_weight": sample_weight}
        self.known = {"estimator": estimator, "X": X, "y": y, "metadata": metadata}
        self.context = estimator._init_callback_context(max_subtasks=estimator.max_iter)  # noqa: SLF001 - scikit-learn's, for who writes estimators
        self.context.call_on_fit_task_begin(**self.known)
        self.task: Any = None

    def on_start(self, run: Run) -> None:
        self._begin()

    def on_epoch(self, run: Run) -> None:
        task, self.task = self.task, None
        if task.call_on_fit_task_end(**self.known, reconstruction_attributes=self._fitted):
            run.stop("a callback said so")
        if run.going and run.epoch < run.epochs:
            self._begin()

    def _begin(self) -> None:
        self.task = self.context.subcontext(task_name="epoch")
        self.task.call_on_fit_task_begin(**self.known, reconstruction_attributes=self._fitted)

    def _fitted(self) -> dict[str, Any]:
        return {"model_": deepcopy(self.known["estimator"].model_)}

    def close(self) -> None:
        """End the task of the fit."""
        self.context.call_on_fit_task_end(**self.known, reconstruction_attributes=self._fitted)


def fit_task(estimator: Any, X: Any, y: Any, sample_weight: Any) -> AbstractContextManager[EpochTasks | None]:
    """Return what begins the task of a fit, and ends it: what calls the callbacks for its epochs, None where there are none."""
    if estimator is None or not vars(estimator).get("_skl_callbacks"):
        return nullcontext()
    return closing(EpochTasks(estimator, X, y, sample_weight))
