"""Exported C files, many of them in one shared library: compiled in few processes, called by ctypes."""

from __future__ import annotations

import ctypes
import os
import shutil
import subprocess
from pathlib import Path

import numpy as np
import pytest

from halfmoon.exports.c_source import write
from halfmoon.exports.conversion import predictor_of
from halfmoon.exports.predictor import Numbers, OneOf

COMPILERS = [name for name in ("gcc", "clang") if shutil.which(name)]
STRICT = ["-std=c99", "-Wall", "-Wextra", "-pedantic", "-Wconversion", "-Werror"]
SANITIZED = ["-g", "-fsanitize=address,undefined", "-fno-sanitize-recover=all"]
C_TYPES = {"float32": ctypes.c_float, "float64": ctypes.c_double, "int32": ctypes.c_int, "int64": ctypes.c_int64, "uint64": ctypes.c_uint64}
needs_compiler = pytest.mark.skipif("gcc" not in COMPILERS, reason="gcc is not installed")


def compiled(command, folder):
    """Run a compiler."""
    done = subprocess.run(list(map(str, command)), cwd=folder, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr[:3000]
    return done


def built(folder, models, options=("-O0",), libraries=("-lm",), sources=None):
    """Return a library with the files of models, whose names begin with ``m0``, ``m1``, ..."""
    for place, model in enumerate(models):
        source = write(predictor_of(model), name=f"m{place}") if sources is None else sources[place]
        (folder / f"m{place}.c").write_bytes(source)
    files = [f"m{place}.c" for place in range(len(models))]
    jobs = os.cpu_count() or 1
    running = [
        subprocess.Popen(["gcc", *STRICT, *options, "-fPIC", "-c", *files[start::jobs]], cwd=folder, stderr=subprocess.PIPE, text=True)
        for start in range(min(jobs, len(files)))
    ]
    for each in running:
        _, said = each.communicate()
        assert each.returncode == 0, said[:3000]
    compiled(["gcc", "-shared", "-o", "all.so", *(f"{Path(name).stem}.o" for name in files), *libraries], folder)
    return ctypes.CDLL(str(folder / "all.so"))


def call(function, given, shape, dtype):
    """Return what a function writes for each row."""
    found = np.zeros((len(given), *shape), dtype)
    for row, y in zip(given, found, strict=True):
        function(row.ctypes.data_as(ctypes.c_void_p), y.ctypes.data_as(ctypes.c_void_p))
    return found


def answers(library, place, model, X):
    """Return what the functions of a file return for inputs, by the names of Python."""
    predictor, name = predictor_of(model), f"m{place}"
    dtype, widths, asked = predictor.dtype, predictor.widths, predictor.prediction
    given = np.ascontiguousarray(X, dtype)
    found = {"scores": call(library[f"{name}_scores"], given, (widths[predictor.scores],), dtype)}
    for function, value in {"predict_proba": predictor.probabilities, "predict_quantiles": predictor.quantiles}.items():
        if hasattr(library, f"{name}_{function}"):
            double = function == "predict_quantiles" and asked.scaled
            found[function] = call(library[f"{name}_{function}"], given, (widths[value],), np.dtype(np.float64) if double else dtype)
    predict = library[f"{name}_predict"]
    if isinstance(asked, OneOf):
        places = [predict(row.ctypes.data_as(ctypes.c_void_p)) for row in given]
        found["predict"] = labels(library, name, asked)[places]
    elif isinstance(asked, Numbers):
        kind = np.dtype(np.float64) if asked.scaled else dtype
        if asked.flat:
            predict.restype = C_TYPES[kind.name]
            found["predict"] = np.array([predict(row.ctypes.data_as(ctypes.c_void_p)) for row in given])
        else:
            found["predict"] = call(predict, given, (widths[asked.value],), kind)
    else:
        found["predict"] = call(predict, given, (widths[asked.value],), np.int32)
    return found


def labels(library, name, asked):
    """Return the labels that a file has."""
    kind, count = asked.labels.dtype, len(asked.labels)
    if kind.kind == "U":
        return np.array([each.decode() for each in (ctypes.c_char_p * count).in_dll(library, f"{name}_classes")])
    c_type = ctypes.c_ubyte if kind.kind == "b" else C_TYPES[kind.name]
    return np.array(list((c_type * count).in_dll(library, f"{name}_classes")), kind)
