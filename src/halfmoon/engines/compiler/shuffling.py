"""Shuffles: NumPy's own, number for number, without its calls and without its branches that no processor can foresee."""

from __future__ import annotations

from typing import Any

import numpy as np

from halfmoon.engines.compiler.jit import compiled

WORDS, FAR = 624, 397
"""How many words of 32 bits MT19937 keeps, and how far from each lies one that its successor is made from. After all words stands
which is the next to be used."""


@compiled
def mixed(high: Any, low: Any, far: Any) -> Any:
    """Return a new word of MT19937, ``far ^ A (the top bit of high, the other bits of low)``; Matsumoto and Nishimura (1998)."""
    y = high & np.uint32(0x80000000) | low & np.uint32(0x7FFFFFFF)
    return far ^ y >> np.uint32(1) ^ (np.uint32(0) - (y & np.uint32(1)) & np.uint32(0x9908B0DF))


@compiled
def twist(key: Any) -> None:
    """Make all words new, each from itself, the next one and the one that lies ``FAR`` after it, in a circle."""
    for k in range(WORDS - FAR):
        key[k] = mixed(key[k], key[k + 1], key[k + FAR])
    for k in range(WORDS - FAR, WORDS - 1):
        key[k] = mixed(key[k], key[k + 1], key[k + FAR - WORDS])
    key[WORDS - 1] = mixed(key[WORDS - 1], key[0], key[FAR - 1])


@compiled
def tempered(y: Any) -> int:
    """Return the 32 random bits that MT19937 makes of a word."""
    y ^= y >> 11
    y ^= y << 7 & 0x9D2C5680
    y ^= y << 15 & 0xEFC60000
    return y ^ y >> 18


@compiled
def draw_places(places: Any, n: int, key: Any) -> None:
    """Draw for each place but the first, from the last down, one up to it: with which one ``RandomState.shuffle`` changes it.

    It is the last bits of a draw, so many as it takes; a draw that is too large is thrown away. Here it is written down and
    then written over, so no jump depends on a draw.
    """
    mask, next_word = 1, int(key[WORDS])
    while mask < n - 1:
        mask = 2 * mask + 1
    last = n - 1
    while last > 0:
        while mask >> 1 >= last:
            mask >>= 1
        while last > mask >> 1:
            if next_word == WORDS:
                twist(key)
                next_word = 0
            places[last] = place = tempered(int(key[next_word])) & mask
            next_word += 1
            last -= 1 if place <= last else 0
    key[WORDS] = np.uint32(next_word)


@compiled
def shuffle(order: Any, n: int, places: Any, key: Any) -> None:
    """Shuffle ``n`` words by an MT19937; ``places`` has room for as many, and ``key`` is the generator's state."""
    draw_places(places, n, key)
    for last in range(n - 1, 0, -1):
        other = places[last]
        order[last], order[other] = order[other], order[last]
