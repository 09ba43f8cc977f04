"""Tables: reading them, those that come along, splitting them, and turning them into numbers."""

from halfmoon.data.builtin import BUILTIN, fresh, load
from halfmoon.data.column_options import ColumnOptions
from halfmoon.data.files.file_format import FileFormat
from halfmoon.data.inference import infer
from halfmoon.data.preparation import Preparation, fit
from halfmoon.data.reader import TableFile, read_table
from halfmoon.data.split import split, split_rows

__all__ = [
    "BUILTIN",
    "ColumnOptions",
    "FileFormat",
    "Preparation",
    "TableFile",
    "fit",
    "fresh",
    "infer",
    "load",
    "read_table",
    "split",
    "split_rows",
]
