"""Random generators: made from a seed, and written as plain data so that a training can go on where it stopped."""

from __future__ import annotations

from typing import Any, TypeAlias

import numpy as np

from halfmoon import checks
from halfmoon.errors import InputError

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


def to_data(random: Random) -> dict[str, Any]:
    """Return where a generator stands, as names, numbers and arrays."""
    if isinstance(random, np.random.RandomState):
        state: Any = random.get_state(legacy=False)
        return {"class": "RandomState", "state": state}
    return {"class": "Generator", "state": random.bit_generator.state}


def from_data(data: dict[str, Any]) -> Random:
    """Return a generator that stands where :func:`to_data` found one."""
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
