"""A predictor as an ONNX model, with the names that scikit-learn's models have there.

Rows of numbers go in as ``X``, those of a table by the names of its columns. Out come ``label`` and ``probabilities`` of a classifier,
``variable`` and, where there are some, ``quantiles`` of a regressor; and ``scores``.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from typing import Any

import numpy as np

from halfmoon.base import checks
from halfmoon.base.errors import InputError
from halfmoon.exports.columns import Table
from halfmoon.exports.onnx_graph import ML_DOMAIN, GraphBuilder, ValueInfoProto, value_info
from halfmoon.exports.onnx_table import write_features, write_inputs
from halfmoon.exports.onnx_words import write_map
from halfmoon.exports.predictor import Flags, Numbers, OneOf, Predictor
from halfmoon.network.inference import Affine, Join, Map, NormaliseRows, Select, Softmax, SortRows
from halfmoon.version import __version__

import onnx  # isort: skip - after onnx_graph, which says how it is installed where it is missing

OPSET = 18
"""Version of the operators that models are written in, unless another is asked for."""

MOST_BYTES = 2**31 - 1
"""Of a file; protobuf reads no more."""


def write(predictor: Predictor, opset: int = OPSET) -> bytes:
    """Return the file.

    Parameters
    ----------
    predictor : Predictor
    opset : int
        From 18 to the newest that the installed onnx knows.

    Raises
    ------
    InputError
        When there is no such opset, a column has no name, or the model is too large for one file.
    """
    checks.from_to(OPSET, onnx.defs.onnx_opset_version())("opset", opset)
    inputs = _inputs(predictor)
    writer = _Writer(predictor, opset, [each.name for each in inputs])
    writer.write_operations()
    outputs = list(writer.write_outputs())
    build = writer.build
    size = sum(len(each.raw_data) for each in build.constants)
    if size > MOST_BYTES:
        raise InputError(f"a model must have less than 2 GiB of numbers to be an ONNX file, got {size:,} bytes")
    graph = onnx.helper.make_graph(build.nodes, "halfmoon", inputs, outputs, build.constants, predictor.title)
    versions = [onnx.helper.make_opsetid("", opset)]
    if any(node.domain == ML_DOMAIN for node in build.nodes):
        versions.append(onnx.helper.make_opsetid(ML_DOMAIN, 3))
    model = onnx.helper.make_model(
        graph,
        producer_name="halfmoon",
        producer_version=__version__,
        doc_string=f"{predictor.title}, exported by Halfmoon {__version__}",
        opset_imports=versions,
        ir_version=onnx.helper.find_min_ir_version_for(versions),
    )
    onnx.helper.set_model_props(model, _properties(predictor))
    onnx.checker.check_model(model, full_check=True)
    return model.SerializeToString()


def _inputs(predictor: Predictor) -> list[ValueInfoProto]:
    if isinstance(predictor.inputs, Table):
        return write_inputs(predictor.inputs)
    return [value_info("X", predictor.dtype, predictor.inputs.width, "rows of finite numbers")]


def _properties(predictor: Predictor) -> dict[str, str]:
    """Return what else is known, as JSON: the classes, the names of the columns of X, the name of a table's target."""
    found: dict[str, Any] = {}
    if isinstance(predictor.prediction, OneOf):
        found["classes"] = predictor.prediction.labels.tolist()
    if isinstance(predictor.inputs, Table):
        found["target"] = predictor.inputs.target
    elif predictor.inputs.names:
        found["columns"] = list(predictor.inputs.names)
    return {name: json.dumps(value, ensure_ascii=False) for name, value in found.items()}


class _Writer:
    """Writes the graph of a predictor."""

    def __init__(self, predictor: Predictor, opset: int, inputs: list[str]) -> None:
        self.predictor, self.widths = predictor, predictor.widths
        self.outputs = _outputs(predictor)
        self.output_names = dict(zip(self.outputs, _free_names(self.outputs, inputs), strict=True))
        self.build = GraphBuilder(predictor.dtype, opset, [*inputs, *self.output_names.values()])
        self.names = {0: self.build.unique("features") if isinstance(predictor.inputs, Table) else "X"}
        """Of the values; those that leave the network have the name of an output."""
        for output, value in self.outputs.items():
            if value is not None:
                self.names.setdefault(value, self.output_names[output])

    def name(self, value: int) -> str:
        """Return the name of a value."""
        if value not in self.names:
            self.names[value] = self.build.unique(f"x{value}")
        return self.names[value]

    def write_operations(self) -> None:
        """Append all that the outputs need."""
        if isinstance(self.predictor.inputs, Table):
            write_features(self.build, self.predictor.inputs, self.name(0))
        for index in self.predictor.needed(self.predictor.outputs):
            operation = self.predictor.operations[index]
            OPERATORS[type(operation)](self, operation, self.name(index + 1))

    def write_outputs(self) -> Iterator[ValueInfoProto]:
        """Append what makes outputs of values, and yield what they are."""
        for output, value in self.outputs.items():
            name = self.output_names[output]
            if value is None and output == "quantiles":
                yield _in_units(self, self.predictor.prediction, self.predictor.quantiles, name, TOLD[output])
            elif value is None:
                yield PREDICTIONS[type(self.predictor.prediction)](self, self.predictor.prediction, name)
            else:
                if self.name(value) != name:
                    self.build.node("Identity", self.name(value), name=name)
                yield value_info(name, self.predictor.dtype, self.widths[value], TOLD[output])


TOLD = {
    "variable": "the prediction",
    "probabilities": "of each class",
    "quantiles": "in ascending order",
    "scores": "what the last layer gives",
}
"""What is said of the outputs."""


def _outputs(predictor: Predictor) -> dict[str, int | None]:
    """Return the outputs by name: the value that each is, None where something is made of that."""
    asked = predictor.prediction
    numbers = isinstance(asked, Numbers)
    plain = asked.value if isinstance(asked, Numbers) and not asked.scaled else None
    found: dict[str, int | None] = {"variable" if numbers else "label": plain}
    if predictor.probabilities is not None:
        found["probabilities"] = predictor.probabilities
    if predictor.quantiles is not None:
        found["quantiles"] = None if isinstance(asked, Numbers) and asked.scaled else predictor.quantiles
    return found | {"scores": predictor.scores}


def _free_names(outputs: dict[str, int | None], inputs: list[str]) -> list[str]:
    """Return the names of outputs; one that a column has already gets an underscore behind."""
    taken, found = set(inputs), []
    for each in outputs:
        name = each
        while name in taken:
            name += "_"
        taken.add(name)
        found.append(name)
    return found


# ---- operations ---------------------------------------------------------------------------------------------------------------


def _affine(writer: _Writer, each: Affine, name: str) -> None:
    build, x = writer.build, writer.name(each.x)
    n_in, n_out = each.W.shape[-2:]
    own = each.W.ndim > 2 and each.blocks > 1  # noqa: PLR2004 - a matrix of each block's own
    W = build.constant(each.W if own else each.W.reshape(n_in, n_out), f"W_{name}")
    b = None if each.b is None else build.constant(each.b, f"b_{name}")
    if each.blocks == 1:
        build.node("MatMul" if b is None else "Gemm", x, W, *([] if b is None else [b]), name=name)
        return
    # (n, blocks n_in) as (n, blocks, 1, n_in), times (blocks, n_in, n_out) or (n_in, n_out)
    split = build.node("Reshape", x, build.constant([0, each.blocks, 1, n_in], dtype=np.int64))
    rows = build.constant([0, each.blocks * n_out], dtype=np.int64)
    product = build.node("Reshape", build.node("MatMul", split, W), rows, name="" if b else name)
    if b:
        build.node("Add", product, b, name=name)


def _normalise_rows(writer: _Writer, each: NormaliseRows, name: str) -> None:
    build, x = writer.build, writer.name(each.x)
    scale, shift = build.constant(each.scale, f"scale_{name}"), build.constant(each.shift, f"shift_{name}")
    if build.dtype == np.float32:
        build.node("LayerNormalization", x, scale, shift, name=name, axis=1, epsilon=each.epsilon)
        return
    rows = build.constant([1], dtype=np.int64)
    centred = build.node("Sub", x, build.node("ReduceMean", x, rows, keepdims=1))
    variance = build.node("ReduceMean", build.node("Mul", centred, centred), rows, keepdims=1)
    deviation = build.node("Sqrt", build.node("Add", variance, build.constant(each.epsilon)))
    build.node("Add", build.node("Mul", build.node("Div", centred, deviation), scale), shift, name=name)


def _softmax(writer: _Writer, each: Softmax, name: str) -> None:
    writer.build.node("Softmax", writer.name(each.x), name=name, axis=1)


def _sort_rows(writer: _Writer, each: SortRows, name: str) -> None:
    build = writer.build
    count = build.constant([writer.widths[each.x]], dtype=np.int64)
    build.node("TopK", writer.name(each.x), count, name=name, beside=("order",), axis=1, largest=0, sorted=1)


def _select(writer: _Writer, each: Select, name: str) -> None:
    writer.build.node("Gather", writer.name(each.x), writer.build.constant(each.columns, dtype=np.int64), name=name, axis=1)


def _join(writer: _Writer, each: Join, name: str) -> None:
    writer.build.node("Concat", *map(writer.name, each.values), name=name, axis=1)


OPERATORS: dict[type, Callable[[_Writer, Any, str], None]] = {
    Affine: _affine,
    Map: lambda writer, each, name: write_map(writer.build, each, [writer.name(value) for value in each.values], name),
    NormaliseRows: _normalise_rows,
    Softmax: _softmax,
    Select: _select,
    Join: _join,
    SortRows: _sort_rows,
}
"""From the writer, an operation and the name of its value."""


# ---- what comes out -------------------------------------------------------------------------------------------------------------


def _one_of(writer: _Writer, asked: OneOf, name: str) -> ValueInfoProto:
    build, labels = writer.build, asked.labels
    numbers = labels.dtype == np.int64 and np.array_equal(labels, np.arange(len(labels)))
    place = build.node("ArgMax", writer.name(asked.value), name=name if numbers else "", axis=1, keepdims=0)
    dtype = object if labels.dtype.kind == "U" else labels.dtype
    if not numbers:
        build.node("Gather", build.constant(labels, "classes", dtype), place, name=name)
    return value_info(name, dtype, None, "the class")


def _flags(writer: _Writer, asked: Flags, name: str) -> ValueInfoProto:
    build = writer.build
    build.cast(build.node("Greater", writer.name(asked.value), build.constant(0.5)), np.int64, name)
    return value_info(name, np.int64, writer.widths[asked.value], "1 for each class that there is, else 0")


def _numbers(writer: _Writer, asked: Numbers, name: str) -> ValueInfoProto:
    return _in_units(writer, asked, asked.value, name, TOLD["variable"])


def _in_units(writer: _Writer, asked: Any, value: Any, name: str, told: str) -> ValueInfoProto:
    """Append a value in the units of the target."""
    build, found = writer.build, writer.name(value)
    double = found if build.dtype == np.float64 else build.cast(found, np.float64)
    scaled = build.node("Mul", double, build.constant(asked.scale, dtype=np.float64))
    build.node("Add", scaled, build.constant(asked.mean, dtype=np.float64), name=name)
    return value_info(name, np.float64, writer.widths[value], told)


PREDICTIONS: dict[type, Callable[[_Writer, Any, str], ValueInfoProto]] = {OneOf: _one_of, Flags: _flags, Numbers: _numbers}
"""From the writer, a prediction and the name of its output."""
