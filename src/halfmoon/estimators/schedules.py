"""scikit-learn's learning rate schedules that the library's own do not give: they depend on what came before the fit."""

from __future__ import annotations

from dataclasses import MISSING, fields

from halfmoon.base import checks
from halfmoon.base.record import checked, record
from halfmoon.optimizers import schedules
from halfmoon.optimizers.schedules import Clock, Memory, Schedule


@record
class InverseScalingOfRows(Schedule):
    """scikit-learn's "invscaling": ``(rows seen so far + 1) ** -power``, but 1 in the first epoch of an optimiser.

    Its memory: ``rows`` of an epoch, rows ``seen`` before the fit, and whether the optimiser is ``fresh``.
    """

    power: float = checked(checks.not_negative, default=0.5)

    def factor(self, clock: Clock, memory: Memory) -> float:
        if clock.epoch == 0 and memory["fresh"]:
            return 1.0
        return (memory["seen"] + memory["rows"] * clock.epoch + 1) ** -self.power


@record
class Adaptive(Schedule):
    """scikit-learn's "adaptive": the factor in its memory, which :class:`halfmoon.estimators.convergence.ConvergenceMonitor` divides."""

    def factor(self, clock: Clock, memory: Memory) -> float:
        return memory.get("factor", 1.0)


NAMED: dict[str, type[Schedule]] = {
    name: kind for name, kind in schedules.SCHEDULES.items() if all(each.default is not MISSING for each in fields(kind))
}
"""The library's schedules that need no argument."""
