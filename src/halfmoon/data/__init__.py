"""Tables: reading them, those that come along, splitting them, and turning them into numbers."""

from halfmoon.data.builtin import BUILTIN, Table, fresh, load
from halfmoon.data.columns import Category, Column, Number
from halfmoon.data.preparation import Fitted, Preparation, fit
from halfmoon.data.reader import read_table
from halfmoon.data.split import split, split_rows
from halfmoon.data.targets import Classes, Quantity, drop_missing_target, find_task

__all__ = [
    "BUILTIN",
    "Category",
    "Classes",
    "Column",
    "Fitted",
    "Number",
    "Preparation",
    "Quantity",
    "Table",
    "drop_missing_target",
    "find_task",
    "fit",
    "fresh",
    "load",
    "read_table",
    "split",
    "split_rows",
]
