"""A model's file as what was saved in it: a table's model, an estimator or a network."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

from halfmoon.base import checks, schema
from halfmoon.base.tensorfile import damage_told
from halfmoon.estimators import MLPClassifier, MLPRegressor
from halfmoon.tabular import TableModel
from halfmoon.training import checkpoint

ESTIMATORS: dict[str, Any] = {each.__name__: each for each in (MLPClassifier, MLPRegressor)}

ESTIMATOR = schema.entries({"class": checks.choice(ESTIMATORS), "parameters": schema.mapping(schema.anything)})
"""What a file says an estimator is."""


def load_saved(path: str | os.PathLike[str]) -> Any:
    """Return the TableModel, the estimator or the Model in a file.

    Raises
    ------
    InputError
        When there is no such file, or it is damaged.
    """
    saved = checkpoint.read(path)
    if "preparation" in saved.extras:
        return TableModel.load(Path(path))
    with damage_told(path, "model"):
        described = saved.get("estimator", ESTIMATOR)
    return saved.model if described is None else ESTIMATORS[described["class"]].load(path)
