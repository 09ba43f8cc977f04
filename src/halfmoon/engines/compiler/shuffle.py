"""Shuffles: the permutations that NumPy draws, without a call for each number and without branches that no processor can predict.

The generator is MT19937 (Matsumoto & Nishimura, "Mersenne Twister", 1998). Its state, ``key``, is that of NumPy: 624 integers of
32 bits, and after them the index of the next to be used.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from halfmoon.engines.compiler.jit import compiled

N, M = 624, 397
"""The paper's n and m: integers in the state, and how far from each lies one that its successor is made from."""


@compiled
def twisted(high: Any, low: Any, far: Any) -> Any:
    """Return a new integer of the state, ``far ^ A (the top bit of high, the other bits of low)``."""
    y = high & np.uint32(0x80000000) | low & np.uint32(0x7FFFFFFF)
    return far ^ y >> np.uint32(1) ^ (np.uint32(0) - (y & np.uint32(1)) & np.uint32(0x9908B0DF))


@compiled
def twist(key: Any) -> None:
    """Replace the whole state: each integer by one made of itself, the next one and the one that lies ``M`` after it, cyclically."""
    for k in range(N - M):
        key[k] = twisted(key[k], key[k + 1], key[k + M])
    for k in range(N - M, N - 1):
        key[k] = twisted(key[k], key[k + 1], key[k + M - N])
    key[N - 1] = twisted(key[N - 1], key[0], key[M - 1])


@compiled
def tempered(y: Any) -> int:
    """Return the 32 random bits that MT19937 makes of an integer of its state."""
    y ^= y >> 11
    y ^= y << 7 & 0x9D2C5680
    y ^= y << 15 & 0xEFC60000
    return y ^ y >> 18


@compiled
def draw_swaps(swaps: Any, n: int, key: Any) -> None:
    """Draw for each index but the first, from the last down, one up to it, with which ``RandomState.shuffle`` swaps it.

    It takes as many last bits of a random number as the index has, and rejects a number that is too large. Here such a number is
    stored and then overwritten, so no branch depends on a random number.
    """
    mask, position = 1, int(key[N])
    while mask < n - 1:
        mask = 2 * mask + 1
    last = n - 1
    while last > 0:
        while mask >> 1 >= last:
            mask >>= 1
        while last > mask >> 1:
            if position == N:
                twist(key)
                position = 0
            swaps[last] = swap = tempered(int(key[position])) & mask
            position += 1
            last -= 1 if swap <= last else 0
    key[N] = np.uint32(position)


@compiled
def shuffle(order: Any, n: int, swaps: Any, key: Any) -> None:
    """Shuffle ``n`` integers by the generator with the state ``key``; ``swaps`` has room for as many."""
    draw_swaps(swaps, n, key)
    for last in range(n - 1, 0, -1):
        other = swaps[last]
        order[last], order[other] = order[other], order[last]
