"""What made a file: the versions that stand in its head."""

from __future__ import annotations

import platform

import numpy as np

from halfmoon.version import __version__


def versions() -> dict[str, str]:
    """Return the versions of what a file is made with, by name."""
    return {"halfmoon": __version__, "numpy": np.__version__, "python": platform.python_version()}
