"""The fused engine: the definitions of layers, losses and optimisers, compiled.

``engine.py`` runs a training, ``inference.py`` a trained network. Both hand a vector of numbers to one compiled function of
``driver.py``, which walks the network's instructions:

- ``program.py`` makes those of the network, each a row of numbers; ``plan.py`` makes ready all else that a training needs.
  ``tables.py`` has the names of all these places.
- ``operations/`` has what an instruction calls, the compiled twins of the layers; ``entries.py`` their addresses. The kernels of
  activations, losses and optimisers are written from their definitions by :mod:`halfmoon.compiled`.
- ``warmup.py`` compiles all of it ahead.
"""
