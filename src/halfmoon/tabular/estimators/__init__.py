"""Estimators that take tables as they are."""

from halfmoon.tabular.estimators.classifier import TabularClassifier
from halfmoon.tabular.estimators.regressor import TabularRegressor

__all__ = ["TabularClassifier", "TabularRegressor"]
