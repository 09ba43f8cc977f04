"""What each parameter of the estimators may be: scikit-learn's table, and what goes beyond."""

from __future__ import annotations

from collections.abc import Mapping
from numbers import Integral, Real
from typing import Any

from sklearn import neural_network
from sklearn.utils._param_validation import Interval, InvalidParameterError, StrOptions, validate_parameter_constraints

from halfmoon.base import checks
from halfmoon.base.errors import InputError
from halfmoon.engines import ENGINES
from halfmoon.estimators.losses import CLASSIFICATION_LOSSES
from halfmoon.estimators.network_builder import NAMED_ACTIVATIONS
from halfmoon.estimators.schedules import NAMED
from halfmoon.layers.activations import Activation
from halfmoon.layers.initializers import INITIALIZERS, Initializer
from halfmoon.losses import LOSSES
from halfmoon.losses.contract import Loss
from halfmoon.optimizers.contract import Optimizer
from halfmoon.optimizers.rules import OPTIMIZERS
from halfmoon.optimizers.schedules import Schedule
from halfmoon.training.callbacks import Callback

POSITIVE = Interval(Real, 0, None, closed="neither")
NOT_NEGATIVE = Interval(Real, 0, None, closed="left")
SHARE = Interval(Real, 0, 1, closed="left")
WHOLE = Interval(Integral, 1, None, closed="left")

CONSTRAINTS: dict[str, Any] = neural_network.MLPRegressor._parameter_constraints | {  # noqa: SLF001 - scikit-learn's table
    "activation": [StrOptions(set(NAMED_ACTIVATIONS)), Activation, list, tuple],
    "solver": [StrOptions(set(OPTIMIZERS)), Optimizer],
    "batch_size": [None, StrOptions({"auto"}), WHOLE],
    "learning_rate": [StrOptions({"constant", "invscaling", "adaptive", *NAMED}), Schedule],
    "dtype": [StrOptions({"auto", "float32", "float64"})],
    "layers": [None, list, tuple],
    "initializer": [StrOptions({"auto", *INITIALIZERS}), Initializer],
    "dropout": [SHARE, list, tuple],
    "batch_norm": ["boolean"],
    "layer_norm": ["boolean"],
    "weight_decay": [NOT_NEGATIVE],
    "l1": [NOT_NEGATIVE],
    "clip_norm": [None, POSITIVE],
    "scoring": [None, str, callable],
    "max_seconds": [None, POSITIVE],
    "callbacks": [None, Callback, list, tuple],
    "n_ensemble": [WHOLE],
    "engine": [StrOptions(set(ENGINES))],
    "threads": [None, WHOLE],
}
"""Of both estimators."""

CLASSIFIER: dict[str, Any] = CONSTRAINTS | {
    "loss": [StrOptions(set(CLASSIFICATION_LOSSES)), Loss],
    "class_weight": [StrOptions({"balanced"}), dict, None],
}
REGRESSOR: dict[str, Any] = CONSTRAINTS | {
    "loss": [StrOptions({"squared_error", "poisson", *LOSSES}), Loss],
    "quantiles": [None, list, tuple],
}


def validate_parameters(estimator: Any) -> None:
    """Raise scikit-learn's InvalidParameterError, a ValueError, where an estimator cannot take the value of a parameter."""
    estimator._validate_params()  # noqa: SLF001 - scikit-learn's own, which its `fit` calls too


def check(given: Mapping[str, Any]) -> None:
    """Look at parameters before it is known which of the two estimators they are for.

    Raises
    ------
    InputError
        When neither has a parameter of that name, or none can have its value; it names what is nearest.
    """
    known = CLASSIFIER | REGRESSOR | {"loss": [*CLASSIFIER["loss"], *REGRESSOR["loss"]]}
    for name, value in given.items():
        options = known[checks.one_of("a parameter", name, known)]
        names = sorted({option for each in options if isinstance(each, StrOptions) for option in each.options})
        for each in value if isinstance(value, list | tuple) else [value]:
            if names and isinstance(each, str):
                checks.one_of(name, each, names)
    try:
        validate_parameter_constraints(known, given, "the estimator")
    except InvalidParameterError as error:
        raise InputError(str(error)) from error
