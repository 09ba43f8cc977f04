"""Every language has a row for every word, and writes expressions with the brackets that they need."""

from __future__ import annotations

import numpy as np
import pytest

from exports.networks import OWN
from halfmoon.exports.language import LANGUAGES, helpers, write_expression
from halfmoon.expressions.tracing import trace
from halfmoon.expressions.vocabulary import ARITY, MEANING
from halfmoon.layers.activations import ACTIVATIONS

EXPRESSIONS = {name: each.value for name, each in (ACTIVATIONS | OWN).items()}


@pytest.mark.parametrize("name", LANGUAGES)
def test_every_word_has_a_row(name):
    operators = LANGUAGES[name]().operators
    assert operators.keys() == MEANING.keys()
    assert {word: (row.template.count("{}"), len(row.needs)) for word, row in operators.items()} == {
        word: (count, count) for word, count in ARITY.items()
    }


@pytest.mark.parametrize("dtype", ["float32", "float64"])
@pytest.mark.parametrize("name", EXPRESSIONS)
def test_numpys_text_computes_the_expression(name, dtype):
    expression, language = EXPRESSIONS[name], LANGUAGES[f"NumPy, {dtype}"]()
    z = np.linspace(-3, 3, 55, dtype=dtype).reshape(11, 5)
    numbers = [np.array(0.3, dtype)] * (len(expression.inputs) - 1)
    written = write_expression(expression, ["z", *(f"c{place}" for place in range(len(numbers)))], language)
    names = {"np": np, "z": z} | {f"c{place}": number for place, number in enumerate(numbers)}
    with np.errstate(all="ignore"):
        exec("\n".join([*helpers([expression], language), *written.lines, f"y = {written.value}"]), names)  # noqa: S102 - is what is tested
    assert names["y"].dtype == np.dtype(dtype)
    wanted = expression(z, *numbers)
    np.testing.assert_allclose(names["y"], wanted, rtol=0, atol=np.finfo(dtype).eps * 8 * max(1, np.abs(wanted).max()))


WRITTEN = {
    "sigmoid": (ACTIVATIONS["sigmoid"].value, "1 / (1 + np.exp(-z))", "1 / (1 + Math.exp(-z))", "1.0f / (1.0f + expf(-z))"),
    "leaky": (
        trace(lambda z: np.where(z > 0, z, -0.5 * z), ["z"]), "np.where(z > 0, z, -0.5 * z)", "z > 0 ? z : -0.5 * z",
        "z > 0.0f ? z : -0.5f * z",
    ),
    "minus minus": (trace(lambda z: np.negative(np.negative(z)), ["z"]), "-(-z)", "-(-z)", "-(-z)"),
    "minus a difference": (trace(lambda z: z - (z - 1), ["z"]), "z - (z - 1)", "z - (z - 1)", "z - (z - 1.0f)"),
    "comparisons": (
        trace(lambda z: np.where((z > 1) & ((z < 2) | (z < -2)), z, 1 / (z / 2)), ["z"]),
        "np.where(np.logical_and(z > 1, np.logical_or(z < 2, z < -2)), z, 1 / (z / 2))",
        "z > 1 && (z < 2 || z < -2) ? z : 1 / (z / 2)",
        "z > 1.0f && (z < 2.0f || z < -2.0f) ? z : 1.0f / (z / 2.0f)",
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", WRITTEN)
def test_expressions_read_as_people_write_them(name):
    expression, *texts = WRITTEN[name]
    names = ["NumPy, float32", "JavaScript", "C, float"]
    assert [write_expression(expression, ["z"], LANGUAGES[each]()).value for each in names] == texts


def test_what_is_used_twice_is_named():
    written = write_expression(trace(lambda z: np.exp(z) * (1 + np.exp(z)), ["z"]), ["x1"], LANGUAGES["JavaScript"](), "a")
    assert (written.lines, written.value) == (("const a0 = Math.exp(x1);",), "a0 * (1 + a0)")


def test_numbers_alone_have_the_dtype():
    expression = trace(lambda z: np.where(z > 0, 1.0, 0.0), ["z"])
    assert write_expression(expression, ["z"], LANGUAGES["NumPy, float32"]()).value == "np.where(z > 0, np.float32(1), np.float32(0))"
