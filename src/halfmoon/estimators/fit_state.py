"""What a fit leaves for the next call to go on from."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from halfmoon.base.checks import Array
from halfmoon.engines.contract import Snapshot
from halfmoon.estimators.targets import Targets
from halfmoon.training.trainer import Trainer


@dataclass(eq=False, repr=False)
class FitState:
    """What ``partial_fit``, ``resume``, a warm start and a file go on from, beside the estimator's own attributes.

    Attributes
    ----------
    targets : Targets
    random : RandomState or None
        For the first weights, the rows that are set aside, the order of the rows, and dropout.
    trainer : Trainer or None
        With the state of the optimiser; None where the solver is L-BFGS, which keeps none.
    rows : tuple of two ndarrays of int, or None
        With ``early_stopping`` the rows that are trained on, and those set aside.
    best, latest : tuple of two ndarrays, or None
        With ``early_stopping`` the numbers of the model with the best validation score, and those after the newest epoch.
    no_improvement_count : int
        Epochs in a row that were no improvement, up to the newest.
    """

    targets: Targets
    random: Any = None
    trainer: Trainer | None = None
    rows: tuple[Array, Array] | None = None
    best: Snapshot | None = None
    latest: Snapshot | None = None
    no_improvement_count: int = 0
