"""Named views into one flat vector."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from math import prod
from typing import Any

import numpy as np

from halfmoon.base.checks import Array, one_of
from halfmoon.base.errors import InputError
from halfmoon.base.randomness import Random
from halfmoon.network.program import Layout

MOST = 2**48
"""More numbers than any memory holds; NumPy has no MemoryError for what it cannot even count."""


class Parameters(Mapping[Any, Any]):
    """The arrays of a layout, as views of ``vector``: writing into a view changes the vector.

    ``parameters[0]["W"]`` and ``parameters["0.W"]`` are the same array. Inside a residual branch at index 2 the names
    are ``parameters["2.1.W"]`` or ``parameters[2]["1.W"]``.

    Attributes
    ----------
    vector : ndarray, shape (P,)
        All P numbers, one array after the other.
    layout : Layout
        The names, shapes and places of the arrays.

    Examples
    --------
    >>> loss, gradients = model.gradients(X, y)
    >>> gradients[0]["W"] is gradients["0.W"], gradients["0.W"].shape, gradients.vector.shape
    (True, (2, 8), (33,))
    """

    def __init__(self, layout: Layout, vector: Array) -> None:
        self.layout = layout
        self.vector = vector
        self._views = {
            name: vector[start : start + prod(param.shape)].reshape(param.shape)
            for (name, param), start in zip(layout.entries, layout.starts, strict=True)
        }

    @staticmethod
    def drawn(layout: Layout, random: Random, dtype: np.dtype[Any]) -> Parameters:
        """Return parameters with the first values that their initialisers draw, in the order of the layout's entries."""
        try:
            parameters = Parameters(layout, np.zeros(min(layout.size, MOST), dtype))
            for name, param in layout.entries:
                parameters[name][...] = param.initializer.draw(param.shape, random)
        except MemoryError:
            raise InputError(f"the network must fit in memory, got {layout.size:,} numbers") from None
        return parameters

    def __getitem__(self, key: int | str) -> Any:
        """Return an array by its name, or the arrays of one part of the network by its index."""
        if not isinstance(key, str):
            return self.at(str(key))
        view = self._views.get(key)
        return self._views[one_of("parameter", key, self._views)] if view is None else view

    def at(self, path: str) -> dict[str, Array]:
        """Return the arrays whose names begin with ``path``, by the rest of their names."""
        start = f"{path}."
        return {name[len(start) :]: view for name, view in self._views.items() if name.startswith(start)}

    def __iter__(self) -> Iterator[str]:
        return iter(self._views)

    def __len__(self) -> int:
        return len(self._views)

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, Parameters):
            return NotImplemented
        return self.layout == other.layout and np.array_equal(self.vector, other.vector)

    __hash__ = None  # type: ignore[assignment]

    def __repr__(self) -> str:
        return f"Parameters({', '.join(f'{name} {view.shape}' for name, view in self._views.items())})"

    def __reduce__(self) -> tuple[Any, ...]:
        return Parameters, (self.layout, self.vector)
