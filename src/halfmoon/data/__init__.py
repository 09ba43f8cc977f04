"""Tables: reading them, those that come along, splitting them, and turning them into numbers."""

from halfmoon.data.builtin import BUILTIN, fresh, load
from halfmoon.data.files.file_format import FileFormat
from halfmoon.data.preparation import Preparation, fit
from halfmoon.data.reader import TableFile, read_table
from halfmoon.data.split import split, split_rows

__all__ = ["BUILTIN", "FileFormat", "Preparation", "TableFile", "fit", "fresh", "load", "read_table", "split", "split_rows"]
