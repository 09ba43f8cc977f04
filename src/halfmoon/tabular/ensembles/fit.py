"""Fitting: candidates one after the other, the members of each at once, until all are done, the time is up or Ctrl-C says so."""

from __future__ import annotations

import math
import time
import warnings
from collections.abc import Callable, Iterable, Sequence
from contextlib import nullcontext
from dataclasses import dataclass, field
from functools import partial
from typing import NamedTuple

import numpy as np

from halfmoon.base.checks import Array
from halfmoon.base.errors import InputError
from halfmoon.base.interrupts import InterruptGuard
from halfmoon.network.model import Model
from halfmoon.tabular.ensembles.calibration import best_temperature, sharpened
from halfmoon.tabular.ensembles.candidate import Candidate
from halfmoon.tabular.ensembles.ensemble import Ensemble, Part, weighted_mean
from halfmoon.tabular.ensembles.folds import Fold
from halfmoon.tabular.ensembles.metric import Cost
from halfmoon.tabular.ensembles.plan import MOST_EPOCHS, batch_for, epochs_for
from halfmoon.tabular.ensembles.task import ClassTask
from halfmoon.tabular.ensembles.training import Member, Rows, train_members
from halfmoon.tabular.ensembles.watcher import DONE, INTERRUPTED, TIME_LIMIT, Watcher
from halfmoon.tabular.ensembles.weighting import greedy_weights
from halfmoon.training.callbacks import Callback


@dataclass(frozen=True)
class Options:
    """How members are trained, whatever they are.

    Attributes
    ----------
    seed : int
    threads : int, optional
    deadline : float
        By ``time.perf_counter``.
    callbacks : sequence of Callback
    report : callable
        Called after each candidate with its name, and how many are done of how many.
    guard : InterruptGuard, optional
        Ctrl-C is heard while members are trained, and waits elsewhere.
    most_epochs : int, optional
    watcher : Watcher
        Is told of each member.
    """

    seed: int = 0
    threads: int | None = None
    deadline: float = math.inf
    callbacks: Sequence[Callback] = ()
    report: Callable[[str, int, int], object] = lambda *_: None
    guard: InterruptGuard | None = None
    most_epochs: int | None = None
    watcher: Watcher = field(default_factory=Watcher)


WEIGHTING_ROWS = 100_000
"""So many held-out rows of a large table tell shares and temperatures."""


class Entry(NamedTuple):
    """A candidate at the end of a cycle.

    Attributes
    ----------
    candidate : Candidate
    epoch : int
    members : list of (Member, int)
        And after which epoch.
    seconds : float
    """

    candidate: Candidate
    epoch: int
    members: list[tuple[Member, int]]
    seconds: float


class FittedEnsemble(NamedTuple):
    """What :func:`fit_ensemble` found.

    Attributes
    ----------
    ensemble : Ensemble
    held_out : ndarray, shape (n, outputs)
        What members predict for rows that they were not trained on; NaN of rows that were in none.
    leaderboard : list of dict
        One row a candidate and cycle: its name, epochs, members, the cost, its share, seconds of training.
    interrupted : bool
    """

    ensemble: Ensemble
    held_out: Array
    leaderboard: list[dict[str, object]]
    interrupted: bool


def fit_ensemble(rows: Rows, candidates: Sequence[Candidate], folds: Sequence[Fold], cost: Cost, options: Options) -> FittedEnsemble:
    """Train candidates on folds, weight them by what they predict for held-out rows, and calibrate that."""
    usable = [fold for fold in folds if _learnable(rows, fold)]
    members: list[list[Member]] = []
    interrupted, ended = False, DONE
    trained = candidates if rows.X.shape[1] and usable else ()
    if trained:
        _check_cost(cost, rows, usable, options.seed)
    options.watcher.on_start(trained, usable)
    for number, candidate in enumerate(trained):
        began = [
            _member(candidate, rows, index, fold, cost, options, seed=options.seed + 1000 * number + index)
            for index, fold in enumerate(usable)
        ]
        for member in began:
            member.watcher, member.number = options.watcher, number
        members.append(began)
        try:
            with nullcontext() if options.guard is None else options.guard.allowed():
                interrupted = train_members(began, options.threads)
        except KeyboardInterrupt:  # between two candidates
            interrupted = True
        options.report(candidate.name, number + 1, len(candidates))
        if interrupted or time.perf_counter() >= options.deadline:
            ended = INTERRUPTED if interrupted else TIME_LIMIT
            break
    options.watcher.on_end(ended)
    entries = [entry for each in members for entry in _entries(each)] or _of_what_is_there(members)
    return _weighted(entries, rows, usable, cost, options.seed, interrupted=interrupted)


def _learnable(rows: Rows, fold: Fold) -> bool:
    """Return whether the training rows of a fold show more than one class, or number."""
    y = rows.y[fold.training]
    return len(y) > 0 and len(fold.held_out) > 0 and bool((y != y[0]).any())


def _held_out_rows(folds: Iterable[Fold]) -> Array:
    """Return the rows that folds hold out, each once."""
    return np.unique(np.concatenate([fold.held_out for fold in folds]))


def _weighting_rows(held_out: Array, seed: int) -> Array:
    """Return those of the rows held out that shares and temperatures are found on."""
    if len(held_out) <= WEIGHTING_ROWS:
        return held_out
    return np.sort(np.random.RandomState(seed).choice(held_out, WEIGHTING_ROWS, replace=False))


def _check_cost(cost: Cost, rows: Rows, folds: Sequence[Fold], seed: int) -> None:
    """Raise InputError, before anything is trained, where what counts is no number for the rows that are held out, said all right."""
    held_out = _weighting_rows(_held_out_rows(folds), seed)
    y, weights = rows.y[held_out], None if rows.weights is None else rows.weights[held_out]
    with warnings.catch_warnings(action="ignore"):
        found = cost(y, rows.task.ideal(y), weights)
    if not np.isfinite(found):
        raise InputError(f"metric must be a number for the {len(held_out):,} rows that are held out, got {found}")


def _member(candidate: Candidate, rows: Rows, index: int, fold: Fold, cost: Cost, options: Options, seed: int) -> Member:
    n = len(fold.training)
    epochs = min(epochs_for(n), options.most_epochs or MOST_EPOCHS)
    return Member(candidate, index, rows, fold, cost, seed, epochs, batch_for(n), options.deadline, options.callbacks)


def _seconds(members: Sequence[Member]) -> float:
    return sum(float(each.history["seconds"][-1]) for each in members if each.history is not None and each.history.epochs)


def _entries(members: Sequence[Member]) -> list[Entry]:
    """Return an entry for each epoch that a member of a candidate has reached, the others with the numbers they ended with."""
    if not all(each.kept for each in members):
        return []
    found = []
    for epoch in sorted(set.union(*(set(each.kept) for each in members))):
        newest = [(each, max((known for known in each.kept if known <= epoch), default=min(each.kept))) for each in members]
        found.append(Entry(members[0].candidate, epoch, newest, _seconds(members)))
    return found


def _of_what_is_there(members: Sequence[Sequence[Member]]) -> list[Entry]:
    """Return the entry of a first candidate whose training was cut short, with as much as each member has."""
    latest = [(each, max(each.kept)) for each in members[0] if each.kept] if members else []
    if not latest:
        return []
    return [Entry(members[0][0].candidate, min(epoch for _, epoch in latest), latest, _seconds(members[0]))]


def _held_out(entry: Entry, rows: Rows, folds: Sequence[Fold], chosen: Array) -> Array:
    """Return the mean of what members predict for rows that they were not trained on, (len(chosen), outputs)."""
    found, counts = np.zeros((len(chosen), rows.task.outputs)), np.zeros((len(chosen), 1))
    places = np.full(len(rows.y), -1)
    places[chosen] = np.arange(len(chosen))
    for member, epoch in entry.members:
        place = places[folds[member.fold].held_out]
        among = place >= 0
        found[place[among]] += member.held_out_predictions(epoch, among)
        counts[place[among]] += 1
    return found / np.maximum(counts, 1)


def _weighted(entries: Sequence[Entry], rows: Rows, folds: Sequence[Fold], cost: Cost, seed: int, *, interrupted: bool) -> FittedEnsemble:
    """Calibrate each entry on rows that are held out, weight them there, and calibrate what comes of it."""
    prior = rows.task.prior(rows.y, rows.weights)
    held_out = np.full((len(rows.y), rows.task.outputs), np.nan)
    if not entries:
        return FittedEnsemble(Ensemble(rows.task, (), 1.0, prior), held_out, [], interrupted)
    known = _held_out_rows(folds[member.fold] for member, _ in entries[0].members)
    chosen = _weighting_rows(known, seed)
    y, weights = rows.y[chosen], None if rows.weights is None else rows.weights[chosen]
    temperature_of = partial(best_temperature, y, weights=weights) if isinstance(rows.task, ClassTask) else lambda _: 1.0
    every = [_held_out(entry, rows, folds, chosen) for entry in entries]
    temperatures = [temperature_of(each) for each in every]
    every = [sharpened(each, temperature) for each, temperature in zip(every, temperatures, strict=True)]
    shares = greedy_weights(every, y, cost, weights)
    mean = weighted_mean(every, shares)
    last = temperature_of(mean)
    counted = [each for each in zip(entries, shares.tolist(), temperatures, strict=True) if each[1]]
    if chosen is not known:
        of_all = (sharpened(_held_out(entry, rows, folds, known), temperature) for entry, _, temperature in counted)
        mean = weighted_mean(of_all, [share for _, share, _ in counted])
    held_out[known] = sharpened(mean, last)
    parts = tuple(Part(_models(entry), share, temperature) for entry, share, temperature in counted)
    board = [_board_row(entry, float(share), cost(y, each, weights)) for entry, share, each in zip(entries, shares, every, strict=True)]
    return FittedEnsemble(Ensemble(rows.task, parts, last, prior), held_out, board, interrupted)


def _models(entry: Entry) -> tuple[Model, ...]:
    """Return the networks of an entry, each with the numbers that it had."""
    return tuple(
        Model(member.model.network, member.model.n_inputs, *(each.copy() for each in member.kept[epoch])) for member, epoch in entry.members
    )


def _board_row(entry: Entry, share: float, cost: float) -> dict[str, object]:
    known = None if math.isnan(cost) else cost  # a scorer may know none for some predictions
    figures = {"epochs": entry.epoch, "members": len(entry.members), "cost": known, "weight": share, "seconds": entry.seconds}
    return {"candidate": entry.candidate.name, **figures}
