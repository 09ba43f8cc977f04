"""A network in whole numbers: 8-bit values and weights, 32-bit sums, and what that costs in accuracy.

The scheme is that of Jacob et al., "Quantization and Training of Neural Networks for Efficient Integer-Arithmetic-Only Inference" (CVPR
2018), which gemmlowp and TensorFlow Lite compute with: real = (whole number) * scale + offset, sums of 32 bits, and a multiplication and a
shift back to 8 bits. Weights have one scale a layer, and biases 8 bits, so that a layer has a byte for each number of 32 bits that it was;
inputs are taken relative to the whole number that stands for 0, so that biases are small. The scale of weights is chosen (up to 1/128
larger than it need be) so that its multiplier has 8 bits, too: then no product needs more than 32 bits. Ranges of values are those with the
least mean square error on the calibration rows, and biases make up for the mean error of the weights there (Nagel et al., "Data-Free
Quantization Through Weight Equalization and Bias Correction", ICCV 2019). Activations are tables of 256 entries.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any, TypeAlias

import numpy as np

from halfmoon.base.checks import Array
from halfmoon.base.errors import InputError
from halfmoon.exports.linear import Curve, Dense, Linear, Node, Nodes, node_reads, node_values, nodes_of
from halfmoon.exports.predictor import Predictor
from halfmoon.network.inference import Join, Select

LOW, HIGH = -128, 127
WIDE = 32767
"""The largest number of 16 bits, of which results are."""

HEADROOM = 2.0
"""Results may be so many times those of the calibration rows."""

SHRUNK = (1.0, 0.97, 0.93, 0.88, 0.8, 0.7, 0.6, 0.5, 0.4, 0.3, 0.2)
"""Shares of a range that are tried."""

SAMPLES = 20_000
"""Numbers of a value that its range is chosen by."""

MOST_SHIFT = 30
SUM_BITS = 22
"""Bits of a sum before its multiplication by 8 more."""


@dataclass(frozen=True)
class Scale:
    """``real = q * step + offset``.

    Attributes
    ----------
    step, offset : float, or ndarray of shape (n,)
        For all columns, or one for each.
    wide : bool
        Whether q has 16 bits.
    """

    step: Any
    offset: Any
    wide: bool = False

    def quantised(self, x: Array) -> Array:
        """Return the nearest whole numbers."""
        low, high = (-WIDE, WIDE) if self.wide else (LOW, HIGH)
        return np.clip(np.floor((x - self.offset) / self.step + 0.5), low, high).astype(np.int64)

    def real(self, q: Array) -> Array:
        """Return what whole numbers stand for."""
        return np.asarray(q * self.step + self.offset)

    @property
    def uniform(self) -> bool:
        """Whether it is the same for all columns."""
        return np.ndim(self.step) == 0


@dataclass(frozen=True)
class QuantisedDense:
    """``y = clip(round(round((W (x - zero) + bias 2^bias_shift) / 2^first) multiplier / 2^shift), low, high)``, with W (n_out, n_in)."""

    x: int
    zero: int
    W: Array
    bias: Array
    bias_shift: int
    first: int
    multiplier: int
    shift: int
    low: int
    high: int


@dataclass(frozen=True)
class QuantisedLinear:
    """``y = clip(round((Σ multiplier x + bias) / 2^shift))``; multipliers and the bias are numbers or have one for each column."""

    values: tuple[int, ...]
    multipliers: tuple[Array, ...]
    bias: Array
    shift: int
    low: int
    high: int


@dataclass(frozen=True)
class Lookup:
    """``y = table[x + 128]``."""

    x: int
    table: Array


Quantised: TypeAlias = QuantisedDense | QuantisedLinear | Lookup | Select | Join


@dataclass(frozen=True)
class QuantisedNetwork:
    """Operations on whole numbers.

    Attributes
    ----------
    inputs : Scale
        Of X, with a step and an offset for each column.
    operations : dict of int to operation
        By the value that each makes, in order.
    widths : dict of int to int
        The columns of each value.
    result : int
        The value that leaves the network.
    output : Scale
        Of the result.
    """

    inputs: Scale
    operations: dict[int, Quantised]
    widths: dict[int, int]
    result: int
    output: Scale

    def run(self, q: Array) -> Array:
        """Return the result for quantised inputs, exactly as the file computes it."""
        values = {0: q}
        for value, operation in self.operations.items():
            values[value] = RUN[type(operation)](operation, values)
        return values[self.result]


def rounded(x: Array, shift: int) -> Array:
    """Return ``x / 2^shift`` rounded, halves up."""
    return np.asarray((x + (1 << shift >> 1)) >> shift)


def _sums(each: QuantisedDense, x: Array) -> Array:
    return np.asarray((x.astype(np.int64) - each.zero) @ each.W.T.astype(np.int64) + (each.bias.astype(np.int64) << each.bias_shift))


def _run_dense(each: QuantisedDense, values: dict[int, Array]) -> Array:
    sums = rounded(_sums(each, values[each.x]), each.first) * each.multiplier
    return np.clip(rounded(sums, each.shift), each.low, each.high)


def _run_linear(each: QuantisedLinear, values: dict[int, Array]) -> Array:
    total = sum(multiplier * values[value] for multiplier, value in zip(each.multipliers, each.values, strict=True)) + each.bias
    return np.clip(rounded(np.asarray(total), each.shift), each.low, each.high)


RUN: dict[type, Callable[[Any, dict[int, Array]], Array]] = {
    QuantisedDense: _run_dense,
    QuantisedLinear: _run_linear,
    Lookup: lambda each, values: each.table[values[each.x] + 128],
    Select: lambda each, values: values[each.x][:, list(each.columns)],
    Join: lambda each, values: np.hstack([values[value] for value in each.values]),
}
"""From each kind of operation and the values before it to its value."""


# ---- ranges -----------------------------------------------------------------------------------------------------------------


def _input_scale(X: Array) -> Scale:
    """Return the scale of each column; whole numbers of a small range are taken as they are."""
    low, high = X.min(axis=0), X.max(axis=0)
    span = high - low
    whole = (np.floor(X) == X).all(axis=0) & (span < HIGH - LOW + 1) & (np.abs(low) < 2**20)
    step = np.where(whole, 1.0, np.where(span > 0, span, np.maximum(np.abs(high), 1.0)) / (HIGH - LOW))
    offset = np.where(whole, np.floor((low + high + 1) / 2), low - LOW * step)
    return Scale(step, np.where((span == 0) & ~whole, low, offset))


def _scale(x: Array, shown: Callable[[Array], Array] = lambda x: x, *, positive: bool = False) -> Scale:
    """Return the scale of a value with the least mean square error of what is ``shown`` of it; of positive ones -128 is 0."""
    flat = x.ravel()
    flat = flat[:: max(1, len(flat) // SAMPLES)]
    low, high = (0.0 if positive else float(flat.min())), float(flat.max())
    if not high > low:
        return Scale(max(abs(high), 1.0) / HIGH, 0.0) if not positive else Scale(1 / HIGH, 128 / HIGH)
    wanted = shown(flat)
    tried = []
    for share in SHRUNK:
        # what is shown may be flat at one end alone, so each end is tried by itself
        for ends in (
            {(low * share, high), (low, high * share), (low * share, high * share)}
            if low < 0 < high
            else {(low, low + (high - low) * share)}
        ):
            step = (ends[1] - ends[0]) / (HIGH - LOW)
            tried.append(Scale(step, ends[0] - LOW * step))
    with np.errstate(all="ignore"):
        errors = [float(np.mean((shown(each.real(each.quantised(flat))) - wanted) ** 2)) for each in tried]
    return tried[int(np.nanargmin(errors))]


def _wide(x: Array) -> Scale:
    """Return the scale of a result of 16 bits; its offset is 0."""
    return Scale(max(float(np.abs(x).max()) * HEADROOM, 1e-30) / WIDE, 0.0, wide=True)


# ---- operations -------------------------------------------------------------------------------------------------------------


class _Quantiser:
    """A network while it is quantised, value by value."""

    def __init__(self, nodes: Nodes, X: Array, result: int) -> None:
        self.nodes, self.result = nodes, result
        self.real = node_values(nodes, X)
        self.scales = {0: _input_scale(self.real[0])}
        self.q = {0: self.scales[0].quantised(self.real[0])}
        self.operations: dict[int, Quantised] = {}
        self.extra = max([0, *nodes]) + 1

    def put(self, value: int, operation: Quantised, scale: Scale) -> None:
        self.operations[value], self.scales[value] = operation, scale
        self.q[value] = RUN[type(operation)](operation, self.q)

    def uniform(self, value: int) -> int:
        """Return a value, or another with one scale for all its columns."""
        return value if self.scales[value].uniform else self._rescaled(value, _scale(self.real[value]))

    def widened(self, value: int) -> int:
        """Return another value with 16 bits."""
        return self._rescaled(value, _wide(self.real[value]))

    def _rescaled(self, value: int, scale: Scale) -> int:
        made, self.extra = self.extra, self.extra + 1
        self.real[made] = self.real[value]
        self.put(made, self.linear(Linear((value,), (np.array(1.0),), np.array(0.0)), scale), scale)
        return made

    def linear(self, node: Linear, scale: Scale) -> QuantisedLinear:
        """Return a sum of values as whole numbers."""
        factors = [slope * self.scales[value].step / scale.step for slope, value in zip(node.slopes, node.values, strict=True)]
        offset = node.intercept - scale.offset
        for slope, value in zip(node.slopes, node.values, strict=True):
            offset = offset + slope * self.scales[value].offset
        bias = np.asarray(offset / scale.step)
        largest = max(float(np.abs(factor).max()) for factor in factors)
        bound = 128 * sum(float(np.abs(factor).max()) for factor in factors) + float(np.abs(bias).max())
        shift = min(20, int(np.floor(np.log2(2.0**30 / max(bound, 1e-9)))), int(np.floor(np.log2(32767 / max(largest, 1e-9)))))
        if shift < 0:
            raise InputError("int8 must be left out: a sum of values of very different size cannot be done with whole numbers")
        whole = [np.asarray(np.floor(factor * 2.0**shift + 0.5)).astype(np.int64) for factor in factors]
        low, high = (-WIDE, WIDE) if scale.wide else (LOW, HIGH)
        return QuantisedLinear(node.values, tuple(whole), np.floor(bias * 2.0**shift + 0.5).astype(np.int64), shift, low, high)

    def dense(self, node: Dense, z: Array, scale: Scale) -> QuantisedDense:
        """Return an affine map as whole numbers; ``z`` are its real values on the calibration rows."""
        given = self.scales[node.x]
        zero = int(np.clip(np.round(-given.offset / given.step), LOW, -LOW)) if given.uniform else 0  # x - zero has no more than 9 bits
        W = np.broadcast_to(np.asarray(given.step), len(node.W))[:, None] * node.W
        b = node.b + np.broadcast_to(given.real(np.array(zero)), len(node.W)) @ node.W - scale.offset
        step, multiplier, shift = _weight_step(float(np.abs(W).max()) / HIGH, float(np.abs(b).max()), scale.step)
        whole = np.clip(np.floor(W / step + 0.5), -HIGH, HIGH)
        b = b + (z - (((self.q[node.x].astype(np.int64) - zero) @ whole) * step + b + scale.offset)).mean(axis=0)  # of the weights
        bias = b / step
        bias_shift = max(0, int(np.ceil(np.log2(max(float(np.abs(bias).max()), 1.0) / HIGH))))
        bias = np.clip(np.floor(bias / 2.0**bias_shift + 0.5), -HIGH, HIGH)
        largest = max(HIGH - zero, zero - LOW)
        bound = float((largest * np.abs(whole).sum(axis=0) + np.abs(bias) * 2.0**bias_shift).max())
        first = max(0, int(np.ceil(np.log2(max(bound, 1.0)))) - SUM_BITS)
        if bound >= 2.0**MOST_SHIFT:
            raise InputError(f"int8 must be left out: a layer of {len(W):,} inputs has sums of more than 32 bits")
        if shift < first:  # a result far finer than the sums are
            return self.dense(node, z, replace(scale, step=scale.step * 2))
        low, high = (-WIDE, WIDE) if scale.wide else (LOW, HIGH)
        self.scale = scale
        return QuantisedDense(
            node.x, zero, whole.T.astype(np.int8), bias.astype(np.int8), bias_shift, first, multiplier, shift - first, low, high
        )

    # ---- nodes, each of which puts its value ----

    def quantise(self, value: int, node: Node) -> None:
        wide = value == self.result
        reads = node_reads(node)
        if isinstance(node, Dense):
            after = self._curve_alone(value)
            z = self.real[value]
            if after is None:
                self._put_dense(value, node, _wide(z) if wide else _scale(z))
            else:
                self._put_dense(value, node, _scale(z, after.function))
        elif isinstance(node, Linear):
            scale = _wide(self.real[value]) if wide else _scale(self.real[value])
            self.put(value, self.linear(node, scale), scale)
        elif isinstance(node, Curve):
            self._put_curve(value, node, wide=wide)
        elif isinstance(node, Select):
            self.put(value, node, _selected(self.scales[node.x], list(node.columns)))
        else:
            scales = [self.scales[each] for each in reads]
            widths = [self.real[each].shape[1] for each in reads]
            steps, offsets = (
                np.concatenate(
                    [np.broadcast_to(np.asarray(getattr(scale, name)), width) for scale, width in zip(scales, widths, strict=True)]
                )
                for name in ("step", "offset")
            )
            self.put(value, node, Scale(steps, offsets))

    def _put_dense(self, value: int, node: Dense, scale: Scale) -> None:
        operation = self.dense(node, self.real[value], scale)
        self.put(value, operation, self.scale)

    def _put_curve(self, value: int, node: Curve, *, wide: bool) -> None:
        source = self.operations.get(node.x)
        given = self.scales[node.x]
        grid = given.real(np.arange(LOW, HIGH + 1)) if given.uniform else np.zeros(0)
        scale = _wide(self.real[value]) if wide else _scale(self.real[value], positive=bool((self.real[value] >= 0).all()))
        before = self.nodes.get(node.x)
        is_relu = isinstance(source, QuantisedDense) and not wide and np.array_equal(node.function(grid), np.maximum(grid, 0.0))
        if is_relu and isinstance(before, Dense) and self._curve_alone(node.x) is node:
            # max(z, 0) is the affine map itself, cut at the number that stands for 0
            scale = _scale(self.real[value], positive=True)
            del self.operations[node.x], self.q[node.x]
            self.put(value, self.dense(before, self.real[node.x], scale), self.scale)
            return
        x = self.uniform(node.x)
        with np.errstate(all="ignore"):
            made = node.function(self.scales[x].real(np.arange(LOW, HIGH + 1)))
        if not np.isfinite(made).all():
            raise InputError("int8 must be left out: an activation is not finite over the range of the calibration rows")
        self.put(value, Lookup(x, scale.quantised(made).astype(np.int16 if wide else np.int8)), scale)

    def _curve_alone(self, value: int) -> Curve | None:
        """Return the curve that alone reads a value, if there is one."""
        readers = [node for node in self.nodes.values() if value in node_reads(node)]
        return readers[0] if len(readers) == 1 and isinstance(readers[0], Curve) else None


def _selected(scale: Scale, columns: list[int]) -> Scale:
    return scale if scale.uniform else Scale(scale.step[columns], scale.offset[columns])


def _weight_step(least: float, bias: float, step: float) -> tuple[float, int, int]:
    """Return the step of a layer's weights, at least so large, with its multiplier (128 to 255) and shift: it is ``step`` m / 2^n."""
    least = max(least, bias / 2.0**21)
    ratio = max((least or step) / step, 2.0 ** (7 - MOST_SHIFT))
    shift = 7 - int(np.floor(np.log2(ratio)))
    multiplier = int(np.ceil(np.round(ratio * 2.0**shift, 9)))
    if multiplier == 2 * 128:  # which has 9 bits
        shift, multiplier = shift - 1, 128
    return step * multiplier / 2.0**shift, multiplier, shift


def quantise(predictor: Predictor, result: int, X: Array) -> QuantisedNetwork:
    """Return the operations up to a value in whole numbers.

    Parameters
    ----------
    predictor : Predictor
    result : int
    X : ndarray, shape (n, width)
        Rows as the network is used on.

    Raises
    ------
    InputError
        When an operation cannot be done with whole numbers.
    """
    nodes = nodes_of(predictor.operations, result, predictor.widths)
    if not nodes:
        raise InputError("int8 must be left out of a network without layers")
    made = _Quantiser(nodes, X, result)
    for value, node in nodes.items():
        made.quantise(value, node)
    result = result if made.scales[result].wide else made.widened(result)
    widths = {value: q.shape[1] for value, q in made.q.items()}
    return QuantisedNetwork(made.scales[0], made.operations, widths, result, made.scales[result])
