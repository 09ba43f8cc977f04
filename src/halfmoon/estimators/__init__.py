"""scikit-learn's estimators, with its names and numbers, on Halfmoon's engines."""

from halfmoon.estimators.classifier import MLPClassifier
from halfmoon.estimators.regressor import MLPRegressor

__all__ = ["MLPClassifier", "MLPRegressor"]
