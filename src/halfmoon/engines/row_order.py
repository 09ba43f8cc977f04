"""In which order each epoch takes the rows."""

from __future__ import annotations

from typing import Any

from halfmoon.base.checks import Array
from halfmoon.base.randomness import Random, restore_rng_state, rng_state

Checkpoint = tuple[Any, Any]
"""An order, and the state of the generator after drawing it."""


class RowOrder:
    """The orders of epochs, each a permutation of the one before, or all the same.

    Parameters
    ----------
    order : ndarray of int or None
        Which rows the epoch before took, and in which order; None: all, as they stand.
    random : RandomState or Generator, optional
        Draws a new order for each epoch; without it every epoch takes the rows of ``order``.
    """

    def __init__(self, order: Array | None, random: Random | None = None) -> None:
        self.order: Any = order
        self.random = random

    def next(self) -> Array | None:
        """Return the order of the next epoch."""
        if self.random is not None:
            self.order = self.random.permutation(self.order)
        return self.order

    def checkpoint(self) -> Checkpoint:
        """Return the newest order and the generator's state, for :meth:`restore`."""
        return self.order, None if self.random is None else rng_state(self.random)

    def restore(self, checkpoint: Checkpoint) -> None:
        """Go back to a checkpoint; whoever shares the generator sees it go back too."""
        self.order, before = checkpoint
        if self.random is not None:
            restore_rng_state(self.random, before)
