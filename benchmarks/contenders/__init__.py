"""Who runs: one entry each. A peer may enter several times; the fastest entry counts.

A module of this package has ``KINDS``, from a job's kind to the class of :class:`~benchmarks.contenders.contract.Contender`.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from importlib import import_module
from typing import Any

from benchmarks.contenders.contract import Contender, NotPossibleError
from benchmarks.jobs import FLOOR, FRESH, Job, Kind

OURS = "Halfmoon"

NOTHING = "has nothing for it"
"""Why a contender does not take part in a kind of job, which needs no row."""


@dataclass(frozen=True)
class Entry:
    """A contender.

    Attributes
    ----------
    name : str
    peer : str
        OURS, one of ``jobs.PEERS``, or FLOOR.
    module : str
        In this package.
    imports : tuple of str
        What a program imports to use it, then what that loads later; nothing where no fresh process is measured.
    options : dict
        Arguments of the class, after the job.
    """

    name: str
    peer: str
    module: str
    imports: tuple[str, ...] = ()
    options: dict[str, Any] = field(default_factory=dict)

    def takes_part(self, kind: Kind) -> bool:
        """Say whether it is measured at all in jobs of a kind."""
        return bool(self.imports) or kind not in FRESH

    def make(self, job: Job) -> Contender:
        """Return the job, ready to run; a fresh process trains as any other.

        Raises
        ------
        NotPossibleError
            When it cannot do the job.
        """
        kinds = import_module(f"{__name__}.{self.module}").KINDS
        kind = "fit" if job.kind == "import and fit" else "train" if job.kind in FRESH else job.kind
        if kind not in kinds:
            raise NotPossibleError(f"{self.name} {NOTHING}")
        contender: Contender = kinds[kind](job, **self.options)
        return contender


ENTRIES = (
    Entry(OURS, OURS, "ours", ("halfmoon",)),
    Entry("scikit-learn", "scikit-learn", "scikit", ("sklearn.neural_network",)),
    Entry("PyTorch, 2 threads", "PyTorch", "pytorch", ("torch",), {"threads": 2}),
    Entry("PyTorch, 1 thread", "PyTorch", "pytorch", options={"threads": 1}),
    Entry("torch.compile, 2 threads", "PyTorch", "pytorch", options={"threads": 2, "compiled": True}),
    Entry("torch.compile, 1 thread", "PyTorch", "pytorch", options={"threads": 1, "compiled": True}),
    Entry("JAX", "JAX", "xla", ("jax",)),
    Entry("bare matrix products", FLOOR, "floor"),
)


def find(name: str) -> Entry:
    """Return the entry of a name."""
    return next(entry for entry in ENTRIES if entry.name == name)
