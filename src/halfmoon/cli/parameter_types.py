"""Types of the options' values: one value, one for each layer, or several to compare."""

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


def inside(text: str) -> str | None:
    """Return what stands between a pair of brackets around a text; None where there is none."""
    return text[1:-1].strip() if text[:1] in {"[", "("} and text[-1:] in {"]", ")"} else None


def value(text: str) -> Any:
    """Return a number, true, false, none, a list in brackets, or else the text itself."""
    items = inside(text)
    if items is not None:
        return tuple(value(part) for part in split(items)) if items else ()
    if text.lower() in WORDS:
        return WORDS[text.lower()]
    for kind in (int, float):
        try:
            return kind(text)
        except ValueError:
            continue
    return text


class Widths(click.ParamType):  # type: ignore[type-arg]
    """Widths of layers, such as ``64,32``; ``none`` for no layer."""

    name = "widths"

    def convert(self, value_: Any, param: click.Parameter | None, ctx: click.Context | None) -> tuple[int, ...]:
        text = inside(value_.strip())
        text = value_.strip() if text is None else text
        try:
            return () if text.lower() in {"", "none"} else tuple(int(part) for part in text.split(","))
        except ValueError:
            self.fail(f"{value_!r} must be widths such as 64,32, or none.", param, ctx)


class PerLayer(click.ParamType):  # type: ignore[type-arg]
    """One value for all hidden layers, or one for each with commas between, in brackets or not."""

    def __init__(self, kind: click.ParamType) -> None:  # type: ignore[type-arg]
        self.kind = kind
        self.name = kind.name

    def convert(self, value_: Any, param: click.Parameter | None, ctx: click.Context | None) -> Any:
        items = inside(value_.strip())
        values = tuple(self.kind.convert(part.strip(), param, ctx) for part in (value_ if items is None else items).split(","))
        return values[0] if items is None and len(values) == 1 else values


class Several(PerLayer):
    """Values with commas between, such as ``0.01,0.1`` or ``[relu,tanh],tanh``."""

    def __init__(self, kind: click.ParamType) -> None:  # type: ignore[type-arg]
        super().__init__(kind)
        self.name += ",..."

    def convert(self, value_: Any, param: click.Parameter | None, ctx: click.Context | None) -> list[Any]:
        try:
            return [self.kind.convert(part, param, ctx) for part in split(value_)]
        except ValueError as error:
            self.fail(f"{error}.", param, ctx)


class Assignment(click.ParamType):  # type: ignore[type-arg]
    """A parameter of the estimator and its values, such as ``alpha=0,0.1``."""

    name = "name=values"

    def convert(self, value_: Any, param: click.Parameter | None, ctx: click.Context | None) -> tuple[str, list[Any]]:
        name, sign, values = value_.partition("=")
        if not name.strip() or not sign:
            self.fail(f"{value_!r} must be a parameter and its values, such as alpha=0,0.1.", param, ctx)
        try:
            return name.strip(), [value(part) for part in split(values)]
        except ValueError as error:
            self.fail(f"{error}.", param, ctx)
