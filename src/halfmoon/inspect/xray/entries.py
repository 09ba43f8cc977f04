"""Entries of arrays by name: ``"1.W[2,5]"``, ``"W[2,5] of layer 1"``."""

from __future__ import annotations

import re
from collections.abc import Mapping

from halfmoon.base import checks
from halfmoon.base.checks import Array, Index
from halfmoon.base.errors import InputError

PATH = r"\d+(?:\.\d+)*(?:\.keep|\.add)?"
FORMS = (
    re.compile(rf"(?P<letter>\w+)\s*\[(?P<index>[^\]]*)\]\s+of\s+(?:layer|step)\s+(?P<path>{PATH})"),
    re.compile(rf"(?P<path>{PATH})\.(?P<letter>\w+)\s*\[(?P<index>[^\]]*)\]"),
    re.compile(r"(?P<path>)(?P<letter>d?X|d?scores)\s*\[(?P<index>[^\]]*)\]"),
)


def gradient_of(name: object, names: Mapping[str, str], arrays: Mapping[str, Array]) -> tuple[str, Index]:
    """Return the name of an entry's gradient, and the index in it.

    Parameters
    ----------
    name : str
        Such as ``"1.dW[2,5]"``, ``"1.W[2,5]"``, ``"W[2,5] of layer 1"``, ``"X[0,1]"`` or ``"scores[0,0]"``.
    names : mapping of str to str
        From each array that has a gradient to the gradient's name.
    arrays : mapping of str to ndarray
        The gradients.

    Raises
    ------
    InputError
        When the name is in no such form, or there is no such array or entry.
    """
    text = checks.instance("entry", name, str, "text such as '1.dW[2,5]'").strip()
    found = next((match for form in FORMS if (match := form.fullmatch(text))), None)
    if found is None:
        raise InputError(f"entry must be named as '1.dW[2,5]', 'W[2,5] of layer 1', 'X[0,1]' or 'scores[0,0]', got {text!r}")
    array = f"{found['path']}.{found['letter']}" if found["path"] else found["letter"]
    gradient = names[checks.one_of("entry", array, names)]
    return gradient, _index(found["index"], array, arrays[gradient].shape, text)


def _index(text: str, array: str, shape: Index, name: str) -> Index:
    """Return an index that lies within the shape of an array; from the end where it is negative."""
    parts = [part.strip() for part in text.split(",")]
    if len(parts) != len(shape) or not all(re.fullmatch(r"-?\d+", part) for part in parts):
        raise InputError(f"entry must have {len(shape)} whole numbers in its brackets, as {array} is of shape {shape}, got {name!r}")
    index = tuple(int(part) for part in parts)
    if not all(-size <= each < size for each, size in zip(index, shape, strict=True)):
        raise InputError(f"entry must lie within {array}, which is of shape {shape} and counted from 0, got {name!r}")
    return tuple(each % size for each, size in zip(index, shape, strict=True))


def entry_name(name: str, index: Index) -> str:
    """Return the name of an entry, such as ``1.dW[2,5]``."""
    return f"{name}[{','.join(map(str, index))}]"
