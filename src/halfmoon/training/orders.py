"""In which order each epoch takes the rows."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

from halfmoon.checks import Array
from halfmoon.randomness import Random, go_to, place

Permutations = Callable[[Random, Array, int], Array]
"""From a generator, an order and a count to so many further orders."""

Mark = tuple[Any, Any]
"""An order, and the state of the generator after drawing it."""


class Orders:
    """Draws the orders of epochs, some ahead; those of epochs that never ended can be given back.

    Parameters
    ----------
    n : int
        How many rows there are.
    rows : ndarray of int, optional
        Which of them are taken; by default all.
    random : RandomState or Generator, optional
        Draws a new order each epoch, of the order before; without it the rows are taken as they stand.
    newest : ndarray of int, optional
        The order of the epoch before, where this goes on with a training.
    permutations : callable
        How orders are drawn; see :meth:`halfmoon.engines.contract.Engine.permutations`.
    """

    def __init__(
        self, n: int, rows: Array | None, random: Random | None, newest: Array | None = None, *, permutations: Permutations
    ) -> None:
        self.random = random
        self.permutations = permutations
        self.order: Any = np.arange(n) if rows is None and random is not None else rows
        if newest is not None and random is not None:
            self.order = newest

    def draw(self, count: int) -> Sequence[Array | None] | Array:
        """Return the orders of ``count`` epochs, which last until others are drawn; None where all rows are taken as they stand."""
        if self.random is None or not count:
            return [self.order] * count
        orders = self.permutations(self.random, self.order, count)
        self.order = orders[-1].copy()
        return orders

    def mark(self) -> Mark:
        """Return where this stands."""
        return self.order, None if self.random is None else place(self.random)

    def go_back(self, mark: Mark, count: int) -> None:
        """Stand where this stood ``count`` orders after ``mark``; whoever shares the generator sees it go back too."""
        self.order, before = mark
        if self.random is not None:
            go_to(self.random, before)
        self.draw(count)
