"""The version of Halfmoon."""

__version__ = "0.1.0"
