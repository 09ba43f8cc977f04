"""scikit-learn's decorators of methods, with types: what they decorate keeps its signature for an editor, too."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeVar

from sklearn.base import _fit_context
from sklearn.utils.metaestimators import available_if

from halfmoon.estimators import network_builder
from halfmoon.estimators.sklearn_callbacks import with_callbacks

Method = TypeVar("Method", bound=Callable[..., Any])


def checked_fit(method: Method) -> Method:
    """Return a method that checks the estimator's parameters first."""
    return _fit_context(prefer_skip_nested_validation=True)(method)


def fit_with_callbacks(method: Method) -> Method:
    """Return :func:`checked_fit` of a method, that ends the callbacks which ``set_callbacks`` has given."""
    return with_callbacks(checked_fit(method))


def incremental_fit(method: Method) -> Method:
    """Return :func:`checked_fit` of a method that is there only where the solver makes single updates."""
    return available_if(_makes_updates)(checked_fit(method))


def _makes_updates(estimator: Any) -> bool:
    """Return True, or raise scikit-learn's AttributeError where the solver makes no single updates."""
    if not network_builder.is_first_order(estimator.solver):
        raise AttributeError(f"partial_fit is only available for stochastic optimizers. {estimator.solver} is not stochastic.")
    return True
