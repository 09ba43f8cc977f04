"""Fingerprints of what Halfmoon computes: short hashes of every bit, one line for each configuration.

Two versions of the source that print the same line on one machine compute the same numbers::

    python -m benchmarks.fingerprints > one.txt     # and with the other version > other.txt
    diff one.txt other.txt

Only names that ``halfmoon`` itself exports are used, so that a version with another layout can be run too. A line depends neither
on times nor on sentences, such as the reason why a training ended. A configuration that fails gives a line that says so.
"""
