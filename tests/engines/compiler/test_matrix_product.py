"""The register tiles of a matrix product: every number of columns that fills its vectors otherwise, and no entry beside it."""

import ctypes

import numpy as np
import pytest

from halfmoon.engines.compiler.machine import VECTOR_BYTES
from halfmoon.engines.fused.entry_points import entry

POINTER, SIZE = ctypes.c_void_p, ctypes.c_int64
KIND = ctypes.CFUNCTYPE(ctypes.c_double, *[POINTER] * 4, *[SIZE] * 8)
BESIDE = 7.0


@pytest.mark.parametrize("transposed", [False, True])
@pytest.mark.parametrize("rows", [1, 2, 3, 9, 14, 31])
@pytest.mark.parametrize("dtype", ["float32", "float64"])
def test_the_product_of_any_shape(dtype, rows, transposed):
    product, random, depth = KIND(entry("product", np.dtype(dtype))), np.random.RandomState(0), 5
    for columns in range(1, 5 * VECTOR_BYTES // np.dtype(dtype).itemsize + 2):
        A, B = random.normal(size=(rows, depth)).astype(dtype), random.normal(size=(depth, columns)).astype(dtype)
        start = random.normal(size=(rows, columns)).astype(dtype)
        C = np.full((rows + 1, columns), BESIDE, dtype)
        given = np.ascontiguousarray(A.T) if transposed else A
        steps = (1, rows) if transposed else (depth, 1)
        arrays = [array.ctypes.data for array in (given, B, start, C)]
        product(*arrays, *steps, columns, columns, columns, rows, columns, depth)
        np.testing.assert_allclose(C[:rows], start.astype(float) + A.astype(float) @ B, rtol=0, atol=20 * np.finfo(dtype).eps)
        assert (C[rows] == BESIDE).all()
