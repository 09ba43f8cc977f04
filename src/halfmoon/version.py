"""The version of Halfmoon."""

__version__ = "0.2.0"
