"""Faults of the rows: inputs and targets that are hard to learn from."""

from __future__ import annotations

import numpy as np

from halfmoon.inspect.health.evidence import ENOUGH, Exam, Found

SPREAD = 100.0
"""How many times as widely one column may spread as another, from its least to its largest, and how large numbers may be."""

NAMED = 5
"""So many columns are named."""

FAR_OFF = 10.0
"""How many times its own range a column may lie from 0."""


def constant_columns(exam: Exam) -> Found:
    """Find inputs that are the same in every row."""
    if exam.rows < 2:  # noqa: PLR2004 - a single row is always the same
        return
    same = np.flatnonzero((exam.X[0] == exam.X).all(axis=0))
    if len(same) == 1:
        yield str(same[0]), 1, f"column {same[0]} of X is {exam.X[0, same[0]]:g} in every row: it tells nothing, leave it out"
    elif len(same):
        some = ", ".join(map(str, same[:NAMED])) + ", ..." * (len(same) > NAMED)
        yield str(same[0]), len(same), f"{len(same)} columns of X are the same in every row ({some}): they tell nothing, leave them out"


def input_scales(exam: Exam) -> Found:
    """Find inputs of very different or very large scale. Columns of 0 and 1 are as they are."""
    X = exam.X.astype(np.float64)
    measured = np.flatnonzero(~((X == 0) | (X == 1)).all(axis=0) & (X[0] != X).any(axis=0))
    if exam.rows < ENOUGH or not len(measured):
        return
    columns = X[:, measured]
    spread, centre, largest = np.ptp(columns, axis=0), np.abs(columns.mean(axis=0)), float(np.abs(columns).max())
    (wide, narrow), distances = (int(spread.argmax()), int(spread.argmin())), centre / spread
    ratio, far = float(spread[wide] / spread[narrow]), int(distances.argmax())
    if ratio > SPREAD:
        told = f"column {measured[wide]} of X spreads {ratio:,.0f} times as widely as column {measured[narrow]}: standardise X"
        yield str(measured[wide]), ratio, told
    elif distances[far] > FAR_OFF:
        told = f"column {measured[far]} of X lies {distances[far]:,.0f} times its range from 0: standardise X"
        yield str(measured[far]), float(distances[far]), told
    elif largest > SPREAD:
        yield "", largest, f"the numbers of X reach {largest:,.4g}: standardise X"


def constant_target(exam: Exam) -> Found:
    """Find a target that is the same in every row."""
    if exam.rows >= ENOUGH and (exam.y == exam.y[0]).all():
        yield "", float(exam.y.ravel()[0]), "y is the same in every row: there is nothing to learn"
