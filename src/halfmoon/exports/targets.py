"""What is exported to: one row a target. Its module has ``write(predictor, **options) -> bytes`` and is loaded when it is used."""

from __future__ import annotations

from dataclasses import dataclass
from importlib import import_module
from typing import Any

from halfmoon.base import checks
from halfmoon.exports.predictor import Predictor


@dataclass(frozen=True)
class Target:
    """A language or a format.

    Attributes
    ----------
    module : str
        Of this package.
    suffixes : tuple of str
        What a file of it ends in, the usual one first.
    options : tuple of str
        Names of what its ``write`` takes beside the predictor.
    """

    module: str
    suffixes: tuple[str, ...]
    options: tuple[str, ...] = ()

    def write(self, predictor: Predictor, **options: Any) -> bytes:
        """Return the content of the file."""
        content: bytes = import_module(f"halfmoon.exports.{self.module}").write(predictor, **options)
        return content


TARGETS: dict[str, Target] = {
    "numpy": Target("numpy_source", (".py",)),
    "js": Target("javascript_source", (".mjs", ".js")),
    "json": Target("json_document", (".json",)),
    "c": Target("c_source", (".c",), ("name", "int8", "calibration", "tell")),
}


def find_target(to: str | None, suffix: str) -> str:
    """Return the name of a target: the one that is given, or else that of a file's suffix.

    Raises
    ------
    UnknownNameError
        When there is no such name, or no target has such a suffix.
    """
    if to is not None:
        return checks.one_of("to", to, TARGETS)
    by_suffix = {each: name for name, target in TARGETS.items() for each in target.suffixes}
    return by_suffix[checks.one_of("the ending of path, where to is left out,", suffix, by_suffix)]
