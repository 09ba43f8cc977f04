"""The trainer: one update at a time, or a run of epochs."""

from __future__ import annotations

import os
from collections.abc import Iterable, Sequence
from typing import Any, Self

import numpy as np

from halfmoon.base import checks, schema
from halfmoon.base.checks import Array
from halfmoon.base.errors import InputError
from halfmoon.base.locks import lock_of
from halfmoon.base.randomness import Random, from_data, generator, to_data
from halfmoon.base.tensorfile import damage_told
from halfmoon.engines import engine as find_engine
from halfmoon.engines.contract import Data
from halfmoon.engines.row_order import RowOrder
from halfmoon.engines.state import NotFiniteError, TrainingState
from halfmoon.losses.links import SOFTMAX, EnsembleLink
from halfmoon.losses.penalty import NO_PENALTY, Penalty
from halfmoon.network.model import Model
from halfmoon.optimizers.contract import FirstOrder, Optimizer
from halfmoon.optimizers.lbfgs import LBFGS
from halfmoon.optimizers.rules import Adam
from halfmoon.training.callbacks import Callback
from halfmoon.training.checkpoint import Saved, read, save
from halfmoon.training.class_weights import class_weights
from halfmoon.training.divergence import DivergenceError, divergence
from halfmoon.training.ending import Ending
from halfmoon.training.history import History
from halfmoon.training.metrics import Metric
from halfmoon.training.metrics import metrics as find_metrics
from halfmoon.training.run import Run
from halfmoon.training.stopping import EarlyStopping
from halfmoon.training.verbose import ProgressReport

ENGINE = schema.entries({"name": checks.text})
"""What a file says of the engine."""


def saved_options(saved: Saved) -> dict[str, Any]:
    """Return the optimiser and the penalty in a file."""
    optimizer = saved.get("optimizer", checks.kind(Optimizer, "an optimiser"))
    return {"optimizer": optimizer, "penalty": saved.get("penalty", checks.kind(Penalty, "a penalty"))}


class Trainer:
    """A model, an optimiser, and everything that training must remember to go on.

    Parameters
    ----------
    model : Model
        Changed in place.
    optimizer : Optimizer
        ``Adam()`` by default.
    penalty : Penalty
        Part of the loss.
    seed : int, RandomState or Generator
        For shuffling and dropout; an int means ``RandomState(seed)``.
    engine : {"fused", "reference"}
        Compiled, or written with NumPy for reading. What the fused engine cannot run, the reference engine does;
        :func:`halfmoon.explain` says why.
    threads : int, optional
        Most threads to use; by default ``HALFMOON_THREADS`` or all cores. The bits do not depend on it.

    Examples
    --------
    >>> trainer = hm.Trainer(model, hm.SGD(0.8))
    >>> loss = trainer.step(X, y)
    """

    def __init__(
        self,
        model: Model,
        optimizer: Optimizer | None = None,
        *,
        penalty: Penalty = NO_PENALTY,
        seed: int | Random = 0,
        engine: str = "fused",
        threads: int | None = None,
    ) -> None:
        checks.instance("model", model, Model, "a Model, made by Network.init")
        chosen = Adam() if optimizer is None else checks.instance("optimizer", optimizer, Optimizer, "an optimiser such as SGD(0.1)")
        checks.instance("penalty", penalty, Penalty, "a Penalty(l1, l2)")
        self.random = generator(seed)
        self.engine_name = engine
        self.order: Array | None = None
        self._run: Run | None = None
        self.state = TrainingState(model, chosen, penalty, _dropout_seed(model, seed, self.random))
        self.engine = find_engine(engine, self.state, None if threads is None else checks.whole("threads", threads))

    def __getstate__(self) -> dict[str, Any]:
        return {name: value for name, value in vars(self).items() if name not in {"engine", "_run"}} | {"threads": self.threads}

    def __setstate__(self, state: dict[str, Any]) -> None:
        others = {**state, "_run": None}
        threads = others.pop("threads")
        vars(self).update(others)
        self.engine = find_engine(self.engine_name, self.state, threads)

    @property
    def threads(self) -> int | None:
        """Most threads to use; None: ``HALFMOON_THREADS``, or all cores."""
        return self.engine.threads

    @threads.setter
    def threads(self, threads: int | None) -> None:
        self.engine.threads = threads

    @property
    def model(self) -> Model:
        """The model that is trained."""
        return self.state.model

    def step(self, X: Any, y: Any, sample_weight: Any = None) -> float:
        """Make one update from one batch, and return the loss before it.

        Parameters
        ----------
        X : array-like or sparse matrix, shape (n, n_inputs)
            The rows of the batch.
        y : array-like, shape (n,) or (n, n_outputs)
            Their targets.
        sample_weight : array-like, shape (n,), optional
            How much each row counts; by default all alike.

        Raises
        ------
        InputError
            When X, y or the weights do not fit, or the optimiser makes no single updates (LBFGS).
        DivergenceError
            When the loss or a parameter becomes NaN or infinite; the parameters are then as they were.
        """
        if not isinstance(self.state.optimizer, FirstOrder):
            raise InputError("step must have an optimiser that makes single updates, got LBFGS(); use train for it")
        data = Data(*self.model.batch(X, y, sample_weight, sparse=True))
        self.state.check_writable()
        with lock_of(self):
            before = self.model.snapshot()
            try:
                loss = self.engine.update(data, slice(None), data.n_rows)
                if not np.isfinite(self.model.theta).all():
                    raise NotFiniteError(np.nan)  # noqa: TRY301 - answered as the engine's own
            except NotFiniteError as error:
                self.model.restore(before)
                raise DivergenceError(History(ending=divergence(self.state, error.loss, data.X))) from None
        return loss

    def stop(self, reason: str | Ending) -> None:
        """End the training that another thread runs, after the update or epoch at hand; nothing where none runs."""
        run = self._run  # another thread may be done just now
        if run is not None:
            run.stop(reason)

    def save(self, path: str | os.PathLike[str]) -> None:
        """Write the model and everything that training needs to go on, whole or not at all.

        Raises
        ------
        InputError
            When the file cannot be written.
        """
        state = self.state
        extras = {"optimizer": state.optimizer, "penalty": state.penalty, "progress": state.progress(), "random": to_data(self.random)}
        save(path, self.model, extras=extras | {"engine": {"name": self.engine_name}}, arrays={"slots": state.slots})

    @classmethod
    def load(cls, path: str | os.PathLike[str]) -> Self:
        """Return a trainer that goes on, to the bit, as the one that :meth:`save` wrote would have.

        Raises
        ------
        InputError
            When there is no such file, it is damaged, or it holds a model alone.
        """
        saved = read(path)
        if "progress" not in saved.extras or "slots" not in saved.arrays:
            raise InputError(f"the file {os.fspath(path)!r} must have been saved by a Trainer, it holds a model alone; use halfmoon.load")
        with damage_told(path, "training"):
            trainer = cls(saved.model, engine=saved.get("engine", ENGINE)["name"], **saved_options(saved))
            trainer.go_on_from(saved)
        return trainer

    def go_on_from(self, saved: Saved) -> None:
        """Take over the generator, the progress and the slots in a file."""
        self.random = saved.get("random", from_data)
        self.state.resume(saved.get("progress"), saved.arrays["slots"])
        self.state.rate_at(self.state.updates)  # the schedule finds in its memory what it needs

    def train(
        self,
        X: Any,
        y: Any,
        *,
        epochs: int = 100,
        batch_size: int | None = None,
        shuffle: bool = True,
        rows: Any = None,
        sample_weight: Any = None,
        class_weight: Any = None,
        validation: Sequence[Any] | None = None,
        metrics: str | Metric | Iterable[str | Metric] = (),
        stopping: EarlyStopping | None = None,
        max_seconds: float | None = None,
        callbacks: Callback | Iterable[Callback] = (),
        verbose: bool = False,
    ) -> History:
        """Make epochs of updates; see :func:`halfmoon.train` for the parameters."""
        checks.whole("epochs", epochs)
        checks.flag("shuffle", shuffle)
        data = Data(*self.model.batch(X, y, sample_weight, sparse=True))
        chosen = None if rows is None else checks.row_indices("rows", rows, data.n_rows)
        data = self._weighted(data, chosen, class_weight)
        n = data.n_rows if chosen is None else len(chosen)
        size = n if batch_size is None else min(checks.whole("batch_size", batch_size), n)
        if max_seconds is not None:
            checks.positive("max_seconds", max_seconds)
        if stopping is not None:
            checks.instance("stopping", stopping, EarlyStopping, "an EarlyStopping")
        held_out = None if validation is None else self._validation(validation)
        listeners = checks.listed("callbacks", callbacks, Callback, "callbacks, objects of a subclass of Callback")
        listeners += [ProgressReport()] if checks.flag("verbose", verbose) else []
        if isinstance(self.state.optimizer, LBFGS) and size < n:
            raise InputError(f"batch_size must be None (the full batch) for LBFGS, got {batch_size}")
        run = self.run(
            data,
            size,
            shuffle=shuffle,
            rows=chosen,
            epochs=epochs,
            held_out=held_out,
            metrics=find_metrics(metrics),
            stopping=stopping,
            max_seconds=max_seconds,
            listeners=listeners,
        )
        return run.history

    def run(
        self, data: Data, batch_size: int, *, shuffle: bool = True, rows: Array | None = None, going_on: bool = False, **options: Any
    ) -> Run:
        """Train on rows that were checked, and return the finished run; for the options see :class:`Run`.

        With ``going_on=True`` the schedule and the order of the rows go on where the run before left them. While another thread
        trains with this trainer, it waits.
        """
        self.state.check_writable()
        with lock_of(self):
            if not shuffle or batch_size >= (data.n_rows if rows is None else len(rows)):
                order = RowOrder(rows)  # a full batch is not shuffled
            else:
                newest = rows if not going_on or self.order is None else self._last_order(data.n_rows, rows)
                order = RowOrder(np.arange(data.n_rows) if newest is None else newest, self.random)
            self._run = run = Run(self.engine, data, order, batch_size, rows=rows, going_on=going_on, **options)
            try:
                if isinstance(self.state.optimizer, LBFGS):
                    run.minimise()
                else:
                    run.train()
            finally:
                self._run = None
                self.order = order.order
                self.engine.release()
            return run

    def _last_order(self, n_rows: int, rows: Array | None) -> Array:
        """Return the order that the run before ended with, after a look whether it is one of these rows: it may be a file's."""
        order: Any = self.order
        wanted = n_rows if rows is None else len(rows)
        if len(order) != wanted or order.min() < 0 or order.max() >= n_rows:
            raise InputError(f"X must have the rows of the training that goes on, {len(order):,}, got {wanted:,}")
        return order

    def _weighted(self, data: Data, rows: Array | None, class_weight: Any) -> Data:
        """Return the data with its class weights, after a look whether there are two classes; rows that are not taken do not count."""
        y, known = (data.y, data.weights) if rows is None else (data.y[rows], None if data.weights is None else data.weights[rows])
        _check_classes(self.model, y)
        if class_weight is None:
            return data
        weights = class_weights(y, class_weight, known, self.model.dtype)
        if rows is None or weights is None:
            return data._replace(weights=weights)
        spread = np.zeros(data.n_rows, weights.dtype)
        spread[rows] = weights
        return data._replace(weights=spread)

    def _validation(self, validation: Sequence[Any]) -> Data:
        if not isinstance(validation, tuple | list) or len(validation) not in {2, 3}:
            raise checks.fail("validation", type(validation).__name__, "a tuple (X, y) or (X, y, sample_weight)")
        try:
            return Data(*self.model.batch(*validation, sparse=True))
        except InputError as error:
            raise InputError(f"validation: {error}") from None


def train(
    model: Model,
    X: Any,
    y: Any,
    *,
    optimizer: Optimizer | None = None,
    penalty: Penalty = NO_PENALTY,
    seed: int | Random = 0,
    engine: str = "fused",
    threads: int | None = None,
    epochs: int = 100,
    batch_size: int | None = None,
    shuffle: bool = True,
    rows: Any = None,
    sample_weight: Any = None,
    class_weight: Any = None,
    validation: Sequence[Any] | None = None,
    metrics: str | Metric | Iterable[str | Metric] = (),
    stopping: EarlyStopping | None = None,
    max_seconds: float | None = None,
    callbacks: Callback | Iterable[Callback] = (),
    verbose: bool = False,
) -> History:
    """Train a model in place, and return what was recorded. Schedules begin anew with each call.

    Parameters
    ----------
    model : Model
        Changed in place.
    X : array-like or sparse matrix, shape (n, n_inputs)
        Rows, brought to mean 0 and deviation 1 for most data.
    y : array-like, shape (n,) or (n, n_outputs)
        Class numbers or numbers, as the loss takes them.
    optimizer : Optimizer
        ``Adam()`` by default.
    penalty : Penalty
        ``Penalty(l1, l2)``, part of the loss.
    seed : int, RandomState or Generator
        For shuffling and dropout; an int means ``RandomState(seed)``.
    engine : {"fused", "reference"}
        Compiled, or written with NumPy for reading.
    threads : int, optional
        Most threads to use; by default ``HALFMOON_THREADS`` or all cores. The bits do not depend on it.
    epochs : int
        At most so many.
    batch_size : int, optional
        Rows an update; None (the default) is the full batch.
    shuffle : bool
        Whether mini-batches are drawn in a new order each epoch.
    rows : array-like of int, optional
        Which rows to train on, and in which order; by default all. None is copied.
    sample_weight : array-like, shape (n,), optional
        How much each row counts.
    class_weight : dict or "balanced", optional
        How much each class counts, on top of ``sample_weight``.
    validation : tuple (X, y) or (X, y, sample_weight), optional
        Rows to take the loss and the metrics on after each epoch.
    metrics : sequence of str or Metric
        Names of ``METRICS`` or own ones, taken on the validation set where there is one, else on X and y.
    stopping : EarlyStopping, optional
        When to stop early, and whether to go back to the best parameters.
    max_seconds : float, optional
        Ends training after the update that passes this limit.
    callbacks : sequence of Callback
        Listeners.
    verbose : bool
        Whether to show progress on standard output: a bar on a terminal, else a line now and then; False by default.

    Returns
    -------
    History
        ``history.stopped`` says why training ended. Ctrl-C ends it too, with the parameters as they were then or, where
        the best ones were to be restored, those.

    Raises
    ------
    InputError
        When an argument cannot be used; the model is then untouched.
    DivergenceError
        When the loss or a parameter becomes NaN or infinite; the model then holds the parameters of the last whole epoch.

    Examples
    --------
    >>> history = hm.train(model, X, y, optimizer=hm.Adam(0.01), epochs=100, batch_size=50, metrics=["accuracy"])
    >>> history["loss"].shape, bool(history["accuracy"][-1] > 0.8)
    ((100,), True)
    """
    trainer = Trainer(model, optimizer, penalty=penalty, seed=seed, engine=engine, threads=threads)
    return trainer.train(
        X, y, epochs=epochs, batch_size=batch_size, shuffle=shuffle, rows=rows, sample_weight=sample_weight, class_weight=class_weight,
        validation=validation, metrics=metrics, stopping=stopping, max_seconds=max_seconds, callbacks=callbacks, verbose=verbose,
    )  # fmt: skip


def _check_classes(model: Model, y: Array) -> None:
    """Raise InputError when class numbers, or probabilities that are all 0 or 1, name one class only."""
    link = model.network.loss.link
    link = link.of if isinstance(link, EnsembleLink) else link
    if link.classifies and (y == np.floor(y)).all():
        classes = y.argmax(axis=1) if link == SOFTMAX and y.ndim > 1 else y
        if classes.size == len(y) and classes.min() == classes.max():  # else there are several labels a row
            raise InputError(f"y must hold at least two classes, got only {classes.flat[0]:g}")


def _dropout_seed(model: Model, seed: int | Random, random: Random) -> int:
    """Return the key of dropout's masks: an int seed itself, else drawn, but only where a layer needs one."""
    if isinstance(seed, int | np.integer):
        return int(seed)
    if not any(step.layer is not None and step.layer.random for step in model.program.steps):
        return 0
    high, low = (int(word) for word in np.asarray(random.uniform(0, 2**32, 2), dtype=np.uint64))
    return high << 32 | low
