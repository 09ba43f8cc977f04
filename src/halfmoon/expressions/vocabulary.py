"""The words that definitions are written in.

An activation, a loss or an optimiser's rule is a plain function of these words and of ``+ - * / ** < <= > >= & | ~``.
Called with arrays, the words are NumPy's (and SciPy's ``erf``). Called with symbols, each word reaches the symbol
through NumPy's own protocols, so ``np.exp(z)`` in a user's definition is traced as well as ``exp(z)`` from here.
"""

from __future__ import annotations

import operator
from collections.abc import Callable
from typing import Any

import numpy as np
from numpy import absolute, arctan, cos, exp, expm1, floor, log, log1p, maximum, minimum, sign, sin, sqrt, tanh, where

__all__ = [
    "absolute", "arctan", "cos", "erf", "exp", "expm1", "floor", "log", "log1p", "maximum", "minimum", "sign", "sin", "sqrt", "tanh",
    "where",
]  # fmt: skip


def erf(x: Any) -> Any:
    """Return the error function; SciPy is imported when it is first called with numbers."""
    if hasattr(x, "erf"):  # a symbol
        return x.erf()
    from scipy.special import erf as scipy_erf  # noqa: PLC0415 - importing halfmoon must not load SciPy

    return scipy_erf(x)


WORDS: dict[str, Callable[..., Any]] = {name: globals()[name] for name in __all__}
OPERATORS: dict[str, Callable[..., Any]] = {
    "add": operator.add,
    "subtract": operator.sub,
    "multiply": operator.mul,
    "divide": operator.truediv,
    "power": operator.pow,
    "negative": operator.neg,
    "less": operator.lt,
    "less_equal": operator.le,
    "greater": operator.gt,
    "greater_equal": operator.ge,
    "logical_and": np.logical_and,
    "logical_or": np.logical_or,
    "logical_not": np.logical_not,
}

MEANING = WORDS | OPERATORS
BINARY = {"maximum", "minimum", *OPERATORS} - {"negative", "logical_not"}
ARITY = {name: 3 if name == "where" else 2 if name in BINARY else 1 for name in MEANING}
"""How many operands each operation takes."""

COMPARISONS = {"less", "less_equal", "greater", "greater_equal"}
LOGICAL = {"logical_and", "logical_or"}
"""Operations that take truth values alone."""
TRUTHS = {*COMPARISONS, *LOGICAL, "logical_not"}
"""Operations whose value is true or false."""
MIXED = {"where", *COMPARISONS, "logical_not"}
"""Operations that take numbers and truth values alike; all that are neither these nor logical take numbers alone."""
