"""Validation sets of the estimators: given by the caller, or set aside as scikit-learn does."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, NamedTuple

import numpy as np
from sklearn.base import is_classifier
from sklearn.metrics import check_scoring
from sklearn.model_selection import GroupShuffleSplit, train_test_split
from sklearn.utils import check_array

from halfmoon.base import checks
from halfmoon.base.checks import Array
from halfmoon.estimators.fitted import CheckedRows, checked_rows
from halfmoon.estimators.network_builder import penalty
from halfmoon.estimators.targets import Targets


class Validation(NamedTuple):
    """What a caller says about validation: a set of his own, or which rows belong together."""

    X: Any = None
    y: Any = None
    weights: Any = None
    groups: Any = None

    def checked(self, estimator: Any, targets: Targets) -> tuple[Array, Array, Array | None]:
        """Return X, encoded targets and weights of a set of the caller's own."""
        X = checked_rows(estimator, self.X)
        given = check_array(self.y, ensure_2d=False, dtype=None, input_name="y_val", accept_sparse="csr")
        try:
            y = targets.encode(given)
            estimator.model_.targets(targets.for_loss(y, estimator.model_), X.shape[0])
        except ValueError as error:
            raise ValueError(f"y_val: {error}") from error
        return X, y, checks.weights("sample_weight_val", self.weights, X.shape[0], estimator.model_.dtype)


NO_VALIDATION = Validation()


class HeldOut(NamedTuple):
    """A validation set: how good the estimator is there (higher is better, NaN where it cannot be said), and its loss."""

    score: Callable[[], float]
    loss: Callable[[], float] | None


def split(estimator: Any, y: Array, groups: Any, random: Any) -> tuple[Array, Array]:
    """Return the rows to train on and those set aside: of two classes the same shares, as in scikit-learn."""
    rows, fraction = np.arange(len(y)), estimator.validation_fraction
    if groups is not None:
        train, held = next(GroupShuffleSplit(1, test_size=fraction, random_state=random).split(rows, groups=groups))
    else:
        stratify = (y == 1)[:, None] if is_classifier(estimator) and estimator.n_outputs_ == 1 else None
        train, held = train_test_split(rows, random_state=random, test_size=fraction, stratify=stratify)
    if len(held) < 2:  # noqa: PLR2004 - as in scikit-learn
        raise ValueError("The validation set is too small. Increase 'validation_fraction' or the size of your dataset.")
    return np.asarray(train, np.int64), held


def held_out(estimator: Any, targets: Targets, data: tuple[Array, Array, Array | None], *, given: bool) -> HeldOut:
    """Return a validation set (X, encoded targets, weights) whose score is scikit-learn's own or what ``scoring`` says.

    Its loss, penalty included, is asked for where the caller has given the set.
    """
    X, y, weights = data
    wanted = targets.for_loss(y, estimator.model_)

    def loss() -> float:
        return float(estimator.model_.loss(X, wanted, weights, penalty=penalty(estimator)))

    recorded = loss if given else None
    if estimator.scoring is None:
        return HeldOut(lambda: targets.score(estimator.model_, X, y, weights), recorded)
    if estimator.scoring == "loss":
        return HeldOut(lambda: -loss(), recorded)
    score = check_scoring(estimator, estimator.scoring)
    options = {} if weights is None else {"sample_weight": weights}
    rows, decoded = X if checks.is_sparse(X) else X.view(CheckedRows), targets.decode(y)
    return HeldOut(lambda: float(score(estimator, rows, decoded, **options)), recorded)
