"""What a file may hold: checks of dicts, lists, arrays and records, made of the checks of what is in them.

Each kind of file declares its head once, as such a check; what has passed it needs no look at types and ranges any more.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np

from halfmoon.base import checks
from halfmoon.base.checks import Array, Check
from halfmoon.base.errors import InputError
from halfmoon.base.record import decode


def each(check: Check) -> Check:
    """Return a check for a tuple, or a list that becomes one, of which each item passes ``check``."""

    def checked_items(name: str, value: object) -> tuple[Any, ...]:
        items: Any = checks.instance(name, value, (tuple, list), "a list")
        return tuple(check(f"{name}[{index}]", item) for index, item in enumerate(items))

    return checked_items


def mapping(check: Check) -> Check:
    """Return a check for a dict with names for keys, of which each value passes ``check``."""

    def checked_values(name: str, value: object) -> dict[str, Any]:
        items: Any = checks.instance(name, value, Mapping, "a dict")
        return {checks.text(f"a key of {name}", key): check(f"{name}[{key!r:.40}]", item) for key, item in items.items()}

    return checked_values


def entries(needed: Mapping[str, Check], optional: Mapping[str, Check] = {}) -> Check:
    """Return a check for a dict that has all ``needed`` keys and may have the ``optional`` ones; others are left out."""

    def checked_entries(name: str, value: object) -> dict[str, Any]:
        items: Any = checks.instance(name, value, Mapping, "a dict")
        missing = next((key for key in needed if key not in items), None)
        if missing is not None:
            raise InputError(f"{name} must have {missing!r}, it has only {', '.join(map(str, items)) or 'nothing':.80}")
        return {key: check(f"{name}.{key}", items[key]) for key, check in {**needed, **optional}.items() if key in items}

    return checked_entries


def array(kinds: str, *shape: int | None) -> Check:
    """Return a check for arrays of numbers of a dtype that begins as one of ``kinds``, such as "f" or "i8 u1", of so many axes."""

    def checked_array(name: str, value: object) -> Array:
        found: Any = checks.instance(name, value, np.ndarray, "an array")
        fits = len(found.shape) == len(shape) and all(wanted in {None, size} for wanted, size in zip(shape, found.shape, strict=True))
        if not (fits and any(found.dtype.str[1:].startswith(each) for each in kinds.split())):
            wanted = ", ".join("any" if size is None else str(size) for size in shape)
            raise InputError(f"{name} must be an array of {kinds} and shape ({wanted}), got {found.dtype} {found.shape}"[:250])
        return found

    return checked_array


def anything(_name: str, value: object) -> Any:
    """Return any value: what it may be is checked where it is used."""
    return value


def decoded(check: Check) -> Check:
    """Return a check for what a record, or plain data, that was encoded for a file passes once it is decoded."""
    return lambda name, value: check(name, decode(value))
