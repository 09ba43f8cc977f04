"""What each plain operation means, in NumPy: what exporters are held to."""

from __future__ import annotations

import numpy as np
from scipy.special import softmax

from halfmoon.network import inference


def affine(each, x):
    rows, n_in = len(x), each.W.shape[-2]
    blocks = x.reshape(rows, each.blocks, n_in)
    W = np.broadcast_to(each.W, (each.blocks, *each.W.shape[-2:]))
    y = np.einsum("rbi,bio->rbo", blocks, W).reshape(rows, -1)
    return y if each.b is None else y + each.b


MEANING = {
    inference.Affine: affine,
    inference.Map: lambda each, *values: each.expression(*values, *each.constants),
    inference.NormaliseRows: lambda each, x: (
        (x - x.mean(axis=1, keepdims=True)) / np.sqrt(x.var(axis=1, keepdims=True) + x.dtype.type(each.epsilon)) * each.scale + each.shift
    ),
    inference.Softmax: lambda each, x: softmax(x, axis=1),
    inference.Select: lambda each, x: x[:, list(each.columns)],
    inference.Join: lambda each, *values: np.hstack(values),
    inference.SortRows: lambda each, x: np.sort(x, axis=1),
}


def evaluate(operations, X):
    """Return every value, X first."""
    values = [X]
    for each in operations:
        values.append(MEANING[type(each)](each, *(values[index] for index in inference.reads(each))))
        assert values[-1].dtype == X.dtype
    return values


def outcome(predictor, X):
    """Return what each function of an exported predictor returns for X, by name; X of its dtype."""
    values = evaluate(predictor.operations, X)
    found = {"scores": values[predictor.scores]}
    asked = predictor.prediction
    value = values[asked.value]
    if hasattr(asked, "labels"):
        found["predict"] = asked.labels[value.argmax(axis=1)]
    elif hasattr(asked, "flat"):
        numbers = value if (asked.scale, asked.mean) == (1.0, 0.0) else value.astype(np.float64) * asked.scale + asked.mean
        found["predict"] = numbers[:, 0] if asked.flat else numbers
    else:
        found["predict"] = (value > 0.5).astype(np.int64)
    if predictor.probabilities is not None:
        found["predict_proba"] = values[predictor.probabilities]
    if predictor.quantiles is not None:
        found["predict_quantiles"] = values[predictor.quantiles]
    return found
