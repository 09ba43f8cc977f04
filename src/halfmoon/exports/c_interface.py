"""What a C file shows to those who use it: declarations, labels, the functions around the forward pass, and how it is its own header."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import numpy as np

from halfmoon.exports.c_table import has_dates, row_struct
from halfmoon.exports.c_text import c_numbers, comment, text_literal
from halfmoon.exports.columns import Table
from halfmoon.exports.literals import listed
from halfmoon.exports.predictor import Flags, Numbers, OneOf, Predictor

LABELS: dict[str, tuple[str, Callable[[Any], str]]] = {
    "i": ("int64_t", lambda label: "(-INT64_C(9223372036854775807) - 1)" if label == -(2**63) else f"INT64_C({label})"),
    "u": ("uint64_t", lambda label: f"UINT64_C({label})"),
    "f": ("double", lambda label: c_numbers(np.array([label], np.float64))[0]),
    "b": ("unsigned char", lambda label: str(int(label))),
    "U": ("char *const", lambda label: text_literal(label, "the labels of the classes")),
}
"""From the kind of labels' dtype to the type of their table, and from a label to its literal."""


# ---- what leaves the network ------------------------------------------------------------------------------------------------


MAKES_INPUTS = "/* Make inputs of a row. Returns 0, or the number, from 1 on, of the first column that holds what no such column can. */"


def outputs_of(predictor: Predictor) -> dict[int, str]:
    """Return the values that may be asked for, each once, with what it is called."""
    asked = {
        "SCORES": predictor.scores,
        "DECISION": predictor.prediction.value,
        "PROBABILITIES": predictor.probabilities,
        "QUANTILES": predictor.quantiles,
    }
    found: dict[int, str] = {}
    for name, value in asked.items():
        if value is not None:
            found.setdefault(value, name)
    return found


def prediction_type(predictor: Predictor, kind: str) -> str:
    """Return the type of a number of a prediction: in the units of a table's target it is double."""
    asked = predictor.prediction
    return "int" if not isinstance(asked, Numbers) else "double" if asked.scaled else kind


def signature(predictor: Predictor, name: str, kind: str) -> str:
    """Return how ``predict`` is declared."""
    asked, given = predictor.prediction, f"const {kind} x[{predictor.inputs.width}]"
    found = prediction_type(predictor, kind)
    if isinstance(asked, OneOf) or (isinstance(asked, Numbers) and asked.flat):
        return f"{found} {name}_predict({given})"
    return f"void {name}_predict({given}, {found} y[{predictor.widths[asked.value]}])"


def declarations(predictor: Predictor, name: str, kind: str) -> Iterator[str]:
    """Yield the declarations of all functions, each with what it does."""
    widths, asked, given = predictor.widths, predictor.prediction, f"const {kind} x[{predictor.inputs.width}]"
    yield f"/* The raw scores. */\nvoid {name}_scores({given}, {kind} y[{widths[predictor.scores]}]);"
    if isinstance(asked, OneOf):
        yield f"/* The place of the class among {name}_classes. */\n{signature(predictor, name, kind)};"
    elif isinstance(asked, Numbers):
        yield f"/* The {'number that is' if asked.flat else 'numbers that are'} predicted. */\n{signature(predictor, name, kind)};"
    else:
        yield f"/* 1 for each label that the row has, else 0. */\n{signature(predictor, name, kind)};"
    if predictor.probabilities is not None:
        width = widths[predictor.probabilities]
        yield f"/* The probability of each class. */\nvoid {name}_predict_proba({given}, {kind} y[{width}]);"
    if predictor.quantiles is not None:
        found = prediction_type(predictor, kind)
        yield f"/* The quantiles. */\nvoid {name}_predict_quantiles({given}, {found} y[{widths[predictor.quantiles]}]);"


def functions(predictor: Predictor, name: str, kind: str) -> Iterator[str]:
    """Yield the functions that people call, around ``forward``."""
    widths, asked, given, outputs = (
        predictor.widths,
        predictor.prediction,
        f"const {kind} x[{predictor.inputs.width}]",
        outputs_of(predictor),
    )

    def run(value: int, target: str) -> str:
        return f"forward(x, {target}{f', {outputs[value]}' if len(outputs) > 1 else ''});"

    def copied(function: str, value: int) -> str:
        return f"void {name}_{function}({given}, {kind} y[{widths[value]}])\n{{\n    {run(value, 'y')}\n}}"

    yield copied("scores", predictor.scores)
    width, found = widths[asked.value], [f"    {kind} found[{widths[asked.value]}];", f"    {run(asked.value, 'found')}"]
    if isinstance(asked, OneOf):
        found.append(f"    return largest_place(found, {width});")
    elif isinstance(asked, Flags):
        found.append(f"    for (int j = 0; j < {width}; j++) y[j] = found[j] > {'0.5f' if kind == 'float' else '0.5'};")
    elif asked.scaled or asked.flat:
        found.append(f"    return {_scaled(asked, 'found[0]')};" if asked.flat else _all_scaled(asked, width))
    else:
        found = [f"    {run(asked.value, 'y')}"]
    yield "\n".join([signature(predictor, name, kind), "{", *found, "}"])
    if predictor.probabilities is not None:
        yield copied("predict_proba", predictor.probabilities)
    if predictor.quantiles is not None and isinstance(asked, Numbers) and asked.scaled:
        width = widths[predictor.quantiles]
        found = [f"    {kind} found[{width}];", f"    {run(predictor.quantiles, 'found')}", _all_scaled(asked, width)]
        yield "\n".join([f"void {name}_predict_quantiles({given}, double y[{width}])", "{", *found, "}"])
    elif predictor.quantiles is not None:
        yield copied("predict_quantiles", predictor.quantiles)


def _scaled(asked: Numbers, found: str) -> str:
    """Return a number in the units of the target."""
    return f"(double){found} * {asked.scale!r} + {asked.mean!r}" if asked.scaled else found


def _all_scaled(asked: Numbers, width: int) -> str:
    return f"    for (int j = 0; j < {width}; j++) y[j] = {_scaled(asked, 'found[j]')};"


def classes(predictor: Predictor, name: str) -> tuple[list[str], list[str]]:
    """Return the declaration and the definition of the table of labels, if there is one."""
    if not isinstance(predictor.prediction, OneOf):
        return [], []
    labels = predictor.prediction.labels
    kind, literal = LABELS[labels.dtype.kind]
    table = f"const {kind} {name}_classes[{len(labels)}]"
    return [f"extern {table};"], [f"{table} = {listed([literal(label) for label in labels.tolist()], '{}')};"]


def columns_told(predictor: Predictor) -> list[str]:
    """Return the lines of a comment that say what each input is."""
    names = () if isinstance(predictor.inputs, Table) else predictor.inputs.names
    return [f" *     x[{place}]  {comment(name)}" for place, name in enumerate(names)]


# ---- the file ---------------------------------------------------------------------------------------------------------------


def assemble(head: list[str], macro: str, includes: list[str], declared: list[str], defined: list[str], ending: list[str]) -> str:
    """Return a file that is its own header."""
    header = [f"#ifndef {macro}_H", f"#define {macro}_H", "", *includes, "", "#ifdef __cplusplus", 'extern "C" {', "#endif"]
    return "\n".join([
        "\n".join(head), "", "\n".join(header), "", "\n\n".join(declared), "",
        f"#ifdef __cplusplus\n}}\n#endif\n#endif /* {macro}_H */\n\n#ifndef {macro}_HEADER", "",
        "\n\n".join(each.strip("\n") for each in defined if each), "", *[f"{each.strip(chr(10))}\n" for each in ending if each],
        f"#endif /* {macro}_HEADER */", "",
    ])  # fmt: skip


def usage(name: str, needs: str) -> list[str]:
    """Return the lines of a comment that say how a file is used."""
    macro = name.upper()
    return [
        " *",
        f" *     cc -O2 -c {name}.c",
        f" *     cc -O2 -D{macro}_SELF_TEST {name}.c{needs} && ./a.out",
        " *",
        f" * It is its own header, too: define {macro}_HEADER and include it for the declarations alone, from C or C++.",
        " * It allocates nothing, and nothing in it changes but the stack: any number of threads may call it at once.",
    ]


def sizes_told(predictor: Predictor, macro: str) -> str:
    """Return the macros of how many inputs, and classes, there are."""
    classes_told = f"\n#define {macro}_CLASSES {len(predictor.prediction.labels)}" if isinstance(predictor.prediction, OneOf) else ""
    return f"#define {macro}_INPUTS {predictor.inputs.width}{classes_told}"


def header_includes(predictor: Predictor) -> list[str]:
    """Return what the declarations need."""
    labels = isinstance(predictor.prediction, OneOf) and predictor.prediction.labels.dtype.kind in "iu"
    return ["#include <stdint.h>"] if labels else []


def system_includes(predictor: Predictor) -> str:
    """Return what the functions need."""
    table = isinstance(predictor.inputs, Table)
    return "\n".join(
        [
            *(["#include <float.h>"] if table else []),
            "#include <math.h>",
            *(["#include <stddef.h>", "#include <string.h>"] if table else []),
        ]
    )


def table_declarations(table: Table, name: str, kind: str) -> list[str]:
    """Return the struct of a row and what makes inputs of it."""
    found = [
        f"/* A row of the table. */\n{row_struct(table, name)}",
        f"{MAKES_INPUTS}\nint {name}_inputs(const {name}_row *row, {kind} x[{table.width}]);",
    ]
    if has_dates(table):
        found.append(
            "/* Days since 1970-01-01, NAN where there is no such date. Of a time_t t they are t / 86400.0. */\n"
            f"double {name}_days(int year, int month, int day, int hour, int minute, double second);"
        )
    return found
