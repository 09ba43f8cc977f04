"""Values with commas between, as the options of ``halfmoon compare`` take them."""

from __future__ import annotations

from typing import Any

import click

WORDS: dict[str, Any] = {"true": True, "false": False, "none": None}
BRACKETS = {"[": 1, "(": 1, "]": -1, ")": -1}


def split(text: str) -> list[str]:
    """Return the parts between commas that stand in no brackets.

    Raises
    ------
    ValueError
        When a bracket is missing, or a part.
    """
    parts, depth = [""], 0
    for letter in text:
        depth += BRACKETS.get(letter, 0)
        if depth < 0:
            break
        if letter == "," and not depth:
            parts.append("")
        else:
            parts[-1] += letter
    parts = [part.strip() for part in parts]
    if depth:
        raise ValueError(f"{text!r} must close each bracket that it opens")
    if not all(parts):
        raise ValueError(f"{text!r} must have a value on both sides of each comma")
    return parts


def value(text: str) -> Any:
    """Return a number, true, false, none, a list in brackets, or else the text itself."""
    if text[0] in "[(" and text[-1] in "])":
        return tuple(value(part) for part in split(text[1:-1])) if text[1:-1].strip() else ()
    if text.lower() in WORDS:
        return WORDS[text.lower()]
    for kind in (int, float):
        try:
            return kind(text)
        except ValueError:
            continue
    return text


class Values(click.ParamType):  # type: ignore[type-arg]
    """Values with commas between, such as ``0.01,0.1`` or ``[relu,tanh],tanh``."""

    name = "values"

    def convert(self, value_: Any, param: click.Parameter | None, ctx: click.Context | None) -> list[Any]:
        try:
            return [value(part) for part in split(value_)]
        except ValueError as error:
            self.fail(f"{error}.", param, ctx)


class Assignment(click.ParamType):  # type: ignore[type-arg]
    """A parameter of the estimator and its values, such as ``alpha=0,0.1``."""

    name = "name=values"

    def convert(self, value_: Any, param: click.Parameter | None, ctx: click.Context | None) -> tuple[str, list[Any]]:
        name, sign, values = value_.partition("=")
        if not name.strip() or not sign:
            self.fail(f"{value_!r} must be a parameter and its values, such as alpha=0,0.1.", param, ctx)
        return name.strip(), Values().convert(values, param, ctx)
