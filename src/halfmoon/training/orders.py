"""In which order each epoch takes the rows."""

from __future__ import annotations

from typing import Any

import numpy as np

from halfmoon.checks import Array
from halfmoon.randomness import Random

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
    """

    def __init__(self, n: int, rows: Array | None, random: Random | None, newest: Array | None = None) -> None:
        self.random = random
        self.order: Any = np.arange(n) if rows is None and random is not None else rows
        if newest is not None and random is not None:
            self.order = newest

    def draw(self, count: int) -> list[Array | None]:
        """Return the orders of ``count`` epochs; None where all rows are taken as they stand."""
        orders = [self.order] * count
        if self.random is not None:
            for epoch in range(count):
                orders[epoch] = self.order = self.random.permutation(self.order)
        return orders

    def mark(self) -> Mark:
        """Return where this stands."""
        if isinstance(self.random, np.random.RandomState):
            return self.order, self.random.get_state(legacy=False)
        return self.order, None if self.random is None else self.random.bit_generator.state

    def go_back(self, mark: Mark, count: int) -> None:
        """Stand where this stood ``count`` orders after ``mark``; whoever shares the generator sees it go back too."""
        self.order, state = mark
        if isinstance(self.random, np.random.RandomState):
            self.random.set_state(state)
        elif self.random is not None:
            self.random.bit_generator.state = state
        self.draw(count)
