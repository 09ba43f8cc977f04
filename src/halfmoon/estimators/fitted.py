"""What a fitted estimator shows: its arrays under scikit-learn's names, scores, hidden activations."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Self

import numpy as np
from sklearn.base import BaseEstimator, ClassNamePrefixFeaturesOutMixin, TransformerMixin
from sklearn.utils.validation import check_is_fitted, validate_data

from halfmoon.base import checks
from halfmoon.base.checks import Array
from halfmoon.engines.contract import Snapshot
from halfmoon.estimators.seen import Seen
from halfmoon.estimators.targets import Targets
from halfmoon.layers.dense import Dense
from halfmoon.network.model import Model
from halfmoon.training.history import History
from halfmoon.training.trainer import Trainer

SMALL = 1000
"""Entries of an X so small that scikit-learn's checks of it take longer than the network."""

CHUNK = 4096
"""Rows that are taken at a time where the outputs of every layer are kept."""


def converted(X: Any, dtype: np.dtype[Any]) -> Any:
    """Return rows that scikit-learn has checked in another dtype, as engines take them; sparse ones sparse."""
    return checks.csr("X", X).astype(dtype, copy=False) if checks.is_sparse(X) else np.ascontiguousarray(X, dtype)


class CheckedRows(np.ndarray[Any, Any]):
    """Rows that an estimator has checked, and need not check again."""


def checked_rows(estimator: Any, X: Any) -> Any:
    """Return rows to predict for in the model's dtype, sparse ones sparse; a few that need no conversion go a short way."""
    if isinstance(X, CheckedRows):
        return X
    model = vars(estimator).get("model_")
    if model is not None and type(X) is np.ndarray and X.size < SMALL and X.dtype == model.dtype and X.ndim == 2:  # noqa: PLR2004, SIM102
        if X.shape[1] == model.n_inputs and X.shape[0] and checks.finite(X) and "feature_names_in_" not in vars(estimator):
            return np.ascontiguousarray(X)
    check_is_fitted(estimator, "model_")
    X = validate_data(estimator, X, accept_sparse=["csr", "csc"], reset=False)
    return converted(X, estimator.model_.dtype)


class Views(list[Array]):
    """Views of a model's arrays; to set one is to write into the model."""

    def __setitem__(self, index: Any, value: Any) -> None:
        self[index][...] = value


@dataclass(eq=False, repr=False)
class FitState:
    """What ``partial_fit``, ``resume``, a warm start and a file go on from, beside the estimator's own attributes.

    Attributes
    ----------
    targets : Targets
    random : RandomState or None
        For the first weights, the rows that are set aside, the order of the rows, and dropout.
    trainer : Trainer or None
        With the state of the optimiser; None where the solver is L-BFGS, which keeps none.
    rows : tuple of two ndarrays of int, or None
        With ``early_stopping`` the rows that are trained on, and those set aside.
    best, latest : tuple of two ndarrays, or None
        With ``early_stopping`` the numbers of the model with the best validation score, and those after the newest epoch.
    no_improvement_count : int
        Epochs in a row that were no improvement, up to the newest.
    seen : Seen or None
        What ``fit`` saw of its data; None after ``partial_fit`` alone.
    """

    targets: Targets
    random: Any = None
    trainer: Trainer | None = None
    rows: tuple[Array, Array] | None = None
    best: Snapshot | None = None
    latest: Snapshot | None = None
    no_improvement_count: int = 0
    seen: Seen | None = None


class FittedNetwork(ClassNamePrefixFeaturesOutMixin, TransformerMixin, BaseEstimator):
    """The part of an estimator that is there once it is fitted.

    Attributes
    ----------
    model_ : Model
        The network with its numbers; of an ensemble the first.
    """

    model_: Model
    fit_state_: FitState
    history_: History
    classes_: Array
    n_features_in_: int
    n_outputs_: int
    n_iter_: int
    t_: int
    loss_: float
    loss_curve_: list[float]

    if TYPE_CHECKING:  # scikit-learn has no types

        def score(self, X: Any, y: Any, sample_weight: Any = None) -> float: ...
        def get_params(self, deep: bool = True) -> dict[str, Any]: ...  # noqa: FBT001, FBT002 - theirs
        def set_params(self, **params: Any) -> Self: ...

    @property
    def models_(self) -> list[Model]:
        """The networks whose predictions are averaged: one, or those of an ensemble."""
        return [member.model_ for member in vars(self).get("estimators_", ())] or [self.model_]

    @property
    def coefs_(self) -> list[Array]:
        """The weights of each dense layer, as views: what is written into them is in the model."""
        return self._views("W")

    @coefs_.setter
    def coefs_(self, arrays: Any) -> None:
        self._write("coefs_", self.coefs_, arrays)

    @property
    def intercepts_(self) -> list[Array]:
        """The biases of each dense layer, as views; zeros where a layer has none."""
        return self._views("b")

    @intercepts_.setter
    def intercepts_(self, arrays: Any) -> None:
        self._write("intercepts_", self.intercepts_, arrays)

    def _dense_layers(self) -> list[Any]:
        """Return the steps of the dense layers."""
        if "model_" not in vars(self):
            raise AttributeError(f"{type(self).__name__} has no arrays before it is fitted")
        return [step for step in self.model_.program.steps if isinstance(step.layer, Dense)]

    def _views(self, name: str) -> list[Array]:
        params = self.model_.params if "model_" in vars(self) else {}
        return Views(params.get(f"{step.path}.{name}", np.zeros(step.n_out)) for step in self._dense_layers())

    def _write(self, name: str, views: list[Array], arrays: Any) -> None:
        if [np.shape(array) for array in arrays] != [view.shape for view in views]:
            shapes = ", ".join(str(view.shape) for view in views)
            raise ValueError(f"{name} must have arrays of the shapes {shapes}, got {', '.join(str(np.shape(array)) for array in arrays)}")
        for view, array in zip(views, arrays, strict=True):
            view[...] = array

    @property
    def n_layers_(self) -> int:
        """Layers of units, the inputs counted too."""
        return len(self._dense_layers()) + 1

    @property
    def out_activation_(self) -> str:
        """scikit-learn's name of the function from scores to predictions."""
        self._dense_layers()
        name = self.fit_state_.targets.scoring_model(self.model_).network.loss.link.name
        return "exp" if name == "log" else name

    def _scores(self, X: Any) -> tuple[Any, list[Array]]:
        """Return the link from raw scores to predictions, and each network's raw scores, (n, outputs)."""
        rows = checked_rows(self, X)
        scoring_model = self.fit_state_.targets.scoring_model
        models = [scoring_model(model) for model in self.models_]
        return models[0].network.loss.link, [model.scores_of(rows) for model in models]

    def transform(self, X: Any, layer: int = -1) -> Array:
        """Return what the units of a hidden layer put out: the activations that the next layer sees.

        Parameters
        ----------
        X : array-like or sparse matrix, shape (n_samples, n_features)
            Rows.
        layer : int
            0 is the first hidden layer, -1 the last.

        Returns
        -------
        ndarray, shape (n_samples, units)
            X itself where there is no hidden layer.

        Raises
        ------
        ValueError
            When there is no such layer.
        """
        rows = checked_rows(self, X)
        dense = [index for index, step in enumerate(self.model_.program.steps) if isinstance(step.layer, Dense)]
        hidden = len(dense) - 1
        if not hidden and layer == -1:
            return checks.dense(rows)
        if not -hidden <= layer < hidden:
            raise ValueError(f"layer must be one of the {hidden} hidden layers, from {-hidden} to {hidden - 1}, got {layer}")
        index = dense[layer % hidden + 1]
        parts = [checks.dense(rows[start : start + CHUNK]) for start in range(0, rows.shape[0], CHUNK)]
        return np.vstack([self.model_.forward(part).steps[index].x for part in parts])

    @property
    def _n_features_out(self) -> int:
        return int(self._dense_layers()[-1].n_in)

    def __sklearn_is_fitted__(self) -> bool:
        """Return whether there is a network; without this scikit-learn goes through all attributes, which another thread's fit may set."""
        return "fit_state_" in vars(self)

    def __sklearn_tags__(self) -> Any:
        tags = super().__sklearn_tags__()
        tags.input_tags.sparse = True
        keeps = self.dtype == "auto" and self.solver != "lbfgs"
        tags.transformer_tags.preserves_dtype = ["float64", "float32"] if keeps else []
        return tags
