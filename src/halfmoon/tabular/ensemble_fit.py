"""Fitting an ensemble to a raw table: split it, and train the estimator for tables on it."""

from __future__ import annotations

import warnings
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import polars as pl

from halfmoon.base import checks
from halfmoon.base.errors import InputError
from halfmoon.base.language import english
from halfmoon.data import values
from halfmoon.data.column_options import ColumnOptions
from halfmoon.data.duplicates import duplicate_notes
from halfmoon.data.inference import TypedTable
from halfmoon.data.notes import name_of, names_of
from halfmoon.data.targets import Classes, Quantity
from halfmoon.tabular.ensembles.plan import EFFORTS
from halfmoon.tabular.ensembles.watcher import Watcher
from halfmoon.tabular.facts import facts
from halfmoon.tabular.recipe import numbered_weights
from halfmoon.tabular.split_table import split_table
from halfmoon.tabular.table_ensemble import ESTIMATORS, TableEnsemble


@dataclass(frozen=True)
class EnsembleRecipe:
    """What ensemble is trained on a table.

    Parameters
    ----------
    effort : {"low", "medium", "high"}
        One network, a bag, or a portfolio.
    parameters : mapping of str to object
        Further ones of :class:`halfmoon.TabularClassifier` or :class:`halfmoon.TabularRegressor`. ``random_state`` is an int: it draws
        the rows that are held out, too. ``class_weight`` goes by the labels of the table.
    test_share : float
        Part of the table that is held out, unless there are fresh rows to test on.

    Examples
    --------
    >>> from halfmoon.tabular import EnsembleRecipe
    >>> EnsembleRecipe("high", {"max_seconds": 60}).effort
    'high'
    """

    effort: str = "medium"
    parameters: Mapping[str, Any] = field(default_factory=dict)
    test_share: float = 0.25

    def __post_init__(self) -> None:
        checks.one_of("effort", self.effort, EFFORTS)
        checks.optional(checks.positive)("max_seconds", self.parameters.get("max_seconds"))
        checks.inner_share("test_share", self.test_share)

    @property
    def seed(self) -> int:
        """Of the split, and of the members."""
        return int(self.parameters.get("random_state", 0))

    def estimator(self, target: Classes | Quantity) -> Any:
        """Return the estimator for a target, not yet fitted.

        Raises
        ------
        InputError
            When the class weights do not fit the target.
        """
        weights = numbered_weights(self.parameters.get("class_weight"), target)
        given = {name: value for name, value in self.parameters.items() if name != "class_weight"}
        return ESTIMATORS[target.task](effort=self.effort, **given, **weights)


@dataclass(frozen=True)
class PreparedEnsemble:
    """Everything that is settled before training.

    Attributes
    ----------
    training : TypedTable
        The rows to train on, and how their cells were read.
    test : polars.DataFrame
        Those to test on.
    target : Classes or Quantity
        The column to be predicted.
    estimator : TabularClassifier or TabularRegressor
        Not fitted.
    left_out : tuple of str
        Columns that there is nothing to learn from.
    notes : tuple of str
        Sentences about the task, and about rows and columns.
    warnings : tuple of str
        Those of them that cast doubt on scores: columns that tell the target, copies of rows, rare classes.

    Examples
    --------
    >>> from halfmoon.data import load
    >>> from halfmoon.tabular import EnsembleRecipe, prepare_ensemble
    >>> prepared = prepare_ensemble(load("iris").frame, "species", EnsembleRecipe())
    >>> len(prepared.training.frame), len(prepared.test)
    (112, 38)
    """

    training: TypedTable
    test: pl.DataFrame
    target: Classes | Quantity
    estimator: Any
    left_out: tuple[str, ...]
    notes: tuple[str, ...]
    warnings: tuple[str, ...] = ()


def prepare_ensemble(
    frame: pl.DataFrame, target: str, recipe: EnsembleRecipe, *, test: pl.DataFrame | None = None, task: str | None = None,
    columns: ColumnOptions | None = None,
) -> PreparedEnsemble:  # fmt: skip
    """Find out what the columns of a table are and what the task is, split it, and make the estimator.

    Parameters
    ----------
    frame, target, test, task, columns
        As :func:`halfmoon.tabular.prepare` takes them.
    recipe : EnsembleRecipe
        What is trained.

    Returns
    -------
    PreparedEnsemble
        The two parts of the table, the estimator, and what is to be said of them.

    Raises
    ------
    InputError
        When the table, the target or the recipe cannot be used.

    Examples
    --------
    >>> from halfmoon.data import load
    >>> from halfmoon.tabular import EnsembleRecipe, prepare_ensemble
    >>> prepare_ensemble(load("iris").frame, "species", EnsembleRecipe("low")).estimator.effort
    'low'
    """
    table = split_table(frame, target, share=recipe.test_share, seed=recipe.seed, test=test, task=task, columns=columns)
    learned = [name for name in table.typed.formats if name != target and not values.missing(table.training[name]).all()]
    if not learned:
        has = english(names_of, table.typed.frame.columns)
        raise InputError(f"the table must have a column with values besides the target {name_of(target)}, it has {has}")
    series = table.training[target]
    made: Any = Classes.fitted(series, table.format) if table.task == Classes.task else None
    found = made or Quantity.fitted(values.complete(series), table.format, standardise=False)
    estimator = recipe.estimator(found)
    formats = {name: table.typed.formats[name] for name in (*learned, target)}
    left_out = tuple(name for name in table.typed.frame.columns if name not in formats)
    uneven = table.uneven(recipe.parameters.get("class_weight"))
    copies = duplicate_notes(table.training.select(list(formats)), table.test if test is None else None)
    doubts = tuple(note for note in (*table.leaks(learned), uneven, *copies) if note)
    notes = tuple(note for note in (table.why, table.dropped, *table.typed.notes, *doubts) if note)
    training = TypedTable(table.training, formats, left_out, table.typed.notes)
    return PreparedEnsemble(training, table.test, found, estimator, left_out, notes, doubts)


def fit_ensemble(table: PreparedEnsemble, *, watcher: Watcher | None = None) -> TableEnsemble:
    """Train the estimator of what :func:`prepare_ensemble` settled, and return it with how the table is read.

    Parameters
    ----------
    table : PreparedEnsemble
        What was settled.
    watcher : Watcher, optional
        Is told of each member.

    Returns
    -------
    TableEnsemble
        Which takes raw tables.

    Raises
    ------
    InputError
        When the table cannot be used.
    KeyboardInterrupt
        On Ctrl-C before a network has done its first epoch; later the best ensemble so far is returned.

    Examples
    --------
    >>> from halfmoon.data import load
    >>> from halfmoon.tabular import EnsembleRecipe, fit_ensemble, prepare_ensemble
    >>> model = fit_ensemble(prepare_ensemble(load("iris").frame, "species", EnsembleRecipe("low", {"max_epochs": 8})))
    >>> type(model).__name__
    'TableEnsemble'
    """
    known = table.training
    inputs = known._replace(formats={name: each for name, each in known.formats.items() if name != table.target.name})
    y = table.target.encode(known.frame)
    try:
        with warnings.catch_warnings(action="ignore", category=UserWarning):  # the watcher knows how it ended; the notes are the table's
            table.estimator.fit_watched(inputs, y, watcher)
    except KeyboardInterrupt:  # which waits while members are weighted
        if not table.estimator.__sklearn_is_fitted__():
            raise
    found = TableEnsemble.of(table.estimator, table.target, table.left_out)
    return TableEnsemble(found.preparation, table.estimator, facts(found.preparation, known.frame, 0, table.test.height))
