"""The fused engine: the definitions of layers, losses and optimisers, compiled.

``engine.py`` runs a training, ``inference.py`` a trained network. Both hand a vector of numbers to one compiled function of
``driver.py``, which walks the network's instructions:

- ``lowering.py`` makes those of each layer, rows of numbers, and ``program.py`` those of a network; ``plan.py`` makes ready all
  else that a training needs. ``tables.py`` has the names of all these places.
- ``operations/`` has what an instruction calls, the compiled twins of the layers; ``entries.py`` their addresses. The kernels of
  activations, losses and optimisers are written from their definitions by :mod:`halfmoon.engines.compiler`.
- ``blocks.py`` has what is done with the parameters once the gradients are there.
- ``warmup.py`` lists all that can be compiled ahead.
"""
