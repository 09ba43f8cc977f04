"""The engine's own functions as kernels: what is called by address, from Python or from other compiled code."""

from __future__ import annotations

import ctypes
from functools import cache
from typing import Any

import numpy as np

from halfmoon.compiled.cache import kernel
from halfmoon.compiled.kernels import function_text

OPERATIONS = {
    name: module
    for module, names in {
        "dense": "dense dense_back activation activation_back",
        "dropout": "dropout",
        "softmax": "softmax softmax_back",
        "normalise": "layer_norm layer_norm_back batch_sums batch_squares batch_norm running_norm batch_norm_gradients batch_norm_back"
        " batch_norm_observe",
        "residual": "add_kept add_kept_back keep_back",
        "losses": "pointwise_loss cross_entropy",
    }.items()
    for name in names.split()
}
"""In which module of ``operations/`` each operation is."""

ENTRIES = {
    "train": ("engines.fused.driver", "I I I F"),
    "forward": ("engines.fused.driver", "I I I F"),
    "product": ("compiled.products", "P P P P I I I I I I I I"),
} | {name: (f"engines.fused.operations.{module}", "W P W W") for name, module in OPERATIONS.items()}
"""Where each function is, and what it takes; see :func:`halfmoon.compiled.kernels.function_text`."""


def entry_text(name: str, dtype: str) -> str:
    """Return the kernel of a function of :data:`ENTRIES`, for numbers of ``dtype``."""
    module, kinds = ENTRIES[name]
    return function_text(f"halfmoon.{module}", name, kinds, dtype)


@cache
def entry(name: str, dtype: np.dtype[Any]) -> int:
    """Return the address of a function of :data:`ENTRIES`, for numbers of ``dtype``."""
    return kernel(entry_text(name, dtype.name))


def driver(name: str, dtype: np.dtype[Any]) -> Any:
    """Return a function of :mod:`halfmoon.engines.fused.driver` for Python: it takes (me, threads, address of the numbers)."""
    number = ctypes.c_float if dtype == np.float32 else ctypes.c_double
    return ctypes.CFUNCTYPE(ctypes.c_double, ctypes.c_int64, ctypes.c_int64, ctypes.c_int64, number)(entry(name, dtype))
