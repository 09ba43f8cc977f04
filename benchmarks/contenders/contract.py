"""What every contender does: get ready, begin anew, run, and say what it has done."""

from __future__ import annotations

from abc import ABC, abstractmethod
from dataclasses import dataclass

from benchmarks.jobs import Job


class NotPossibleError(Exception):
    """The contender cannot do the job; the message says why."""


@dataclass(frozen=True)
class Outcome:
    """What a run has done, to see that every contender did the same work.

    Attributes
    ----------
    loss : float or None
        Mean over the last epoch, and over the networks; None where it means something else than the others'.
    updates, rows : int
        Made and seen, summed over the networks; both tell the batch size.
    dtype : str
        Of the parameters.
    """

    loss: float | None
    updates: int
    rows: int
    dtype: str


class Contender(ABC):
    """A job, ready to run: making it reads the data and is not on the clock.

    Parameters
    ----------
    job : Job
    """

    def __init__(self, job: Job) -> None:
        self.job = job

    def restart(self) -> None:  # noqa: B027 - to predict, there is nothing to do
        """Go back to the first weights, off the clock."""

    @abstractmethod
    def run(self) -> None:
        """Do the job, on the clock."""

    @abstractmethod
    def outcome(self) -> Outcome:
        """Return what was done, off the clock."""

    def predicted(self, loss: float, dtype: object) -> Outcome:
        """Return the outcome of a prediction."""
        return Outcome(loss, 0, self.job.rows * self.job.calls, str(dtype))
