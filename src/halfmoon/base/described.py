"""Docstrings of things that are no classes or functions: what ``help``, an editor and ``?`` show of them."""

from __future__ import annotations

from inspect import Parameter, Signature, cleandoc
from typing import Any, TypeVar

T = TypeVar("T")
Value = TypeVar("Value")


def described(definition: T, text: str, source: str, **constants: str) -> T:
    """Return a definition, an activation or a loss, with a docstring and a signature of its own.

    Parameters
    ----------
    definition : Definition
        Its traced value and slope are shown below the text.
    text : str
        What it is, with its formula.
    source : str
        Where the formula is from.
    **constants : str
        What each of its constants is.
    """
    of: Any = definition
    formulas = [f"    value({', '.join(of.value.inputs)}) = {of.value}", f"    slope by {of.arguments[0]} = {of.slope}"]
    parts = [cleandoc(text), "As they are computed::", "\n".join(formulas)]
    if constants:
        lines = [f"{name} : float or tuple of float, default={value:g}\n    {constants[name]}" for name, value in of.constants]
        parts.append("\n".join(["Parameters\n----------", *lines]))
    parts.append(f"References\n----------\n{source}")
    keywords = [Parameter(name, Parameter.KEYWORD_ONLY, default=value, annotation=type(value)) for name, value in of.constants]
    object.__setattr__(definition, "__doc__", "\n\n".join(parts) + "\n")
    object.__setattr__(definition, "__signature__", Signature(keywords, return_annotation=type(definition)))
    return definition


class Registry(dict[str, Value]):
    """Things by name, as a dict that says what it holds.

    Parameters
    ----------
    text : str
        Its docstring.
    entries : dict of str to object
    """

    def __init__(self, text: str, entries: dict[str, Value]) -> None:
        super().__init__(entries)
        self.__doc__ = text

    def __reduce__(self) -> tuple[Any, ...]:
        return Registry, (self.__doc__, dict(self))
