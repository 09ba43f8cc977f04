"""Random generators: made from a seed, and written as plain data so that a training can go on where it stopped."""

from __future__ import annotations

import ctypes
import sys
from typing import Any, TypeAlias

import numpy as np

from halfmoon.base import checks, schema
from halfmoon.base.checks import Check
from halfmoon.base.errors import InputError

Random: TypeAlias = "np.random.RandomState | np.random.Generator"  # as text: naming them would load numpy.random

WORDS = 624
"""Of the state of a Mersenne twister."""

_LEFT = {"has_uint32": checks.from_to(0, 1), "uinteger": checks.from_to(0, 2**32 - 1)}
_PCG = {"state": schema.entries({"state": checks.from_to(0, 2**128 - 1), "inc": checks.from_to(1, 2**128 - 1)}), **_LEFT}

STATES: dict[str, dict[str, Check]] = {
    "MT19937": {"state": schema.entries({"key": schema.array("u4", WORDS), "pos": checks.from_to(0, WORDS)})},
    "PCG64": _PCG,
    "PCG64DXSM": _PCG,
    "Philox": {
        "state": schema.entries({"counter": schema.array("u8", 4), "key": schema.array("u8", 2)}),
        "buffer": schema.array("u8", 4),
        "buffer_pos": checks.from_to(0, 4),
        **_LEFT,
    },
    "SFC64": {"state": schema.entries({"state": schema.array("u8", 4)}), **_LEFT},
}
"""What the state of each of NumPy's bit generators may hold. NumPy itself would take any position, and read from there."""

GAUSS: dict[str, Check] = {"has_gauss": checks.from_to(0, 1), "gauss": checks.number}
"""What the state of a RandomState holds beside that."""


def generator(seed: int | Random) -> Random:
    """Return a generator: an int means ``numpy.random.RandomState(seed)``, a generator is used as it is."""
    if isinstance(seed, np.random.RandomState | np.random.Generator):
        return seed
    checks.whole("seed", seed, least=0)
    if seed >= 2**32:
        raise checks.fail("seed", seed, "below 2**32, a RandomState or a Generator")
    return np.random.RandomState(seed)


def bit_generator(random: Random) -> Any:
    """Return what a generator draws its bits from."""
    return random._bit_generator if isinstance(random, np.random.RandomState) else random.bit_generator  # noqa: SLF001 - it has no other name


MERSENNE_TWISTER = (WORDS + 1) * 4
"""Bytes of its state: 624 words and the index of the next one. Reading them through NumPy takes as long as some 4,000 draws."""


def is_plain(random: Random) -> bool:
    """Return whether a generator is a ``RandomState`` of MT19937, as an int makes it, that shuffles as NumPy does."""
    return type(random) is np.random.RandomState and type(bit_generator(random)) is np.random.MT19937


def rng_state(random: Random) -> Any:
    """Return the state of a generator, for :func:`restore_rng_state`."""
    bits = bit_generator(random)
    if type(bits) is not np.random.MT19937:
        return bits.state
    state = ctypes.string_at(bits.ctypes.state_address, MERSENNE_TWISTER)
    position = int.from_bytes(state[-4:], sys.byteorder, signed=True)
    if not 0 <= position <= WORDS:  # NumPy's set_state takes any, and compiled code reads from there
        raise InputError(f"the random generator must be at a position from 0 to {WORDS} of its state, got {position}")
    return state


def restore_rng_state(random: Random, state: Any) -> None:
    """Put back what :func:`rng_state` returned: the generator draws the same integers again."""
    bits = bit_generator(random)
    with bits.lock:
        if isinstance(state, bytes):
            ctypes.memmove(bits.ctypes.state_address, state, MERSENNE_TWISTER)
        else:
            bits.state = state


def to_data(random: Random) -> dict[str, Any]:
    """Return the state of a generator as names, numbers and arrays."""
    if isinstance(random, np.random.RandomState):
        state: Any = random.get_state(legacy=False)
        return {"class": "RandomState", "state": state}
    return {"class": "Generator", "state": random.bit_generator.state}


def from_data(name: str, data: Any) -> Random:
    """Return a generator in the state that :func:`to_data` returned: a check, as those of :mod:`halfmoon.base.schema`.

    Raises
    ------
    InputError
        When no generator can be in such a state.
    """
    found = schema.entries({"class": checks.choice(["RandomState", "Generator"]), "state": checks.kind(dict, "a dict")})(name, data)
    plain, given = found["class"] == "RandomState", found["state"]
    kind = checks.one_of(f"{name}.bit_generator", given.get("bit_generator"), STATES)
    state = schema.entries(STATES[kind] | (GAUSS if plain else {}))(f"{name}.state", given) | {"bit_generator": kind}
    if kind == "MT19937" and not (state["state"]["key"][1:].any() or state["state"]["key"][0] >> 31):
        raise InputError(f"{name}.state must have a key other than 0, which would draw 0 for ever")
    bits = getattr(np.random, kind)()
    if plain:
        random = np.random.RandomState(bits)
        random.set_state(state)
        return random
    bits.state = state
    return np.random.Generator(bits)
