"""The engine's own functions as kernels: what is called by address, from Python or from other compiled code."""

from __future__ import annotations

import ctypes
from functools import cache
from typing import Any

import numpy as np

from halfmoon.engines.compiler.cache import kernel
from halfmoon.engines.compiler.kernels import function_text

PACKAGE, OPERATION = "halfmoon.engines.fused", "W P W W"
ENTRIES = {
    name: (module, argument_types)
    for module, argument_types, names in (
        (f"{PACKAGE}.driver", "I I I F", "train forward"),
        ("halfmoon.engines.compiler.matrix_product", "P P P P I I I I I I I I", "product"),
        ("halfmoon.engines.compiler.sparse_product", "P P P P W I I I I I I I", "sparse_product"),
        (f"{PACKAGE}.operations.dense", OPERATION, "dense dense_back activation activation_back"),
        (f"{PACKAGE}.operations.dropout", OPERATION, "dropout"),
        (f"{PACKAGE}.operations.softmax", OPERATION, "softmax softmax_back"),
        (f"{PACKAGE}.operations.normalise", OPERATION, "layer_norm layer_norm_back batch_norm running_norm"),
        (f"{PACKAGE}.operations.normalise", OPERATION, "batch_sums batch_squares batch_norm_gradients batch_norm_back batch_norm_observe"),
        (f"{PACKAGE}.operations.scale", OPERATION, "scale scale_back parametric parametric_back"),
        (f"{PACKAGE}.operations.embeddings", OPERATION, "periodic periodic_back piecewise_linear piecewise_linear_back"),
        (f"{PACKAGE}.operations.ensemble", OPERATION, "repeat repeat_back batch_ensemble batch_ensemble_back"),
        (f"{PACKAGE}.operations.ensemble", OPERATION, "grouped_dense grouped_dense_back"),
        (f"{PACKAGE}.operations.residual", OPERATION, "add_kept add_kept_back keep_back"),
        (f"{PACKAGE}.operations.losses", OPERATION, "pointwise_loss cross_entropy"),
    )
    for name in names.split()
}
"""Where each function is, and what it takes; see :func:`halfmoon.engines.compiler.kernels.function_text`."""


def entry_text(name: str, dtype: str) -> str:
    """Return the kernel of a function of :data:`ENTRIES`, for numbers of ``dtype``."""
    module, argument_types = ENTRIES[name]
    return function_text(module, name, argument_types, dtype)


@cache
def entry(name: str, dtype: np.dtype[Any]) -> int:
    """Return the address of a function of :data:`ENTRIES`, for numbers of ``dtype``."""
    return kernel(entry_text(name, dtype.name))


@cache
def driver(name: str, dtype: np.dtype[Any]) -> Any:
    """Return a function of :mod:`halfmoon.engines.fused.driver` for Python; see there for its arguments."""
    number = ctypes.c_float if dtype == np.float32 else ctypes.c_double
    return ctypes.CFUNCTYPE(ctypes.c_double, ctypes.c_int64, ctypes.c_int64, ctypes.c_int64, number)(entry(name, dtype))
