"""Records: frozen dataclasses that are compared by value, hashed, copied, pickled, and written as plain JSON.

Layers, losses, optimisers, schedules and initialisers are all records. Reading JSON back builds only classes that
are already defined in this process: a file holds data, never code.
"""

from __future__ import annotations

import base64
import math
from collections.abc import Callable
from dataclasses import MISSING, dataclass, field, fields, is_dataclass
from functools import cache
from typing import Any, ClassVar, TypeVar, dataclass_transform

import numpy as np

from halfmoon.base.errors import InputError

T = TypeVar("T")


MOST_DEPTH = 100
"""Of data within data in a file: deeper ones are neither written nor read, so that no reader runs out of stack."""

LARGEST_ITEM = 8
"""Bytes of one number of an array in a file."""


def checked(check: Callable[[str, Any], Any], **options: Any) -> Any:
    """Return a field with a check: a function of its name and value that returns the value in its proper form, or raises InputError."""
    return field(metadata={"check": check}, **options)


@dataclass_transform(frozen_default=True, field_specifiers=(field, checked))
def record(cls: type[T]) -> type[T]:
    """Make a class a frozen dataclass; comparing, hashing and printing are :class:`Record`'s own."""
    return dataclass(frozen=True, eq=False, repr=False)(cls)


@record
class Record:
    """Base of every frozen description; a subclass stands under ``@record`` (or ``@dataclass(frozen=True)``)."""

    kinds: ClassVar[dict[str, type[Record]]] = {}
    """Every subclass by the name it has in a file."""

    def __post_init__(self) -> None:
        kind: Any = type(self)
        for name, check in _checks(kind).items():
            object.__setattr__(self, name, check(name, getattr(self, name)))

    def __init_subclass__(cls, **options: Any) -> None:
        super().__init_subclass__(**options)
        Record.kinds[_kind(cls)] = cls

    def _compared(self) -> tuple[Any, ...]:
        kind: Any = type(self)
        return tuple([getattr(self, name) for name in _compared_names(kind)])

    def __eq__(self, other: object) -> bool:
        return type(self) is type(other) and self._compared() == other._compared()

    def __hash__(self) -> int:
        return hash((type(self), self._compared()))

    def __repr__(self) -> str:
        """Return its class and what differs from the defaults, as ``Dense(8, bias=False)``."""
        parts = []
        for each in fields(self):
            value = getattr(self, each.name)
            default = each.default if each.default_factory is MISSING else each.default_factory()
            if default is MISSING:
                parts.append(repr(value))
            elif value != default:
                parts.append(f"{each.name}={value!r}")
        return f"{type(self).__name__}({', '.join(parts)})"


@cache
def _checks(cls: type[Any]) -> dict[str, Callable[[str, Any], Any]]:
    """Return the check of each field that has one, here or where a parent declares it."""
    every = [each for base in reversed(cls.__mro__) if is_dataclass(base) for each in fields(base)]
    return {each.name: each.metadata["check"] for each in every if "check" in each.metadata}


@cache
def _compared_names(cls: type[Any]) -> list[str]:
    return [each.name for each in fields(cls) if each.compare]


PLAIN = {"array", "dict", "float"}
"""Kinds of data that are no records."""


def _kind(cls: type) -> str:
    """Return the name a class has in a file: its own, with its module unless it is ours."""
    return cls.__name__ if cls.__module__.startswith("halfmoon.") else f"{cls.__module__}.{cls.__qualname__}"


def encode(value: Any, depth: int = MOST_DEPTH) -> Any:  # noqa: PLR0911 - one kind of value, one return
    """Return ``value`` (a record, array, tuple, dict or scalar) as plain JSON data, at most ``depth`` deep."""
    if depth == 0:
        raise InputError(f"what is saved must lie at most {MOST_DEPTH} deep, such as a branch within branches, it lies deeper")
    match value:
        case Record():
            return {"kind": _kind(type(value))} | {f.name: encode(getattr(value, f.name), depth - 1) for f in fields(value)}
        case np.ndarray() if value.dtype.kind in "biuf" and value.dtype.itemsize <= LARGEST_ITEM:
            little = np.ascontiguousarray(value, dtype=value.dtype.newbyteorder("<"))
            text = base64.b64encode(little.tobytes()).decode("ascii")
            return {"kind": "array", "dtype": little.dtype.str, "shape": list(value.shape), "base64": text}
        case tuple() | list():
            return [encode(item, depth - 1) for item in value]
        case dict() if all(isinstance(key, str) for key in value):
            return {"kind": "dict"} | {"items": {key: encode(item, depth - 1) for key, item in value.items()}}
        case dict():  # JSON would make text of the keys
            return {"kind": "dict"} | {"pairs": [[encode(key, depth - 1), encode(item, depth - 1)] for key, item in value.items()]}
        case np.generic():
            return encode(value.item(), depth)
        case float() if not math.isfinite(value):
            return {"kind": "float", "text": repr(value)}  # JSON has no infinity
        case None | bool() | int() | float() | str():
            return value
    raise InputError(f"a record must hold plain data to be saved, got {type(value).__name__}")


def decode(data: Any, depth: int = MOST_DEPTH) -> Any:  # noqa: C901, PLR0911 - one kind of data, one return
    """Return what :func:`encode` was given, lists as tuples; what cannot be that raises InputError."""
    if depth == 0:
        raise InputError(f"the file must hold data at most {MOST_DEPTH} deep, it holds deeper ones")
    if isinstance(data, list):
        return tuple(decode(item, depth - 1) for item in data)
    if not isinstance(data, dict):
        return data
    kind = data.get("kind")
    if not isinstance(kind, str) or (kind not in Record.kinds and kind not in PLAIN):
        raise InputError(f"the file needs the class {kind!r:.80}, which is not defined here; import its module first")
    try:
        if kind == "array":
            array = np.frombuffer(base64.b64decode(data["base64"]), dtype=_number_type(data["dtype"]))
            return array.reshape(data["shape"]).astype(array.dtype.newbyteorder("="))
        if kind == "float":
            return float(data["text"])
        if kind == "dict" and "pairs" in data:
            return {decode(key, depth - 1): decode(item, depth - 1) for key, item in data["pairs"]}
        if kind == "dict":
            return {key: decode(item, depth - 1) for key, item in data["items"].items()}
        return Record.kinds[kind](**{key: decode(item, depth - 1) for key, item in data.items() if key != "kind"})
    except InputError:
        raise
    except (LookupError, AttributeError, TypeError, ValueError, ArithmeticError, SyntaxError, RecursionError) as error:
        raise InputError(f"the description of {kind!r:.80} in the file is damaged: {error!s:.120}") from error


def _number_type(text: Any) -> np.dtype[Any]:
    """Return a dtype of plain numbers, so that no file can ask for objects, nor for more bytes than a number has."""
    found = np.dtype(text if isinstance(text, str) and len(text) <= LARGEST_ITEM else object)
    if found.kind not in "biuf" or found.itemsize > LARGEST_ITEM:
        raise InputError(f"an array in the file must hold numbers, got dtype {text!r:.80}")
    return found
