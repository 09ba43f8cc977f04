"""The form of files: what is bounded before anything is made of it."""

import json
import os
import struct
import time
import tracemalloc

import numpy as np
import pytest

from halfmoon.base import checks, schema, tensorfile
from halfmoon.base.errors import InputError

KEY = "test"
HEAD = schema.entries({"number": checks.number})


def read(path):
    return tensorfile.read(path, KEY, "sample", 1, HEAD)


@pytest.fixture
def sound(tmp_path):
    path = tmp_path / "sound"
    tensorfile.write(path, KEY, {"version": 1, "number": 2}, {"a": np.arange(6.0).reshape(2, 3), "b": np.array([True, False])})
    return path


def test_what_is_written_is_read(sound):
    head, arrays = read(sound)
    assert head == {"number": 2.0}
    assert arrays["a"].tolist() == [[0, 1, 2], [3, 4, 5]]
    assert arrays["b"].tolist() == [True, False]
    assert read(os.fsencode(sound).decode())[0] == head


def written(path, inner):
    """Write a file without arrays, with a head that is a text as it stands."""
    text = json.dumps({"__metadata__": {KEY: inner}}).encode()
    path.write_bytes(struct.pack("<Q", len(text)) + text)


# a head as text, and what is told of it
HEADS = {
    "many lists": ('{"version": 1, "number": [' + "[]," * 10**6 + "[]]}", "at most 1,000,000 values"),
    "deep lists": ("[" * 10**5 + "]" * 10**5, "must be a sample"),
    "a long number": ('{"version": 1, "number": ' + "1" * 10**6 + "}", "below 2"),
    "a number beyond 128 bits": ('{"version": 1, "number": -' + str(2**128) + "}", "below 2"),
    "a number beyond floats": ('{"version": 1, "number": 1e999}', "number must be a finite number"),
    "no number": ('{"version": 1, "number": NaN}', "JSON has no NaN"),
    "infinity": ('{"version": 1, "number": -Infinity}', "JSON has no -Infinity"),
    "another type": ('{"version": 1, "number": "2"}', "head.number must be a finite number"),
    "no field": ('{"version": 1}', "head must have 'number'"),
    "a version that is true": ('{"version": true, "number": 2}', "must be of format 1, got True"),
    "a version that is a list": ('{"version": ' + json.dumps([0] * 1000) + "}", "must be of format 1, got"),
    "no dict": ("[1]", "must be of format 1, got None"),
    "no JSON": ("version", "must be a sample"),
}


@pytest.mark.parametrize("what", HEADS)
def test_a_head_that_is_none_takes_neither_time_nor_memory(what, tmp_path):
    text, words = HEADS[what]
    written(tmp_path / "file", text)
    tracemalloc.start()
    began = time.thread_time()
    with pytest.raises(InputError, match=words) as caught:
        read(tmp_path / "file")
    seconds, (_, peak) = time.thread_time() - began, tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert len(str(caught.value)) < 300
    assert "file" in str(caught.value)
    assert seconds < 5
    assert peak < 10 * len(text) + 10**6


def test_a_head_of_too_many_values_is_not_written(tmp_path):
    with pytest.raises(InputError, match="at most 1,000,000 values"):
        tensorfile.write(tmp_path / "file", KEY, {"version": 1, "many": [0] * 10**6}, {})
    assert not list(tmp_path.iterdir())


# what stands in a file's place, and what is told of it
PLACES = {
    "a pipe": (os.mkfifo, "must be an ordinary file"),
    "a folder": (os.mkdir, "must be an ordinary file"),
    "a device": (lambda path: path.symlink_to("/dev/zero"), "must be an ordinary file"),
    "a link to itself": (lambda path: path.symlink_to(path), "cannot be read"),
    "nothing": (lambda path: None, "does not exist"),
    "what may not be read": (lambda path: (path.write_bytes(b""), path.chmod(0)), "cannot be read|must be a sample"),
}


@pytest.mark.parametrize("place", PLACES)
def test_what_is_no_ordinary_file_is_not_opened(place, tmp_path):
    make, words = PLACES[place]
    make(tmp_path / "file")
    with pytest.raises(InputError, match=words):
        read(tmp_path / "file")


@pytest.mark.parametrize("path", [3, None, b"file", "a\0b", "x" * 5000])
def test_what_is_no_path_is_one_sentence(path):
    with pytest.raises(InputError, match=r"path must be|cannot be read") as caught:
        read(path)
    assert len(str(caught.value)) < 300


@pytest.mark.skipif(not hasattr(os, "SEEK_DATA"), reason="the system does not tell what was written")
@pytest.mark.parametrize("size", [2**28, 2**40])
def test_what_was_never_written_is_not_read(size, tmp_path):
    head = {"__metadata__": {KEY: '{"version": 1, "number": 2}'}, "a": {"dtype": "F32", "shape": [size // 4], "data_offsets": [0, size]}}
    text = json.dumps(head).encode()
    path = tmp_path / "file"
    path.write_bytes(struct.pack("<Q", len(text)) + text)
    os.truncate(path, 8 + len(text) + size)
    with pytest.raises(InputError, match=r"most of its .* bytes have never been written"):
        read(path)


def test_holes_that_a_disk_makes_of_zeros_are_read(tmp_path):
    path, size = tmp_path / "file", 1 << 25
    tensorfile.write(path, KEY, {"version": 1, "number": 2}, {"a": np.ones(size // 8, np.float32), "b": np.zeros(size // 4, np.float32)})
    content = path.read_bytes()
    os.truncate(path, len(content) - size)
    os.truncate(path, len(content))
    assert not read(path)[1]["b"].any()


# a type that no array of NumPy has, and how many bytes a number takes
FOREIGN = {"BF16": 2, "F8_E4M3": 1, "F8_E5M2": 1, "C64": 8}


@pytest.mark.parametrize("dtype", FOREIGN)
def test_an_array_of_another_type_is_named(dtype, tmp_path):
    size = FOREIGN[dtype]
    head = {"__metadata__": {KEY: '{"version": 1, "number": 2}'}, "a": {"dtype": dtype, "shape": [2], "data_offsets": [0, 2 * size]}}
    text = json.dumps(head).encode()
    (tmp_path / "file").write_bytes(struct.pack("<Q", len(text)) + text + bytes(2 * size))
    with pytest.raises(InputError, match=f"the array 'a' must hold numbers that NumPy has, got {dtype}"):
        read(tmp_path / "file")
