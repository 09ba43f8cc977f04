"""Products with what pairs of rows are listed for: the bits of the product of all entries, and no entry beside."""

import ctypes

import numpy as np
import pytest

from halfmoon.engines.compiler.cache import kernel
from halfmoon.engines.compiler.kernels import function_text
from halfmoon.engines.compiler.machine import VECTOR_BYTES
from halfmoon.engines.compiler.nonzero_lists import lists_length
from halfmoon.engines.fused.entry_points import entry

POINTER, SIZE = ctypes.c_void_p, ctypes.c_int64
PRODUCT = ctypes.CFUNCTYPE(ctypes.c_double, *[POINTER] * 4, *[SIZE] * 8)
SPARSE_PRODUCT = ctypes.CFUNCTYPE(ctypes.c_double, *[POINTER] * 5, *[SIZE] * 7)
LIST_PAIRS = ctypes.CFUNCTYPE(ctypes.c_double, POINTER, SIZE, SIZE, SIZE, POINTER, POINTER)
BESIDE = 7


def list_pairs(A):
    """Return the lists of a matrix, in as much memory as they may take."""
    rows, columns = A.shape
    lists = np.full(lists_length(rows, columns) + 1, BESIDE)
    starts, indices = lists[: rows // 2 + 2], lists[rows // 2 + 2 :]
    run = LIST_PAIRS(kernel(function_text("halfmoon.engines.compiler.sparse_product", "list_pairs", "P I I I W W", A.dtype.name)))
    run(A.ctypes.data, columns, rows, columns, starts.ctypes.data, indices.ctypes.data)
    assert lists[-1] == BESIDE
    return starts, indices


def sparse(random, rows, columns, dtype, density=0.3):
    """Return a matrix most of whose entries are zero, some with a sign."""
    return (random.normal(size=(rows, columns)) * (random.uniform(size=(rows, columns)) < density)).astype(dtype)


@pytest.mark.parametrize("columns", [1, 2, 7, 8, 9, 16, 31])
@pytest.mark.parametrize("rows", [1, 2, 5])
@pytest.mark.parametrize("dtype", ["float32", "float64"])
def test_the_lists_of_any_shape(dtype, rows, columns):
    A = sparse(np.random.RandomState(0), rows, columns, dtype)
    A[0, 0] = np.nan  # which is not zero
    starts, indices = list_pairs(A)
    for pair in range((rows + 1) // 2):
        assert indices[starts[pair] : starts[pair + 1]].tolist() == np.flatnonzero(A[2 * pair : 2 * pair + 2].any(axis=0)).tolist()


@pytest.mark.parametrize("density", [0.0, 0.3, 1.0])
@pytest.mark.parametrize("rows", [1, 2, 9])
@pytest.mark.parametrize("dtype", ["float32", "float64"])
def test_the_product_of_any_shape(dtype, rows, density):
    random, depth = np.random.RandomState(1), 13
    A = sparse(random, rows, depth, dtype, density)
    lists = np.full(lists_length(rows, depth) + 1, BESIDE)
    for columns in range(1, 12 * VECTOR_BYTES // np.dtype(dtype).itemsize + 2, 3 if rows > 2 else 1):
        B, start = random.normal(size=(depth, columns)).astype(dtype), random.normal(size=(rows, columns)).astype(dtype)
        C, expected = (np.full((rows + 1, columns), BESIDE, dtype) for _ in range(2))
        sizes = columns, columns, columns, rows, columns
        given = A.ctypes.data, B.ctypes.data, start.ctypes.data
        SPARSE_PRODUCT(entry("sparse_product", A.dtype))(*given, C.ctypes.data, lists.ctypes.data, depth, *sizes, depth)
        PRODUCT(entry("product", A.dtype))(*given, expected.ctypes.data, depth, 1, *sizes, depth)
        assert (expected == C).all()
        assert (C[rows] == BESIDE).all()
        assert lists[-1] == BESIDE
