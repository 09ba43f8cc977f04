"""What the X-ray asks of central differences: the entries that a card shows, and a random direction of each parameter."""

from __future__ import annotations

from dataclasses import dataclass

from halfmoon.gradcheck.differences import Difference, Differences
from halfmoon.inspect.xray.array_view import Shown


@dataclass(frozen=True)
class Measured:
    """The central differences of one gradient.

    Attributes
    ----------
    name : str
        As the Trace names it.
    entries : tuple of Difference
        Of every entry that is shown, row by row.
    direction : Difference or None
        Along a random direction; of a parameter only.
    """

    name: str
    entries: tuple[Difference, ...]
    direction: Difference | None

    @property
    def worst(self) -> Difference:
        """The entry that is furthest off."""
        return max(self.entries, key=lambda each: each.error)

    @property
    def error(self) -> float:
        """The largest error of all."""
        return max(self.worst.error, self.direction.error if self.direction else 0.0)


def measure(differences: Differences, shown: Shown) -> Measured:
    """Measure what is shown of a gradient."""
    parameter = shown.name.rpartition(".")[2] not in {"dx", "dy", "dX"}
    direction = differences.direction(shown.name) if parameter else None
    return Measured(shown.name, tuple(differences.entries(shown.name, shown.places())), direction)
