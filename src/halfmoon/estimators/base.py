"""What the classifier and the regressor share: fit is validate, build a network, train it."""

from __future__ import annotations

import os
import warnings
from abc import ABC, abstractmethod
from contextlib import ExitStack
from typing import Any, Self

import numpy as np
from sklearn.base import _fit_context
from sklearn.exceptions import ConvergenceWarning
from sklearn.utils import check_random_state, column_or_1d
from sklearn.utils.metaestimators import available_if
from sklearn.utils.optimize import _check_optimize_result
from sklearn.utils.validation import _check_sample_weight, check_is_fitted, validate_data

from halfmoon import checks
from halfmoon.checks import Array
from halfmoon.engines.contract import Data
from halfmoon.estimators import building, saving
from halfmoon.estimators.ensemble import fit_members
from halfmoon.estimators.fitted import FittedNetwork, dense
from halfmoon.estimators.listening import CallbackSupportMixin, Tasks, listener, with_callbacks
from halfmoon.estimators.parameters import CONSTRAINTS
from halfmoon.estimators.progress import Progress
from halfmoon.estimators.validation import NO_VALIDATION, HeldOut, Validation, held_out_loss, scorer, split
from halfmoon.estimators.verbose import reporter
from halfmoon.losses import Loss
from halfmoon.optimise import FirstOrder
from halfmoon.training.callbacks import Callback
from halfmoon.training.divergence import DivergenceError
from halfmoon.training.trainer import Trainer

NOT_FINITE = "Solver produced non-finite parameter weights. The input data may contain large values and need to be preprocessed."


def makes_updates(estimator: Any) -> bool:
    """Return True, or raise scikit-learn's AttributeError where the solver makes no single updates."""
    if not isinstance(building.optimizer(estimator), FirstOrder):
        raise AttributeError(  # noqa: TRY004 - hasattr asks
            f"partial_fit is only available for stochastic optimizers. {estimator.solver} is not stochastic."
        )
    return True


class MultilayerPerceptron(CallbackSupportMixin, FittedNetwork, ABC):
    """Base of :class:`MLPClassifier` and :class:`MLPRegressor`; not to be used by itself."""

    _parameter_constraints: dict[str, Any] = CONSTRAINTS
    _numeric = False
    """Whether targets must be numbers."""

    def _keep(self, parameters: dict[str, Any]) -> None:
        """Keep the arguments of ``__init__`` as attributes, as scikit-learn wants them."""
        for name in self._get_param_names():
            setattr(self, name, parameters[name])

    # ---- what a task decides ------------------------------------------------------------------------------------------

    @abstractmethod
    def _learn_targets(self, y: Array, *, incremental: bool) -> None:
        """Learn from y what it may be; where this goes on with a fit, check that it is like before."""

    @abstractmethod
    def _encoded(self, y: Any) -> Array:
        """Return targets as the loss takes them."""

    @abstractmethod
    def _decoded(self, y: Array) -> Any:
        """Return targets as the caller knows them."""

    @abstractmethod
    def _outputs(self, y: Array) -> int:
        """Return how many scores the network has for encoded targets."""

    @abstractmethod
    def _network_loss(self, n_outputs: int, dtype: np.dtype[Any]) -> Loss:
        """Return the loss of the network."""

    @abstractmethod
    def _score(self, X: Array, y: Array, weights: Array | None) -> float:
        """Return how good the predictions are for encoded targets, as ``score`` does."""

    def _row_weights(self, y: Array, sample_weight: Array | None) -> Array | None:
        """Return one weight a row; None where all are 1."""
        return sample_weight

    # ---- fitting ------------------------------------------------------------------------------------------------------

    @with_callbacks
    @_fit_context(prefer_skip_nested_validation=True)
    def fit(
        self, X: Any, y: Any, sample_weight: Any = None, *, X_val: Any = None, y_val: Any = None, sample_weight_val: Any = None,
        groups: Any = None,
    ) -> Self:  # fmt: skip
        """Fit the model.

        Parameters
        ----------
        X : array-like or sparse matrix, shape (n_samples, n_features)
        y : array-like, shape (n_samples,) or (n_samples, n_outputs)
        sample_weight : array-like, shape (n_samples,), optional
        X_val, y_val, sample_weight_val : array-like, optional
            A validation set of one's own, whose score and loss are recorded; with ``early_stopping=True`` it takes the place
            of the rows that would be set aside.
        groups : array-like, shape (n_samples,), optional
            Rows of one group are set aside together.

        Returns
        -------
        self : object
        """
        return self._fit(X, y, sample_weight, Validation(X_val, y_val, sample_weight_val, groups))

    @available_if(makes_updates)
    @_fit_context(prefer_skip_nested_validation=True)
    def partial_fit(self, X: Any, y: Any, sample_weight: Any = None) -> Self:
        """Go through the data once more.

        Parameters
        ----------
        X : array-like or sparse matrix, shape (n_samples, n_features)
        y : array-like, shape (n_samples,) or (n_samples, n_outputs)
        sample_weight : array-like, shape (n_samples,), optional

        Returns
        -------
        self : object
        """
        return self._fit(X, y, sample_weight, incremental=True)

    def resume(
        self, X: Any, y: Any, sample_weight: Any = None, *, X_val: Any = None, y_val: Any = None, sample_weight_val: Any = None
    ) -> Self:
        """Go on with a fit that Ctrl-C, ``max_seconds`` or ``max_iter`` ended, on the same data, up to ``max_iter`` epochs in all.

        The numbers are, to the bit, those of a fit that was never interrupted.

        Parameters
        ----------
        X, y, sample_weight, X_val, y_val, sample_weight_val : array-like
            As in :meth:`fit`.

        Returns
        -------
        self : object

        Raises
        ------
        ValueError
            When there is no fit to go on with.
        """
        if vars(self).get("_trainer") is None:
            raise ValueError("resume must follow a fit by a solver that makes single updates, or load")
        return self._fit(X, y, sample_weight, Validation(X_val, y_val, sample_weight_val), going_on=True)

    def save(self, path: str | os.PathLike[str]) -> None:
        """Write the fitted estimator to a file: its network, its parameters, and what :meth:`resume` and ``partial_fit`` need to go on.

        Parameters
        ----------
        path : str or path-like
            By custom ending in ``.safetensors``. The file holds data alone, no code; ``halfmoon.load`` reads its model.

        Raises
        ------
        InputError
            When the file cannot be written, or a parameter (a function, say) is no data.
        """
        check_is_fitted(self)
        saving.save(self, path)

    @classmethod
    def load(cls, path: str | os.PathLike[str]) -> Self:
        """Return the estimator that :meth:`save` wrote.

        Raises
        ------
        InputError
            When there is no such file, it is damaged, or it holds something else.
        """
        return saving.load(cls, path)

    def _fit(
        self, X: Any, y: Any, sample_weight: Any, validation: Validation = NO_VALIDATION, *, incremental: bool = False,
        going_on: bool = False,
    ) -> Self:  # fmt: skip
        if self.n_ensemble > 1:
            return fit_members(self, X, y, sample_weight, validation, incremental=incremental, going_on=going_on)
        anew = not ("model_" in vars(self) and (self.warm_start or incremental or going_on))
        with ExitStack() as told:
            tasks = None if incremental else listener(self, X, y, sample_weight)
            if tasks is not None:
                told.callback(tasks.close)
            data, targets = self._data(X, y, sample_weight, anew=anew, incremental=incremental, going_on=going_on)
            if isinstance(building.optimizer(self), FirstOrder):
                self._fit_by_updates(data, targets, validation, tasks, incremental=incremental, going_on=going_on)
            else:
                self._fit_at_once(data, tasks)
        return self

    def _data(self, X: Any, y: Any, sample_weight: Any, *, anew: bool, incremental: bool, going_on: bool) -> tuple[Data, Array]:
        """Return what was given as the engine takes it, and the targets; draw a new network where this begins ``anew``."""
        building.sizes(self.hidden_layer_sizes)
        dtype = (np.float64, np.float32) if self.dtype == "auto" else self.dtype
        X, y = validate_data(self, X, y, accept_sparse=["csr", "csc"], multi_output=True, y_numeric=self._numeric, dtype=dtype, reset=anew)
        if y.ndim == 2 and y.shape[1] == 1:  # noqa: PLR2004 - rows and columns
            y = column_or_1d(y, warn=True)
        self._learn_targets(y, incremental=incremental or going_on)
        X, targets = dense(X), self._encoded(y)
        if sample_weight is not None:
            sample_weight = _check_sample_weight(sample_weight, X)
        if self.early_stopping and incremental:
            raise ValueError("partial_fit does not support early_stopping=True")
        if not going_on:
            self._random_state = check_random_state(self.random_state)
        if anew:
            self._begin(X, targets)
        model = self.model_
        weights = checks.weights("sample_weight", self._row_weights(targets, sample_weight), len(X), model.dtype)
        return Data(np.ascontiguousarray(X, model.dtype), model.targets(targets, len(X)), weights), targets

    def _begin(self, X: Array, y: Array) -> None:
        """Draw a new network, and forget what was recorded of the one before."""
        self.n_outputs_ = self._outputs(y)
        network = building.network(self, X.shape[1], self.n_outputs_, self._network_loss(self.n_outputs_, X.dtype))
        self.model_ = network.init(X.shape[1], self._random_state, X.dtype)
        if self.solver == "lbfgs" and self.dtype == "auto":
            self.model_ = self.model_.astype("float64")  # as SciPy's L-BFGS computes, and so scikit-learn
        self._trainer: Trainer | None = None
        self._best = self.model_.snapshot()
        self.n_iter_ = self.t_ = self._no_improvement_count = 0
        self.loss_curve_: list[float] = []
        self.best_loss_: float | None = None if self.early_stopping else np.inf
        self.validation_scores_: list[float] | None = [] if self.early_stopping else None
        self.best_validation_score_: float | None = -np.inf if self.early_stopping else None
        for name in ("validation_loss_curve_", "temperature_"):
            self.__dict__.pop(name, None)

    def _fit_at_once(self, data: Data, tasks: Tasks | None) -> None:
        """Minimise the loss of all rows by L-BFGS."""
        trainer = Trainer(self.model_, building.optimizer(self), penalty=building.penalty(self), engine=self.engine, threads=self.threads)
        try:
            run = trainer.run(data, len(data.X), epochs=self.max_iter, max_seconds=self.max_seconds, listeners=self._listeners(tasks))
        except DivergenceError as error:
            raise ValueError(f"{NOT_FINITE} {error}") from error
        self.history_ = run.history
        self.loss_ = float(run.history.last().get("loss", np.nan))
        if run.minimum is None:
            self.n_iter_ = run.epoch
            self._warn_interrupted()
        else:
            self.loss_ = float(run.minimum.fun)
            self.n_iter_ = _check_optimize_result("lbfgs", run.minimum, self.max_iter)

    def _fit_by_updates(
        self, data: Data, y: Array, validation: Validation, tasks: Tasks | None, *, incremental: bool, going_on: bool
    ) -> None:
        """Train epoch by epoch until the rule says that it is enough."""
        rows, held_out = self._split(data, y, validation, going_on=going_on)
        n = len(data.X) if rows is None else len(rows)
        trainer = self._going_trainer(n, fresh=not (incremental or going_on) or self._trainer is None, going_on=going_on)
        batch_size = self._batch_size(n)
        self.n_iter_ = self.n_iter_ if going_on else 0
        epochs = 1 if incremental else self.max_iter - self.n_iter_
        if epochs < 1:
            return
        shows = reporter(self.verbose, self.max_iter)
        progress = Progress(self, n, held_out, stops=self.early_stopping, reporter=shows)
        try:
            run = trainer.run(
                data, batch_size, shuffle=self.shuffle, rows=rows, epochs=epochs, max_seconds=self.max_seconds,
                listeners=[progress, *self._listeners(tasks)], resumable=not incremental, going_on=going_on,
            )  # fmt: skip
            self.history_ = run.history
        except DivergenceError as error:
            self._diverged(error)
        finally:
            if shows is not None:
                shows.close()
            if self.early_stopping:
                self._latest = self.model_.snapshot()
                self.model_.restore(self._best)
        self._warn_interrupted()
        if self.n_iter_ == self.max_iter and not (progress.converged or incremental):
            message = f"Stochastic Optimizer: Maximum iterations ({self.max_iter}) reached and the optimization hasn't converged yet."
            warnings.warn(message, ConvergenceWarning, stacklevel=5)

    def _listeners(self, tasks: Tasks | None) -> list[Callback]:
        own = checks.listed("callbacks", self.callbacks or (), Callback, "callbacks, objects of a subclass of halfmoon.Callback")
        return own if tasks is None else [tasks, *own]

    def _going_trainer(self, rows: int, *, fresh: bool, going_on: bool) -> Trainer:
        """Return what begins with a new optimiser, or goes on with that of the fit before."""
        if fresh:
            self._trainer = Trainer(
                self.model_, building.optimizer(self), penalty=building.penalty(self), seed=self._random_state, engine=self.engine,
                threads=self.threads,
            )  # fmt: skip
        trainer: Trainer = self._trainer  # type: ignore[assignment]
        if going_on:
            if self.early_stopping:
                self.model_.restore(self._latest)
            return trainer
        trainer.random = self._random_state
        trainer.state.memory = {"factor": 1.0} | trainer.state.memory | {"rows": rows, "seen": self.t_, "fresh": fresh}
        return trainer

    def _diverged(self, error: DivergenceError) -> None:
        """Keep the best parameters where they are known, else raise."""
        self.history_ = error.history
        if not self.early_stopping:
            raise ValueError(f"{NOT_FINITE} {error}") from error
        self.n_iter_ += 1
        self.loss_curve_.append(np.nan)
        self.validation_scores_.append(np.nan)  # type: ignore[union-attr]
        warnings.warn(f"Training diverged, the best parameters so far are kept: {error}", ConvergenceWarning, stacklevel=6)

    def _warn_interrupted(self) -> None:
        if self.history_.stopped == "interrupted":
            warnings.warn("Training interrupted by user.", stacklevel=6)

    def _batch_size(self, rows: int) -> int:
        if self.batch_size == "auto":
            return min(200, rows)
        if self.batch_size > rows:
            warnings.warn("Got `batch_size` less than 1 or larger than sample size. It is going to be clipped", stacklevel=6)
        return min(self.batch_size, rows)

    def _split(self, data: Data, y: Array, validation: Validation, *, going_on: bool) -> tuple[Array | None, HeldOut | None]:
        """Return which rows to train on (None: all), and the validation set."""
        if validation.X is not None:
            X = self._checked(validation.X)
            if validation.y is None:
                raise ValueError("y_val must be given where X_val is")
            held_y = self._encoded(validation.y)
            weights = checks.weights("sample_weight_val", validation.weights, len(X), self.model_.dtype)
            self.model_.targets(held_y, len(X))
            self.validation_scores_ = self.validation_scores_ or []
            self.validation_loss_curve_: list[float] = vars(self).get("validation_loss_curve_", [])
            return None, HeldOut(scorer(self, X, held_y, weights), held_out_loss(self, X, held_y, weights))
        if not self.early_stopping:
            return None, None
        if not going_on:
            self._rows = split(self, y, validation.groups)
        rows, held = self._rows
        aside = data.take(held)
        return rows, HeldOut(scorer(self, aside.X, y[held], aside.weights), None)
