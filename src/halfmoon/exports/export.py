"""``halfmoon.export``: a model as one file that needs no Halfmoon."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

from halfmoon.base.errors import InputError
from halfmoon.base.files import write_atomically
from halfmoon.exports.conversion import predictor_of
from halfmoon.exports.targets import TARGETS, find_target


def export(model: Any, path: str | os.PathLike[str], to: str | None = None, **options: Any) -> None:
    """Write a model to a file that predicts without this library, with all that comes before and after its network.

    Parameters
    ----------
    model : Model, Trainer, MLPClassifier, MLPRegressor, TabularClassifier, TabularRegressor, TableModel or TableEnsemble
        Fitted. The preparation of a table, an ensemble, a classifier's calibration and its labels are in the file.
    path : str or path-like
        It is replaced whole, or not at all.
    to : {"numpy", "js", "json", "onnx", "c"}, optional
        What to write: a Python file that needs NumPy alone, a JavaScript module, a JSON document, an ONNX model, or a file of C99. By
        default the ending of the path decides: ``.py``, ``.mjs`` or ``.js``, ``.json``, ``.onnx``, ``.c``.
    **options
        Of the target. Of ONNX: ``opset``, the version of its operators, from 18 on; 18 by default. Of C: ``name``, what all names in the
        file begin with (by default the file's own); ``int8`` for whole numbers alone, with ``calibration``, rows as the model is used on:
        a table's, with or without its target, else X or (X, y); and ``tell``, called with the sentence that says what the whole numbers
        cost.

    Raises
    ------
    InputError
        When the model, or a layer of it, cannot be exported, there is no such target or option, or the file cannot be written.

    Examples
    --------
    >>> hm.export(model, "moons.py")
    >>> import runpy
    >>> runpy.run_path("moons.py")["predict_proba"](X[:1]).shape
    (1, 2)
    """
    if not isinstance(path, str | os.PathLike):
        raise InputError(f"path must be the path of a file, got {path!r}")
    name = find_target(to, Path(os.fspath(path)).suffix.lower())
    target = TARGETS[name]
    for option in options:
        if option not in target.options:
            raise InputError(f"{option} must be an option of {name}, which has {', '.join(target.options) or 'none'}")
    predictor = predictor_of(model)
    if "name" in target.options:
        options.setdefault("name", Path(os.fspath(path)).stem)
    if options.get("calibration") is not None:
        from halfmoon.exports.calibration import calibration_of  # noqa: PLC0415 - loads when used

        options["calibration"] = calibration_of(model, predictor, options["calibration"])
    content = target.write(predictor, **options)
    write_atomically(path, lambda file: file.write(content))
