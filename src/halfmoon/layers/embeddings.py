"""Numeric embeddings: a number becomes several, which a dense layer can tell apart more easily than the number alone."""

from __future__ import annotations

import math
from abc import ABC, abstractmethod
from collections.abc import Sequence
from typing import Any, ClassVar

import numpy as np

from halfmoon.base import checks
from halfmoon.base.checks import Array
from halfmoon.base.errors import InputError
from halfmoon.base.record import checked, record
from halfmoon.layers.contract import Arrays, Layer, Param, Pass, always, factors_of
from halfmoon.layers.initializers import INITIALIZERS, Normal, Uniform

Edges = tuple[tuple[float, ...], ...]

LONGEST = 80
"""Characters of the edges that are printed."""


@record
class NumericEmbedding(Layer, ABC):
    """The contract of layers that turn each of the first columns, numbers, into ``outputs`` columns of its own.

    The other columns, such as one-hot ones, follow as they are: Y = [E₀, E₁, ..., rest], where Eᵢ is made of column i of X alone.

    Parameters
    ----------
    outputs : int
        Columns that are made of each number.
    rate_factor, decay_factor : float
        Multiply the learning rate and the weight decay of its arrays.

    References
    ----------
    Gorishniy, Rubachev & Babenko, "On embeddings for numerical features in tabular deep learning", NeurIPS 2022.

    Examples
    --------
    >>> embedding = hm.PeriodicEmbedding(columns=2, outputs=3)
    >>> isinstance(embedding, hm.NumericEmbedding), embedding.embedded(5), embedding.width(5)
    (True, 2, 11)
    """

    keeps: ClassVar[bool] = False
    """Whether the numbers themselves are among the rest."""

    outputs: int = checked(checks.whole, default=3, kw_only=True)
    rate_factor: float = checked(checks.not_negative, default=1.0, kw_only=True)
    decay_factor: float = checked(checks.not_negative, default=0.0, kw_only=True)

    @abstractmethod
    def embedded(self, n_in: int) -> int:
        """Return how many columns, the first ones, are embedded."""

    def width(self, n_in: int) -> int:
        n = self.embedded(n_in)
        return n * self.outputs + n_in - (0 if self.keeps else n)


@record
class PeriodicEmbedding(NumericEmbedding):
    """Each number and weighted sums of its cosines: Eᵢ = cos(2π xᵢ fᵢ + φᵢ) Wᵢ + bᵢ, Y = [E₀, E₁, ..., X].

    Also called PBLD: periodic, with a bias (the phase φ), linear, and as in a DenseNet with the number itself. Frequencies and phases
    are learned.

    Parameters
    ----------
    columns : int, optional
        How many columns, the first ones, are numbers; by default all.
    outputs : int
        Columns that are made of each number beside itself.
    frequencies : int
        How many cosines of each number.
    deviation : float
        Standard deviation of the frequencies at the start, f (columns, frequencies). The phases start evenly on [-π, π],
        W (columns * frequencies, outputs), of which each number has a block of rows, and b (columns, outputs) on ±1 / √frequencies.
    rate_factor, decay_factor : float
        Multiply the learning rate and the weight decay of all four arrays, which by default do not decay. RealMLP has 0.1 and 0.1.

    References
    ----------
    Holzmüller, Grinsztajn & Steinwart, "Better by default", NeurIPS 2024, section 3, on Gorishniy, Rubachev & Babenko, "On embeddings
    for numerical features in tabular deep learning", NeurIPS 2022.

    Examples
    --------
    >>> trial = hm.try_layer(hm.PeriodicEmbedding(outputs=3), X)
    >>> trial.forward["y"].shape, trial.forward["frequency"].shape, trial.forward["W"].shape
    ((200, 8), (2, 16), (32, 3))
    """

    keeps: ClassVar[bool] = True

    columns: int | None = checked(checks.optional(checks.whole), default=None)
    frequencies: int = checked(checks.whole, default=16, kw_only=True)
    deviation: float = checked(checks.positive, default=0.1, kw_only=True)

    row_wise = always

    def embedded(self, n_in: int) -> int:
        return _at_most(n_in, "columns", n_in if self.columns is None else self.columns)

    def parameters(self, n_in: int) -> dict[str, Param]:
        n, h, factors, even = self.embedded(n_in), self.frequencies, factors_of(self), Uniform(self.frequencies**-0.5)
        return {
            "frequency": Param((n, h), Normal(self.deviation), **factors),
            "phase": Param((n, h), Uniform(math.pi), **factors),
            "W": Param((n * h, self.outputs), even, **factors),
            "b": Param((n, self.outputs), even, **factors),
        }

    def _angles(self, p: Arrays, x: Array) -> tuple[Array, Array, Array]:
        """Return the numbers (rows, n, 1), the angles of their cosines (rows, n, h), and W (n, h, outputs)."""
        n, h = p["frequency"].shape
        numbers = x[:, :n, None]
        # Θᵢ = 2π xᵢ fᵢ + φᵢ
        return numbers, 2 * math.pi * numbers * p["frequency"] + p["phase"], p["W"].reshape(n, h, self.outputs)

    def forward(self, p: Arrays, x: Array, pass_: Pass) -> Array:
        # Eᵢ = cos(Θᵢ) Wᵢ + bᵢ    Y = [E₀, E₁, ..., X]          (rows, outputs) = (rows, h)(h, outputs) + (1, outputs)
        _, angles, W = self._angles(p, x)
        embedded = np.einsum("rih,iho->rio", np.cos(angles), W) + p["b"]
        return np.hstack([embedded.reshape(len(x), -1), x])

    def backward(self, p: Arrays, x: Array, y: Array, dy: Array, pass_: Pass) -> tuple[Array, dict[str, Array]]:
        # dWᵢ = cos(Θᵢ)ᵀ dEᵢ    dbᵢ = Σ dEᵢ    dΘᵢ = -sin(Θᵢ) (dEᵢ Wᵢᵀ)    dφᵢ = Σ dΘᵢ    dfᵢ = 2π Σ xᵢ dΘᵢ    dxᵢ += 2π Σ fᵢ dΘᵢ
        numbers, angles, W = self._angles(p, x)
        n, h = p["frequency"].shape
        d, dx = dy[:, : n * self.outputs].reshape(len(x), n, self.outputs), dy[:, n * self.outputs :].copy()
        dW = np.einsum("rih,rio->iho", np.cos(angles), d)
        dangles = -np.sin(angles) * np.einsum("rio,iho->rih", d, W)
        dx[:, :n] += 2 * math.pi * (dangles * p["frequency"]).sum(axis=2)
        return dx, {
            "frequency": 2 * math.pi * (numbers * dangles).sum(axis=0),
            "phase": dangles.sum(axis=0),
            "W": dW.reshape(n * h, self.outputs),
            "b": d.sum(axis=0),
        }


def _edges(name: str, value: Any) -> Edges:
    """Return the bins' edges of each column: finite, rising, and so far apart that float32 can tell them."""
    columns = checks.instance(name, value, Sequence | np.ndarray, "the edges of each column's bins, as quantile_bins gives them")  # type: ignore[arg-type]
    found = []
    for column, edges in enumerate(columns):
        array = checks.numeric(f"{name}[{column}]", edges) if len(edges) else np.empty(0)
        with np.errstate(over="ignore"):
            far = np.finfo(np.float32).tiny * 16 <= np.diff(array.astype(np.float32))
        if array.ndim != 1 or len(array) == 1 or not (np.isfinite(array).all() and far.all()):
            raise InputError(f"{name}[{column}] must rise in steps that float32 tells, or be empty, got {edges!r:.80}")
        found.append(tuple(map(float, array)))
    if not found:
        raise checks.fail(name, value, "the edges of at least one column's bins")
    return tuple(found)


@record
class PiecewiseLinearEmbedding(NumericEmbedding):
    """Each number as curves that bend at the edges of bins: Eᵢ = bᵢ + xᵢ Vᵢ + e(xᵢ) Wᵢ, Y = [E₀, E₁, ..., rest].

    e has a number for each bin, how much of it lies below x: eₜ = (x - lₜ) / (rₜ - lₜ) between the bin's edges l and r, 0 below, 1 above.
    At the start W is 0, so that each curve is a straight line.

    Parameters
    ----------
    bins : sequence of sequence of float
        For each of the first columns the edges of its bins, rising: two or more, or none for a straight line alone.
        :func:`quantile_bins` gives them.
    outputs : int
        Curves of each number.
    rate_factor, decay_factor : float
        Multiply the learning rate of V (columns, outputs), b (columns, outputs) and W (bins, outputs), and the weight decay of W.

    Notes
    -----
    The encodings of Gorishniy et al. go on beyond the outermost edges, where a column that hardly varies has bins so narrow that a new
    value becomes a huge number. Here eₜ stays between 0 and 1, and x V alone goes on.

    References
    ----------
    Gorishniy, Rubachev & Babenko, "On embeddings for numerical features in tabular deep learning", NeurIPS 2022, equation 1; with the
    straight line: Gorishniy, Kotelnikov & Babenko, "TabM", ICLR 2025.

    Examples
    --------
    >>> trial = hm.try_layer(hm.PiecewiseLinearEmbedding(hm.quantile_bins(X, count=4), outputs=3), X)
    >>> trial.forward["y"].shape, trial.forward["W"].shape
    ((200, 6), (8, 3))
    """

    bins: Edges = checked(_edges)
    outputs: int = checked(checks.whole, default=16, kw_only=True)
    decay_factor: float = checked(checks.not_negative, default=1.0, kw_only=True)

    row_wise = always

    def embedded(self, n_in: int) -> int:
        return _at_most(n_in, "bins", len(self.bins))

    def __repr__(self) -> str:
        """Return it without its edges where those are many."""
        edges = repr(self.bins)
        short = edges if len(edges) <= LONGEST else f"<{sum(self.counts):,} bins of {len(self.bins):,} columns>"
        return super().__repr__().replace(edges, short)

    @property
    def counts(self) -> list[int]:
        """How many bins each column has."""
        return [max(len(edges) - 1, 0) for edges in self.bins]

    def lines(self, dtype: Any = np.float64) -> tuple[Array, Array]:
        """Return the left edge of every bin, and one over its width."""
        edges = [np.array(each, dtype) for each in self.bins if each]
        empty = np.empty(0, dtype)
        return np.concatenate([empty, *(each[:-1] for each in edges)]), 1 / np.concatenate([empty, *(np.diff(each) for each in edges)])

    def parameters(self, n_in: int) -> dict[str, Param]:
        shape, even, rate_factor = (self.embedded(n_in), self.outputs), Uniform(self.outputs**-0.5), self.rate_factor
        return {
            "V": Param(shape, even, rate_factor=rate_factor),
            "b": Param(shape, even, rate_factor=rate_factor),
            "W": Param((sum(self.counts), self.outputs), INITIALIZERS["zeros"], **factors_of(self)),
        }

    def _encoded(self, x: Array) -> tuple[Array, Array, Array]:
        """Return e (rows, bins), its slope by x, and which column each bin is of."""
        left, over = self.lines(x.dtype)
        column = np.repeat(np.arange(len(self.bins)), self.counts)
        # eₜ = (x - lₜ) / (rₜ - lₜ) from 0 to 1
        e = (x[:, column] - left) * over
        return np.minimum(np.maximum(e, 0), 1), np.where((e > 0) & (e < 1), over, 0), column

    def forward(self, p: Arrays, x: Array, pass_: Pass) -> Array:
        # Eᵢ = bᵢ + xᵢ Vᵢ + e(xᵢ) Wᵢ    Y = [E₀, E₁, ..., rest]
        n, (encoded, _, column) = len(self.bins), self._encoded(x)
        embedded = p["b"] + x[:, :n, None] * p["V"]
        for i in range(n):
            embedded[:, i] += encoded[:, column == i] @ p["W"][column == i]
        return np.hstack([embedded.reshape(len(x), -1), x[:, n:]])

    def backward(self, p: Arrays, x: Array, y: Array, dy: Array, pass_: Pass) -> tuple[Array, dict[str, Array]]:
        # dbᵢ = Σ dEᵢ    dVᵢ = Σ xᵢ dEᵢ    dWᵢ = e(xᵢ)ᵀ dEᵢ    dxᵢ = dEᵢ (Vᵢ + e'(xᵢ) Wᵢ)ᵀ
        n, (encoded, slope, column) = len(self.bins), self._encoded(x)
        d, rest = dy[:, : n * self.outputs].reshape(len(x), n, self.outputs), dy[:, n * self.outputs :]
        dx, dW = (d * p["V"]).sum(axis=2), np.zeros_like(p["W"])
        for i in range(n):
            own = column == i
            dW[own] = encoded[:, own].T @ d[:, i]
            dx[:, i] += ((d[:, i] @ p["W"][own].T) * slope[:, own]).sum(axis=1)
        return np.hstack([dx, rest]), {"V": (x[:, :n, None] * d).sum(axis=0), "b": d.sum(axis=0), "W": dW}


def _at_most(n_in: int, name: str, columns: int) -> int:
    if columns > n_in:
        raise InputError(f"{name} must be of at most the {n_in} columns that come in, got {columns}")
    return columns


NARROWEST = 1e-5
"""Bins are at least this wide, as a share of the largest number of their column, whatever its sign."""


def quantile_bins(X: Any, count: int = 48) -> Edges:
    """Return the edges of bins with about as many rows each, for :class:`PiecewiseLinearEmbedding`.

    Parameters
    ----------
    X : array-like, shape (n, columns)
        The numbers of the training rows.
    count : int
        Bins of each column. Equal quantiles are one edge, and so are those nearer than a bin may be narrow; a column with
        one value has none.

    Returns
    -------
    tuple of tuple of float
        For each column the edges of its bins, rising: one more than there are bins, or none.

    Raises
    ------
    InputError
        When X is not a finite matrix, or ``count`` no whole number.

    Examples
    --------
    >>> hm.quantile_bins([[1.0], [2.0], [3.0], [4.0], [9.0]], count=2)
    ((1.0, 3.0, 9.0),)
    """
    array, shares = checks.numeric("X", X), np.linspace(0, 1, checks.whole("count", count) + 1)
    matrix = checks.matrix("X", array, np.dtype(np.float32 if array.dtype == np.float32 else np.float64))
    # column by column, so that a large table is not copied whole
    return tuple(_apart(np.quantile(column.astype(np.float64), shares)) for column in matrix.T)


def _apart(edges: Array) -> tuple[float, ...]:
    """Return rising edges without those that follow too closely; the last, the largest number, stays."""
    narrowest = NARROWEST * max(float(np.abs(edges[[0, -1]]).max()), 1e-30)
    kept: list[float] = [float(edges[0])]
    for edge in edges[1:].tolist():
        if edge - kept[-1] >= narrowest:
            kept.append(edge)
    kept[-1] = kept[-1] if len(kept) == 1 else float(edges[-1])
    return tuple(kept) if len(kept) > 1 else ()
