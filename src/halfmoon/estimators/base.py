"""What the classifier and the regressor share: fit is validate, build a network, train it."""

from __future__ import annotations

import os
from abc import ABC, abstractmethod
from contextlib import ExitStack
from copy import copy
from functools import cache
from typing import Any, Self

import numpy as np
from sklearn.base import BaseEstimator, _fit_context
from sklearn.utils import check_random_state, column_or_1d
from sklearn.utils.metaestimators import available_if
from sklearn.utils.validation import _check_sample_weight, check_is_fitted, validate_data

from halfmoon.base import checks
from halfmoon.base.checks import Array
from halfmoon.engines.contract import Data
from halfmoon.estimators import network_builder, saving
from halfmoon.estimators.ensemble import fit_members
from halfmoon.estimators.fitted import FittedNetwork, converted
from halfmoon.estimators.fitting import fit_at_once, fit_by_updates
from halfmoon.estimators.parameters import CONSTRAINTS
from halfmoon.estimators.sklearn_callbacks import CallbackSupportMixin, Tasks, listener, with_callbacks
from halfmoon.estimators.validation import NO_VALIDATION, Validation
from halfmoon.losses.contract import Loss
from halfmoon.network.model import Model
from halfmoon.training.trainer import Trainer

NOT_FINITE = "Solver produced non-finite parameter weights. The input data may contain large values and need to be preprocessed."


BY_LOSS: dict[str, Any] = {"loss_curve_": [], "best_loss_": np.inf, "validation_scores_": None, "best_validation_score_": None}
BY_SCORE: dict[str, Any] = {"loss_curve_": [], "best_loss_": None, "validation_scores_": [], "best_validation_score_": -np.inf}
"""What the rule that ends a fit reads, at the beginning: without early stopping, and with it."""


def makes_updates(estimator: Any) -> bool:
    """Return True, or raise scikit-learn's AttributeError where the solver makes no single updates."""
    if not network_builder.is_first_order(estimator.solver):
        raise AttributeError(f"partial_fit is only available for stochastic optimizers. {estimator.solver} is not stochastic.")
    return True


@cache
def _names(kind: type[BaseEstimator]) -> list[str]:
    """Return the names of a class's parameters, which scikit-learn reads from its signature, and each time anew."""
    return super(MultilayerPerceptron, kind)._get_param_names()


class MultilayerPerceptron(CallbackSupportMixin, FittedNetwork, ABC):
    """Base of :class:`MLPClassifier` and :class:`MLPRegressor`; not to be used by itself."""

    _parameter_constraints: dict[str, Any] = CONSTRAINTS
    _numeric = False
    """Whether targets must be numbers."""

    _best: tuple[Array, Array] | None
    """The parameters with the best validation score."""

    @classmethod
    def _get_param_names(cls) -> list[str]:
        return list(_names(cls))

    def _keep(self, parameters: dict[str, Any]) -> None:
        """Keep the arguments of ``__init__`` as attributes, as scikit-learn wants them."""
        for name in self._get_param_names():
            setattr(self, name, parameters[name])

    # ---- what a task decides ------------------------------------------------------------------------------------------

    @abstractmethod
    def _learn_targets(self, y: Array, *, incremental: bool) -> None:
        """Learn from y what it may be; where this goes on with a fit, check that it is like before."""

    @abstractmethod
    def encode_targets(self, y: Any) -> Array:
        """Return targets as the loss takes them."""

    @abstractmethod
    def decode_targets(self, y: Array) -> Any:
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
            X, targets, weights = self._checked_rows(X, y, sample_weight, anew=anew, going_on=incremental or going_on)
            if self.early_stopping and incremental:
                raise ValueError("partial_fit does not support early_stopping=True")
            self._fit_checked(X, targets, weights, validation, tasks, anew=anew, incremental=incremental, going_on=going_on)
        return self

    def _fit_checked(
        self, X: Array, targets: Array, sample_weight: Array | None, validation: Validation = NO_VALIDATION, tasks: Tasks | None = None, *,
        anew: bool = True, incremental: bool = False, going_on: bool = False,
    ) -> None:  # fmt: skip
        """Fit on what was checked: rows of the network's dtype, encoded targets, weights or None."""
        data = self._prepared(X, targets, sample_weight, anew=anew, incremental=incremental, going_on=going_on)
        if network_builder.is_first_order(self.solver):
            fit_by_updates(self, data, targets, validation, tasks, incremental=incremental, going_on=going_on)
        else:
            fit_at_once(self, data, tasks)

    def _checked_rows(self, X: Any, y: Any, sample_weight: Any, *, anew: bool, going_on: bool) -> tuple[Array, Array, Array | None]:
        """Return rows, encoded targets and weights, after a look at all of them; learn what targets may be."""
        network_builder.sizes(self.hidden_layer_sizes)
        dtype = (np.float64, np.float32) if self.dtype == "auto" else self.dtype
        X, y = validate_data(self, X, y, accept_sparse=["csr", "csc"], multi_output=True, y_numeric=self._numeric, dtype=dtype, reset=anew)
        if y.ndim == 2 and y.shape[1] == 1:  # noqa: PLR2004 - rows and columns
            y = column_or_1d(y, warn=True)
        self._learn_targets(y, incremental=going_on)
        targets = self.encode_targets(y)
        return X, targets, None if sample_weight is None else _check_sample_weight(sample_weight, X)

    def _prepared(
        self, X: Array, targets: Array, sample_weight: Array | None, *, anew: bool, incremental: bool, going_on: bool
    ) -> Data:  # fmt: skip
        """Return the data as the engine takes it; draw a new network where this begins ``anew``."""
        if not going_on:
            self._random_state = check_random_state(self.random_state)
        if anew:
            self._begin(X, targets)
        elif not going_on:
            self._go_on(X, targets, incremental=incremental)
        model = self.model_
        n = X.shape[0]
        weights = checks.weights("sample_weight", self._row_weights(targets, sample_weight), n, model.dtype)
        return Data(converted(X, model.dtype), model.targets(targets, n), weights)

    def _begin(self, X: Array, y: Array) -> None:
        """Draw a new network, and forget what was recorded of the one before."""
        self.n_outputs_ = self._outputs(y)
        network = network_builder.network(self, X.shape[1], self.n_outputs_, self._network_loss(self.n_outputs_, X.dtype))
        self.model_ = network.init(X.shape[1], self._random_state, X.dtype)
        if self.solver == "lbfgs" and self.dtype == "auto":
            self.model_ = self.model_.astype("float64")  # as SciPy's L-BFGS computes, and so scikit-learn
        self._trainer: Trainer | None = None
        self._best = self.model_.snapshot()
        self.n_iter_ = self.t_ = self._no_improvement_count = 0
        for name in (*BY_LOSS, "validation_loss_curve_", "temperature_", "estimators_"):
            self.__dict__.pop(name, None)
        self._read()

    def _go_on(self, X: Array, y: Array, *, incremental: bool) -> None:
        """Take over what a fit that goes on with the weights of the one before may have changed."""
        self._best = None  # what a warm start begins with is what scikit-learn took for the best, and goes on to change
        self._read()
        if not incremental:
            n_outputs = self._outputs(y)
            network = network_builder.network(self, X.shape[1], n_outputs, self._network_loss(n_outputs, self.model_.dtype))
            if [param.shape for _, param in network.program(X.shape[1]).parameters.entries] != [
                array.shape for array in self.model_.params.values()
            ]:
                raise ValueError(
                    "hidden_layer_sizes, layers and the columns of y must be as before where warm_start takes over the weights"
                )
            self.model_ = Model(network, X.shape[1], self.model_.theta, self.model_.state.vector)

    def _read(self) -> None:
        """Begin the readings that the rule needs and that are not there yet; L-BFGS has none."""
        needed = BY_SCORE if self.early_stopping else BY_LOSS
        for name, begin in needed.items() if network_builder.is_first_order(self.solver) else ():
            if getattr(self, name, None) is None:
                setattr(self, name, copy(begin))
