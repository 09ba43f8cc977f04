"""The safetensors format: eight bytes that say how long the header is, the header in JSON, and the bytes of the arrays.

Read by ordinary reads into fresh arrays, never by mapping the file into memory: a mapped file that another process cuts short ends the
process that reads it. Nothing is made that is larger than what the file holds: arrays must fill it in order, without gaps or overlaps,
and each must take the bytes that its dtype and shape need. The format is that of https://huggingface.co/docs/safetensors.
"""

from __future__ import annotations

import json
import re
import struct
from collections.abc import Iterator, Mapping
from io import BufferedIOBase
from math import prod
from typing import Any, BinaryIO, NamedTuple

import numpy as np

from halfmoon.base.checks import Array
from halfmoon.base.errors import InputError

DTYPES = {
    "BOOL": "?", "I8": "i1", "I16": "<i2", "I32": "<i4", "I64": "<i8", "U8": "u1", "U16": "<u2", "U32": "<u4", "U64": "<u8", "F16": "<f2",
    "F32": "<f4", "F64": "<f8",
}  # fmt: skip
"""Types of numbers by their names in a file: those that NumPy has."""

NAMES = {np.dtype(kind).newbyteorder("="): name for name, kind in DTYPES.items()}

METADATA = "__metadata__"
"""The entry of the header that is no array, but texts by name."""

LENGTH = struct.Struct("<Q")
LONGEST_HEADER = 100_000_000
"""Bytes; the format allows no more."""

MOST_VALUES = 1_000_000
"""Of a JSON text: more are neither written nor read. A list of nothing takes 20 times as much memory as its two characters."""

MOST_ARRAYS = 100_000
"""Of a file."""

MOST_AXES = 32
"""Of an array; NumPy 2 has 64, and no array of ours more than 5."""

LARGEST_WHOLE = 2**128
"""A whole number in JSON is smaller than this, which the state of a random generator may come near to."""

QUOTED = re.compile(r'"(?:[^"\\]|\\.?)*+"?', re.DOTALL)
"""A text in JSON, even one that never ends."""


class StoredArray(NamedTuple):
    """Where an array lies in a file: its type of numbers, its shape, and its bytes, counted from the end of the header."""

    name: str
    dtype: np.dtype[Any]
    shape: tuple[int, ...]
    start: int
    end: int


def bounded(text: str) -> str:
    """Return a text in JSON that has no more values than are read: each follows a bracket or a comma outside of texts."""
    values = sum(map(text.count, "[{,"))
    if values > MOST_VALUES:
        structure = QUOTED.sub("", text)
        values = sum(map(structure.count, "[{,"))
    if values > MOST_VALUES:
        raise InputError(f"the head of a file must have at most {MOST_VALUES:,} values, got {values:,}")
    return text


def parsed(text: str) -> Any:
    """Return what a text in JSON says, after a look whether it has too many values, and no name twice in one place."""
    return json.loads(bounded(text), parse_int=_whole, parse_constant=_no_constant, object_pairs_hook=_each_once)


def header_bytes(metadata: Mapping[str, str], arrays: Mapping[str, Array]) -> tuple[bytes, list[Array]]:
    """Return the beginning of a file, and the arrays in the order in which their bytes follow.

    The largest numbers come first, so that all are aligned.

    Raises
    ------
    InputError
        When there are too many arrays, or one holds no numbers.
    """
    ordered = sorted(few(arrays).items(), key=lambda entry: (-entry[1].dtype.itemsize, entry[0]))
    header: dict[str, Any] = {METADATA: dict(metadata)}
    start = 0
    for name, array in ordered:
        if array.dtype.newbyteorder("=") not in NAMES or name == METADATA:
            raise InputError(f"the array {name!r:.80} must hold numbers to be saved, got {array.dtype}")
        header[name] = {
            "dtype": NAMES[array.dtype.newbyteorder("=")],
            "shape": list(array.shape),
            "data_offsets": [start, start + array.nbytes],
        }
        start += array.nbytes
    text = json.dumps(header, separators=(",", ":")).encode()
    text += b" " * (-len(text) % LENGTH.size)
    return LENGTH.pack(len(text)) + text, [array for _, array in ordered]


def write_array(file: BinaryIO, array: Array) -> None:
    """Write the bytes of an array, without a copy of one that lies in memory as in a file."""
    little = np.asarray(array, array.dtype.newbyteorder("<"), order="C")
    file.write(little.reshape(-1).view(np.uint8).data)


def read_header(file: BufferedIOBase, size: int) -> tuple[dict[str, str], list[StoredArray]]:
    """Return the texts and the arrays' places in a binary file, of which nothing has been read and that has so many bytes.

    Raises
    ------
    ValueError
        When the file is none of this format, or says what it does not hold.
    """
    (length,) = LENGTH.unpack(_read(file, LENGTH.size))
    held = size - LENGTH.size - length
    if length > LONGEST_HEADER or held < 0:
        raise ValueError(f"its header must be at most {min(LONGEST_HEADER, size):,} bytes long, it says {length:,}")
    header = parsed(_read(file, length).decode())
    if not isinstance(header, dict):
        raise ValueError(f"its header must be a dict, got {header!r:.40}")  # noqa: TRY004 - of the file, not of an argument
    metadata = header.pop(METADATA, {})
    if not (isinstance(metadata, dict) and all(isinstance(text, str) for text in metadata.values())):
        raise ValueError("its metadata must be texts by name")
    stored = sorted((_stored(name, entry) for name, entry in few(header).items()), key=lambda each: (each.start, each.end))
    end = 0
    for each in stored:
        if each.start != end:
            raise ValueError(f"the array {each.name!r:.80} must begin at byte {end:,}, where the one before it ends, got {each.start:,}")
        end = each.end
    if end != held:
        raise ValueError(f"its arrays must take the {held:,} bytes after the header, they take {end:,}")
    return metadata, stored


def read_arrays(file: BufferedIOBase, stored: list[StoredArray]) -> Iterator[tuple[str, Array]]:
    """Yield arrays by their names; they must be all of :func:`read_header`, after which the file must stand where that left it.

    Raises
    ------
    ValueError
        When the file has become shorter, or a truth value is none.
    """
    for each in stored:
        array = np.empty(each.shape, np.uint8 if each.dtype.kind == "b" else each.dtype)
        _fill(file, array.reshape(-1).view(np.uint8).data)
        if each.dtype.kind == "b":
            if array.size and array.max() > 1:
                raise ValueError(f"the array {each.name!r:.80} must hold truth values, 0 or 1, got {array.max()}")
            array = array.view(bool)
        yield each.name, array.astype(each.dtype.newbyteorder("="), copy=False)


def few(names: dict[str, Any] | Mapping[str, Any]) -> Any:
    """Return arrays by name if they are not too many."""
    if len(names) > MOST_ARRAYS:
        raise InputError(f"a file must have at most {MOST_ARRAYS:,} arrays, got {len(names):,}")
    return names


def _stored(name: str, entry: Any) -> StoredArray:
    """Return the place of an array, from what the header says of it."""
    if not (isinstance(entry, dict) and entry.keys() == {"dtype", "shape", "data_offsets"}):
        raise ValueError(f"the array {name!r:.80} must have a dtype, a shape and data_offsets, got {entry!r:.40}")
    dtype, shape, offsets = entry["dtype"], entry["shape"], entry["data_offsets"]
    if not (isinstance(dtype, str) and dtype in DTYPES):
        raise InputError(f"the array {name!r:.80} must hold numbers that NumPy has, got {dtype!s:.40}")
    if not (_wholes(shape) and len(shape) <= MOST_AXES and _wholes(offsets) and len(offsets) == 2):  # noqa: PLR2004 - start and end
        raise ValueError(f"the array {name!r:.80} must have whole numbers for shape and offsets, got {shape!r:.40} and {offsets!r:.40}")
    kind, (start, end) = np.dtype(DTYPES[dtype]), offsets
    if prod(shape) * kind.itemsize != end - start:
        raise ValueError(f"the array {name!r:.80} of {dtype} {tuple(shape)!s:.60} must take as many bytes, it takes {end - start:,}")
    return StoredArray(name, kind, tuple(shape), start, end)


def _wholes(values: Any) -> bool:
    """Return whether these are a list of whole numbers as an index may be."""
    return isinstance(values, list) and all(type(each) is int and 0 <= each < 2**63 for each in values)


def _read(file: BufferedIOBase, length: int) -> bytes:
    """Return the next bytes; the file has been seen to have as many."""
    content = bytearray(length)
    _fill(file, memoryview(content))
    return bytes(content)


def _fill(file: BufferedIOBase, view: memoryview) -> None:
    """Read until a view is full: the system gives as much at a time as it likes."""
    while view:
        count = file.readinto(view)
        if not count:
            raise ValueError("it must not be cut short, it ends early")
        view = view[count:]


def _whole(digits: str) -> int:
    """Return a whole number of JSON."""
    number = int(digits) if len(digits) <= len(str(LARGEST_WHOLE)) else LARGEST_WHOLE
    if abs(number) >= LARGEST_WHOLE:
        raise InputError(f"a whole number must be below 2**128, got {digits:.40}")
    return number


def _no_constant(text: str) -> Any:
    raise InputError(f"JSON has no {text}")


def _each_once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) < len(pairs):
        seen = set[str]()
        twice = next(name for name, _ in pairs if name in seen or seen.add(name))  # type: ignore[func-returns-value]
        raise InputError(f"{twice!r:.80} must stand once, it stands several times")
    return found
