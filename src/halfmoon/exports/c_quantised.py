"""A predictor as one C99 file that computes with whole numbers alone: no floating point, no library."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import TYPE_CHECKING, Any

import numpy as np

from halfmoon.base.checks import Array
from halfmoon.base.errors import InputError
from halfmoon.exports import c_helpers as parts
from halfmoon.exports.buffers import Step, buffers_of
from halfmoon.exports.c_interface import assemble, classes, sizes_told, system_includes, table_declarations, usage
from halfmoon.exports.c_operations import C_TYPES, CFile, forward
from halfmoon.exports.c_table import inputs_function
from halfmoon.exports.c_text import c_array, comment
from halfmoon.exports.columns import Table
from halfmoon.exports.evaluation import evaluate
from halfmoon.exports.predictor import Flags, Numbers, OneOf, Predictor
from halfmoon.exports.quantisation import (
    HIGH,
    LOW,
    WIDE,
    Lookup,
    QuantisedDense,
    QuantisedLinear,
    QuantisedNetwork,
    quantise,
)
from halfmoon.network.inference import Join, Select, reads
from halfmoon.version import __version__

if TYPE_CHECKING:
    from halfmoon.exports.calibration import Calibration  # which loads scikit-learn and Polars

TEST_ROWS = 8
LISTED = 100
"""Inputs whose scales the head of a file has; those of more are in its tables."""


class Decision:
    """How a class follows from whole scores.

    Attributes
    ----------
    thresholds : ndarray of int, shape (k,), or None
        Of one score, or of each label's: what it must reach. None where the largest of several decides.
    """

    def __init__(self, predictor: Predictor, network: QuantisedNetwork) -> None:
        asked = predictor.prediction
        self.thresholds: Array | None = None
        if isinstance(asked, OneOf) and asked.value == predictor.scores and predictor.widths[asked.value] > 1:
            return
        if isinstance(asked, OneOf) and len(asked.labels) == 1:
            self.thresholds = np.array([WIDE + 1])
            return
        width = predictor.widths[predictor.scores]
        if isinstance(asked, OneOf) and width > 1:
            raise InputError(
                "int8 must be left out: an ensemble decides by the mean of its probabilities, which needs more than whole scores"
            )
        every = np.arange(-WIDE, WIDE + 1)
        scores = np.repeat(network.output.real(every)[:, None], width, axis=1).astype(predictor.dtype)
        tail = [index for index in predictor.needed((asked.value,)) if index >= predictor.scores]
        found = evaluate(predictor.operations, {predictor.scores: scores}, tail)[asked.value]
        yes = found.argmax(axis=1)[:, None] > 0 if isinstance(asked, OneOf) else found > 0.5  # noqa: PLR2004 - a half
        if (np.diff(yes.astype(np.int8), axis=0) < 0).any():
            raise InputError("int8 must be left out: the class does not follow from whether a score is large")
        self.thresholds = np.where(yes.any(axis=0), every[yes.argmax(axis=0)], WIDE + 1)

    def of(self, scores: Array) -> Array:
        """Return the place of the class of each row; of several labels 1 for those that it has."""
        if self.thresholds is None:
            return np.asarray(scores.argmax(axis=1))
        found = (scores >= self.thresholds).astype(np.int64)
        return found[:, 0] if found.shape[1] == 1 else found


# ---- operations -------------------------------------------------------------------------------------------------------------


def _loop(letter: str, count: int, body: str) -> str:
    return f"for (int {letter} = 0; {letter} < {count}; {letter}++) {body}"


class _File(CFile):
    """A file of whole numbers."""

    def __init__(self, predictor: Predictor, network: QuantisedNetwork) -> None:
        super().__init__(predictor)
        self.network = network
        self.lookups: dict[tuple[str, bytes], str] = {}
        self.size = 0
        """Bytes of all tables."""

    def table(self, name: str, array: Array) -> str:
        """Have a table of the dtype of an array."""
        self.size += array.nbytes
        self.arrays.append(c_array(f"{array.dtype.name}_t", name, array))
        return name

    def lookup(self, value: int, table: Array) -> str:
        """Have a table of an activation, of equal ones one."""
        key = (table.dtype.name, table.tobytes())
        if key not in self.lookups:
            self.lookups[key] = self.table(f"LOOKUP_{value}", table)
        return self.lookups[key]

    def column(self, name: str, array: Array, dtype: str) -> str:
        """Return a number, or what is a column's own in a table."""
        return f"{self.table(name, array.astype(dtype))}[j]" if array.ndim else f"({array})"

    def kind(self, value: int) -> str:
        """Return the type of a value."""
        return "int16_t" if value == self.network.result else "int8_t"


def _dense(file: _File, each: QuantisedDense, names: Mapping[int, str], y: str, value: int) -> Iterator[str]:
    place = file.next_affine()
    W, bias = file.table(f"W{place}", each.W), file.table(f"b{place}", each.bias)
    file.need(parts.ROUNDED)
    file.need(parts.CUT)
    n_out, n_in = each.W.shape
    yield _loop("j", n_out, "{")
    yield f"    int32_t sum = {bias}[j]{f' * (int32_t){1 << each.bias_shift}' if each.bias_shift else ''};"
    x = f"{names[each.x]}[i]"
    x = f"({x} {'+' if each.zero < 0 else '-'} {abs(each.zero)})" if each.zero else x
    yield f"    {_loop('i', n_in, f'sum += {x} * {W}[j][i];')}"
    sums = f"rounded(sum, {each.first})" if each.first else "sum"
    yield f"    {y}[j] = ({file.kind(value)})cut(rounded({sums} * {each.multiplier}, {each.shift}), {each.low}, {each.high});"
    yield "}"


def _linear(file: _File, each: QuantisedLinear, names: Mapping[int, str], y: str, value: int) -> Iterator[str]:
    file.need(parts.ROUNDED)
    file.need(parts.CUT)
    terms = [
        f"{names[index]}[j] * (int32_t){file.column(f'm{value}_{place}', multiplier, 'int16')}"
        for place, (index, multiplier) in enumerate(zip(each.values, each.multipliers, strict=True))
    ]
    total = " + ".join([*terms, file.column(f"b{value}_0", each.bias, "int32")])
    yield _loop(
        "j", file.network.widths[value], f"{y}[j] = ({file.kind(value)})cut(rounded({total}, {each.shift}), {each.low}, {each.high});"
    )


def _lookup(file: _File, each: Lookup, names: Mapping[int, str], y: str, value: int) -> Iterator[str]:
    table = file.lookup(value, each.table)
    yield _loop("j", file.network.widths[value], f"{y}[j] = {table}[{names[each.x]}[j] + 128];")


def _select(file: _File, each: Select, names: Mapping[int, str], y: str, value: int) -> Iterator[str]:
    columns = file.table(f"columns_{value}", np.array(each.columns, np.min_scalar_type(max(each.columns))))
    yield _loop("j", len(each.columns), f"{y}[j] = {names[each.x]}[{columns}[j]];")


def _join(file: _File, each: Join, names: Mapping[int, str], y: str, _value: int) -> Iterator[str]:
    start = 0
    for index in each.values:
        width = file.network.widths[index]
        yield _loop("j", width, f"{y}[{start} + j] = {names[index]}[j];")
        start += width


WRITERS: dict[type, Callable[[_File, Any, Mapping[int, str], str, int], Iterator[str]]] = {
    QuantisedDense: _dense,
    QuantisedLinear: _linear,
    Lookup: _lookup,
    Select: _select,
    Join: _join,
}
"""From each kind of operation to its statements."""


def _reads(operation: Any) -> tuple[int, ...]:
    return operation.values if isinstance(operation, QuantisedLinear | Join) else (operation.x,)


def _forward(file: _File, name: str) -> tuple[str, int]:
    """Return the function that computes the result, and the bytes of its buffers."""
    network = file.network
    inner = [value for value in network.operations if value != network.result]
    steps = [
        Step(value, 0 if value == network.result else network.widths[value], _reads(each), isinstance(each, QuantisedLinear | Lookup))
        for value, each in network.operations.items()  # the result is written to the caller's memory, but reads as the others do
    ]
    buffers = buffers_of(steps)
    names = {0: "x", network.result: "y"} | {value: f"v{buffers.of[value] + 1}" for value in inner}
    lines = [line for value, each in network.operations.items() for line in WRITERS[type(each)](file, each, names, names[value], value)]
    declared = [f"    int8_t v{place}[{size}];" for place, size in enumerate(buffers.sizes, 1) if size]
    head = f"void {name}({_given(file.predictor)}, int16_t y[{network.widths[network.result]}])"
    return "\n".join([head, "{", *declared, *(f"    {line}" for line in lines), "}"]), sum(buffers.sizes)


def _given(predictor: Predictor) -> str:
    return f"const int8_t x[{predictor.inputs.width}]"


# ---- the file ---------------------------------------------------------------------------------------------------------------


def quantised_source(predictor: Predictor, name: str, calibration: Calibration, tell: Callable[[str], object]) -> str:
    """Return the file; what its whole numbers cost is told."""
    asked, macro = predictor.prediction, name.upper()
    result = asked.value if isinstance(asked, Numbers) else predictor.scores
    network = quantise(predictor, result, calibration.X)
    decision = None if isinstance(asked, Numbers) else Decision(predictor, network)
    loss = loss_told(predictor, network, decision, calibration)
    tell(loss)
    file, main = _File(predictor, network), f"{name}_{'scores' if decision else 'predict'}"
    body, stack = _forward(file, main)
    declared, defined = classes(predictor, name)
    what = "The raw scores are these numbers" if decision else "The predicted numbers are these"
    offset = f" + {macro}_OFFSET" if isinstance(asked, Numbers) else ""
    declared = [
        f"{sizes_told(predictor, macro)}\n{_steps_told(predictor, network, macro)}",
        *declared,
        f"/* {what} * {macro}_STEP{offset}. */\nvoid {main}({_given(predictor)}, int16_t y[{network.widths[result]}]);",
    ]
    functions = [body]
    if decision is not None:
        text, function = _predict(file, decision, name)
        declared.append(text)
        functions.append(function)
    floats_declared, floats = _float_helpers(predictor, network, name, result)
    declared.append(f"#ifdef {macro}_FLOAT /* what needs floating point */\n\n" + "\n\n".join(floats_declared) + "\n\n#endif")
    head = [
        f"/* {predictor.title}, exported by Halfmoon {__version__} in whole numbers. C99 without floating point; it needs no library.",
        *usage(name, ""),
        f" * Its tables have {file.size:,} bytes; of the stack it takes {stack:,} for values.",
        " *",
        f" * {comment(loss)}",
        " *",
        *_inputs_told(predictor, network, name),
        " *",
        f" * With {macro}_FLOAT defined there are further functions, in floating point, that make whole inputs of numbers.",
        " */",
    ]
    sections = [*defined, "\n".join(file.arrays), *file.functions, *functions, floats]
    return assemble(head, macro, ["#include <stdint.h>"], declared, sections, [_self_test(file, decision, name, main, calibration)])


def _steps_told(predictor: Predictor, network: QuantisedNetwork, macro: str) -> str:
    """Return what the numbers that come out stand for."""
    asked, step = predictor.prediction, float(network.output.step)
    if not isinstance(asked, Numbers):
        return f"#define {macro}_STEP {step!r}"
    return f"#define {macro}_STEP {step * asked.scale!r}\n#define {macro}_OFFSET {asked.mean!r}"


def _inputs_told(predictor: Predictor, network: QuantisedNetwork, name: str) -> list[str]:
    """Return the lines that say how whole inputs are made of numbers."""
    steps, offsets = np.asarray(network.inputs.step), np.asarray(network.inputs.offset)
    lines = [f" * Inputs are x[i] = (number - offset) / step, rounded and cut to {LOW} ... {HIGH}; the numbers are"]
    if isinstance(predictor.inputs, Table):
        lines[0] += f" those of {name}_inputs."
    names = predictor.inputs.names if not isinstance(predictor.inputs, Table) else ()
    same = len(set(zip(steps.tolist(), offsets.tolist(), strict=True))) == 1
    if same or len(steps) > LISTED:
        every = f"step {steps[0]:.9g}, offset {offsets[0]:.9g}" if same else f"in the tables of {name}_quantise"
        return [f"{lines[0].removesuffix('; the numbers are')}: {every}, for each i."]
    lines[0] = lines[0].removesuffix("; the numbers are") + ":"
    for place, (step, offset) in enumerate(zip(steps.tolist(), offsets.tolist(), strict=True)):
        lines.append(f" *     x[{place}]  step {step:.9g}, offset {offset:.9g}{f'  {comment(names[place])}' if names else ''}")
    return lines


def _predict(file: _File, decision: Decision, name: str) -> tuple[str, str]:
    """Return the declaration and the definition of the function that decides."""
    given, width, thresholds = _given(file.predictor), file.network.widths[file.network.result], decision.thresholds
    run = f"    int16_t y[{width}];\n    {name}_scores(x, y);"
    if isinstance(file.predictor.prediction, Flags) and thresholds is not None:
        least = file.column("THRESHOLDS", thresholds if len(set(thresholds.tolist())) > 1 else thresholds[0], "int32")
        head = f"void {name}_predict({given}, int labels[{width}])"
        lines = _loop("j", width, f"labels[j] = y[j] >= {least};")
        return f"/* 1 for each label that the row has, else 0. */\n{head};", f"{head}\n{{\n{run}\n    {lines}\n}}"
    head = f"int {name}_predict({given})"
    if thresholds is not None and thresholds[0] > WIDE:  # which no score reaches
        run, found = "    (void)x;", "0"
    elif thresholds is None:
        file.need(parts.LARGEST_PLACE, type="int16_t")
        found = f"largest_place(y, {width})"
    else:
        found = f"y[0] >= {thresholds[0]}"
    return f"/* The place of the class among {name}_classes. */\n{head};", f"{head}\n{{\n{run}\n    return {found};\n}}"


# ---- what needs floating point ----------------------------------------------------------------------------------------------


class _FloatFile(CFile):
    """What of a file needs floating point; its tables have names of their own."""

    def array(self, name: str, array: Array, kind: str = "") -> str:
        return super().array(f"FLOAT_{name}", array, kind)


def _float_helpers(predictor: Predictor, network: QuantisedNetwork, name: str, result: int) -> tuple[list[str], str]:
    """Return the declarations and the definitions of functions that make inputs, and probabilities."""
    file, kind, width = _FloatFile(predictor), C_TYPES[predictor.dtype.name], predictor.inputs.width
    steps, offsets = (
        file.array(each.upper(), np.broadcast_to(np.asarray(getattr(network.inputs, each)), width).astype(predictor.dtype))
        for each in ("step", "offset")
    )
    quantise_head = f"void {name}_quantise(const {kind} x[{width}], int8_t q[{width}])"
    functions = [parts.QUANTISE.format(head=quantise_head, type=kind, width=width, steps=steps, offsets=offsets, suffix=file.suffix)]
    declared = [f"/* Make whole inputs of numbers. */\n{quantise_head};"]
    if isinstance(predictor.inputs, Table):
        functions.insert(0, inputs_function(file, predictor.inputs, name))
        declared = table_declarations(predictor.inputs, name, kind) + declared
    value = predictor.probabilities
    tail = [index for index in predictor.needed((value,)) if index >= result] if value is not None else []
    made = {result} | {index + 1 for index in tail}
    if value is not None and all(set(reads(predictor.operations[index])) <= made for index in tail) and value in made:
        scores, k = predictor.widths[result], predictor.widths[value]
        lines, buffers = forward(file, tail, {result: "s"}, {value: "PROBABILITIES"})
        file.need_words(tail)
        head = f"void {name}_predict_proba(const int16_t scores[{scores}], {kind} y[{k}])"
        declared.append(f"/* The probabilities of the classes, from scores. */\n{head};")
        local = [f"    {kind} v{place}[{size}];" for place, size in enumerate(buffers.sizes, 1)]
        given = f"    {_loop('j', scores, f's[j] = ({kind})scores[j] * ({kind}){name.upper()}_STEP;')}"
        functions.append("\n".join([head, "{", f"    {kind} s[{scores}];", *local, given, *(f"    {line}" for line in lines), "}"]))
    sections = [system_includes(predictor), "\n".join(file.arrays), *file.functions, *functions]
    return declared, f"#ifdef {name.upper()}_FLOAT\n" + "\n\n".join(each.strip("\n") for each in sections) + "\n#endif"


# ---- what it costs, and its test --------------------------------------------------------------------------------------------


def loss_told(predictor: Predictor, network: QuantisedNetwork, decision: Decision | None, calibration: Calibration) -> str:
    """Return a sentence that says how much worse the whole numbers are than the network, on the calibration rows."""
    asked, X, y = predictor.prediction, calibration.X, calibration.y
    whole = network.run(network.inputs.quantised(X.astype(np.float64)))
    value = evaluate(predictor.operations, {0: X}, predictor.needed((asked.value,)))[asked.value]
    rows = f"{len(X):,} calibration rows"
    if decision is None or isinstance(asked, Numbers):
        scale, mean = (asked.scale, asked.mean) if isinstance(asked, Numbers) else (1.0, 0.0)
        exact, found = (each * scale + mean for each in (value.astype(np.float64), network.output.real(whole)))
        spread = float(np.sqrt(np.mean((exact - exact.mean(axis=0)) ** 2))) or 1.0
        differs = float(np.sqrt(np.mean((found - exact) ** 2))) / spread
        text = f"On {rows} int8 differs from {predictor.dtype.name} by {differs:.2%} of the standard deviation"
        if y is None:
            return f"{text}."
        errors = [float(np.abs(each - y.reshape(each.shape)).mean()) for each in (exact, found)]
        return f"{text}; the mean absolute error is {errors[1]:.4g} instead of {errors[0]:.4g}."
    chosen = decision.of(whole)
    exact = value.argmax(axis=1) if isinstance(asked, OneOf) else (value > 0.5).astype(np.int64)  # noqa: PLR2004 - a half
    exact = exact.reshape(chosen.shape)
    text = f"On {rows} int8 predicts what {predictor.dtype.name} does in {_share(chosen == exact):.2%}"
    if y is None:
        return f"{text}."
    known = asked.labels[chosen] == y if isinstance(asked, OneOf) else chosen == y.reshape(chosen.shape)
    before = asked.labels[exact] == y if isinstance(asked, OneOf) else exact == y.reshape(chosen.shape)
    return f"{text}; its accuracy is {_share(known):.2%} instead of {_share(before):.2%}."


def _share(right: Array) -> float:
    """Return the share of rows of which all is right."""
    return float(right.reshape(len(right), -1).all(axis=1).mean())


def _self_test(file: _File, decision: Decision | None, name: str, main: str, calibration: Calibration) -> str:
    """Return the test: whole inputs, and exactly what must come out."""
    network = file.network
    step = max(1, len(calibration.X) // TEST_ROWS)
    q = network.inputs.quantised(calibration.X[::step][:TEST_ROWS].astype(np.float64))
    whole = network.run(q)
    tables = [c_array("int8_t", "TEST_X", q), c_array("int16_t", "TEST_RESULTS", whole)]
    width = whole.shape[1]
    body = [
        f"        int16_t y[{width}];",
        f"        {main}(TEST_X[row], y);",
        f"        {_loop('j', width, 'wrong += y[j] != TEST_RESULTS[row][j];')}",
    ]
    if decision is not None and isinstance(file.predictor.prediction, OneOf):
        tables.append(c_array("int", "TEST_CLASSES", decision.of(whole)))
        body.append(f"        wrong += {name}_predict(TEST_X[row]) != TEST_CLASSES[row];")
    return parts.WHOLE_SELF_TEST.format(macro=name.upper(), name=name, rows=len(q), tables="\n".join(tables), body="\n".join(body))
