"""The columns of a raw table as a struct of C, and the function that makes the network's inputs of it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import numpy as np

from halfmoon.exports import c_helpers as parts
from halfmoon.exports.c_operations import CFile
from halfmoon.exports.c_text import c_array, comment, identifiers, text_literal
from halfmoon.exports.columns import CategoryColumn, DateColumn, NumberColumn, Table, TableColumn
from halfmoon.exports.literals import listed

BLANKS = (" ", *"\t\n\v\f\r", *map(chr, (0x85, 0xA0, 0x1680, *range(0x2000, 0x200B), 0x2028, 0x2029, 0x202F, 0x205F, 0x3000)))
"""What Unicode calls white space."""

LARGEST = {"float": "FLT_MAX", "double": "DBL_MAX"}

MEANINGS = {
    "number": "NAN where it is missing",
    "truth": "1 or 0; NAN where it is missing",
    "duration": "in days; NAN where it is missing",
    "clock": "a time of day as the fraction of it that is past; NAN where it is missing",
    "category": "a text in UTF-8; NULL where it is missing",
}

PARTS = {"season": parts.SEASON, "weekday": parts.WEEKDAY, "hour": parts.HOUR}


def row_struct(table: Table, name: str) -> str:
    """Return the struct of a row, with a member for each column."""
    lines = []
    for column, member in zip(table.columns, identifiers(column.name for column in table.columns), strict=True):
        kind = "const char *" if isinstance(column, CategoryColumn) else "double "
        lines.append(f"    {kind}{member}; /* {comment(column.name)}: {_meaning(column, name)} */")
    return "\n".join(["typedef struct {", *lines, f"}} {name}_row;"])


def _meaning(column: TableColumn, name: str) -> str:
    if isinstance(column, DateColumn):
        return MEANINGS["clock"] if column.clock else f"days since 1970-01-01 as {name}_days gives them; NAN where it is missing"
    return MEANINGS[column.kind if isinstance(column, NumberColumn) else "category"]


def has_dates(table: Table) -> bool:
    """Return whether there are dates, which are given as days."""
    return any(isinstance(column, DateColumn) and not column.clock for column in table.columns)


# ---- columns: from the file, a column, its member, its number from 1 and its first feature, to statements -----------------------


def _standardise(file: CFile, column: NumberColumn | DateColumn, cell: str, place: int, start: int) -> Iterator[str]:
    numbers = f"{column.fill!r}, {column.mean!r}, {column.scale!r}"
    if column.bound is None:
        file.need(parts.NUMBER, type=file.type, largest=LARGEST[file.type])
        yield f"if (!number({cell}, {numbers}, x + {start})) return {place};"
    else:
        file.need(parts.BOUNDED)
        yield f"if (fabs({cell}) >= 1e100) return {place};"
        yield f"x[{start}] = ({file.type})bounded({cell}, {numbers}, {column.bound!r});"
    if column.gaps:
        yield f"x[{start + column.width - 1}] = {cell} != {cell};"


def _number(file: CFile, column: NumberColumn, member: str, place: int, start: int) -> Iterator[str]:
    if column.kind == "truth":
        file.need_part(parts.TRUTH)
    yield from _standardise(file, column, f"truth(row->{member})" if column.kind == "truth" else f"row->{member}", place, start)


def _category(file: CFile, column: CategoryColumn, member: str, place: int, start: int) -> Iterator[str]:
    blanks = listed([text_literal(blank, "") for blank in BLANKS], "{}")
    marks = listed([text_literal(mark, "") for mark in file.predictor.inputs.text_marks], "{}")  # type: ignore[union-attr]
    file.need(parts.TEXTS, blanks=blanks, marks=marks)
    levels = [text_literal(each, f"the levels of the column {column.name!r:.80}") for each in column.levels]
    missing, count = (len(levels) if column.has_missing else -1), len(levels)
    file.arrays.append(f"static const char *const LEVELS_{place}[{max(count, 1)}] = {listed(levels or ['NULL'], '{}')};")
    yield f"place = level(row->{member}, LEVELS_{place}, {count});"
    if column.numbers:
        file.need(parts.NUMERAL)
        file.arrays.append(c_array("double", f"NUMBERS_{place}", np.array([number for number, _ in column.numbers])))
        file.arrays.append(c_array("int", f"PLACES_{place}", np.array([column.levels.index(each) for _, each in column.numbers])))
        found = f"level_of_number(row->{member}, NUMBERS_{place}, PLACES_{place}, {len(column.numbers)})"
        yield f"place = place == UNKNOWN ? {found} : place;"
    if missing >= 0:
        yield f"place = {'place == MISSING' if column.cut else 'place < 0'} ? {missing} : place;"
    if column.ones is not None:
        yield f"place = place < 0 ? {len(column.ones) - 1} : place;"
    if column.values is not None:
        width, values = column.values.shape[1], file.array(f"VALUES_{place}", column.values)
        yield f"for (int k = 0; k < {width}; k++) x[{start} + k] = {values}[place][k];"
        start += width
    if not column.zeros:
        return
    one = "place" if column.ones is None else f"{file.array(f'ONES_{place}', np.array(column.ones), 'int')}[place]"
    file.need_part(parts.ONE_HOT)
    yield f"one_hot({one}, {column.zeros}, x + {start});"


def _date(file: CFile, column: DateColumn, member: str, place: int, start: int) -> Iterator[str]:
    cell = f"row->{member}"
    yield f"if ({f'{cell} < 0 || {cell} >= 1' if column.clock else f'fabs({cell}) >= 3650000'}) return {place};"
    yield from _standardise(file, column, cell, place, start)
    for index, (part, turn) in enumerate(column.parts):
        file.need(PARTS[part])
        file.need_part(parts.WAVE)
        yield f"wave({part}({cell}), {turn!r}, x + {start + 1 + 2 * index});"


COLUMNS: dict[type, Callable[[CFile, Any, str, int, int], Iterator[str]]] = {
    NumberColumn: _number,
    CategoryColumn: _category,
    DateColumn: _date,
}
"""From each kind of column to the statements that read its cell."""


def inputs_function(file: CFile, table: Table, name: str) -> str:
    """Return the function that makes inputs of a row."""
    start, lines = 0, []
    for place, (column, member) in enumerate(zip(table.columns, identifiers(column.name for column in table.columns), strict=True), 1):
        lines += [f"    {line}" for line in COLUMNS[type(column)](file, column, member, place, start)]
        start += column.width
    variables = ["    int place;"] if any(isinstance(column, CategoryColumn) for column in table.columns) else []
    head = f"int {name}_inputs(const {name}_row *row, {file.type} x[{table.width}])"
    return "\n".join([head, "{", *variables, *lines, "    return 0;", "}", *([parts.DAYS.format(name=name)] if has_dates(table) else [])])
