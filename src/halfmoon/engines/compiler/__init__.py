"""A small compiler and its run-time: what compiled code is made from, kept in and run by. It knows nothing of training.

- ``kernels.py`` writes the text of a kernel, from a traced definition or around a compiled function; ``jit.py`` makes machine
  code of it by Numba, for the processor of ``machine.py``; ``cache.py`` keeps that and loads it, by LLVM alone; ``ahead.py`` fills
  the cache.
- ``words.py`` has the words of :mod:`halfmoon.expressions.vocabulary` as functions that become vectors, made by ``scalars.py`` with the
  polynomials of ``minimax.py``.
- ``intrinsics.py`` has what Numba has no word for, ``arrays.py`` sums and turns of arrays, ``products.py`` the matrix product.
- ``team.py`` has threads that run a compiled function together, ``barrier.py`` where they meet in it.
"""
