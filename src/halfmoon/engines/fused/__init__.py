"""The fused engine: the definitions of layers, losses and optimisers, compiled.

``engine.py`` runs a training, ``inference.py`` a trained network. Both hand a vector of integers to one compiled function of
``driver.py``, which runs the network's instructions:

- ``lowering.py`` makes those of each layer, rows of integers, and ``program.py`` those of a network; ``arguments.py`` and ``plan.py``
  prepare all else that the driver needs. ``layout.py`` has the names of all columns and offsets.
- ``operations/`` has what an instruction calls, the compiled twins of the layers; ``entry_points.py`` their addresses. The kernels of
  activations, losses and optimisers are written from their definitions by :mod:`halfmoon.engines.compiler`.
- ``blocks.py`` has what is done with the parameters once the gradients are there.
- ``sparsity.py`` decides whether inputs that are zero are left out.
- ``warmup.py`` compiles ahead all that can be.
"""
