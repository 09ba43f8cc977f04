"""A predictor as a JSON document: everything that the other targets are written from. ``docs/deploying.md`` says what is in it."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import fields
from typing import Any

import numpy as np

from halfmoon.base.checks import Array
from halfmoon.exports.columns import CategoryColumn, DateColumn, NumberColumn, Table
from halfmoon.exports.predictor import Flags, Matrix, Numbers, OneOf, Predictor
from halfmoon.expressions.expression import Expression
from halfmoon.network.inference import Affine, Join, Map, NormaliseRows, Select, Softmax, SortRows
from halfmoon.version import __version__

FORMAT = "halfmoon predictor"
VERSION = 1
"""Of the format; a document says which it is. A change that a reader would take amiss makes it another."""

KINDS: dict[type, str] = {
    Affine: "affine", Map: "map", NormaliseRows: "normalise_rows", Softmax: "softmax", Select: "select", Join: "join",
    SortRows: "sort_rows",
    Matrix: "matrix", Table: "table", NumberColumn: "number", CategoryColumn: "category", DateColumn: "date",
    OneOf: "one_of", Flags: "flags", Numbers: "numbers",
}  # fmt: skip
"""What the records of a predictor are called."""


def write(predictor: Predictor) -> bytes:
    """Return the document."""
    head = {"format": FORMAT, "version": VERSION, "halfmoon": __version__}
    body = {each.name: _plain(getattr(predictor, each.name)) for each in fields(predictor)}
    return (json.dumps(head | body, allow_nan=False, ensure_ascii=False, separators=(",", ":")) + "\n").encode()


LABEL_TYPES = {"i": "int64", "u": "uint64", "f": "float64", "b": "bool", "U": "str"}
"""Of labels, by NumPy's letter."""


def _plain(value: Any) -> Any:
    """Return a value as what JSON has."""
    for kind, convert in CONVERSIONS.items():
        if isinstance(value, kind):
            return convert(value)
    return _record(value) if type(value) in KINDS else value


def _record(value: Any) -> dict[str, Any]:
    """Return a record as its kind and its fields; a field that is called kind itself is its type."""
    return {"kind": KINDS[type(value)]} | {
        "type" if each.name == "kind" else each.name: _plain(getattr(value, each.name)) for each in fields(value)
    }


def _array(array: Array) -> Any:
    """Return an array as nested lists; a number of float32 by its shortest decimal, which is that number again in float32."""
    if array.dtype != np.float32:
        return array.tolist()
    return np.array([float(str(each)) for each in array.ravel()]).reshape(array.shape).tolist()


CONVERSIONS: dict[type, Callable[[Any], Any]] = {
    np.ndarray: _array,
    np.dtype: lambda dtype: dtype.name,
    Expression: lambda each: {"inputs": list(each.inputs), "steps": [list(step) for step in each.steps], "text": str(each)},
    OneOf: lambda each: _record(each) | {"type": LABEL_TYPES[each.labels.dtype.kind]},
    tuple: lambda values: [_plain(value) for value in values],
}
"""From each kind of value that JSON lacks."""
