"""``python -m benchmarks.realmlp TABLE SEED``: pytabkit's RealMLP-TD on one split, as JSON; it runs where pytabkit is installed.

PyTorch and Lightning come with it, so it has an environment of its own, without Halfmoon.
"""

from __future__ import annotations

import json
import logging
import sys
import time

import numpy as np
from pytabkit import RealMLP_TD_Classifier, RealMLP_TD_Regressor

from benchmarks.tabular_data import TABLES, categories, plain, result, scaled


def main(name: str, seed: int) -> None:
    """Fit, predict, and print the error, the log-loss (of classes) and the seconds of the fit."""
    logging.disable(logging.WARNING)
    table = next(each for each in TABLES if each.name == name)
    split = table.split(seed)
    names, X, X_test = categories(split.X), plain(split.X), plain(split.X_test)
    medians = X.drop(columns=names).median()  # it takes no missing numbers
    X, X_test = X.fillna(medians), X_test.fillna(medians)
    y, y_test = scaled(table, split)
    made = RealMLP_TD_Classifier if table.classes else RealMLP_TD_Regressor
    model, began = made(random_state=seed, device="cpu", n_threads=2, verbosity=0), time.perf_counter()
    model.fit(X, y, cat_col_names=names)
    seconds = time.perf_counter() - began
    predicted = model.predict_proba(X_test) if table.classes else np.ravel(model.predict(X_test))
    classes = model.classes_ if table.classes else None
    print(json.dumps(result(y_test, predicted, classes, seconds)))  # noqa: T201 - what it is for


if __name__ == "__main__":
    main(sys.argv[1], int(sys.argv[2]))
