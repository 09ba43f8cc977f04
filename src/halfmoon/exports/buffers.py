"""Where the values of a forward pass lie in memory: few buffers, each used again as soon as nothing reads what is in it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from halfmoon.network.inference import Map, NormaliseRows, Operation, Softmax, SortRows, reads

IN_PLACE = (Map, NormaliseRows, Softmax, SortRows)
"""Operations that may write over what they read."""


@dataclass(frozen=True)
class Buffers:
    """A buffer for each value.

    Attributes
    ----------
    of : dict of int to int
        The number of the buffer of each value; value 0 has none, it is the caller's.
    sizes : tuple of int
        The numbers that each buffer holds.
    """

    of: dict[int, int]
    sizes: tuple[int, ...]


def buffers_of(operations: Sequence[Operation], indices: Sequence[int], widths: Sequence[int]) -> Buffers:
    """Return buffers for the values that some operations make, run in order; a chain of layers needs two.

    Parameters
    ----------
    operations : sequence of Operation
    indices : sequence of int
        Those that are run. Each value is free after the last of them that reads it; results are copied as soon as they are made.
    widths : sequence of int
        The columns of each value, those of X first.
    """
    last = {index + 1: index for index in indices}
    for index in indices:
        last |= {value: index for value in reads(operations[index]) if value in last}
    places: dict[int, int] = {}
    sizes: list[int] = []
    taken: dict[int, int] = {}  # from a buffer to the value in it
    for index in indices:
        operation = operations[index]
        if isinstance(operation, IN_PLACE):  # what ends here may be written over
            taken = {place: value for place, value in taken.items() if last[value] > index}
        place = _place(sizes, taken, widths[index + 1], places.get(reads(operation)[0]))
        places[index + 1], taken[place] = place, index + 1
        taken = {where: value for where, value in taken.items() if last[value] > index}
    return Buffers(places, tuple(sizes))


def _place(sizes: list[int], taken: dict[int, int], width: int, preferred: int | None) -> int:
    """Return a free buffer, made larger where that is needed; the one that is read where it is free, else the one that fits best."""
    free = [place for place in range(len(sizes)) if place not in taken]
    if not free:
        sizes.append(width)
        return len(sizes) - 1
    if preferred in free and sizes[preferred] >= width:
        return preferred
    fitting = [place for place in free if sizes[place] >= width]
    place = min(fitting, key=sizes.__getitem__) if fitting else max(free, key=sizes.__getitem__)
    sizes[place] = max(sizes[place], width)
    return place
