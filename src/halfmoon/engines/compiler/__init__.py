"""A small compiler and its run-time: what compiled code is made from, cached in and run by. It knows nothing of training.

- ``kernels.py`` writes the text of a kernel, from a traced definition or around a compiled function; ``jit.py`` compiles it by Numba for
  the processor of ``machine.py``; ``cache.py`` stores the machine code and loads it, by LLVM alone.
- ``math_functions.py`` has the functions of :mod:`halfmoon.expressions.vocabulary` in a form that is vectorised, made of
  ``math_primitives.py`` with the polynomials of ``math_coefficients.py``.
- ``intrinsics.py`` has the instructions that Numba has no function for; on these stand ``arrays.py``, ``matrix_product.py``, and
  ``sparse_product.py`` with the lists of ``nonzero_lists.py``. ``shuffle.py`` shuffles as NumPy does.
- ``team.py`` has threads that run a compiled function together, each on a core of its own, and ``barrier.py`` where they meet in it.
"""
