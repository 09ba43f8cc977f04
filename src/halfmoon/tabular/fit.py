"""Fitting: split a table, prepare it, and train the estimator of a recipe on it."""

from __future__ import annotations

import math
import warnings
from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import polars as pl

from halfmoon.base.checks import Array
from halfmoon.base.errors import InputError
from halfmoon.data import preparation, values
from halfmoon.data.column_options import ColumnOptions
from halfmoon.data.columns import Number
from halfmoon.data.preparation import Preparation
from halfmoon.data.targets import Classes
from halfmoon.estimators import network_builder
from halfmoon.losses.pointwise import SquaredError
from halfmoon.tabular.facts import facts
from halfmoon.tabular.recipe import Recipe
from halfmoon.tabular.split_table import split_table
from halfmoon.tabular.table_model import TableModel
from halfmoon.tabular.translations import say
from halfmoon.training.callbacks import Callback
from halfmoon.training.divergence import DivergenceError
from halfmoon.training.ending import Reason


@dataclass(frozen=True)
class PreparedTable:
    """Everything that is settled before training.

    Attributes
    ----------
    training, test : polars.DataFrame
        The rows to train on, and those to test on.
    preparation : Preparation
        Fitted on the rows to train on.
    estimator : MLPClassifier or MLPRegressor
        Not fitted.
    notes : tuple of str
        Sentences about the task, and about rows and columns that were left out.

    Examples
    --------
    >>> from halfmoon.data import load
    >>> from halfmoon.tabular import Recipe, fit, prepare
    >>> prepared = prepare(load("iris").frame, "species", Recipe())
    >>> len(prepared.training), len(prepared.test)
    (112, 38)
    """

    training: pl.DataFrame
    test: pl.DataFrame
    preparation: Preparation
    estimator: Any
    notes: tuple[str, ...]

    @property
    def validation_rows(self) -> int:
        """How many of the rows to train on the estimator sets aside, to stop early by."""
        return _held_out(self.estimator, self.training.height)

    def arrays(self, frame: pl.DataFrame, dtype: Any = None) -> tuple[Array, Array]:
        """Return rows of the table as the estimator takes them: X, by default of its dtype, and class numbers or standardised numbers."""
        return self.preparation.features(frame, dtype or self.estimator.dtype), self.preparation.targets(frame)


def prepare(
    frame: pl.DataFrame, target: str, recipe: Recipe, *, test: pl.DataFrame | None = None, task: str | None = None,
    columns: ColumnOptions | None = None,
) -> PreparedTable:  # fmt: skip
    """Find out what the columns of a table are and what the task is, split it, and make the estimator.

    Parameters
    ----------
    frame : polars.DataFrame
        Columns of texts as a file has them, or of types.
    target : str
        The column to be predicted.
    recipe : Recipe
        What is trained, and how.
    test : polars.DataFrame, optional
        Fresh rows to test on; without them a share of ``frame`` is held out.
    task : {"classification", "regression"}, optional
        By default found out from the target.
    columns : ColumnOptions, optional
        What is said of the columns, where it is not to be found out.

    Returns
    -------
    PreparedTable
        The two parts of the table, the preparation, the estimator, and what is to be said of them.

    Raises
    ------
    InputError
        When the table, the target or the recipe cannot be used.

    Examples
    --------
    >>> from halfmoon.data import load
    >>> from halfmoon.tabular import Recipe, prepare
    >>> prepared = prepare(load("iris").frame, "species", Recipe())
    >>> prepared.estimator.hidden_layer_sizes
    (64, 32)
    """
    table = split_table(
        frame, target, share=recipe.test_share, seed=recipe.parameters["random_state"], test=test, task=task, columns=columns
    )
    training, typed = table.training, table.typed
    options: dict[str, Any] = {"formats": typed.formats, "left_out": typed.left_out, "standardise": recipe.standardise}
    fitted = preparation.fit(training, target, task=table.task, **options)
    prepared = fitted.preparation
    if recipe.parameters.get("loss") == "poisson" and table.task != Classes.task:
        prepared = replace(prepared, target=_counts(prepared.target, table.column))
    estimator = recipe.estimator(prepared.target)
    few = _too_few(estimator, prepared.targets(training))
    if few:
        estimator.set_params(early_stopping=False, n_iter_no_change=math.inf)
    try:
        network_builder.network(estimator, len(prepared.feature_names), 1, SquaredError)  # so that errors come before the training
    except ValueError as error:
        raise InputError(str(error)) from error
    _check_range(prepared, typed.frame, estimator.dtype)
    uneven = table.uneven(recipe.parameters.get("class_weight"))
    leaks = table.leaks([each.name for each in prepared.columns])
    notes = (table.why, table.dropped, *typed.notes, *fitted.notes, *leaks, uneven, few)
    return PreparedTable(training, prepared.read(table.test).frame, prepared, estimator, tuple(note for note in notes if note))


def fit(table: PreparedTable, *, callbacks: Iterable[Callback] = ()) -> TableModel:
    """Train the estimator of what :func:`prepare` settled, and return it with the preparation.

    Raises
    ------
    InputError
        When a number of the table does not fit in the estimator's dtype, or the loss cannot take the target.
    DivergenceError
        When the loss or a parameter becomes NaN or infinite.

    Examples
    --------
    >>> from halfmoon.data import load
    >>> from halfmoon.tabular import Recipe, fit, prepare
    >>> model = fit(prepare(load("iris").frame, "species", Recipe()))
    >>> type(model).__name__
    'TableModel'
    """
    estimator = table.estimator.set_params(callbacks=list(callbacks))
    X, y = table.arrays(table.training)
    try:
        with warnings.catch_warnings(action="ignore", category=UserWarning):  # the history says how it ended
            estimator.fit(X, y)
    except ValueError as error:
        if isinstance(error.__cause__, DivergenceError):
            raise error.__cause__ from None
        raise InputError(str(error)) from error
    finally:
        estimator.set_params(callbacks=None)
    history = estimator.history_
    if history.ending.reason is Reason.DIVERGED:  # the estimator keeps the best parameters, where rows are set aside to find them by
        raise DivergenceError(history)
    if "val_score" in history and estimator.scoring == "loss":
        history.join({"val_loss": -history["val_score"]})
    return TableModel(table.preparation, estimator, facts(table.preparation, table.training, table.validation_rows, table.test.height))


LARGE = 1e30
"""Numbers above this may not fit in the estimator's dtype."""


def _check_range(prepared: Preparation, frame: pl.DataFrame, dtype: Any) -> None:
    """Raise InputError where a number does not fit in a dtype, with its row before the rows are split."""
    numbers = [frame[each.name] for each in prepared.columns if isinstance(each, Number)]
    if any((each.cast(pl.Float64).abs().max() or 0) > LARGE for each in numbers if each.dtype.is_numeric()):  # type: ignore[operator]
        prepared.features(frame, dtype)


def _held_out(estimator: Any, rows: int) -> int:
    """Return how many of the rows scikit-learn's split takes for validation."""
    return math.ceil(estimator.validation_fraction * rows) if network_builder.stops_early(estimator) else 0


def _too_few(estimator: Any, y: Array) -> str | None:
    """Return a sentence where rows should be set aside for validation, but there are fewer than scikit-learn's split asks for."""
    held = _held_out(estimator, len(y))
    sizes = np.unique(y, return_counts=True)[1] if y.dtype.kind == "i" else np.empty(0)
    if not held or (2 <= held <= len(y) - 2 and (len(sizes) != 2 or sizes.min() > 1)):  # noqa: PLR2004 - rows, and two classes
        return None
    return say("Too few rows to set some aside for validation, so all {epochs} epochs are made.", epochs=estimator.max_iter)


def _counts(target: Any, column: pl.Series) -> Any:
    """Return the target unstandardised: Poisson's loss needs the counts themselves."""
    least = values.numbers(column).min()
    if least < 0:
        raise InputError(f"the target {target.name!r} must hold no negative numbers for the loss poisson, got {least:g}")
    return replace(target, mean=0.0, scale=1.0)
