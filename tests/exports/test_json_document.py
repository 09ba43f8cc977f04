"""The JSON document has all that a predictor is: one that is read back from it writes the same NumPy file."""

from __future__ import annotations

import json
from dataclasses import fields

import numpy as np
import pytest

from exports import tables
from exports.networks import CASES, cases
from halfmoon.exports import numpy_source
from halfmoon.exports.conversion import predictor_of
from halfmoon.exports.json_document import KINDS, write
from halfmoon.exports.predictor import OneOf, Predictor
from halfmoon.expressions.expression import Expression
from halfmoon.network.inference import OPERATIONS


def refuse(constant):
    raise AssertionError(f"{constant} is no JSON")


def predictor_from(document):
    """Return the predictor that a document says."""
    dtype = np.dtype(document["dtype"])

    def record(data):
        kind = next(each for each, name in KINDS.items() if name == data["kind"])
        if kind is OneOf:
            return OneOf(data["value"], np.array(data["labels"], data["type"]))
        return kind(**{each.name: value(each, data["type" if each.name == "kind" else each.name]) for each in fields(kind)})

    def value(field, data):
        if data is not None and "Array" in str(field.type):
            return tuple(np.array(each, dtype) for each in data) if "tuple" in str(field.type) else np.array(data, dtype)
        if field.name == "expression":
            return Expression(tuple(data["inputs"]), tuple(map(tuple, data["steps"])))
        if field.name == "columns" and data and isinstance(data[0], dict):
            return tuple(map(record, data))
        return tuple(tuple(each) if isinstance(each, list) else each for each in data) if isinstance(data, list) else data

    known = {each.name: document[each.name] for each in fields(Predictor)}
    records = {name: record(known[name]) for name in ("inputs", "prediction")}
    return Predictor(**known | records | {"dtype": dtype, "operations": tuple(map(record, document["operations"]))})


def check(model):
    predictor = predictor_of(model)
    document = json.loads(write(predictor), parse_constant=refuse)
    assert (document["format"], document["version"]) == ("halfmoon predictor", 1)
    assert numpy_source.write(predictor_from(document)) == numpy_source.write(predictor)


def test_every_operation_has_a_name():
    assert KINDS.keys() >= set(OPERATIONS)


@pytest.mark.parametrize("kind", CASES)
def test_a_document_is_the_whole_predictor(kind):
    for case in cases(kind):
        check(case.model)


def test_the_document_of_a_table_is_the_whole_predictor():
    for case in tables.every():
        check(case.model)
