"""What every layer is: a frozen record of mathematics that owns no array.

A layer is given its parameters, its input and (backward) its output, and gives back new arrays. It keeps nothing
between calls: what the backward pass needs beyond ``x`` and ``y`` it computes again, or draws again: random numbers are a function
of a key (seed, update, layer, row), so the same key gives the same ones. The key travels in the last argument, the ``Pass``;
most layers, such as the next file's, have no use for it.

Beside ``examples/by_hand.py``, whose layers keep W, x and dW as their own: here W comes in as ``p["W"]``, x and y come in once more
for the way back, and dW goes out by its name, beside dx.

Borrowed: ``record`` makes a class a frozen dataclass that is compared by value and saved as plain data, and ``Array`` is a NumPy
array (``record`` and ``checks`` of :mod:`halfmoon.base`); an ``Initializer`` draws the first values of a parameter
(:mod:`halfmoon.layers.initializers`).
"""

from __future__ import annotations

import math
from abc import ABC, abstractmethod
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, ClassVar

from halfmoon.base.checks import Array
from halfmoon.base.record import Record, record
from halfmoon.layers.initializers import Initializer, Shape

Arrays = Mapping[str, Array]
"""Arrays of one layer by name, such as W and b."""


@record
class Layer(Record, ABC):
    """The contract. Rows of ``x`` (n, n_in) and ``y`` (n, n_out) are samples; ``dy`` is the gradient of the loss by ``y``."""

    @abstractmethod
    def forward(self, p: Arrays, x: Array, pass_: Pass) -> Array:
        """Return ``y``, a new array. ``p`` holds the layer's parameters by name, such as ``p["W"]``."""

    @abstractmethod
    def backward(self, p: Arrays, x: Array, y: Array, dy: Array, pass_: Pass) -> tuple[Array, dict[str, Array]]:
        """Return the gradient by ``x`` and, by name, by each parameter."""

    def width(self, n_in: int) -> int:
        """Return the columns of ``y``."""
        return n_in

    def parameters(self, n_in: int) -> dict[str, Param]:
        """Return what the layer trains, by name."""
        return {}

    # ---- What few layers need: a first reader may skip to Param. ``row_wise`` and so on let the gradient check take faster ways.

    centres: ClassVar[bool] = False
    """Whether the layer subtracts each column's mean, so that a bias just before it would do nothing."""

    random: ClassVar[bool] = False
    """Whether a training pass draws random numbers."""

    identity_in_inference: ClassVar[bool] = False
    """Whether an inference pass gives ``x`` back as ``y``."""

    def __init_subclass__(cls, **options: Any) -> None:
        """Reset the three claims about ``forward`` in a subclass that overrides it and does not make them itself."""
        super().__init_subclass__(**options)
        if "forward" in cls.__dict__:
            for name in ("identity_in_inference", "row_wise", "element_wise"):
                if name not in cls.__dict__:
                    setattr(cls, name, Layer.__dict__[name])

    def row_wise(self, pass_: Pass) -> bool:
        """Return whether each row of ``y`` depends on that row of ``x`` alone, and not on its index in the batch."""
        return False

    def element_wise(self, pass_: Pass) -> bool:
        """Return whether each entry of ``y`` depends on the same entry of ``x`` alone; it may depend on its index."""
        return False

    def state(self, n_in: int) -> dict[str, Param]:
        """Return the running statistics, which are updated without a gradient, by name; ``forward`` finds them in ``p``."""
        return {}

    def before(self, following: Layer) -> Layer:
        """Return the layer as it should be when ``following`` comes next."""
        return self

    def observe(self, p: Arrays, x: Array, pass_: Pass) -> dict[str, Array]:
        """Return the new state after a training pass over ``x``."""
        return {}


@dataclass(frozen=True)
class Param:
    """One array of a layer: its shape, its first value, and how it is trained.

    Attributes
    ----------
    shape : tuple of int
        Its own, such as (n_in, units).
    initializer : Initializer
        What draws its first value.
    decayed : bool
        Whether weight decay and penalties reach it (weights yes; biases, scales and shifts no).
    rate_factor, decay_factor : float
        Multiply the learning rate, and where it is decayed the weight decay, for this array.
    least : float
        What its numbers can be at least, such as 0 for a variance.
    """

    shape: Shape
    initializer: Initializer
    decayed: bool = False
    rate_factor: float = 1.0
    decay_factor: float = 1.0
    least: float = -math.inf


def factors_of(layer: Any) -> dict[str, Any]:
    """Return how a :class:`Param` is trained by a layer's ``rate_factor`` and ``decay_factor``, of which 0 means not decayed at all."""
    return {"decayed": layer.decay_factor > 0, "rate_factor": layer.rate_factor, "decay_factor": layer.decay_factor}


@dataclass(frozen=True)
class Pass:
    """What a forward or backward pass is for, and the key of its random numbers.

    Attributes
    ----------
    training : bool
        Whether dropout drops and batch normalisation uses the batch.
    seed, update, layer, first_row : int
        The key: training's 64-bit seed, updates made, index of the layer in the program (all layers of a network, in one list), and
        index of the first row in its batch.
        A layer's random numbers are a function of these, of the row and of the column (:mod:`halfmoon.base.philox`).
    """

    training: bool = False
    seed: int = 0
    update: int = 0
    layer: int = 0
    first_row: int = 0

    def at(self, layer: int) -> Pass:
        """Return this pass as the layer at index ``layer`` of the program sees it."""
        return Pass(self.training, self.seed, self.update, layer, self.first_row)


INFERENCE = Pass()
TRAINING = Pass(training=True)


def always(_layer: Layer, pass_: Pass) -> bool:  # noqa: ARG001 - a method like any other
    """Return True; a layer assigns it: ``row_wise = always``."""
    return True


def in_inference(_layer: Layer, pass_: Pass) -> bool:
    """Return whether this is inference; a layer assigns it: ``row_wise = in_inference``."""
    return not pass_.training
