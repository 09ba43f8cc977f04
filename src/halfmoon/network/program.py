"""The flat program of a network: its steps in order, and where its parameters and running statistics lie."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from itertools import accumulate
from math import prod
from typing import Literal

from halfmoon.layers.contract import Layer, Param


@dataclass(frozen=True)
class Layout:
    """Where named arrays lie in one flat vector: those that are decayed first.

    Attributes
    ----------
    entries : tuple of (name, Param)
        Names such as ``"0.W"`` or, inside a residual branch, ``"2.1.W"``, in the order of the layers.
    starts : tuple of int
        The index in the vector at which each entry begins.
    decayed, size : int
        How many numbers weight decay reaches, and how many there are.
    """

    entries: tuple[tuple[str, Param], ...]
    starts: tuple[int, ...]
    decayed: int
    size: int

    @staticmethod
    def of(entries: Iterable[tuple[str, Param]]) -> Layout:
        """Return the layout of named parameters."""
        found = tuple(entries)
        ordered = sorted(found, key=lambda entry: not entry[1].decayed)
        ends = [0, *accumulate(prod(param.shape) for _, param in ordered)]
        starts = {name: start for (name, _), start in zip(ordered, ends, strict=False)}
        return Layout(found, tuple(starts[name] for name, _ in found), ends[sum(param.decayed for _, param in found)], ends[-1])


@dataclass(frozen=True)
class Step:
    """One step of the flat program.

    Attributes
    ----------
    kind : {"layer", "keep", "add"}
        Run a layer, keep a copy for a residual branch, or add the newest copy.
    path : str
        Where it is in the network, such as ``"2"`` or ``"2.1"``.
    layer : Layer or None
    n_in, n_out : int
    """

    kind: Literal["layer", "keep", "add"]
    path: str
    layer: Layer | None
    n_in: int
    n_out: int


@dataclass(frozen=True)
class Program:
    """A network for a number of inputs: its flat steps, and where its parameters and state lie."""

    steps: tuple[Step, ...]
    n_outputs: int
    parameters: Layout
    state: Layout
