"""Exports: a model as a file that predicts without this library.

``description.py`` makes of a model a ``predictor.py``: what goes in (``columns.py``), plain operations
(:mod:`halfmoon.network.inference`), and what comes out. A writer a target walks it; ``language.py`` has the operators of each language,
and ``targets.py`` is the table of them all.
"""
