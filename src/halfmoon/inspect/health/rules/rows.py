"""Faults of the rows: inputs and targets that are hard to learn from."""

from __future__ import annotations

import numpy as np

from halfmoon.inspect.health.evidence import MIN_ROWS, Evidence, Faults

MAX_SPREAD = 100.0
"""How many times as widely one column may spread as another, from its least to its largest, and how large numbers may be."""

MAX_NAMED = 5
"""So many columns are named."""

MAX_OFFSET = 10.0
"""How many times its own range a column may lie from 0."""


def constant_columns(evidence: Evidence) -> Faults:
    """Find inputs that are the same in every row."""
    if evidence.rows < 2:  # noqa: PLR2004 - a single row is always the same
        return
    same = np.flatnonzero((evidence.X[0] == evidence.X).all(axis=0))
    if len(same) == 1:
        yield str(same[0]), 1, f"column {same[0]} of X is {evidence.X[0, same[0]]:g} in every row: it tells nothing, leave it out"
    elif len(same):
        some = ", ".join(map(str, same[:MAX_NAMED])) + ", ..." * (len(same) > MAX_NAMED)
        yield str(same[0]), len(same), f"{len(same)} columns of X are the same in every row ({some}): they tell nothing, leave them out"


def input_scales(evidence: Evidence) -> Faults:
    """Find inputs of very different or very large scale. Columns of 0 and 1 are as they are."""
    X = evidence.X.astype(np.float64)
    measured = np.flatnonzero(~((X == 0) | (X == 1)).all(axis=0) & (X[0] != X).any(axis=0))
    if evidence.rows < MIN_ROWS or not len(measured):
        return
    columns = X[:, measured]
    spread, centre, largest = np.ptp(columns, axis=0), np.abs(columns.mean(axis=0)), float(np.abs(columns).max())
    (wide, narrow), distances = (int(spread.argmax()), int(spread.argmin())), centre / spread
    ratio, far = float(spread[wide] / spread[narrow]), int(distances.argmax())
    if ratio > MAX_SPREAD:
        sentence = f"column {measured[wide]} of X spreads {ratio:,.0f} times as widely as column {measured[narrow]}: standardise X"
        yield str(measured[wide]), ratio, sentence
    elif distances[far] > MAX_OFFSET:
        sentence = f"column {measured[far]} of X lies {distances[far]:,.0f} times its range from 0: standardise X"
        yield str(measured[far]), float(distances[far]), sentence
    elif largest > MAX_SPREAD:
        yield "", largest, f"the numbers of X reach {largest:,.4g}: standardise X"


def constant_target(evidence: Evidence) -> Faults:
    """Find a target that is the same in every row."""
    if evidence.rows >= MIN_ROWS and (evidence.y == evidence.y[0]).all():
        yield "", float(evidence.y.ravel()[0]), "y is the same in every row: there is nothing to learn"
