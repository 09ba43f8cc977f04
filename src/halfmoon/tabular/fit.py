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
from halfmoon.data.inference import infer
from halfmoon.data.leaks import leak_notes
from halfmoon.data.notes import abridged, name_of, quoted
from halfmoon.data.preparation import Preparation
from halfmoon.data.split import split
from halfmoon.data.targets import Classes, Quantity, drop_missing_target, target_column, task_of
from halfmoon.estimators import network_builder
from halfmoon.losses.pointwise import SquaredError
from halfmoon.tabular.facts import facts
from halfmoon.tabular.recipe import Recipe
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
    columns = columns or ColumnOptions()
    if task == Quantity.task and target not in columns.number:
        columns = replace(columns, number=(*columns.number, target))  # what is no number in it is missing
    table = infer(frame, target, columns)
    frame, dropped = drop_missing_target(table.frame, target)
    column = target_column(frame, target)
    found, why = task_of(column, task, table.formats[target])
    training = frame
    if test is None:
        training, test = _split(frame, Classes.fitted(column, table.formats[target]) if found == Classes.task else None, recipe)
    options: dict[str, Any] = {"formats": table.formats, "left_out": table.left_out, "standardise": recipe.standardise}
    fitted = preparation.fit(training, target, task=found, **options)
    prepared = fitted.preparation
    if recipe.parameters.get("loss") == "poisson" and found != Classes.task:
        prepared = replace(prepared, target=_counts(prepared.target, column))
    estimator = recipe.estimator(prepared.target)
    few = _too_few(estimator, prepared.targets(training))
    if few:
        estimator.set_params(early_stopping=False, n_iter_no_change=math.inf)
    try:
        network_builder.network(estimator, len(prepared.feature_names), 1, SquaredError)  # so that errors come before the training
    except ValueError as error:
        raise InputError(str(error)) from error
    _check_range(prepared, frame, estimator.dtype)
    learned = [each.name for each in prepared.columns]
    leaks = abridged(leak_notes(frame, learned, target, classes=found == Classes.task))
    uneven = _uneven(column) if found == Classes.task and recipe.parameters.get("class_weight") is None else None
    notes = (why, dropped, *table.notes, *fitted.notes, *leaks, uneven, few)
    return PreparedTable(training, prepared.read(test).frame, prepared, estimator, tuple(note for note in notes if note))


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


UNEVEN = 4
"""So many times the rows of the rarest class has the most frequent one where a remedy is named."""


def _uneven(column: pl.Series) -> str | None:
    """Return a sentence where classes have very different numbers of rows."""
    counts = column.value_counts(sort=True)
    label, rarest, most = counts[-1, 0], counts[-1, 1], counts[0, 1]
    if most < UNEVEN * rarest:
        return None
    text = "The rarest class of {name}, {label}, has {rarest:,} of {rows:,} rows; --class-weight balanced makes each class count the same."
    return say(text, name=name_of(column.name), label=quoted(label), rarest=rarest, rows=len(column))


LARGE = 1e30
"""Numbers above this may not fit in the estimator's dtype."""


def _check_range(prepared: Preparation, frame: pl.DataFrame, dtype: Any) -> None:
    """Raise InputError where a number does not fit in a dtype, with its row before the rows are split."""
    numbers = [frame[each.name] for each in prepared.columns if isinstance(each, Number)]
    if any((each.cast(pl.Float64).abs().max() or 0) > LARGE for each in numbers if each.dtype.is_numeric()):  # type: ignore[operator]
        prepared.features(frame, dtype)


def _split(frame: pl.DataFrame, classes: Classes | None, recipe: Recipe) -> tuple[pl.DataFrame, pl.DataFrame]:
    """Return the rows to train on and to test on; of each class there is one to train on."""
    stratify = None if classes is None else classes.name
    training, test = split(frame, recipe.test_share, seed=recipe.parameters["random_state"], stratify=stratify)
    if classes is None:
        return training, test
    known = pl.Series(np.isin(classes.encode(test), classes.encode(training)))
    if not known.any():
        raise InputError(
            f"the table must have enough rows of each class of {classes.name!r} to hold some out, it has {frame.height} in all"
        )
    return pl.concat([training, test.filter(~known)]), test.filter(known)


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
