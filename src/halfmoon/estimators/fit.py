"""One call of an estimator's ``fit``, ``partial_fit`` or ``resume``: data are prepared, a network is drawn, and it is trained."""

from __future__ import annotations

import inspect
import warnings
from contextlib import nullcontext
from copy import copy
from dataclasses import KW_ONLY, dataclass, field
from numbers import Integral
from typing import TYPE_CHECKING, Any

import numpy as np
from sklearn.base import is_classifier
from sklearn.exceptions import ConvergenceWarning
from sklearn.utils import check_random_state, column_or_1d
from sklearn.utils.class_weight import compute_sample_weight
from sklearn.utils.optimize import _check_optimize_result
from sklearn.utils.validation import _check_sample_weight, validate_data

from halfmoon.base import checks
from halfmoon.base.checks import Array
from halfmoon.base.errors import InputError
from halfmoon.base.interrupts import InterruptGuard
from halfmoon.base.locks import lock_of
from halfmoon.engines.contract import Data
from halfmoon.estimators import network_builder
from halfmoon.estimators.convergence import BY_LOSS, BY_SCORE, ConvergenceMonitor
from halfmoon.estimators.fitted import FitState, converted
from halfmoon.estimators.seen import Seen
from halfmoon.estimators.sklearn_callbacks import EpochTasks, fit_task
from halfmoon.estimators.targets import ClassTargets, NumberTargets, Targets
from halfmoon.estimators.validation import NO_VALIDATION, HeldOut, Validation, held_out, split
from halfmoon.estimators.verbose import Reporter
from halfmoon.network.model import Model
from halfmoon.network.network import Network
from halfmoon.optimizers.contract import Optimizer
from halfmoon.training.callbacks import Callback
from halfmoon.training.divergence import DivergenceError
from halfmoon.training.ending import INTERRUPTED, Ending
from halfmoon.training.trainer import Trainer

if TYPE_CHECKING:
    from halfmoon.estimators.base import MultilayerPerceptron

NOT_FINITE = "Solver produced non-finite parameter weights. The input data may contain large values and need to be preprocessed."
INTERRUPTED_BY_USER = "Training interrupted by user."


@dataclass(eq=False, repr=False)
class Fit:
    """One call of ``fit``, ``partial_fit`` or ``resume``; see :func:`halfmoon.estimators.ensemble.new_fit` for one of any estimator.

    Parameters
    ----------
    estimator : MultilayerPerceptron
        Its parameters say what is done, its fitted attributes are brought up to date as the training goes on.
    X, y, sample_weight, validation
        What the caller gave.
    known_targets : Targets, optional
        Else the targets are learned from y, or taken over from the fit before.
    incremental : bool
        Whether to train for one more epoch (``partial_fit``).
    resuming : bool
        Whether to go on where the fit before ended, to the bit.
    checked : bool
        Whether X has been checked and is of the network's dtype, and y is encoded by ``known_targets``.
    is_member : bool
        Whether this is one of several fits, whose caller warns of an interrupt.

    Attributes
    ----------
    targets : Targets
        Once the data are checked.
    trainer : Trainer or None
        Once the training begins.
    """

    estimator: MultilayerPerceptron
    X: Any
    y: Any
    sample_weight: Any = None
    validation: Validation = NO_VALIDATION
    _: KW_ONLY
    known_targets: Targets | None = None
    incremental: bool = False
    resuming: bool = False
    checked: bool = False
    is_member: bool = False
    targets: Targets = field(init=False)
    trainer: Trainer | None = field(default=None, init=False)

    size = 1  # fits that are made at once take equally long

    @property
    def continues(self) -> bool:
        """Whether this goes on with the training of the fit before."""
        return self.incremental or self.resuming

    @property
    def anew(self) -> bool:
        """Whether a new network is drawn; once that is done, the estimator has one."""
        return not ("model_" in vars(self.estimator) and (self.estimator.warm_start or self.continues))

    @property
    def state(self) -> FitState:
        """What a later call goes on from."""
        return self.estimator.fit_state_

    @property
    def updates(self) -> int:
        """How many updates the training has made."""
        return 0 if self.trainer is None else self.trainer.state.updates

    def stop(self, reason: str | Ending) -> None:
        """End the training that another thread runs; nothing where none runs."""
        trainer = self.trainer
        if trainer is not None:
            trainer.stop(reason)

    def run(self) -> MultilayerPerceptron:
        """Fit, and return the estimator; while another thread fits it, wait."""
        silent = self.incremental or self.checked
        task = fit_task(None if silent else self.estimator, self.X, self.y, self.sample_weight)
        with lock_of(self.estimator), task as epoch_tasks:
            data, encoded = self.prepare()
            if network_builder.is_first_order(self.estimator.solver):
                with nullcontext() if self.incremental else InterruptGuard() as guard:
                    self._train_by_updates(data, encoded, epoch_tasks, guard)
            else:
                self._train_by_lbfgs(data, encoded, epoch_tasks)
        return self.estimator

    # ---- preparing ----------------------------------------------------------------------------------------------------

    def prepare(self) -> tuple[Data, Array]:
        """Check what the caller gave, and draw a network or take over that of the fit before; return data and encoded targets."""
        estimator = self.estimator
        X, encoded, sample_weight = self._checked()
        if self.incremental and estimator.early_stopping:
            raise ValueError("partial_fit does not support early_stopping=True")
        if self.anew:
            self._draw_network(X, encoded)
        elif not self.resuming:
            self._take_over_network(X, encoded)
        self.state.targets = self.targets
        if isinstance(self.targets, ClassTargets):
            estimator.classes_ = self.targets.classes
        if not (self.continues or self.checked):
            n_classes = len(self.targets.classes) if isinstance(self.targets, ClassTargets) else None
            self.state.seen = Seen.of(X, encoded, n_classes)
        model = estimator.model_
        model.make_writable()
        weights = checks.weights("sample_weight", self._row_weights(encoded, sample_weight), X.shape[0], model.dtype)
        return Data(converted(X, model.dtype), model.targets(self.targets.for_loss(encoded, model), X.shape[0]), weights), encoded

    def _checked(self) -> tuple[Array, Array, Array | None]:
        """Return rows, encoded targets and weights, after a look at all of them; learn what targets there are."""
        if self.checked and self.known_targets is not None:
            self.targets = self.known_targets
            return self.X, self.y, self.sample_weight
        estimator, numbers = self.estimator, not is_classifier(self.estimator)
        network_builder.sizes(estimator.hidden_layer_sizes)
        options = {"accept_sparse": ["csr", "csc"], "multi_output": True, "y_numeric": numbers, "reset": self.anew}
        dtype = (np.float64, np.float32) if estimator.dtype == "auto" else estimator.dtype
        X, y = validate_data(estimator, self.X, self.y, dtype=dtype, **options)
        if y.ndim == 2 and y.shape[1] == 1:  # noqa: PLR2004 - rows and columns
            y = column_or_1d(y, warn=True)
        self.targets = NumberTargets.learn(y, estimator.quantiles) if numbers else self._learn_classes(y)
        return X, self.targets.encode(y), None if self.sample_weight is None else _check_sample_weight(self.sample_weight, X)

    def _learn_classes(self, y: Array) -> Targets:
        """Return the classes of y; where this goes on with a fit, the known ones, after a look whether y has others."""
        warm_start, known = self.estimator.warm_start, self.known_targets
        if known is None and (warm_start or self.continues) and "fit_state_" in vars(self.estimator):
            known = self.state.targets
        if not isinstance(known, ClassTargets):
            return ClassTargets.learn(y)
        known.check_classes(y, warm_start=warm_start)
        return known

    def _row_weights(self, encoded: Array, sample_weight: Array | None) -> Array | None:
        """Return one weight a row, that of its class included; None where all are 1."""
        class_weight = getattr(self.estimator, "class_weight", None)
        if class_weight is None:
            return sample_weight
        weights = compute_sample_weight(class_weight, self.targets.decode(encoded))
        return weights if sample_weight is None else weights * sample_weight

    def _draw_network(self, X: Array, encoded: Array) -> None:
        """Draw a new network, and forget what was recorded of the one before."""
        estimator, random = self.estimator, check_random_state(self.estimator.random_state)
        network = described_network(estimator, self.targets, encoded, X.shape[1], X.dtype)
        estimator.n_outputs_ = self.targets.n_outputs(encoded)
        estimator.model_ = network.init(X.shape[1], random, X.dtype)
        if estimator.solver == "lbfgs" and estimator.dtype == "auto":
            estimator.model_ = estimator.model_.astype("float64")  # as SciPy's L-BFGS computes, and so scikit-learn
        estimator.fit_state_ = FitState(self.targets, random, best=estimator.model_.snapshot())
        estimator.n_iter_ = estimator.t_ = 0
        for name in (*BY_LOSS, "validation_loss_curve_", "temperature_", "estimators_"):
            estimator.__dict__.pop(name, None)
        self._begin_curves()

    def _take_over_network(self, X: Array, encoded: Array) -> None:
        """Go on with the weights of the fit before, in a network as the parameters describe it now."""
        estimator, model = self.estimator, self.estimator.model_
        self.state.random = check_random_state(estimator.random_state)
        self.state.best = None  # scikit-learn's best weights are the current ones in a warm start, and change with them
        self._begin_curves()
        if self.incremental:
            return
        network = described_network(estimator, self.targets, encoded, X.shape[1], model.dtype)
        shapes = [param.shape for _, param in network.program(X.shape[1]).parameters.entries]
        if shapes != [array.shape for array in model.params.values()]:
            raise ValueError("hidden_layer_sizes, layers and the columns of y must be as before where warm_start takes over the weights")
        estimator.model_ = Model(network, X.shape[1], model.theta, model.state.vector)

    def _begin_curves(self) -> None:
        """Begin the curves that the rule of convergence reads and that are not there yet; L-BFGS has none."""
        estimator = self.estimator
        needed = BY_SCORE if estimator.early_stopping else BY_LOSS
        has_curves = network_builder.is_first_order(estimator.solver) or network_builder.stops_early(estimator)
        for name, beginning in needed.items() if has_curves else ():
            if getattr(estimator, name, None) is None:
                setattr(estimator, name, copy(beginning))

    # ---- training -----------------------------------------------------------------------------------------------------

    def _train_by_updates(self, data: Data, encoded: Array, epoch_tasks: EpochTasks | None, guard: InterruptGuard | None) -> None:
        """Train for one more epoch, or up to ``max_iter`` of them until the rule of convergence says that it is enough."""
        estimator, state = self.estimator, self.state
        rows, validation = self._held_out(data, encoded)
        n = data.n_rows if rows is None else len(rows)
        trainer = self.trainer = self._prepared_trainer(n, guard)
        size = rows_of_a_batch(estimator, n)
        estimator.n_iter_ = estimator.n_iter_ if self.resuming else 0
        epochs = 1 if self.incremental else estimator.max_iter - estimator.n_iter_
        if epochs < 1:
            return
        progress = Reporter(estimator.verbose, estimator.max_iter)
        monitor = ConvergenceMonitor(estimator, n, validation, progress)
        try:
            run = trainer.run(
                data, size, shuffle=estimator.shuffle, rows=rows, epochs=epochs, max_seconds=estimator.max_seconds,
                listeners=[monitor, *self._listeners(epoch_tasks)], guard=guard, going_on=self.resuming,
            )  # fmt: skip
            monitor.complete(run.history)
            estimator.history_ = run.history
        except DivergenceError as error:
            self._diverged(error)
        finally:
            progress.close()
            if estimator.early_stopping:
                state.latest = estimator.model_.snapshot()
                if state.best is not None:
                    estimator.model_.restore(state.best)
        if estimator.shuffle and size == n and not isinstance(estimator.random_state, Integral):
            for _ in range(estimator.history_.epochs):
                trainer.random.permutation(n)  # a full batch has no order, but scikit-learn draws one, and the generator is the caller's
        self._warn_if_interrupted()
        if estimator.n_iter_ == estimator.max_iter and not (monitor.converged or self.incremental):
            message = f"Stochastic Optimizer: Maximum iterations ({estimator.max_iter}) reached and the optimization hasn't converged yet."
            warn(message, ConvergenceWarning)

    def _train_by_lbfgs(self, data: Data, encoded: Array, epoch_tasks: EpochTasks | None) -> None:
        """Minimise the loss of all rows by L-BFGS, or of those that are not set aside to stop early by."""
        estimator, state, listeners = self.estimator, self.state, self._listeners(epoch_tasks)
        rows, monitor = None, None
        if network_builder.stops_early(estimator):
            rows, validation = self._held_out(data, encoded)
            n = data.n_rows if rows is None else len(rows)
            monitor = ConvergenceMonitor(estimator, n, validation, Reporter(verbose=False, epochs=estimator.max_iter))
            listeners.insert(0, monitor)
        trainer = self.trainer = self._new_trainer(network_builder.optimizer(estimator))
        options: dict[str, Any] = {"epochs": estimator.max_iter, "max_seconds": estimator.max_seconds, "listeners": listeners}
        try:
            run = trainer.run(data, data.n_rows, rows=rows, **options)
        except DivergenceError as error:
            raise ValueError(f"{NOT_FINITE} {error}") from error
        if monitor is not None:
            monitor.complete(run.history)
            if state.best is not None:
                estimator.model_.restore(state.best)
        estimator.history_, estimator.n_iter_ = run.history, run.epoch
        estimator.loss_ = run.history.last().get("loss", np.nan)
        self._warn_if_interrupted()
        if run.minimum is not None and not (monitor is not None and monitor.converged):
            estimator.loss_ = float(run.minimum.fun)
            estimator.n_iter_ = _check_optimize_result("lbfgs", run.minimum, estimator.max_iter)

    def _held_out(self, data: Data, encoded: Array) -> tuple[Array | None, HeldOut | None]:
        """Return which rows to train on (None: all), and the validation set."""
        estimator, state, validation = self.estimator, self.state, self.validation
        if (validation.X is None) != (validation.y is None):
            raise ValueError(f"X_val and y_val must be given together, {'X_val' if validation.X is None else 'y_val'} is missing")
        if validation.X is not None:
            given = validation.checked(estimator, self.targets)
            estimator.validation_scores_ = estimator.validation_scores_ or []
            estimator.validation_loss_curve_ = vars(estimator).get("validation_loss_curve_", [])
            return None, held_out(estimator, self.targets, given, given=True)
        if not estimator.early_stopping:
            return None, None
        if state.rows is None or not self.resuming:
            state.rows = split(estimator, encoded, validation.groups, state.random)
        rows, held = state.rows
        if len(rows) + len(held) != data.n_rows:
            raise InputError(f"X must have the rows of the training that goes on, {len(rows) + len(held):,}, got {data.n_rows:,}")
        aside = data.take(held)
        return rows, held_out(estimator, self.targets, (aside.X, encoded[held], aside.weights), given=False)

    def _new_trainer(self, optimizer: Optimizer) -> Trainer:
        estimator = self.estimator
        options: dict[str, Any] = {"engine": estimator.engine, "threads": estimator.threads}
        return Trainer(estimator.model_, optimizer, penalty=network_builder.penalty(estimator), seed=self.state.random, **options)

    def _prepared_trainer(self, rows: int, guard: InterruptGuard | None) -> Trainer:
        """Return a trainer that begins with a new optimiser, or goes on with that of the fit before."""
        estimator, state, trainer = self.estimator, self.state, self.state.trainer
        fresh = trainer is None or not self.continues
        if trainer is None or fresh:
            with nullcontext() if guard is None else guard.allowed():  # it may compile for many seconds
                trainer = self._new_trainer(network_builder.optimizer(estimator))
        elif trainer.state.penalty != network_builder.penalty(estimator):  # which is not the optimiser's
            before, trainer = trainer.state, self._new_trainer(trainer.state.optimizer)
            trainer.state.resume(before.progress(), before.slots)
        state.trainer = trainer
        if not trainer.state.slots.flags.writeable:
            trainer.state.slots = trainer.state.slots.copy()
        if not self.resuming:
            trainer.random = state.random
            trainer.state.memory = {"factor": 1.0} | trainer.state.memory | {"rows": rows, "seen": estimator.t_, "fresh": fresh}
        elif estimator.early_stopping and state.latest is not None:
            estimator.model_.restore(state.latest)
        return trainer

    def _listeners(self, epoch_tasks: EpochTasks | None) -> list[Callback]:
        own = checks.listed("callbacks", self.estimator.callbacks or (), Callback, "callbacks, objects of a subclass of halfmoon.Callback")
        return own if epoch_tasks is None else [epoch_tasks, *own]

    # ---- how it ended -------------------------------------------------------------------------------------------------

    def _diverged(self, error: DivergenceError) -> None:
        """Keep the best parameters where they are known, else raise."""
        estimator = self.estimator
        estimator.history_ = error.history
        if not estimator.early_stopping:
            raise ValueError(f"{NOT_FINITE} {error}") from error
        estimator.n_iter_ += 1
        estimator.loss_curve_.append(np.nan)
        estimator.validation_scores_.append(np.nan)
        warn(f"Training diverged, the best parameters so far are kept: {error}", ConvergenceWarning)

    def _warn_if_interrupted(self) -> None:
        if self.estimator.history_.ending == INTERRUPTED and not self.is_member:
            warn(INTERRUPTED_BY_USER)


def described_network(estimator: MultilayerPerceptron, targets: Targets, encoded: Array, n_inputs: int, dtype: np.dtype[Any]) -> Network:
    """Return the network that an estimator's parameters describe for rows of ``n_inputs`` numbers, and for targets."""
    n_outputs = targets.n_outputs(encoded)
    loss = targets.loss(estimator.loss, n_outputs, dtype)
    return network_builder.network(estimator, n_inputs, n_outputs, loss, targets.closing(loss))


def rows_of_a_batch(estimator: MultilayerPerceptron, rows: int) -> int:
    """Return how many rows an update takes."""
    if estimator.batch_size is None:
        return rows
    if isinstance(estimator.batch_size, str):  # "auto"
        return min(200, rows)
    if estimator.batch_size > rows:
        warn("Got `batch_size` less than 1 or larger than sample size. It is going to be clipped")
    return min(estimator.batch_size, rows)


def warn(message: str, category: type[Warning] = UserWarning) -> None:
    """Warn at the line that called the estimator: the first one above that is neither ours nor scikit-learn's."""
    level, frame = 1, inspect.currentframe()
    while frame is not None and frame.f_globals.get("__name__", "").partition(".")[0] in {"halfmoon", "sklearn"}:
        level, frame = level + 1, frame.f_back
    warnings.warn(message, category, stacklevel=level)
