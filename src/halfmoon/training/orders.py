"""In which order each epoch takes the rows."""

from __future__ import annotations

import copy
from typing import Any

import numpy as np

from halfmoon.checks import Array
from halfmoon.randomness import Random


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
    """

    def __init__(self, n: int, rows: Array | None, random: Random | None) -> None:
        self.random = random
        self.order: Any = np.arange(n) if rows is None and random is not None else rows

    def draw(self, count: int) -> list[Array | None]:
        """Return the orders of ``count`` epochs; None where all rows are taken as they stand."""
        orders = [self.order] * count
        if self.random is not None:
            for epoch in range(count):
                orders[epoch] = self.order = self.random.permutation(self.order)
        return orders

    def mark(self) -> Orders:
        """Return a copy that stands where this one does."""
        return copy.deepcopy(self)

    def go_back(self, mark: Orders, count: int) -> None:
        """Stand where ``mark`` would after drawing ``count`` orders; whoever shares the generator sees it go back too."""
        mark.draw(count)
        self.order = mark.order
        if isinstance(self.random, np.random.RandomState):
            self.random.set_state(mark.random.get_state())  # type: ignore[union-attr]
        elif self.random is not None:
            self.random.bit_generator.state = mark.random.bit_generator.state  # type: ignore[union-attr]
