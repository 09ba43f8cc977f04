"""The installed scikit-learn's MLPs and ours side by side: data, the same calls on both, and how far apart they end."""

from __future__ import annotations

import warnings
from typing import Any, NamedTuple

import numpy as np
import pandas as pd
import polars as pl
from scipy import sparse
from sklearn import neural_network

import halfmoon as hm

ROWS, COLUMNS = 60, 4

# class, parameters, and targets made of the latent scores (n, 3)
TASKS: dict[str, tuple[str, dict[str, Any], Any]] = {
    "binary": ("MLPClassifier", {}, lambda z: (z[:, 0] > 0).astype(int)),
    "multiclass": ("MLPClassifier", {}, lambda z: z.argmax(axis=1)),
    "multilabel": ("MLPClassifier", {}, lambda z: (z > 0).astype(int)),
    "regression": ("MLPRegressor", {}, lambda z: z[:, 0]),
    "several outputs": ("MLPRegressor", {}, lambda z: z),
    "poisson": ("MLPRegressor", {"loss": "poisson"}, lambda z: np.floor(np.exp(z[:, 0].clip(-3, 2)))),
}
REGRESSIONS = [task for task in TASKS if TASKS[task][0] == "MLPRegressor"]

EXACT = ("n_iter_", "t_", "n_layers_", "n_outputs_", "out_activation_", "n_features_in_")
NEAR = ("loss_curve_", "loss_", "best_loss_", "validation_scores_", "best_validation_score_")
ARRAYS = ("coefs_", "intercepts_")


class Data(NamedTuple):
    """What is fitted; the first half of the rows and the second are the batches of partial_fit."""

    X: Any
    y: Any
    weights: Any = None

    def half(self, second: bool) -> Data:
        cut = len(self.y) // 2
        rows = slice(cut, None) if second else slice(0, cut)
        return Data(self.X[rows], self.y[rows], None if self.weights is None else self.weights[rows])


def draw(task: str, rows: int = ROWS, columns: int = COLUMNS, seed: int = 0) -> Data:
    """Return standardised columns, and targets that depend on them."""
    random = np.random.RandomState(seed)
    X = random.standard_normal((rows, columns))
    z = np.tanh(X) @ random.standard_normal((columns, 3)) + 0.3 * random.standard_normal((rows, 3))
    return Data(X, TASKS[task][2](z))


def thinned(X: Any) -> Any:
    """Return X with half of its numbers zero."""
    return np.where(np.random.RandomState(1).uniform(size=X.shape) < 0.5, X, 0)


# containers and dtypes that X and y come in
CONTAINERS: dict[str, Any] = {
    "arrays": lambda X, y: (X, y),
    "float32": lambda X, y: (X.astype(np.float32), y),
    "float16": lambda X, y: (X.astype(np.float16), y),
    "integers": lambda X, y: (np.rint(3 * X).astype(int), y),
    "lists": lambda X, y: (X.tolist(), y.tolist()),
    "Fortran order": lambda X, y: (np.asfortranarray(X), y),
    "csr": lambda X, y: (sparse.csr_matrix(thinned(X)), y),
    "csc": lambda X, y: (sparse.csc_array(thinned(X)), y),
    "coo float32": lambda X, y: (sparse.coo_array(thinned(X).astype(np.float32)), y),
    "pandas": lambda X, y: (pd.DataFrame(X, columns=[f"x{i}" for i in range(X.shape[1])]), pd.DataFrame(y) if y.ndim > 1 else pd.Series(y)),
    "polars": lambda X, y: (pl.DataFrame(X, schema=[f"x{i}" for i in range(X.shape[1])]), pl.DataFrame(y) if y.ndim > 1 else pl.Series(y)),
}


def _fit(estimator: Any, data: Data) -> None:
    estimator.fit(*data)


def _fit_twice(estimator: Any, data: Data) -> None:
    _fit(estimator, data)
    _fit(estimator, data)


def _fit_warm_and_changed(estimator: Any, data: Data) -> None:
    estimator.set_params(warm_start=True)
    _fit(estimator, data)
    estimator.set_params(alpha=0.5, learning_rate_init=0.02, max_iter=estimator.max_iter + 2, batch_size=7)
    _fit(estimator, data)


def _partial_fits(estimator: Any, data: Data) -> None:
    first = {"classes": np.unique(data.y)} if hasattr(estimator, "predict_proba") else {}
    for step in range(5):
        X, y, weights = data.half(bool(step % 2))
        estimator.partial_fit(X, y, weights, **({} if step else first))


def _partial_fit_after_fit(estimator: Any, data: Data) -> None:
    _fit(estimator, data)
    for second in (False, True, False):
        estimator.partial_fit(*data.half(second))


def _partial_fit_after_changes(estimator: Any, data: Data) -> None:
    _fit(estimator, data)
    estimator.set_params(alpha=3.0, batch_size=7, shuffle=False)
    for second in (False, True, False):
        estimator.partial_fit(*data.half(second))


def _warm_with_another_activation(estimator: Any, data: Data) -> None:
    _fit(estimator.set_params(warm_start=True), data)
    _fit(estimator.set_params(activation="tanh" if estimator.activation == "relu" else "relu"), data)


def _fit_after_partial_fit(estimator: Any, data: Data) -> None:
    _partial_fits(estimator, data)
    _fit(estimator, data)


CALLS: dict[str, Any] = {
    "fit": _fit,
    "fit twice": _fit_twice,
    "warm start": lambda estimator, data: _fit_twice(estimator.set_params(warm_start=True), data),
    "warm start, changed parameters": _fit_warm_and_changed,
    "partial_fit": _partial_fits,
    "partial_fit after fit": _partial_fit_after_fit,
    "partial_fit after changes": _partial_fit_after_changes,
    "warm start, another activation": _warm_with_another_activation,
    "fit after partial_fit": _fit_after_partial_fit,
    "partial_fit after a warm start": lambda estimator, data: _partial_fit_after_fit(estimator.set_params(warm_start=True), data),
}
"""What is called, always in the same order on both."""

DEFAULTS = {"hidden_layer_sizes": (6, 5), "max_iter": 6, "random_state": 3, "alpha": 0.1, "batch_size": 16, "learning_rate_init": 0.01}
"""Parameters of a small, calm training."""


def pair(task: str, parameters: dict[str, Any], engine: str = "fused") -> tuple[Any, Any]:
    """Return scikit-learn's estimator and ours, not yet fitted."""
    name, of_task, _ = TASKS[task]
    together = DEFAULTS | of_task | parameters
    return getattr(neural_network, name)(**together), getattr(hm, name)(**together, engine=engine)


def told(call: Any, *args: Any) -> tuple[set[str], str | None]:
    """Return what a call warns of, and how it fails."""
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        try:
            call(*args)
            failure = None
        except (ValueError, TypeError) as error:
            failure = f"{type(error).__name__}: {error}"
    return {f"{each.category.__name__}: {each.message}" for each in caught if issubclass(each.category, UserWarning)}, failure


def gap(theirs: Any, ours: Any, unit: float = 0.0) -> float:
    """Return the largest difference relative to the largest entry, or to a larger unit; infinite where the shapes differ."""
    if theirs is None or ours is None:
        return 0.0 if theirs is ours else np.inf
    theirs, ours = np.asarray(theirs), np.asarray(ours)
    if theirs.shape != ours.shape or theirs.dtype.kind != ours.dtype.kind:
        return np.inf
    if theirs.dtype.kind not in "fc":
        return 0.0 if np.array_equal(theirs, ours) else np.inf
    same = (theirs == ours) | (np.isnan(theirs) & np.isnan(ours))
    if same.all():
        return 0.0
    distance = np.abs(np.where(same, 0, theirs.astype(float) - ours)).max()
    return float(distance / max(np.abs(theirs[np.isfinite(theirs)]).max(initial=0), unit, np.finfo(float).tiny))


def compare(theirs: Any, ours: Any, X: Any) -> dict[str, float]:
    """Return for each fitted attribute and prediction how far ours is from theirs, relatively; infinite where it may not differ."""
    found = {}
    for name in [name for name in (*EXACT, *NEAR) if hasattr(theirs, name)]:
        one, other = getattr(theirs, name), getattr(ours, name)
        unit = 1.0 if "validation" in name else 0.0  # of an accuracy or an R², which may be next to 0
        found[name] = gap(one, other, unit) if name in NEAR else (0.0 if one == other else np.inf)
    for name in ARRAYS:
        pairs = list(zip(getattr(theirs, name), getattr(ours, name), strict=True))
        # in float32 a layer that has decayed to nothing is nothing but rounding
        unit = max(np.abs(one).max(initial=0) for one, _ in pairs) / 10 if pairs[0][0].dtype == np.float32 else 0.0
        found[name] = max(gap(one, other, unit) for one, other in pairs)
        found[f"dtype of {name}"] = 0.0 if all(one.dtype == other.dtype for one, other in pairs) else np.inf
    for name in ("predict", "predict_proba"):
        if hasattr(theirs, name):
            with np.errstate(over="ignore"):  # a training that nearly diverged
                one, other = getattr(theirs, name)(X), getattr(ours, name)(X)
            found[name] = gap(one, other)
            found[f"dtype of {name}"] = 0.0 if np.asarray(one).dtype == np.asarray(other).dtype else np.inf
    return found


def differences(
    task: str,
    parameters: dict[str, Any],
    *,
    engine: str = "fused",
    calls: str = "fit",
    container: str = "arrays",
    data: Data | None = None,
    generators: bool = False,
) -> dict[str, float]:
    """Return how far ours ends from scikit-learn's after the same calls on the same data; no number where both fail in the same words.

    With ``generators`` the random state is a generator of each one's own, and both must end at the same place.
    """
    theirs, ours = pair(task, parameters, engine)
    if generators:
        for estimator in (theirs, ours):
            estimator.set_params(random_state=np.random.RandomState(estimator.random_state))
    data = draw(task) if data is None else data
    data = data._replace(**dict(zip("Xy", CONTAINERS[container](data.X, data.y), strict=True)))
    (warned, failed), (expected, failure) = told(CALLS[calls], ours, data), told(CALLS[calls], theirs, data)
    if any("Training diverged" in each for each in warned):  # ours goes back to its best there; scikit-learn goes on with NaN, or fails
        if calls == "fit":
            assert (failed, failure) == (None, None)
            assert np.isnan(theirs.loss_curve_[len(ours.loss_curve_) - 1 :]).all()
        assert "non-finite" in (failure or "") or not np.isfinite(theirs.loss_curve_).all()  # in one of several fits
        return {}
    if failure is not None:
        assert (failed or "").startswith(failure)  # ours may say more, such as where training diverged
        return {}
    assert (warned, failed) == (expected, None)
    found = compare(theirs, ours, data.X)
    if generators:
        found["place of the generator"] = 0.0 if theirs.random_state.randint(2**31) == ours.random_state.randint(2**31) else np.inf
    return found
