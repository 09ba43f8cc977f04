"""How much is trained: the efforts, and epochs and batches by the number of rows."""

from __future__ import annotations

from dataclasses import replace

from halfmoon.base import checks, schema
from halfmoon.base.record import Record, checked, record
from halfmoon.tabular.ensembles.candidate import Candidate

UPDATES_OF_ROWS = 2_000_000
"""About so many rows are gone through by a member, each as often as it is taken."""

FEWEST_EPOCHS, MOST_EPOCHS = 16, 256


@record
class Plan(Record):
    """What an effort means.

    Parameters
    ----------
    candidates : tuple of Candidate
        In the order in which they are trained.
    folds : int
        Members of each.
    members : int, optional
        Only those of so many folds are trained.
    """

    candidates: tuple[Candidate, ...] = checked(schema.each(checks.kind(Candidate, "candidates")))
    folds: int = checked(checks.whole)
    members: int | None = checked(checks.optional(checks.whole), default=None)


def epochs_for(rows: int) -> int:
    """Return how often a member goes through its rows."""
    return int(min(max(UPDATES_OF_ROWS // max(rows, 1), FEWEST_EPOCHS), MOST_EPOCHS))


def batch_for(rows: int) -> int:
    """Return how many rows an update has."""
    return 256 if rows > 2000 else 128 if rows > 600 else 64  # noqa: PLR2004 - small tables need more updates


REALMLP = Candidate("realmlp", (128, 128), embedding="periodic", curves=3, parametric=True, dropout=0.15, smoothing=0.1, rate=0.015)
TANH = Candidate("tanh", (128,), "tanh", dropout=0.3, rate=0.003, decay=0.3)
LINEAR = Candidate("linear", (), rate=0.01, decay=0.05)
PIECEWISE = replace(REALMLP, name="realmlp, piecewise", embedding="piecewise", curves=8, rate=0.04)
DEEP = replace(PIECEWISE, name="realmlp, deep", widths=(128, 128, 128))
SHARP = replace(PIECEWISE, name="realmlp, sharp", smoothing=0.0)
STEPPED = replace(TANH, name="tanh, piecewise", embedding="piecewise", curves=4)
NARROW = Candidate("narrow", (64, 64), "relu", "piecewise", dropout=0.1, rate=0.003, decay=0.1)
PLAIN = Candidate("plain", (128, 128, 128), dropout=0.15, smoothing=0.1, rate=0.0025)
TABM = Candidate("tabm", (64, 64), "relu", "piecewise", members=8, dropout=0.1, rate=0.002, decay=0.003)

MEDIUM = (REALMLP, TANH, LINEAR, PIECEWISE)

EFFORTS = {
    "low": Plan((REALMLP,), 5, 1),
    "medium": Plan(MEDIUM, 8),
    "high": Plan((*MEDIUM, DEEP, STEPPED, SHARP, NARROW, PLAIN, TABM), 8),
}
"""Each by its name: one network with a fifth of the rows held out, a bag, and a portfolio."""
