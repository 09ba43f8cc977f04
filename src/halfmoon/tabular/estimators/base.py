"""What the two estimators for tables share: reading a table, fitting the ensemble, importances and files."""

from __future__ import annotations

import math
import os
import time
import warnings
from abc import abstractmethod
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Self

import numpy as np
import polars as pl
from sklearn.base import BaseEstimator
from sklearn.utils import check_random_state, column_or_1d
from sklearn.utils.validation import _check_sample_weight, check_consistent_length, check_is_fitted, validate_data

from halfmoon.base import checks
from halfmoon.base.checks import Array
from halfmoon.base.errors import InputError
from halfmoon.base.interrupts import InterruptGuard
from halfmoon.data import values
from halfmoon.data.frames import frame_of, is_frame, target_values, unmasked
from halfmoon.data.inference import TypedTable
from halfmoon.layers.embeddings import quantile_bins
from halfmoon.tabular.encoding import encoder as encoders
from halfmoon.tabular.encoding.columns import Member
from halfmoon.tabular.encoding.encoder import Encoder, Fitted
from halfmoon.tabular.ensembles.candidate import Candidate
from halfmoon.tabular.ensembles.ensemble import Ensemble
from halfmoon.tabular.ensembles.fit import FittedEnsemble, Options, fit_ensemble
from halfmoon.tabular.ensembles.folds import Fold, among, make_folds
from halfmoon.tabular.ensembles.metric import Cost
from halfmoon.tabular.ensembles.plan import EFFORTS, Plan
from halfmoon.tabular.ensembles.task import Task
from halfmoon.tabular.ensembles.training import Rows
from halfmoon.tabular.ensembles.watcher import Watcher
from halfmoon.tabular.estimators import saving
from halfmoon.tabular.table_model import TableWarning
from halfmoon.training.callbacks import Callback

BINS = 16
"""Of each number, for piecewise linear embeddings."""

BIN_ROWS = 20_000
"""So many rows from all over a large table tell where bins end."""

PARTS = 10
"""The rows of a member are brought to so many parts, which do not tell one another their targets in mean targets."""

INTERRUPTED = "Training interrupted by user."

TOO_SHORT = "max_seconds={seconds} were over before a network was trained: predictions are the same for all rows."


def _is_counted(cv: Any) -> bool:
    """Return whether folds are to be made, and are not given."""
    return cv is None or isinstance(cv, int | np.integer | str)


def _targets_of(frame: pl.DataFrame, y: Any) -> Any:
    """Return targets, which may be given as the name of a column."""
    return values.complete(values.column(frame, y)) if isinstance(y, str) else y


class ScoreOfColumn:
    """Lets the score of scikit-learn's mixins, which come after it, take the name of a column for y."""

    def score(self, X: Any, y: Any, sample_weight: Any = None) -> float:
        """Return the accuracy of the classes, or R² of the numbers, that ``predict`` says.

        Parameters
        ----------
        X, y, sample_weight
            As ``fit`` takes them; y may be the name of a column of X.
        """
        if isinstance(y, str):
            X = frame_of(X)
            y = _targets_of(X, y)
        return float(super().score(X, y, sample_weight))  # type: ignore[misc]


class FittedAttributes(BaseEstimator):
    """What a fit leaves behind: of a classifier its classes, of a regressor how the target was standardised."""

    encoder_: Encoder
    ensemble_: Ensemble
    leaderboard_: pl.DataFrame
    oof_predictions_: Array
    notes_: tuple[str, ...]
    n_features_in_: int
    classes_: Array
    target_mean_: float
    target_scale_: float


@dataclass(eq=False, repr=False, kw_only=True)
class TabularEstimator(FittedAttributes):
    """Base of :class:`TabularClassifier` and :class:`TabularRegressor`; not to be used by itself."""

    effort: str = "medium"
    max_seconds: float | None = None
    metric: Any = None
    cv: Any = None
    candidates: Sequence[Candidate] | None = None
    max_epochs: int | None = None
    random_state: Any = 0
    threads: int | None = None
    callbacks: Callback | Sequence[Callback] | None = None
    verbose: bool = False

    if TYPE_CHECKING:  # scikit-learn has no types

        def get_params(self, deep: bool = True) -> dict[str, Any]: ...  # noqa: FBT001, FBT002 - theirs
        def set_params(self, **params: Any) -> Self: ...

    # ---- what each of the two is ---------------------------------------------------------------------------------------

    @abstractmethod
    def _learn_target(self, y: Array) -> tuple[Task, Array]:
        """Keep what is known of targets, and return the task and the targets as networks take them."""

    @abstractmethod
    def _cost(self, task: Task) -> Cost:
        """Return what counts."""

    @abstractmethod
    def _row_weights(self, y: Array, weights: Array | None) -> Array | None:
        """Return how much each row counts, its class included."""

    @abstractmethod
    def _decoded(self, predictions: Array) -> Array:
        """Return predictions of the ensemble in the caller's units."""

    @abstractmethod
    def _encoded(self, y: Array) -> Array:
        """Return targets of the caller's as networks take them."""

    # ---- fitting -------------------------------------------------------------------------------------------------------

    def fit(self, X: Any, y: Any = None, sample_weight: Any = None, *, groups: Any = None) -> Self:
        """Fit the ensemble.

        Parameters
        ----------
        X : DataFrame, Arrow table, dict of columns, or array-like, shape (n_samples, n_features)
            Numbers, texts, categories, truth values, dates; cells may be missing. What its columns are is found out, unless it is
            what ``halfmoon.data.infer`` has made of a frame and of what is said of its columns.
        y : array-like, shape (n_samples,), or str
            The targets, or the name of the column of X that holds them.
        sample_weight : array-like, shape (n_samples,), optional
            Rows that weigh nothing are left out.
        groups : array-like, shape (n_samples,), optional
            Rows of one group are in one fold.

        Returns
        -------
        self : object
            After Ctrl-C, or once ``max_seconds`` are over, with the best ensemble of what is trained by then.

        Raises
        ------
        InputError
            When the table, the targets or a parameter cannot be used.
        """
        return self.fit_watched(X, y, None, sample_weight, groups=groups)

    def fit_watched(self, X: Any, y: Any, watcher: Watcher | None, sample_weight: Any = None, *, groups: Any = None) -> Self:
        """Fit as :meth:`fit` does; a watcher is told of each member."""
        before = self._learned()
        try:
            self._fit(X, y, watcher, sample_weight, groups)
        except BaseException:
            for name in self._learned():
                delattr(self, name)
            self.__dict__.update(before)
            raise
        return self

    def _learned(self) -> dict[str, Any]:
        """Return what a fit leaves behind: a fit that fails leaves that of the fit before as it was."""
        return {name: value for name, value in vars(self).items() if name.endswith("_")}

    def _fit(self, X: Any, y: Any, watcher: Watcher | None, sample_weight: Any, groups: Any) -> None:
        began = time.perf_counter()
        plan = self._plan()
        listeners = checks.listed("callbacks", self.callbacks or (), Callback, "callbacks, objects of a subclass of Callback")
        frame, given = self._training_frame(X, y)
        targets = self._checked_targets(frame, given)
        weights = self._checked_weights(sample_weight, len(targets))
        groups = None if groups is None else np.asarray(groups)
        given_folds = None if _is_counted(self.cv) else make_folds(self.cv, 0, targets, groups=groups)
        if weights is not None and not weights.all():
            kept = np.flatnonzero(weights)
            given_folds = None if given_folds is None else among(given_folds, kept, len(targets))
            frame, targets, weights = frame[kept], targets[kept], weights[kept]
            groups = None if groups is None else groups[kept]
        task, encoded = self._learn_target(targets)
        random = check_random_state(self.random_state)
        with InterruptGuard() as guard:
            folds = given_folds or self._folds(plan, encoded, groups, random)
            formats = {name: X.formats[name] for name in frame.columns} if isinstance(X, TypedTable) else None
            table = encoders.fit(frame, task.columns(encoded), formats)
            options = Options(
                seed=int(random.randint(2**30)), threads=self.threads, deadline=self._deadline(began), callbacks=listeners,
                report=self._report, guard=guard, most_epochs=self.max_epochs, watcher=watcher or Watcher(),
            )  # fmt: skip
            rows, encoder, notes = self._rows(table, task, encoded, self._row_weights(targets, weights)), table.encoder, table.notes
            del frame, table, X  # rows hold what of them is needed, which may be much
            self._keep(encoder, notes, fit_ensemble(rows, plan.candidates, folds, self._cost(task), options), options.deadline)

    def _plan(self) -> Plan:
        """Return what is to be trained, after a look at the parameters."""
        plan = EFFORTS[checks.one_of("effort", self.effort, EFFORTS)]
        checks.optional(checks.positive)("max_seconds", self.max_seconds)
        checks.optional(checks.whole)("max_epochs", self.max_epochs)
        checks.flag("verbose", self.verbose)
        if self.candidates is None:
            return plan
        given = tuple(checks.listed("candidates", self.candidates, Candidate, "records of Candidate"))
        if not given:
            raise checks.fail("candidates", self.candidates, "at least one Candidate")
        return Plan(given, plan.folds, plan.members)

    def _deadline(self, began: float) -> float:
        return math.inf if self.max_seconds is None else began + self.max_seconds

    def _folds(self, plan: Plan, y: Array, groups: Any, random: np.random.RandomState) -> list[Fold]:
        folds = make_folds(self.cv, plan.folds, y, classes=y.dtype.kind == "i", groups=groups, seed=int(random.randint(2**31)))
        return folds[-plan.members :] if plan.members and not isinstance(self.cv, int) else folds

    def _rows(self, table: Fitted, task: Task, y: Array, weights: Array | None) -> Rows:
        encoder, columns = table.encoder, task.columns(y)
        X = encoder.inputs(table.read)
        bins = quantile_bins(X[:: len(X) // BIN_ROWS + 1, : encoder.numbers], BINS) if encoder.numbers else ()
        if not encoder.knows_targets:
            return Rows(X, y, weights, encoder.numbers, bins, task)
        read = table.read

        def inputs_of(learned: Array, seed: int) -> Array:
            parts = np.random.RandomState(seed).permutation(len(learned)) % PARTS
            return encoder.member_inputs(X, read, Member(columns, learned, parts))

        return Rows(X, y, weights, encoder.numbers, bins, task, inputs_of)

    def _keep(self, encoder: Encoder, notes: tuple[str, ...], found: FittedEnsemble, deadline: float) -> None:
        if found.interrupted and not found.ensemble.models:
            raise KeyboardInterrupt
        self.encoder_, self.ensemble_ = encoder, found.ensemble
        self.leaderboard_ = pl.DataFrame(found.leaderboard).sort("cost") if found.leaderboard else pl.DataFrame()
        self.oof_predictions_ = self._decoded(found.held_out)
        self.notes_ = notes
        for note in notes:
            warnings.warn(note, TableWarning, stacklevel=5)
        if found.interrupted:
            warnings.warn(INTERRUPTED, stacklevel=5)
        elif encoder.encodings and not found.ensemble.models and time.perf_counter() >= deadline:
            warnings.warn(TOO_SHORT.format(seconds=self.max_seconds), stacklevel=5)

    def _report(self, name: str, done: int, count: int) -> None:
        if self.verbose:
            print(f"{name}: {done} of {count} configurations are trained", flush=True)  # noqa: T201 - what was asked for

    # ---- tables --------------------------------------------------------------------------------------------------------

    def _training_frame(self, X: Any, y: Any) -> tuple[pl.DataFrame, Any]:
        """Return the table to learn from and the targets, which may be one of its columns; remember what it looks like."""
        if y is None:
            raise ValueError(f"{type(self).__name__} requires y to be passed, but the target y is None")
        self.__dict__.pop("feature_names_in_", None)
        X = unmasked(X)
        if isinstance(X, TypedTable):
            target = values.column(X.frame, y) if isinstance(y, str) else y
            X = X.frame.select(name for name in X.formats if not (isinstance(y, str) and name == y))
            y = values.complete(target) if isinstance(y, str) else y
        if not is_frame(X):
            X = validate_data(self, X, dtype=None, ensure_all_finite="allow-nan")
            return frame_of(X), y
        frame = frame_of(X)
        if isinstance(y, str):
            y = _targets_of(frame, y)
            frame = frame.drop(y.name)
        values.table(frame)
        if not frame.width:
            raise InputError("X must have at least one column to learn from, it has none")
        self.feature_names_in_ = np.array(frame.columns, dtype=object)
        self.n_features_in_ = frame.width
        return frame, y

    def _checked_targets(self, frame: pl.DataFrame, y: Any) -> Array:
        found = column_or_1d(target_values(y), warn=True)
        check_consistent_length(found, np.empty((frame.height, 1)))
        return found

    def _checked_weights(self, given: Any, rows: int) -> Array | None:
        if given is None:
            return None
        checked = _check_sample_weight(given, np.empty((rows, 1)))
        return checks.weights("sample_weight", checked, rows, np.dtype(np.float64))

    def _frame(self, X: Any) -> pl.DataFrame:
        """Return a table to predict for; columns without names are in the order of the training's."""
        check_is_fitted(self, "ensemble_")
        named = "feature_names_in_" in vars(self)
        if is_frame(X):
            frame = values.table(frame_of(X))
            if named:
                return frame
            X = frame.to_numpy()
        X = validate_data(self, unmasked(X), dtype=None, ensure_all_finite="allow-nan", reset=False)
        frame = frame_of(X)
        return frame.rename(dict(zip(frame.columns, self.feature_names_in_, strict=True))) if named else frame

    def _predictions(self, X: Any) -> Array:
        """Return what the ensemble predicts for a table; a warning says what of it counts as missing."""
        frame = self._frame(X)
        read, notes = self.encoder_.read(frame)
        for note in notes:
            warnings.warn(note, TableWarning, stacklevel=3)
        if not self.encoder_.encodings:  # a table without columns has no rows for Polars
            return self.ensemble_.predict(np.empty((frame.height, 0), np.float32))
        return self.ensemble_.predict(self.encoder_.inputs(read))

    # ---- what the table shows ------------------------------------------------------------------------------------------

    def feature_importances(self, X: Any, y: Any, *, sample_weight: Any = None, repeats: int = 5) -> dict[str, float]:
        """Return how much worse predictions become when a column's cells are shuffled, by its name, the largest first.

        Parameters
        ----------
        X, y, sample_weight
            Rows of the kind that :meth:`fit` takes, best such as were not trained on.
        repeats : int
            How often each column is shuffled.

        Returns
        -------
        dict of str to float
            In units of the metric; about 0 for a column that does not help.

        References
        ----------
        Breiman, "Random forests", Machine Learning 45, 2001.
        """
        frame = self._frame(X)
        targets = self._encoded(self._checked_targets(frame, _targets_of(frame, y)))
        weights = self._checked_weights(sample_weight, frame.height)
        read, _ = self.encoder_.read(frame)
        cost, random = self._cost(self.ensemble_.task), np.random.RandomState(0)
        X = self.encoder_.inputs(read)
        before = cost(targets, self.ensemble_.predict(X), weights)
        found = dict.fromkeys(frame.columns, 0.0) if "feature_names_in_" not in vars(self) else dict.fromkeys(self.feature_names_in_, 0.0)
        for encoding, *inputs in self.encoder_.places():  # a row's inputs are made of its own cells, so they are shuffled instead
            costs, kept = [], [X[:, each].copy() for each in inputs]
            for _ in range(checks.whole("repeats", repeats)):
                order = random.permutation(len(X))
                for each, known in zip(inputs, kept, strict=True):
                    X[:, each] = known[order]
                costs.append(cost(targets, self.ensemble_.predict(X), weights))
            for each, known in zip(inputs, kept, strict=True):
                X[:, each] = known
            found[encoding.column.name] = float(np.mean(costs) - before)
        return dict(sorted(found.items(), key=lambda each: -each[1]))

    def __sklearn_is_fitted__(self) -> bool:
        return "ensemble_" in vars(self)

    def __sklearn_tags__(self) -> Any:
        tags = super().__sklearn_tags__()
        tags.input_tags.allow_nan = True
        tags.input_tags.string = True
        tags.input_tags.categorical = True
        return tags

    # ---- files ---------------------------------------------------------------------------------------------------------

    def save(self, path: str | os.PathLike[str]) -> None:
        """Write the fitted estimator to a file, whole or not at all; ``halfmoon.load`` reads it.

        Parameters
        ----------
        path : str or path-like
            By custom ending in ``.safetensors``. The file holds data alone, no code, 4 bytes for each number of each member that counts.

        Raises
        ------
        InputError
            When the file cannot be written, or a parameter (a function, say) is no data.
        """
        check_is_fitted(self, "ensemble_")
        saving.save(self, path)

    @classmethod
    def load(cls, path: str | os.PathLike[str]) -> Self:
        """Return the estimator that :meth:`save` wrote.

        Raises
        ------
        InputError
            When there is no such file, it is damaged, or it holds something else.
        """
        return saving.load(cls, path)
