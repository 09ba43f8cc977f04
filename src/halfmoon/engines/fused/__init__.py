"""The fused engine: the definitions of layers, losses and optimisers, compiled.

``engine.py`` runs a training, ``inference.py`` a trained network. Both hand a vector of numbers (``plan.py``) to one
compiled function (``driver.py``) that walks the network's instructions (``program.py``, ``execute.py``): handwritten
twins of the layers (``rows.py``, ``products.py``), and kernels made from traced definitions (``kernels.py``, ``words.py``).
"""
