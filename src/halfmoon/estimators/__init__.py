"""scikit-learn's estimators, with its names and numbers, on Halfmoon's engines."""

from halfmoon.estimators.classifier import MLPClassifier
from halfmoon.estimators.rate_finder import RateSearch, find_learning_rate
from halfmoon.estimators.regressor import MLPRegressor

__all__ = ["MLPClassifier", "MLPRegressor", "RateSearch", "find_learning_rate"]
