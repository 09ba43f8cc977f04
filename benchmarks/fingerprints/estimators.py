"""Fits of the scikit-learn estimators, and the learning rate finder."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import partial
from typing import Any

import numpy as np

import halfmoon as hm
from benchmarks.fingerprints.data import SMALL, SPARSE, Array
from benchmarks.fingerprints.hashes import Case, Values, history_values
from benchmarks.fingerprints.networks import CUBE, MIXED

Fit = tuple[str, str, Values]
"""Name of the targets, names of the calls, and parameters of the estimator."""

PARAMETERS: Values = {"hidden_layer_sizes": (6, 5), "max_iter": 6, "random_state": 3, "batch_size": 16, "learning_rate_init": 0.01}
ADAPTIVE: Values = {"solver": "sgd", "learning_rate": "adaptive", "learning_rate_init": 0.5, "tol": 0.1, "n_iter_no_change": 1}
CLASSIFICATION = ("binary", "class", "colour", "labels")


def fit(target: str, calls: str = "fit", **parameters: Any) -> Fit:
    """Return a fit with some parameters."""
    return target, calls, PARAMETERS | parameters


FITS: dict[str, Fit] = {
    **{f"classifier, {target}": fit(target) for target in CLASSIFICATION},
    **{f"regressor, {target}": fit(target) for target in ("number", "several")},
    **{f"solver {name}": fit("class", solver=name) for name in hm.OPTIMIZERS},
    **{f"rate {name}, sgd": fit("binary", solver="sgd", learning_rate=name) for name in ("invscaling", "cosine", "one_cycle", "plateau")},
    "rate adaptive, refit": fit("class", "fit refit once", **ADAPTIVE),
    "rate invscaling, partial": fit("number", "partial", solver="sgd", learning_rate="invscaling", power_t=0.3),
    "activations by layer": fit("binary", activation=["relu", CUBE], dropout=[0.1, 0.3]),
    "layers": fit("class", layers=MIXED),
    "batch norm": fit("class", batch_norm=True, initializer="he_normal"),
    "layer norm": fit("several", layer_norm=True, initializer=hm.Orthogonal()),
    "penalties and clipping": fit("number", alpha=0.5, l1=0.1, weight_decay=0.05, clip_norm=0.5),
    "class weight": fit("colour", class_weight={"red": 3.0, "green": 1.0, "blue": 0.5}),
    "class weight, balanced": fit("binary", "weighted", class_weight="balanced"),
    "until it converges": fit("class", max_iter=300, tol=0.01, n_iter_no_change=3, learning_rate_init=0.05),
    "early stopping, classes": fit("colour", "weighted", early_stopping=True, max_iter=40, n_iter_no_change=3, validation_fraction=0.3),
    "early stopping, scoring": fit("class", early_stopping=True, scoring="neg_log_loss", max_iter=20),
    "early stopping, loss": fit("several", early_stopping=True, scoring="loss", max_iter=20, batch_norm=True),
    "early stopping, groups": fit("class", "grouped", early_stopping=True, max_iter=20),
    "early stopping, resume": fit("binary", "fit resume", early_stopping=True, n_iter_no_change=30),
    "validation set, early stopping": fit("number", "validated", early_stopping=True, max_iter=40, n_iter_no_change=2),
    "sparse": fit("class", "sparse"),
    "float32": fit("class", "single"),
    "warm start": fit("class", "fit refit"),
    "partial fits": fit("class", "partial"),
    "partial fit after fit": fit("binary", "fit once once"),
    "resume, dropout": fit("number", "fit resume", dropout=0.2, solver="sgd", learning_rate="invscaling"),
    "calibrated, labels": fit("labels", "fit calibrate", max_iter=60),
    "ensemble, regressor": fit("number", "weighted", n_ensemble=2, quantiles=(0.2, 0.8)),
    "ensemble, calibrated": fit("binary", "fit calibrate", n_ensemble=2, early_stopping=True),
    "ensemble, refit": fit("class", "fit refit", n_ensemble=2),
}

REFERENCE = ("solver lbfgs", "layers", "early stopping, loss", "resume, dropout", "ensemble, calibrated")
"""Fits that the reference engine computes too."""

FINDERS: dict[str, Fit] = {"classifier": fit("class", ""), "regressor": fit("several", "", solver="sgd", batch_norm=True, dtype="float32")}

CURVES = ("n_iter_", "t_", "loss_", "best_loss_", "best_validation_score_", "loss_curve_", "validation_scores_", "validation_loss_curve_",
          "temperature_")  # fmt: skip
PREDICTIONS = ("predict", "predict_proba", "predict_log_proba", "decision_function", "transform")


def _partial_fits(estimator: Any, X: Array, y: Array) -> None:
    first = {"classes": np.unique(y)} if hasattr(estimator, "predict_proba") else {}
    for step in range(4):
        estimator.partial_fit(X[step % 2 :: 2], y[step % 2 :: 2], **({} if step else first))


CALLS: dict[str, Callable[[Any, Array, Array], Any]] = {
    "fit": lambda estimator, X, y: estimator.fit(X, y),
    "weighted": lambda estimator, X, y: estimator.fit(X, y, SMALL.weights),
    "validated": lambda estimator, X, y: estimator.fit(
        X[:40], y[:40], SMALL.weights[:40], X_val=X[40:], y_val=y[40:], sample_weight_val=1 + SMALL.weights[40:]
    ),
    "grouped": lambda estimator, X, y: estimator.fit(X, y, groups=np.arange(len(y)) // 5),
    "sparse": lambda estimator, X, y: estimator.fit(SPARSE.X, y),
    "single": lambda estimator, X, y: estimator.fit(X.astype(np.float32), y),
    "refit": lambda estimator, X, y: estimator.set_params(warm_start=True, alpha=0.1).fit(X, y),
    "resume": lambda estimator, X, y: estimator.set_params(max_iter=2 * estimator.max_iter).resume(X, y),
    "partial": _partial_fits,
    "once": lambda estimator, X, y: estimator.partial_fit(X, y),
    "calibrate": lambda estimator, X, y: estimator.calibrate(X[:30], y[:30]),
}


def estimator_after_calls(each: Fit, **given: Any) -> Any:
    """Return an estimator after its calls."""
    target, calls, parameters = each
    estimator = (hm.MLPClassifier if target in CLASSIFICATION else hm.MLPRegressor)(**parameters, **given)
    for call in calls.split():
        CALLS[call](estimator, SMALL.X, SMALL.targets[target])
    return estimator


def fitted(each: Fit, engine: str) -> Values:
    """Return what a fit computes."""
    estimator = estimator_after_calls(each, engine=engine)
    predictions = {name: getattr(estimator, name)(SMALL.X) for name in PREDICTIONS if hasattr(estimator, name)}
    if getattr(estimator, "quantiles", None):
        predictions["quantiles"] = estimator.predict_quantiles(SMALL.X)
    return {
        "theta": [model.theta for model in estimator.models_],
        "state": [model.state.vector for model in estimator.models_],
        "coefs": [*estimator.coefs_, *estimator.intercepts_],
        "curves": [getattr(estimator, name, None) for name in CURVES],
        "history": history_values(estimator.history_),
        "answers": predictions,
    }


def learning_rate(each: Fit) -> Values:
    """Return the result of the learning rate finder."""
    finder = hm.find_learning_rate(estimator_after_calls(each), SMALL.X, SMALL.targets[each[0]], SMALL.weights, updates=60)
    return {"rates": finder.rates, "losses": finder.losses, "smoothed": finder.smoothed, "suggestion": finder.suggestion}


def estimators() -> Iterator[Case]:
    """Yield fits and rate finders."""
    for name, each in FITS.items():
        for engine in ("fused", "reference") if name in REFERENCE else ("fused",):
            yield f"fit: {name}, {engine}", partial(fitted, each, engine)
    for name, each in FINDERS.items():
        yield f"rate finder: {name}, fused", partial(learning_rate, each)
