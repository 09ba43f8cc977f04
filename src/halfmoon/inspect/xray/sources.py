"""The lines that computed a number, and the equations that stand above them.

In Halfmoon an equation stands once, in a comment straight above its lines. So the X-ray does not tell the rules again: it
reads them where they are written, in a layer of one's own as in ours.
"""

from __future__ import annotations

import inspect
import textwrap
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from types import CodeType, FunctionType
from typing import Any

from halfmoon.expressions.definition import Definition


@dataclass(frozen=True)
class Source:
    """The text of one function.

    Attributes
    ----------
    title : str
        Its qualified name, file and line.
    text : str
    """

    title: str
    text: str

    @property
    def equations(self) -> list[str]:
        """The comments that are equations."""
        comments = (line.strip().removeprefix("#").strip() for line in self.text.splitlines() if line.strip().startswith("#"))
        return [comment for comment in comments if any(sign in comment for sign in ("=", "←", "Σ"))]


def sources(owner: object, method: str) -> list[Source]:
    """Return a method's text, and after it the functions of the same module that it calls; nothing where it cannot be read."""
    return list(_follow(getattr(type(owner), method), type(owner), set()))


def definition(thing: object) -> list[str]:
    """Return the traced value and slope of an activation or a loss as lines; nothing for anything else."""
    if not isinstance(thing, Definition):
        return []
    numbers = [f"{name} = {number}" for name, number in thing.constants]
    first = thing.arguments[0]
    return [f"value({', '.join(thing.value.inputs)}) = {thing.value}", f"slope by {first} = {thing.slope}", *numbers]


def _follow(function: Callable[..., Any], owner: type, seen: set[CodeType]) -> Iterator[Source]:
    function = inspect.unwrap(function)
    if not isinstance(function, FunctionType) or function.__code__ in seen:
        return
    seen.add(function.__code__)
    try:
        text = textwrap.dedent(inspect.getsource(function)).rstrip()
    except (OSError, TypeError):  # typed in at a prompt
        return
    location = f"{Path(function.__code__.co_filename).name}:{function.__code__.co_firstlineno}"
    yield Source(f"{function.__qualname__}, {location}", text)
    for name in function.__code__.co_names:
        called = getattr(owner, name, None) if name.startswith("_") else None
        called = function.__globals__.get(name) if called is None else called
        if isinstance(called, FunctionType) and called.__module__ == function.__module__:
            yield from _follow(called, owner, seen)
