"""What the X-ray asks of central differences: the entries that a card shows, and a random direction of each parameter."""

from __future__ import annotations

from dataclasses import dataclass

from halfmoon.gradcheck.differences import Differences, SlopeCheck
from halfmoon.inspect.xray.array_view import ArrayView


@dataclass(frozen=True)
class NumericCheck:
    """The central differences of one gradient.

    Attributes
    ----------
    name : str
        As the Trace names it.
    entries : tuple of SlopeCheck
        Of every entry that is shown, row by row.
    direction : SlopeCheck or None
        Along a random direction; of a parameter only.
    """

    name: str
    entries: tuple[SlopeCheck, ...]
    direction: SlopeCheck | None

    @property
    def worst(self) -> SlopeCheck:
        """The entry that is furthest off."""
        return max(self.entries, key=lambda each: each.error)

    @property
    def error(self) -> float:
        """The largest error of all."""
        return max(self.worst.error, self.direction.error if self.direction else 0.0)


def measure(differences: Differences, view: ArrayView) -> NumericCheck:
    """Measure the entries of a gradient that are shown."""
    parameter = view.name.rpartition(".")[2] not in {"dx", "dy", "dX"}
    direction = differences.direction(view.name) if parameter else None
    return NumericCheck(view.name, tuple(differences.entries(view.name, view.indices())), direction)
