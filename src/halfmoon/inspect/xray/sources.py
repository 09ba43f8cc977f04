"""The lines that computed a number, and the equations that stand above them.

In Halfmoon an equation stands once, in a comment straight above its lines. So the X-ray does not tell the rules again: it
runs the step once more, notes which lines run, and reads those where they are written, in a layer of one's own as in ours.
What did not run, the branch of a penalty or of clipping where there is none, is left out, and so are comments for tools.
"""

from __future__ import annotations

import ast
import inspect
import io
import re
import sys
import textwrap
import tokenize
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from types import CodeType, FrameType
from typing import Any

from halfmoon.expressions.definition import Definition
from halfmoon.layers.parametric import ParametricActivation
from halfmoon.losses.ensemble import EnsembleLoss

PRAGMA = re.compile(r"#\s*(noqa|type:|pragma|pylint|mypy|ruff|fmt:|isort:)")
"""What a comment for a tool begins with."""

LEFT_OUT = "..."
"""Stands for the lines of a branch that did not run, where a later branch did."""


@dataclass(frozen=True)
class Source:
    """The lines of one function that ran.

    Attributes
    ----------
    title : str
        Its qualified name, file and line.
    text : str
        As they stand in the file.

    Examples
    --------
    >>> source = hm.xray(model, X[:1], y[:1]).cards[1].sources[0]
    >>> print(source.text.splitlines()[0])
    def forward(self, p: Arrays, x: Array, pass_: Pass) -> Array:
    """

    title: str
    text: str

    @property
    def equations(self) -> list[str]:
        """The comments that are equations."""
        comments = (line.strip().removeprefix("#").strip() for line in self.text.splitlines() if line.strip().startswith("#"))
        return [comment for comment in comments if any(sign in comment for sign in ("=", "←", "Σ"))]


def sources(owner: object, methods: Sequence[str], call: Callable[[], Any]) -> list[Source]:
    """Run something, and return the lines that ran of the functions in the modules that define the methods of an owner.

    Parameters
    ----------
    owner : object
        A layer, a loss, an optimiser or a model.
    methods : sequence of str
        Those of the owner that are run: in whatever modules its classes define them, functions are looked at.
    call : callable
        Runs them.

    Returns
    -------
    list of Source
        In the order of the first calls; a function that was typed in at a prompt is not among them.
    """
    modules = {each.__module__ for each in type(owner).__mro__ for method in methods if method in vars(each)}
    return list(_texts(_lines_run(call, modules)))


def definition(thing: object) -> list[str]:
    """Return the traced value and slope of an activation or a loss, or of that within a layer or loss, as lines; else nothing."""
    thing = thing.activation if isinstance(thing, ParametricActivation) else thing.of if isinstance(thing, EnsembleLoss) else thing
    if not isinstance(thing, Definition):
        return []
    numbers = [f"{name} = {number}" for name, number in thing.constants]
    first = thing.arguments[0]
    return [f"value({', '.join(thing.value.inputs)}) = {thing.value}", f"slope by {first} = {thing.slope}", *numbers]


# ---- which lines run --------------------------------------------------------------------------------------------------


def _lines_run(call: Callable[[], Any], modules: set[str]) -> dict[CodeType, set[int]]:
    """Run something, and return the lines that ran of each function of some modules; those of its inner functions count as its own."""
    codes: dict[CodeType, None] = {}
    lines: dict[str, set[int]] = {}  # by file

    def trace(frame: FrameType, event: str, _: Any) -> Any:
        if event == "call":
            if frame.f_globals.get("__name__") not in modules:
                return None
            if not frame.f_code.co_name.startswith("<"):  # no lambda, no comprehension
                codes[frame.f_code] = None
        elif event == "line":
            lines.setdefault(frame.f_code.co_filename, set()).add(frame.f_lineno)
        return trace

    before = sys.gettrace()
    sys.settrace(trace)
    try:
        call()
    finally:
        sys.settrace(before)
    return {code: lines.get(code.co_filename, set()) for code in codes}


# ---- their text -------------------------------------------------------------------------------------------------------


def _texts(ran: dict[CodeType, set[int]]) -> Iterator[Source]:
    ours = str(Path(__file__).parents[2])
    for code, lines in ran.items():
        try:
            text = textwrap.dedent(inspect.getsource(code))
            function = ast.parse(text).body[0]
        except (OSError, TypeError, SyntaxError, IndexError):  # typed in at a prompt, or part of a longer line
            continue
        if isinstance(function, ast.FunctionDef):
            first = code.co_firstlineno
            shown = _shown(text, function, {line - first + 1 for line in lines}, is_ours=code.co_filename.startswith(ours))
            yield Source(f"{code.co_qualname}, {Path(code.co_filename).name}:{first}", shown)


def _shown(text: str, function: ast.FunctionDef, ran: set[int], *, is_ours: bool) -> str:
    """Return the text of a function as far as it ran; of its docstring the first line."""
    lines = _without_comments(text, every=is_ours)
    body = function.body
    kept = dict.fromkeys(range(1, body[0].lineno), None)  # numbers of lines, and what stands there instead
    if ast.get_docstring(function) is not None and isinstance(body[0], ast.Expr):
        first = body[0]
        summary = lines[first.lineno - 1]
        kept[first.lineno] = summary if first.end_lineno == first.lineno else f'{summary}"""'
        body = body[1:]
    kept |= _kept(body, ran, lines)
    shown: list[str] = []
    last = 0
    for number in sorted(kept):
        above = number
        while last and above - 1 > last and (lines[above - 2] or "").lstrip().startswith("#"):
            above -= 1  # comments straight above a line that ran
        wanted = [*lines[above - 1 : number - 1], kept[number] or lines[number - 1]]
        shown += [line for line in wanted if line is not None]
        last = number
    return "\n".join(shown).rstrip()


def _kept(statements: Sequence[ast.stmt], ran: set[int], lines: Sequence[str | None]) -> dict[int, str | None]:
    """Return the numbers of the lines of statements that ran, each with what stands there instead, or None."""
    kept: dict[int, str | None] = {}
    for statement in statements:
        parts = (getattr(statement, name, None) for name in ("body", "handlers", "orelse", "finalbody"))
        blocks = [part for part in parts if isinstance(part, list) and part]
        if not blocks:
            own = range(statement.lineno, (statement.end_lineno or statement.lineno) + 1)
            kept |= dict.fromkeys(own) if ran.intersection(own) else {}
            continue
        inside = [_kept_block(block, ran, lines) for block in blocks]
        before = statement.lineno
        for index, block in enumerate(blocks):
            start, is_first, later = _first_line(block[0]), index == 0, any(inside[index + 1 :])
            if inside[index] or (is_first and later):
                kept |= {number: None for number in range(before, start) if _is_head(lines[number - 1], is_first=is_first)}
                kept |= inside[index] or {start: " " * block[0].col_offset + LEFT_OUT}
            before = (block[-1].end_lineno or start) + 1
    return kept


def _kept_block(block: Sequence[Any], ran: set[int], lines: Sequence[str | None]) -> dict[int, str | None]:
    """Return what ran of a block of statements, or of the handlers of exceptions."""
    if not isinstance(block[0], ast.ExceptHandler):
        return _kept(block, ran, lines)
    kept: dict[int, str | None] = {}
    for handler in block:
        inside = _kept(handler.body, ran, lines)
        kept |= {handler.lineno: None, **inside} if inside else {}
    return kept


def _first_line(statement: Any) -> int:
    decorators = getattr(statement, "decorator_list", [])
    return min([statement.lineno, *(each.lineno for each in decorators)])


def _is_head(line: str | None, *, is_first: bool) -> bool:
    """Return whether a line before a block belongs to its head: any before the first one, ``else:`` or ``finally:`` before another."""
    return line is not None and (is_first or line.strip().startswith(("else", "finally")))


def _without_comments(text: str, *, every: bool) -> list[str | None]:
    """Return the lines of a text without the comments for tools; where ``every`` is set without any that stand behind code.

    A line that held nothing else is None.
    """
    lines: list[str | None] = list(text.splitlines())
    for token in tokenize.generate_tokens(io.StringIO(text).readline):
        row, column = token.start
        if token.type == tokenize.COMMENT and (PRAGMA.match(token.string) or (every and lines[row - 1][:column].strip())):  # type: ignore[index]
            lines[row - 1] = lines[row - 1][:column].rstrip() or None  # type: ignore[index]
    return lines
