"""Where the values of a forward pass lie in memory: few buffers, each used again as soon as nothing reads what is in it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass


@dataclass(frozen=True)
class Step:
    """An operation as far as memory goes.

    Attributes
    ----------
    value : int
        What it makes.
    width : int
        The numbers of that.
    reads : tuple of int
        Values; those that no step makes are the caller's.
    in_place : bool
        Whether it may write over what it reads.
    """

    value: int
    width: int
    reads: tuple[int, ...]
    in_place: bool = False


@dataclass(frozen=True)
class Buffers:
    """A buffer for each value.

    Attributes
    ----------
    of : dict of int to int
        The number of the buffer of each value that a step makes.
    sizes : tuple of int
        The numbers that each buffer holds.
    """

    of: dict[int, int]
    sizes: tuple[int, ...]


def buffers_of(steps: Sequence[Step]) -> Buffers:
    """Return buffers for the values of steps that run in order; a chain of layers needs two.

    A value is free after the last step that reads it; results must be copied as soon as they are made.
    """
    last = {step.value: place for place, step in enumerate(steps)}
    for place, step in enumerate(steps):
        last |= {value: place for value in step.reads if value in last}
    found: dict[int, int] = {}
    sizes: list[int] = []
    taken: dict[int, int] = {}  # from a buffer to the value in it
    for place, step in enumerate(steps):
        if step.in_place:  # what ends here may be written over
            taken = {buffer: value for buffer, value in taken.items() if last[value] > place}
        buffer = _place(sizes, taken, step.width, found.get(step.reads[0]))
        found[step.value], taken[buffer] = buffer, step.value
        taken = {where: value for where, value in taken.items() if last[value] > place}
    return Buffers(found, tuple(sizes))


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
