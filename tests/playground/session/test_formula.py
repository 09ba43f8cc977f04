"""Typed formulas are read as data; whatever else is typed is refused in a sentence."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from halfmoon.base.errors import InputError
from halfmoon.layers.activations import Softsign, Tanh
from halfmoon.playground.session.formula import activation, expression

X1, X2 = np.random.RandomState(0).uniform(-2, 2, (2, 50))

RULES = {
    "x2 > sin(x1)": np.sin(X1) < X2,
    "x1^2 + x2² < 1.5": X1**2 + X2**2 < 1.5,
    "-1 < x1 < 1": (X1 > -1) & (X1 < 1),
    "x1 > 0 and not x2 > 0": (X1 > 0) & ~(X2 > 0),
    "abs(x1) > .5 or x2 ≥ 1": (np.abs(X1) > 0.5) | (X2 >= 1),
    "max(x1, x2) * pi": np.maximum(X1, X2) * np.pi,
    "x1 if x1 > x2 else x2": np.where(X1 > X2, X1, X2),
    "where(x1 > 0, 1, x2)": np.where(X1 > 0, 1, X2),
    "1 < 2 and x1 > 0": X1 > 0,
}


@pytest.mark.parametrize("text", RULES)
def test_a_rule_says_what_it_says_in_python(text):
    np.testing.assert_allclose(expression(text, ("x1", "x2"))(X1, X2), RULES[text])


def test_slopes_are_derived():
    z = np.linspace(-2, 2, 9)
    for text, known in (("tanh(z)", Tanh), ("z / (1 + abs(z))", Softsign)):
        made = activation(text)
        np.testing.assert_allclose(made.value(z), known.value(z))
        np.testing.assert_allclose(made.slope(z, made.value(z)), known.slope(z, known.value(z)))


WRONG = [
    "", " ", "x1 >", "x3 > 0", "1 + 2", "open('f')", "__import__('os')", "x1.real", "x1[0]", "lambda: x1", "[x1]", "(x1, x2)", "x1 == 1",
    "x1 in x2", "sin(x1, x2)", "sin(x=x1)", "'a' > x1", "True > x1", "x1 % 2", "x1 // 2", "9**9**9**9 > x1", "1 / 0 > x1",
    "(-1) ** 0.5 > x1", "x1 := 2", "x1" + " + x1" * 100, "(" * 150 + "x1" + ")" * 150, "f'{x1}'", "x1 @ x2", "x1; x2", "await x1",
    "1e400 > x1", "x1 > 1j", None, 3, "\0", "-" * 199,
]  # fmt: skip


@pytest.mark.parametrize("text", WRONG, ids=lambda text: str(text)[:20])
def test_what_is_no_formula_is_refused(text):
    with pytest.raises(InputError) as caught:
        expression(text, ("x1", "x2"))
    assert 10 < len(str(caught.value)) < 300


PARTS = ["x1", "x2", "sin", "(", ")", "+", "-", "*", "/", "**", ">", "<", "and", "or", "not", "1", ",", "where", "exp", ".", "[", "~", "if"]


@settings(max_examples=150)
@given(st.one_of(st.text(max_size=40), st.lists(st.sampled_from(PARTS), max_size=25).map(" ".join)))
def test_any_text_is_a_formula_or_refused(text):
    try:
        found = expression(text, ("x1", "x2"))
    except InputError as error:
        assert len(str(error)) < 300  # noqa: PT017 - most texts are none
    else:
        assert np.broadcast_to(found(X1, X2), X1.shape).shape == X1.shape
