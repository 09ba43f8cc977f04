"""The health of a network, in words: what a teacher would say who looks over one's shoulder."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, overload

from halfmoon.history import History
from halfmoon.inspect.exam import Exam
from halfmoon.inspect.faults import OF_NUMBERS, RULES
from halfmoon.model import Model


@dataclass(frozen=True)
class Finding:
    """Something that is wrong; printed, its sentence.

    Attributes
    ----------
    rule : str
        Which rule says so: a name in ``RULES``.
    place : str
        The layer's place, the column of X, or nothing.
    figure : float
        The number behind it.
    sentence : str
        What a teacher would say.
    """

    rule: str
    place: str
    figure: float
    sentence: str

    def __str__(self) -> str:
        return self.sentence


class Health(Sequence[Finding]):
    """What is wrong, worst first; empty, and false, where nothing is. Printed, a sentence a line.

    Parameters
    ----------
    findings : sequence of Finding
    """

    def __init__(self, findings: Sequence[Finding] = ()) -> None:
        self._findings = tuple(findings)

    @classmethod
    def of(cls, model: Model, X: Any, y: Any, sample_weight: Any = None, *, history: History | None = None) -> Health:
        """Examine a model; :meth:`halfmoon.Model.health` names the arguments."""
        exam = Exam(model, X, y, sample_weight, history)
        rules = {name: rule for name, rule in RULES.items() if exam.finite or name not in OF_NUMBERS}
        return cls([Finding(name, *found) for name, rule in rules.items() for found in rule(exam)])

    @overload
    def __getitem__(self, which: int) -> Finding: ...
    @overload
    def __getitem__(self, which: slice) -> tuple[Finding, ...]: ...
    def __getitem__(self, which: int | slice) -> Finding | tuple[Finding, ...]:
        return self._findings[which]

    def __len__(self) -> int:
        return len(self._findings)

    def __str__(self) -> str:
        return "\n".join(map(str, self._findings))

    def __repr__(self) -> str:
        return f"Health({list(self._findings)!r})"
