"""Random generators: made from a seed, and written as plain data so that a training can go on where it stopped."""

from __future__ import annotations

import ctypes
from typing import Any, TypeAlias

import numpy as np

from halfmoon.base import checks
from halfmoon.base.errors import InputError

Random: TypeAlias = "np.random.RandomState | np.random.Generator"  # as text: naming them would load numpy.random

BIT_GENERATORS = ("MT19937", "PCG64", "PCG64DXSM", "Philox", "SFC64")


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


MERSENNE_TWISTER = 625 * 4
"""Bytes of its state: 624 words and the index of the next one. Reading them through NumPy takes as long as some 4,000 draws."""


def is_plain(random: Random) -> bool:
    """Return whether a generator is a ``RandomState`` of MT19937, as an int makes it, that shuffles as NumPy does."""
    return type(random) is np.random.RandomState and type(bit_generator(random)) is np.random.MT19937


def rng_state(random: Random) -> Any:
    """Return the state of a generator, for :func:`restore_rng_state`."""
    bits = bit_generator(random)
    return ctypes.string_at(bits.ctypes.state_address, MERSENNE_TWISTER) if type(bits) is np.random.MT19937 else bits.state


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


def from_data(data: dict[str, Any]) -> Random:
    """Return a generator in the state that :func:`to_data` returned."""
    try:
        state = data["state"]
        bits = getattr(np.random, checks.one_of("bit_generator", state["bit_generator"], BIT_GENERATORS))()
        if data["class"] == "RandomState":
            random = np.random.RandomState(bits)
            random.set_state(state)
            return random
        bits.state = state
    except (LookupError, TypeError, ValueError) as error:
        raise InputError(f"the state of the random generator in the file is damaged: {error}") from error
    return np.random.Generator(bits)
