"""The ONNX file predicts in ONNX Runtime as the model does, by standard operators, and has scikit-learn's names."""

from __future__ import annotations

import datetime as dt
import json
import sys
import time
import warnings

import numpy as np
import onnx
import onnxruntime
import pytest

import halfmoon as hm
from exports import tables
from exports.networks import CASES, OWN, REAL, SEVERAL, THREE, X, case_of, cases, check, random_model
from halfmoon.base.errors import InputError
from halfmoon.exports.columns import CategoryColumn, DateColumn, NumberColumn
from halfmoon.exports.description import describe
from halfmoon.exports.onnx_graph import GraphBuilder
from halfmoon.exports.onnx_model import OPERATORS, PREDICTIONS, write
from halfmoon.exports.onnx_table import FEATURES, INPUTS, numerals, write_features
from halfmoon.exports.onnx_words import STANDARD, WORDS, write_map
from halfmoon.exports.targets import TARGETS
from halfmoon.expressions.tracing import trace
from halfmoon.expressions.vocabulary import MEANING, arctan, erf, expm1, log1p
from halfmoon.network.inference import OPERATIONS, Map

NAMES = {"scores": "scores", "probabilities": "predict_proba", "quantiles": "predict_quantiles", "label": "predict", "variable": "predict"}
"""The functions whose values the outputs are."""


def session_of(content):
    """Return a session with the file, as its users start it but for one thread."""
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = 1
    return onnxruntime.InferenceSession(content, options, providers=["CPUExecutionProvider"])


def outputs_of(session, given):
    return dict(zip([each.name for each in session.get_outputs()], session.run(None, given), strict=True))


def answers(case, session, given):
    """Return what the outputs are by the name of the function, of one column flat where the function's value is."""
    found = {NAMES[name]: value for name, value in outputs_of(session, given).items()}
    if "predict_proba" not in found and case.expected["predict"].ndim == 1:
        found["predict"] = found["predict"][:, 0]
    return found


# ---- completeness -----------------------------------------------------------------------------------------------------------


def test_every_word_operation_column_and_prediction_has_a_row():
    assert WORDS.keys() == MEANING.keys()
    assert OPERATORS.keys() == set(OPERATIONS)
    assert FEATURES.keys() == INPUTS.keys() == {NumberColumn, CategoryColumn, DateColumn}
    assert {each.__name__ for each in PREDICTIONS} == {"OneOf", "Flags", "Numbers"}


@pytest.mark.parametrize("word", MEANING)
def test_a_word_without_a_row_fails(word, monkeypatch):
    monkeypatch.delitem(WORDS, word)
    with pytest.raises(KeyError, match=word):
        for case in cases("layers") + cases("own activations"):
            write(describe(case.model))


# ---- networks and estimators ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("kind", CASES)
def test_the_file_predicts_as_the_model_does(kind):
    for case in cases(kind):
        check(case, answers(case, session_of(write(describe(case.model))), {"X": case.X}))
