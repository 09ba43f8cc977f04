"""Definitions: a value and its slope, two plain functions written once and kept as traced expressions."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any, ClassVar, Self

from halfmoon.base import checks
from halfmoon.base.checks import Between
from halfmoon.base.errors import InputError
from halfmoon.base.record import Record, checked, record
from halfmoon.expressions.derivative import derivative
from halfmoon.expressions.tracing import trace

Numbers = float | tuple[float, ...]


def _pairs(name: str, value: Any) -> tuple[tuple[str, Any], ...]:
    """Return a dict with names for keys, or the pairs of one, as pairs."""
    items = dict(checks.instance(name, value, (Mapping, tuple), "a dict"))
    return tuple((checks.text(f"a key of {name}", key), item) for key, item in items.items())


@record
class Definition(Record):
    """A named value and slope. Two definitions are equal when their expressions and constants are.

    A definition is also the maker of its variants: ``LeakyReLU(alpha=0.2)`` is LeakyReLU with another constant, and
    ``ReLU()`` is ReLU.

    Parameters
    ----------
    name : str
        What to call it.
    value : callable or Expression
        A function of the arguments in ``arguments`` and of the constants, written in :mod:`halfmoon.expressions.vocabulary`.
    slope : callable or Expression, optional
        The derivative of the value by its first argument. Without it the value's expression is differentiated.
    constants : mapping of str to float or tuple of float
        Further arguments of both functions. A new number needs no new kernel; a tuple holds one number a column.
    limits : mapping of str to Between
        What the constants may be.

    Attributes
    ----------
    value, slope : Expression
        As traced.
    constants, limits : tuple of (name, value)

    Raises
    ------
    InputError
        When a function branches on a value, leaves the vocabulary, or a constant is out of its limits.
    """

    arguments: ClassVar[tuple[str, ...]] = ("z",)
    value_as: ClassVar[str | None] = None

    name: str = checked(checks.kind(str, "text"), compare=False)
    value: Any
    slope: Any = None
    constants: Any = checked(_pairs, default=())
    limits: Any = checked(_pairs, default=(), compare=False)

    def __post_init__(self) -> None:
        super().__post_init__()
        limits = {key: checks.instance(f"limits[{key!r}]", limit, Between, "a Between") for key, limit in self.limits}
        taken = {*self.arguments, self.value_as} & set(dict(self.constants))
        if taken:
            raise InputError(f"constants must have other names than the arguments, got {taken.pop()!r}")
        constants = {key: _numbers(key, given, limits.get(key)) for key, given in dict(self.constants).items()}
        inputs = (*self.arguments, *constants)
        value = trace(self.value, inputs, f"the value of {self.name!r}").as_number()
        if not value.uses(self.arguments[0]):
            raise InputError(f"the value of {self.name!r} must depend on {self.arguments[0]}, got {value}")
        if self.slope is None:
            slope = derivative(value, self.arguments[0], value_as=self.value_as)
        else:
            names = (self.arguments[0], self.value_as, *inputs[1:]) if self.value_as else inputs
            slope = trace(self.slope, names, f"the slope of {self.name!r}").as_number()
        for key, found in {"constants": tuple(constants.items()), "limits": tuple(limits.items()), "value": value, "slope": slope}.items():
            object.__setattr__(self, key, found)

    def __call__(self, **constants: Numbers) -> Self:
        """Return the same definition with other constants."""
        known = dict(self.constants)
        for key in constants:
            if key not in known:
                raise InputError(f"{self.name} has no constant {key!r}; it has {', '.join(known) or 'none'}")
        return replace(self, constants=known | constants) if constants else self

    def numbers(self) -> tuple[Numbers, ...]:
        """Return the constants' values in the order the expressions take them."""
        return tuple(number for _, number in self.constants)

    def __str__(self) -> str:
        constants = "".join(f", {key} = {number}" for key, number in self.constants)
        return f"{self.name}: value {self.value}, slope {self.slope}{constants}"

    def __repr__(self) -> str:
        constants = ", ".join(f"{key}={number!r}" for key, number in self.constants)
        return f"{self.name}({constants})" if constants else self.name


def _numbers(name: str, value: Any, limit: Between | None) -> Numbers:
    """Return a constant as a float or a tuple of floats within its limit."""
    check = limit or checks.number
    if isinstance(value, tuple | list):
        if not value:
            raise checks.fail(name, value, "a number or at least one number")
        return tuple(check(name, each) for each in value)
    return check(name, value)
