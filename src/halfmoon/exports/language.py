"""Expressions in the languages that are exported to: one table of operators a language, and what writes with it.

A table has a row for every word of :mod:`halfmoon.expressions.vocabulary`, so a user's own activation is written as the library's are.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np

from halfmoon.expressions.expression import Expression, is_truth
from halfmoon.expressions.vocabulary import ARITY

LOOSE, OR, AND, COMPARE, ADD, MULTIPLY, UNARY, POWER, ATOM = range(9)
"""How tightly operators bind, from loose to tight; names, calls and brackets are atoms."""


@dataclass(frozen=True)
class Operator:
    """How a language writes one operation.

    Attributes
    ----------
    template : str
        With ``{}`` for each operand.
    level : int
        How tightly it binds.
    needs : tuple of int
        How tightly each operand must bind; one that does not stands in brackets.
    """

    template: str
    level: int
    needs: tuple[int, ...]


def call(name: str, operands: int = 1) -> Operator:
    """Return a call of a function."""
    return Operator(f"{name}({', '.join(['{}'] * operands)})", ATOM, (LOOSE,) * operands)


def infix(sign: str, level: int, *, left: int = 0) -> Operator:
    """Return an operator between two operands; ``left`` 1 where its own kind must stand in brackets on the left, too."""
    return Operator(f"{{}} {sign} {{}}", level, (level + left, level + 1))


@dataclass(frozen=True)
class Language:
    """A language, or one dtype of it.

    Attributes
    ----------
    operators : mapping of str to Operator
        For every word.
    number : callable
        From a float to its literal.
    assignment : str
        A statement that gives a name to an expression: ``{}`` twice.
    typed : str
        How a literal is written where no operand of an operation has a dtype.
    helpers : mapping of str to str
        The source of functions that a word needs and the language lacks.
    """

    operators: Mapping[str, Operator]
    number: Callable[[float], str]
    assignment: str
    typed: str = "{}"
    helpers: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Written:
    """An expression as text.

    Attributes
    ----------
    lines : tuple of str
        Assignments of what is used more than once.
    value : str
        The value itself.
    level : int
        How tightly it binds.
    """

    lines: tuple[str, ...]
    value: str
    level: int


def write_expression(expression: Expression, names: Sequence[str], language: Language, prefix: str = "t") -> Written:
    """Return an expression in a language.

    Parameters
    ----------
    expression : Expression
    names : sequence of str
        What its inputs are called, in their order.
    language : Language
    prefix : str
        With a number behind, the names of what is used more than once.
    """
    inputs = dict(zip(expression.inputs, names, strict=True))
    uses = Counter(operand for operation, *operands in expression.steps if operation in ARITY for operand in operands)
    lines: list[str] = []
    texts: list[tuple[str, int]] = []
    truths: list[bool] = []
    for index, step in enumerate(expression.steps):
        operation, *operands = step
        truths.append(is_truth(step, truths))
        if operation == "input":
            texts.append((inputs[operands[0]], ATOM))
        elif operation == "constant":
            texts.append((language.number(float(operands[0])), UNARY if operands[0] < 0 else ATOM))
        else:
            given = [texts[operand] for operand in operands]
            if operation == "where" and not truths[operands[0]]:
                given[0] = (f"{_bracketed(given[0], COMPARE + 1)} != {language.number(0.0)}", COMPARE)
            values = operands[1:] if operation == "where" else operands
            if all(expression.steps[operand][0] == "constant" for operand in values):
                given = [(language.typed.format(text), level) if operand in values else (text, level)
                         for (text, level), operand in zip(given, operands, strict=True)]  # fmt: skip
            row = language.operators[operation]
            text = row.template.format(*(_bracketed(each, least) for each, least in zip(given, row.needs, strict=True)))
            if uses[index] > 1:
                lines.append(language.assignment.format(f"{prefix}{len(lines)}", text))
                texts.append((f"{prefix}{len(lines) - 1}", ATOM))
            else:
                texts.append((text, row.level))
    return Written(tuple(lines), *texts[-1])


def helpers(expressions: Sequence[Expression], language: Language) -> list[str]:
    """Return the sources of the functions that some expressions need, each once."""
    words = {operation for expression in expressions for operation, *_ in expression.steps}
    return [source for word, source in language.helpers.items() if word in words]


def _bracketed(written: tuple[str, int], least: int) -> str:
    text, level = written
    return text if level >= least else f"({text})"


ARITHMETIC = {
    "add": infix("+", ADD), "subtract": infix("-", ADD), "multiply": infix("*", MULTIPLY), "divide": infix("/", MULTIPLY),
    "negative": Operator("-{}", UNARY, (POWER,)),
}  # fmt: skip
"""The same everywhere."""

COMPARISONS = {
    name: infix(sign, COMPARE, left=1) for name, sign in {"less": "<", "less_equal": "<=", "greater": ">", "greater_equal": ">="}.items()
}

LOGIC = {
    "logical_or": infix("||", OR),
    "logical_and": infix("&&", AND),
    "logical_not": Operator("({} == 0)", ATOM, (COMPARE + 1,)),
    "where": Operator("{} ? {} : {}", LOOSE, (OR, OR, OR)),
}
"""Of C and what descends from it. NaN is true there as in NumPy."""


def _plain(number: float) -> str:
    return repr(number).removesuffix(".0")


# ---- NumPy ------------------------------------------------------------------------------------------------------------------

_NUMPY = {
    name: call(f"np.{name}", ARITY[name])
    for name in (
        "arctan", "cos", "exp", "expm1", "floor", "log", "log1p", "maximum", "minimum", "sign", "sin", "sqrt", "tanh", "where",
        "logical_or", "logical_and", "logical_not",
    )
} | {"absolute": call("np.abs"), "erf": call("erf"), "power": Operator("{} ** {}", POWER, (ATOM, POWER))}  # fmt: skip

_NUMPY_ERF = '''def erf(x):
    """Return the error function, to 1e-16: polynomials in x² up to 1, and beyond of what the logarithm of 1 - erf x is."""
    a = np.abs(x.astype(np.float64))
    near = np.minimum(a, 1)
    near = near + near * np.polyval(ERF_BELOW_1, near * near)
    far = 1 - np.exp(np.polyval(ERF_ABOVE_1, np.clip(a, 1, 6) - 1))
    return (np.sign(x) * np.where(a < 1, near, far)).astype(x.dtype)
'''


def _python_list(name: str, numbers: Sequence[float]) -> str:
    return f"{name} = [{', '.join(map(repr, numbers))}]\n"


def _erf_numbers(write_list: Callable[[str, Sequence[float]], str]) -> str:
    """Return the coefficients of the error function in a language, the highest power first."""
    from halfmoon.engines.compiler.math_coefficients import ERROR_ABOVE_1, ERROR_BELOW_1  # noqa: PLC0415 - with what they are used for

    tables = {"ERF_BELOW_1": ERROR_BELOW_1, "ERF_ABOVE_1": ERROR_ABOVE_1}
    return "".join(write_list(name, table[np.float64][::-1]) for name, table in tables.items())


def numpy_language(dtype: np.dtype[np.floating]) -> Language:
    """Return NumPy's words; ``np`` is NumPy."""
    erf = f"{_erf_numbers(_python_list)}\n\n{_NUMPY_ERF}"
    return Language(ARITHMETIC | COMPARISONS | _NUMPY, _plain, "{} = {}", f"np.{dtype.name}({{}})", {"erf": erf})


# ---- C ----------------------------------------------------------------------------------------------------------------------

_C_NAMES = {
    "absolute": "fabs", "arctan": "atan", "cos": "cos", "erf": "erf", "exp": "exp", "expm1": "expm1", "floor": "floor", "log": "log",
    "log1p": "log1p", "maximum": "maximum", "minimum": "minimum", "power": "pow", "sign": "sign", "sin": "sin", "sqrt": "sqrt",
    "tanh": "tanh",
}  # fmt: skip
"""Of C99's math.h; the suffix f is for float. ``maximum``, ``minimum`` and ``sign`` are helpers: fmax loses NaN."""

_C_HELPERS = {
    "maximum": "static {0} maximum{1}({0} a, {0} b) {{ return a > b || a != a ? a : b; }}\n",
    "minimum": "static {0} minimum{1}({0} a, {0} b) {{ return a < b || a != a ? a : b; }}\n",
    "sign": "static {0} sign{1}({0} a) {{ return a > 0 ? ({0})1 : a < 0 ? ({0})-1 : a; }}\n",
}


_C_LOGIC = {"logical_or": Operator("{} || {}", OR, (COMPARE, COMPARE))}
"""Compilers ask for brackets around what binds by itself: && within ||."""


def _float_literal(number: float) -> str:
    with np.errstate(over="ignore"):
        text = str(np.float32(number))
    if text.endswith("inf"):  # a number of a definition that only float64 has
        return text.replace("inf", "INFINITY")
    return f"{text if set(text) & set('.e') else text + '.0'}f"


def c_language(dtype: np.dtype[np.floating]) -> Language:
    """Return C99's words for ``float`` or ``double``."""
    single = dtype == np.float32
    kind, suffix = ("float", "f") if single else ("double", "")
    words = {word: call(f"{name}{suffix}", ARITY[word]) for word, name in _C_NAMES.items()}
    functions = {word: source.format(kind, suffix) for word, source in _C_HELPERS.items()}
    return Language(
        ARITHMETIC | COMPARISONS | LOGIC | _C_LOGIC | words, _float_literal if single else repr, f"const {kind} {{}} = {{}};", helpers=functions
    )


# ---- JavaScript -------------------------------------------------------------------------------------------------------------

_JAVASCRIPT_NAMES = {
    "absolute": "abs", "arctan": "atan", "cos": "cos", "exp": "exp", "expm1": "expm1", "floor": "floor", "log": "log", "log1p": "log1p",
    "maximum": "max", "minimum": "min", "power": "pow", "sign": "sign", "sin": "sin", "sqrt": "sqrt", "tanh": "tanh",
}  # fmt: skip

_JAVASCRIPT_ERF = """// The error function, to 1e-16: polynomials in x² up to 1, and beyond of what the logarithm of 1 - erf x is.
function erf(x) {
  const a = Math.abs(x);
  const polynomial = (coefficients, t) => coefficients.reduce((sum, each) => sum * t + each, 0);
  const y = a < 1 ? a + a * polynomial(ERF_BELOW_1, a * a) : 1 - Math.exp(polynomial(ERF_ABOVE_1, Math.min(a, 6) - 1));
  return x < 0 ? -y : y;
}
"""


def _javascript_list(name: str, numbers: Sequence[float]) -> str:
    return f"const {name} = [{', '.join(map(repr, numbers))}];\n"


def javascript_language() -> Language:
    """Return JavaScript's words; its numbers are all float64."""
    words = {word: call(f"Math.{name}", ARITY[word]) for word, name in _JAVASCRIPT_NAMES.items()} | {"erf": call("erf")}
    erf = f"{_erf_numbers(_javascript_list)}\n{_JAVASCRIPT_ERF}"
    return Language(ARITHMETIC | COMPARISONS | LOGIC | words, _plain, "const {} = {};", helpers={"erf": erf})


LANGUAGES: dict[str, Callable[[], Language]] = {
    "NumPy, float32": lambda: numpy_language(np.dtype(np.float32)),
    "NumPy, float64": lambda: numpy_language(np.dtype(np.float64)),
    "C, float": lambda: c_language(np.dtype(np.float32)),
    "C, double": lambda: c_language(np.dtype(np.float64)),
    "JavaScript": javascript_language,
}
"""Every language that has a table of its own."""
