"""A file of source code while it is written: its arrays, and the functions that it needs, each once."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from halfmoon.exports.language import Language, helpers
from halfmoon.exports.predictor import Predictor
from halfmoon.network.inference import Map


class SourceFile:
    """The parts of a file, in the order in which they come up.

    Parameters
    ----------
    predictor : Predictor
    language : Language

    Attributes
    ----------
    arrays : list of str
        The definitions of arrays.
    functions : list of str
        Those that are needed, and constants of theirs.
    """

    def __init__(self, predictor: Predictor, language: Language) -> None:
        self.predictor = predictor
        self.language = language
        self.arrays: list[str] = []
        self.functions: list[str] = []
        self._affine = 0

    def need(self, function: str, **filled: Any) -> None:
        """Have a function in the file, with its ``{...}`` filled in."""
        text = function.format(**filled)
        if text not in self.functions:
            self.functions.append(text)

    def need_words(self, indices: Sequence[int] | None = None) -> None:
        """Have the functions in the file that the expressions of some operations, by default of all, use and the language lacks."""
        operations = self.predictor.operations
        chosen = operations if indices is None else [operations[index] for index in indices]
        expressions = [each.expression for each in chosen if isinstance(each, Map)]
        self.functions += [each for each in helpers(expressions, self.language) if each not in self.functions]

    def next_affine(self) -> int:
        """Return the number of the next affine map, from 1 on, which its arrays are called by: W1, b1."""
        self._affine += 1
        return self._affine
