"""Targets as the caller knows them, and as the loss takes them: labels and class numbers, or numbers."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
from sklearn.metrics import r2_score
from sklearn.preprocessing import LabelBinarizer
from sklearn.utils.multiclass import unique_labels

from halfmoon.base import checks
from halfmoon.base.checks import Array
from halfmoon.estimators import class_scores
from halfmoon.estimators.losses import classification_loss, regression_loss
from halfmoon.layers.contract import Layer
from halfmoon.losses.contract import Loss
from halfmoon.losses.links import SOFTMAX, Link
from halfmoon.losses.pointwise import Quantile
from halfmoon.network.model import Model

MEDIAN, ROUNDING = 0.5, 1e-9


def middle_places(levels: Sequence[float]) -> list[int]:
    """Return which of some quantile levels, in rising order, is the nearest to the median; two where both are as near."""
    distances = np.abs(np.sort(levels) - MEDIAN)
    nearest: list[int] = np.flatnonzero(distances <= distances.min() + ROUNDING).tolist()
    return nearest


def middle(quantiles: Array, levels: Sequence[float]) -> Array:
    """Return the quantile of each row that is the nearest to the median, the mean of two that are as near."""
    return quantiles[:, middle_places(levels)].mean(axis=1)


class Targets(ABC):
    """What is known of the targets that an estimator is fitted to."""

    @abstractmethod
    def encode(self, y: Any) -> Array:
        """Return targets as numbers."""

    @abstractmethod
    def decode(self, encoded: Array) -> Any:
        """Return encoded targets as the caller knows them."""

    def for_loss(self, encoded: Array, model: Model) -> Array:
        """Return encoded targets as the loss of a model takes them."""
        return encoded

    @abstractmethod
    def n_outputs(self, encoded: Array) -> int:
        """Return how many outputs the network has."""

    @abstractmethod
    def loss(self, loss: str | Loss, n_outputs: int, dtype: np.dtype[Any]) -> Loss:
        """Return the loss that the parameter ``loss`` of the estimator means."""

    def closing(self, loss: Loss) -> tuple[Layer, ...]:
        """Return the layers of a network between its raw scores and the loss."""
        return ()

    @staticmethod
    def scoring_model(model: Model) -> Model:
        """Return the model that gives the raw scores of a network."""
        return model

    @abstractmethod
    def predict(self, link: Any, scores: Sequence[Array]) -> Any:
        """Return predictions as the caller knows them, from the raw scores of several networks; ``link`` is their scoring models'."""

    @abstractmethod
    def score(self, model: Model, X: Array, encoded: Array, weights: Array | None) -> float:
        """Return how good one network's predictions are, as ``score`` of the estimator does; NaN where they are not finite."""


@dataclass(frozen=True)
class ClassTargets(Targets):
    """Labels: one of several classes a row, encoded as class numbers (n,); or several labels a row, as zeros and ones (n, k).

    Parameters
    ----------
    binarizer : sklearn.preprocessing.LabelBinarizer
        Fitted; it knows the classes and their kind.
    """

    binarizer: LabelBinarizer

    @classmethod
    def learn(cls, y: Any) -> ClassTargets:
        """Return the targets whose classes are those of y."""
        return cls(LabelBinarizer().fit(y))

    @property
    def classes(self) -> Array:
        """The classes in order."""
        return self.binarizer.classes_

    @cached_property
    def multilabel(self) -> bool:
        """Whether a row may have several labels."""
        return self.binarizer.y_type_.startswith("multilabel")

    @cached_property
    def exclusive(self) -> bool:
        """Whether a row is of one class."""
        return not self.multilabel

    @cached_property
    def single(self) -> bool:
        """Whether there is one class only, whose probability is 1."""
        return len(self.classes) == 1

    def check_classes(self, y: Any, *, warm_start: bool = False) -> None:
        """Raise ValueError where y has a class that is not known; at a warm start also where one is missing."""
        found = unique_labels(y)
        if warm_start:
            if set(found) != set(self.classes):
                raise ValueError(
                    "warm_start can only be used where `y` has the same classes as in the previous call to fit. "
                    f"Previously got {self.classes}, `y` has {found}"
                )
        elif len(np.setdiff1d(found, self.classes, assume_unique=True)):
            raise ValueError(f"`y` has classes not in `self.classes_`. `self.classes_` has {self.classes}. 'y' has {found}.")

    def encode(self, y: Any) -> Array:
        if self.multilabel:
            return np.asarray(checks.dense(self.binarizer.transform(y)), np.float64)
        labels = np.asarray(y).ravel()
        numbers = np.minimum(np.searchsorted(self.classes, labels), len(self.classes) - 1)
        if not np.array_equal(self.classes[numbers], labels):
            self.check_classes(labels)
        return numbers

    def decode(self, encoded: Array) -> Any:
        if self.multilabel:
            return self.binarizer.inverse_transform(encoded)
        encoded = encoded.argmax(axis=1) if encoded.ndim > 1 else encoded  # a column for each class, as some losses take them
        return self.classes.take(encoded.astype(np.intp, copy=False), mode="clip")

    def for_loss(self, encoded: Array, model: Model) -> Array:
        """Return zeros and ones, (n, k), where a loss compares the column of each class with its target, else what is encoded."""
        columns = model.program.n_outputs
        if self.multilabel or columns == 1 or model.network.loss.link == SOFTMAX:
            return encoded
        found = np.zeros((len(encoded), columns), model.dtype)
        found[np.arange(len(encoded)), encoded] = 1
        return found

    def n_outputs(self, encoded: Array) -> int:
        if self.multilabel:
            return encoded.shape[1]
        return len(self.classes) if self.binarizer.y_type_ == "multiclass" else 1

    def loss(self, loss: str | Loss, n_outputs: int, dtype: np.dtype[Any]) -> Loss:
        return classification_loss(loss, exclusive=n_outputs > 1 and self.exclusive, dtype=dtype, multilabel=self.multilabel)

    def closing(self, loss: Loss) -> tuple[Layer, ...]:
        return class_scores.closing(loss, exclusive=self.exclusive and len(self.classes) > 2)  # noqa: PLR2004 - two classes have one score

    scoring_model = staticmethod(class_scores.scoring_model)

    def predict(self, link: class_scores.ClassLink, scores: Sequence[Array]) -> Any:
        return self.decode(class_scores.decide(link, scores, exclusive=self.exclusive))

    def probabilities(self, link: class_scores.ClassLink, scores: Sequence[Array]) -> Array:
        """Return the probability of each class, (n, k); for the arguments see :meth:`predict`."""
        if self.single:
            return np.ones_like(scores[0], shape=(len(scores[0]), 1))
        return class_scores.probabilities(link, scores, exclusive=self.exclusive)

    def log_probabilities(self, link: class_scores.ClassLink, scores: Sequence[Array]) -> Array:
        """Return the logarithms of :meth:`probabilities`."""
        if self.single:
            return np.zeros_like(scores[0], shape=(len(scores[0]), 1))
        return class_scores.log_probabilities(link, scores, exclusive=self.exclusive)

    def score(self, model: Model, X: Array, encoded: Array, weights: Array | None) -> float:
        scoring = self.scoring_model(model)
        link: Any = scoring.network.loss.link
        right = class_scores.decide(link, [scoring.scores_of(X)], exclusive=self.exclusive) == encoded
        return float(np.average(right.all(axis=1) if right.ndim > 1 else right, weights=weights))


@dataclass(frozen=True)
class NumberTargets(Targets):
    """Numbers, encoded as they are: (n,), or (n, k) for several a row.

    Parameters
    ----------
    quantiles : sequence of float, optional
        Levels of the quantiles that are predicted instead of the mean.
    """

    quantiles: Sequence[float] | None = None

    @classmethod
    def learn(cls, y: Array, quantiles: Sequence[float] | None) -> NumberTargets:
        """Return the targets for y, after a look whether quantiles of it can be predicted."""
        if quantiles is not None and y.ndim > 1:
            raise ValueError(f"y must have one column where quantiles are predicted, got {y.shape[1]}")
        return cls(quantiles)

    def encode(self, y: Any) -> Array:
        y = np.asarray(y)
        return y[:, 0] if y.ndim == 2 and y.shape[1] == 1 else y  # noqa: PLR2004 - rows and columns

    def decode(self, encoded: Array) -> Array:
        return encoded

    def n_outputs(self, encoded: Array) -> int:
        if self.quantiles is not None:
            return len(self.quantiles)
        return encoded.shape[1] if encoded.ndim > 1 else 1

    def loss(self, loss: str | Loss, n_outputs: int, dtype: np.dtype[Any]) -> Loss:
        return regression_loss(loss, n_outputs) if self.quantiles is None else Quantile(level=tuple(sorted(self.quantiles)))

    def means(self, link: Link, scores: Sequence[Array]) -> Array:
        """Return what several networks predict by their raw scores, averaged; quantiles in their order even where two cross."""
        found = [link.mean(each) for each in scores]
        mean = found[0] if len(found) == 1 else np.mean(found, axis=0)
        return mean if self.quantiles is None else np.sort(mean, axis=1)

    def predict(self, link: Link, scores: Sequence[Array]) -> Array:
        return self._predicted_column(self.means(link, scores))

    def score(self, model: Model, X: Array, encoded: Array, weights: Array | None) -> float:
        predicted = self._predicted_column(model.network.loss.link.mean(model.scores_of(X)))
        with np.errstate(over="ignore"):
            return float(r2_score(encoded, predicted, sample_weight=weights)) if np.isfinite(predicted).all() else np.nan

    def _predicted_column(self, mean: Array) -> Array:
        """Return what is predicted: of several quantiles the one that is nearest to the median, or between two."""
        if self.quantiles is not None:
            return middle(mean, self.quantiles)
        return mean[:, 0] if mean.shape[1] == 1 else mean
