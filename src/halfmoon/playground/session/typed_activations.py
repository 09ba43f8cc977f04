"""Activations that people type: the first of a process are compiled, later ones run as they are written.

What is compiled stays as long as the process lives, more than a megabyte for each formula. Pupils of a class type thousands.
"""

from __future__ import annotations

import threading
from typing import Any

from halfmoon.layers.activations import Activation
from halfmoon.network.network import Network
from halfmoon.playground.session import formula

MOST_COMPILED = 64
"""Formulas that a process compiles."""


class Interpreted(Activation):
    """An activation that no kernel is made of: the reference engine runs its network."""


class Compiled:
    """The formulas that have kernels, which others may type again.

    Parameters
    ----------
    most : int
    """

    def __init__(self, most: int) -> None:
        self.most = most
        self._known: set[Activation] = set()
        self._lock = threading.Lock()

    def activation(self, text: Any) -> Activation:
        """Return the activation of a formula; one is compiled or not for as long as the process lives."""
        found = formula.activation(text)
        with self._lock:
            if found not in self._known and len(self._known) >= self.most:
                return Interpreted(found.name, found.value, found.slope)
            self._known.add(found)
        return found


compiled = Compiled(MOST_COMPILED)


def is_interpreted(network: Network) -> bool:
    """Return whether a network has an activation that is not compiled."""
    return any(isinstance(layer, Interpreted) for layer in network.layers)
