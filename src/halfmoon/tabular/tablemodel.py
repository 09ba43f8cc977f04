"""A model that takes raw tables: the preparation and the network, saved as one file."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any, Self

import numpy as np
import polars as pl

from halfmoon.base.checks import Array
from halfmoon.base.errors import InputError
from halfmoon.data.preparing import Preparation
from halfmoon.data.targets import Classes
from halfmoon.network.model import Model
from halfmoon.training.checkpoint import read, save
from halfmoon.training.history import History


@dataclass(frozen=True)
class TableModel:
    """A trained network with what turns a raw table into its numbers, and its numbers into the table's terms.

    Attributes
    ----------
    preparation : Preparation
    model : Model
    history : History or None
    """

    preparation: Preparation
    model: Model
    history: History | None = None

    def numbers(self, frame: pl.DataFrame) -> Array:
        """Return class numbers, or the standardised quantity, for each row."""
        X = self.preparation.features(frame, self.model.dtype)
        return self.model.predict_class(X) if isinstance(self.preparation.target, Classes) else self.model.predict(X)

    def predict(self, frame: pl.DataFrame) -> pl.DataFrame:
        """Return a table with the prediction for each row.

        Parameters
        ----------
        frame : polars.DataFrame
            With the columns that the model was trained on; others are ignored.

        Returns
        -------
        polars.DataFrame
            The target's column and, where the loss is about probabilities, one column ``P(target=label)`` a class.
        """
        target = self.preparation.target
        result = target.decode(self.numbers(frame)).to_frame()
        if not (isinstance(target, Classes) and self.model.network.loss.link.classifies):
            return result
        shares = self.model.predict_proba(self.preparation.features(frame, self.model.dtype)).astype(np.float64)
        columns: dict[str, Any] = {f"P({target.name}={label})": shares[:, place] for place, label in enumerate(target.labels)}
        return result.with_columns(**columns)

    def save(self, path: str | Path) -> None:
        """Write everything to one file, whole or not at all."""
        save(path, self.model, history=self.history, extras={"preparation": self.preparation})

    @classmethod
    def load(cls, path: str | Path) -> Self:
        """Return what :meth:`save` wrote.

        Raises
        ------
        InputError
            When there is no such file, it is damaged, or it holds a model without a table's preparation.
        """
        saved = read(path)
        try:
            preparation = saved.get("preparation")
            if isinstance(preparation, Preparation):
                _check_widths(preparation, saved.model)
        except InputError as error:
            raise InputError(f"the model file {str(path)!r} is damaged: {error}") from error
        if not isinstance(preparation, Preparation):
            raise InputError(f"the model file {str(path)!r} must have been trained on a table, it takes arrays only; use halfmoon.load")
        return cls(preparation, saved.model, saved.history)


def _check_widths(preparation: Preparation, model: Model) -> None:
    """Raise InputError when a preparation and a model do not belong together."""
    width, target, outputs = len(preparation.feature_names), preparation.target, model.program.n_outputs
    if width != model.n_inputs:
        raise InputError(f"the columns must make the network's {model.n_inputs} inputs, they make {width}")
    classes = len(target.labels) if isinstance(target, Classes) else 1
    if outputs not in ({1, 2} if classes == 2 else {classes}):  # noqa: PLR2004 - two classes may share one score
        raise InputError(f"the target must be of the network's {outputs} outputs, it has {classes}")
