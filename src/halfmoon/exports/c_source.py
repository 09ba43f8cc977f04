"""A predictor as one C99 file: constant tables, no allocation, nothing that changes but the stack."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from halfmoon.base import checks
from halfmoon.base.errors import InputError
from halfmoon.exports import c_helpers as parts
from halfmoon.exports.c_interface import (
    assemble,
    classes,
    columns_told,
    declarations,
    functions,
    header_includes,
    outputs_of,
    sizes_told,
    system_includes,
    table_declarations,
    usage,
)
from halfmoon.exports.c_operations import CFile, forward
from halfmoon.exports.c_quantised import quantised_source
from halfmoon.exports.c_self_test import self_test
from halfmoon.exports.c_table import inputs_function
from halfmoon.exports.c_text import prefix_of
from halfmoon.exports.columns import Table
from halfmoon.exports.predictor import OneOf, Predictor
from halfmoon.version import __version__

if TYPE_CHECKING:
    from halfmoon.exports.calibration import Calibration  # which loads scikit-learn and Polars


def write(
    predictor: Predictor,
    *,
    name: str = "model",
    int8: bool = False,
    calibration: Calibration | None = None,
    tell: Callable[[str], object] | None = None,
) -> bytes:
    """Return the file.

    Parameters
    ----------
    predictor : Predictor
    name : str
        What all names in the file begin with.
    int8 : bool
        Whether the network computes with whole numbers of 8 bits alone.
    calibration : Calibration, optional
        Rows that show how large the numbers become; needed for int8.
    tell : callable, optional
        Takes a sentence for each thing that is to be said: how much worse than the network its whole numbers are.

    Raises
    ------
    InputError
        When there are no rows to calibrate with, or an operation cannot be done with whole numbers.
    """
    prefix = prefix_of(checks.text("name", name))
    if not checks.flag("int8", int8):
        if calibration is not None:
            raise InputError("calibration must be left out where int8 is not asked for")
        return _float_source(predictor, prefix).encode()
    if calibration is None:
        raise InputError("calibration must be rows as the model is used on where int8 is asked for, got none")
    return quantised_source(predictor, prefix, calibration, tell or (lambda _sentence: None)).encode()


def _float_source(predictor: Predictor, name: str) -> str:
    file, outputs, macro = CFile(predictor), outputs_of(predictor), name.upper()
    indices = predictor.needed(tuple(outputs))
    lines, buffers = forward(file, indices, {0: "x"}, outputs)
    file.need_words(indices)
    if isinstance(predictor.prediction, OneOf):
        file.need_part(parts.LARGEST_PLACE)
    declared_classes, defined_classes = classes(predictor, name)
    declared = [sizes_told(predictor, macro), *declared_classes, *declarations(predictor, name, file.type)]
    inputs = ""
    if isinstance(predictor.inputs, Table):
        inputs = inputs_function(file, predictor.inputs, name)
        declared[1:1] = table_declarations(predictor.inputs, name, file.type)
    size = sum(buffers.sizes) * predictor.dtype.itemsize
    head = [
        f"/* {predictor.title}, exported by Halfmoon {__version__}. C99; it needs math.h alone.",
        *usage(name, " -lm"),
        f" * Of the stack it takes {size:,} bytes for values. Compile it without -ffast-math: NAN means a missing value.",
        *([" *", " * What the inputs are:", *columns_told(predictor)] if columns_told(predictor) else []),
        " */",
    ]
    defined = [
        system_includes(predictor), *defined_classes, "\n".join(file.arrays), *file.functions, inputs,
        _forward_function(file, outputs, lines, buffers.sizes), *functions(predictor, name, file.type),
    ]  # fmt: skip
    return assemble(head, macro, header_includes(predictor), declared, defined, [self_test(file, name, outputs)])


def _forward_function(file: CFile, outputs: dict[int, str], lines: list[str], sizes: tuple[int, ...]) -> str:
    """Return the function that computes what is asked for."""
    several = len(outputs) > 1
    names = f"enum output {{ {', '.join(outputs.values())} }};\n\n" if several else ""
    head = f"static void forward(const {file.type} *x, {file.type} *y{', enum output output' if several else ''})"
    buffers = [f"    {file.type} v{place}[{size}];" for place, size in enumerate(sizes, 1)]
    return "\n".join([f"{names}{head}", "{", *buffers, *(f"    {line}" for line in lines), "}"])
