"""The safetensors format: what others write is read, what we write others read, and a header that lies takes neither time nor memory."""

import io
import json
import re
import struct
import time
import tracemalloc

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as arrays_of
from safetensors.numpy import load as library_load
from safetensors.numpy import save as library_save

from halfmoon.base import safetensors_format
from halfmoon.base.errors import InputError


def opened(content):
    return io.BufferedReader(io.BytesIO(content)), len(content)


def read(content):
    file, size = opened(content)
    metadata, stored = safetensors_format.read_header(file, size)
    return metadata, dict(safetensors_format.read_arrays(file, stored))


def written(metadata, arrays):
    file = io.BytesIO()
    beginning, ordered = safetensors_format.header_bytes(metadata, arrays)
    file.write(beginning)
    for each in ordered:
        safetensors_format.write_array(file, each)
    return file.getvalue()


KINDS = sorted(np.dtype(kind).name for kind in safetensors_format.NAMES)

ARRAYS = st.dictionaries(
    st.text(st.characters(codec="utf-8"), max_size=8).filter(lambda name: name != "__metadata__"),
    st.sampled_from(KINDS).flatmap(
        lambda kind: arrays_of.arrays(kind, arrays_of.array_shapes(min_dims=0, max_dims=4, min_side=0, max_side=3))
    ),
    max_size=5,
)
TEXTS = st.dictionaries(st.text(st.characters(codec="utf-8"), max_size=8), st.text(st.characters(codec="utf-8"), max_size=20), max_size=3)


def same(ours, theirs):
    assert ours.keys() == theirs.keys()
    for name, array in ours.items():
        assert (array.dtype, array.shape) == (theirs[name].dtype, theirs[name].shape)
        assert array.tobytes() == theirs[name].tobytes()


@settings(max_examples=60)
@given(TEXTS, ARRAYS)
def test_what_is_written_the_library_reads_and_the_other_way_round(metadata, arrays):
    content = written(metadata, arrays)
    same(library_load(content), arrays)
    assert read(content)[0] == metadata
    same(read(content)[1], arrays)
    same(read(library_save(arrays, metadata or None))[1], arrays)


@pytest.mark.parametrize("array", [np.arange(6.0).reshape(2, 3).T, np.arange(6, dtype=">i4"), np.arange(9)[::2], np.float64(3).reshape(())])
def test_arrays_in_any_order_of_memory_are_written(array):
    found = read(written({}, {"a": array}))[1]["a"]
    assert found.dtype == array.dtype.newbyteorder("=")
    assert found.shape == array.shape
    assert np.array_equal(found, array)
    assert found.flags.writeable


def test_every_array_is_aligned():
    arrays = {"a": np.zeros(3, bool), "b": np.zeros(5, np.float64), "c": np.zeros(3, np.float16), "d": np.zeros(1, np.float32)}
    file, size = opened(written({"k": "v"}, arrays))
    _, stored = safetensors_format.read_header(file, size)
    assert file.tell() % 8 == 0
    assert all(each.start % each.dtype.itemsize == 0 for each in stored)


@pytest.mark.parametrize("array", [np.array(["a"]), np.array([None]), np.array([1j]), np.array([1], "M8[s]"), np.longdouble([1.0])])
def test_what_is_no_array_of_numbers_is_not_written(array):
    with pytest.raises(InputError, match="the array 'a' must hold numbers to be saved"):
        safetensors_format.header_bytes({}, {"a": array})


def entry(start, end, dtype="F32", shape=None):
    return {"dtype": dtype, "shape": [(end - start) // 4] if shape is None else shape, "data_offsets": [start, end]}


def of(**entries):
    return json.dumps(entries)


TB = 10 * 2**40

# a header as text, how many bytes follow it, and what is told of it
HEADERS = {
    "10 TB in one array": (of(a=entry(0, TB)), 8, "must take the 8 bytes after the header, they take 10,995,116,277,760"),
    "10 TB in many arrays": (of(**{f"a{k:03}": entry(k * 10**10, (k + 1) * 10**10, "U8", [10**10]) for k in range(1000)}), 8,
                             "must take the 8 bytes after the header, they take 10,000,000,000,000"),
    "an array twice": (of(a=entry(0, 4))[:-1] + "," + of(a=entry(4, 8))[1:], 8, "'a' must stand once"),
    "an array twice, in other letters": (r'{"\u0061":' + json.dumps(entry(0, 4)) + ',"a":' + json.dumps(entry(4, 8)) + "}", 8,
                                         "'a' must stand once"),
    "a dtype twice": ('{"a":{"dtype":"F32","dtype":"I32","shape":[1],"data_offsets":[0,4]}}', 4, "'dtype' must stand once"),
    "metadata twice": ('{"__metadata__":{},"__metadata__":{"a":"b"}}', 0, "'__metadata__' must stand once"),
    "a gap": (of(a=entry(0, 4), b=entry(8, 12)), 12, "'b' must begin at byte 4, where the one before it ends, got 8"),
    "an overlap": (of(a=entry(0, 8), b=entry(4, 12)), 12, "'b' must begin at byte 8, where the one before it ends, got 4"),
    "a late beginning": (of(a=entry(4, 8)), 8, "'a' must begin at byte 0"),
    "bytes left over": (of(a=entry(0, 4)), 8, "must take the 8 bytes after the header, they take 4"),
    "bytes that are missing": (of(a=entry(0, 8)), 4, "must take the 4 bytes after the header, they take 8"),
    "the same bytes twice": (of(a=entry(0, 4), b=entry(0, 4)), 4, "'b' must begin at byte 4"),
    "an end before the start": (of(a=entry(8, 0, shape=[0])), 8, "it takes -8"),
    "a shape of other bytes": (of(a=entry(0, 8, shape=[3])), 8, "as many bytes, it takes 8"),
    "a shape beyond all numbers": (of(a=entry(0, 8, shape=[2**62] * 30)), 8, "as many bytes, it takes 8"),
    "a shape of nothing times much": (of(a=entry(0, 0, shape=[0, 2**62, 2**62])), 0, "array is too big|[Mm]aximum allowed|exceeds"),
    "more axes than arrays have": (of(a=entry(0, 4, shape=[1] * 65)), 4, "must have whole numbers for shape"),
    "a negative side": (of(a=entry(0, 8, shape=[-1, -2])), 8, "must have whole numbers for shape"),
    "a side of a half": (of(a=entry(0, 8, shape=[2.0])), 8, "must have whole numbers for shape"),
    "a side that is true": (of(a=entry(0, 4, shape=[True])), 4, "must have whole numbers for shape"),
    "a shape that is a number": (of(a=entry(0, 4, shape=1)), 4, "must have whole numbers for shape"),
    "one offset": ('{"a":{"dtype":"F32","shape":[1],"data_offsets":[4]}}', 4, "must have whole numbers for shape and offsets"),
    "an offset beyond all": (of(a=entry(0, 2**128)), 4, "below 2"),
    "an offset of many digits": ('{"a":{"dtype":"U8","shape":[1],"data_offsets":[0,' + "1" * 10**6 + "]}}", 4, "below 2"),
    "no dtype": ('{"a":{"shape":[1],"data_offsets":[0,4]}}', 4, "must have a dtype, a shape and data_offsets"),
    "a further field": ('{"a":{"dtype":"F32","shape":[1],"data_offsets":[0,4],"code":"x"}}', 4, "must have a dtype, a shape and"),
    "a dtype that is a list": (of(a=entry(0, 4, [])), 4, "must hold numbers that NumPy has"),
    "a dtype of NumPy's own": (of(a=entry(0, 4, "|O")), 4, "must hold numbers that NumPy has"),
    "an array that is a list": ('{"a":[]}', 0, "must have a dtype, a shape and data_offsets"),
    "metadata of numbers": ('{"__metadata__":{"a":1}}', 0, "metadata must be texts by name"),
    "metadata that is a list": ('{"__metadata__":["a"]}', 0, "metadata must be texts by name"),
    "a list": ("[]", 0, "must be a dict"),
    "nothing": ("", 0, "Expecting value"),
    "no JSON": ("{a}", 0, "Expecting property name"),
    "two texts": ("{}{}", 0, "Extra data"),
    "no number": (of(a=entry(0, 4, shape=[float("nan")])), 4, "JSON has no NaN"),
    "deep lists": ("[" * 10**6, 0, "at most 1,000,000 values|recursion"),
    "many lists": ('{"a":[' + "[]," * 10**6 + "[]]}", 0, "at most 1,000,000 values"),
    "many lists after a text that never ends": ("[" * 10**6 + "," * 10**6 + '"' + '\\"' * 10**6, 0, "at most 1,000,000 values"),
    "many arrays": ("{" + ",".join(f'"{k}":0' for k in range(100_001)) + "}", 0, "at most 100,000 arrays"),
    "truth values that are none": (of(a=entry(0, 4, "BOOL", [4])), b"\0\1\2\1", "must hold truth values, 0 or 1, got 2"),
}  # fmt: skip


def file_of(text, data):
    encoded = text.encode()
    return struct.pack("<Q", len(encoded)) + encoded + (data if isinstance(data, bytes) else bytes(data))


@pytest.mark.parametrize("what", HEADERS)
def test_a_header_that_lies_is_refused_before_anything_is_made(what):
    text, data, words = HEADERS[what]
    content = file_of(text, data)
    tracemalloc.start()
    began = time.thread_time()
    with pytest.raises((ValueError, RecursionError)) as caught:
        read(content)
    seconds, (_, peak) = time.thread_time() - began, tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert re.search(words, str(caught.value))
    assert seconds < 5
    assert peak < 25 * len(content) + 10**6


@pytest.mark.parametrize("length", [3, 2**20, 10**8 + 1, 2**63, 2**64 - 1])
@pytest.mark.parametrize("rest", [b"", b"{}"])
def test_a_length_that_lies_is_refused(length, rest):
    with pytest.raises(ValueError, match="its header must be at most"):
        read(struct.pack("<Q", length) + rest)


@pytest.mark.parametrize("size", range(8))
def test_a_file_shorter_than_its_length_is_refused(size):
    with pytest.raises(ValueError, match="ends early"):
        read(bytes(size))


def test_commas_in_texts_are_no_values():
    text = "," * 2_000_000
    assert read(written({"k": text}, {}))[0] == {"k": text}


def test_bytes_that_are_no_text_are_refused():
    with pytest.raises(UnicodeDecodeError):
        read(struct.pack("<Q", 4) + b'{"\xff"')


@pytest.mark.parametrize("cut", [1, 4, 9, 100])
def test_a_file_that_has_become_shorter_is_refused(cut):
    content = written({"k": "v"}, {"a": np.arange(5.0), "b": np.zeros((9, 9))})
    file = io.BufferedReader(io.BytesIO(content[:-cut]))
    with pytest.raises(ValueError, match="ends early"):
        dict(safetensors_format.read_arrays(file, safetensors_format.read_header(file, len(content))[1]))
