"""Networks and estimators that every target is tested with: every layer, activation, loss, link and kind of label.

``CASES`` groups them by kind. A test of a target exports each case of a group, runs the group in one process, and gives what came out to
``check``, which holds it to the library::

    @pytest.mark.parametrize("kind", CASES)
    def test_the_file_predicts_as_the_model(kind, tmp_path):
        for case in cases(kind):
            ...
            check(case, {"scores": ..., "predict": ..., "predict_proba": ..., "predict_quantiles": ...})

A function that the case's ``expected`` lacks must be missing in the file, too. Labels come back in the dtype of ``expected["predict"]``.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from inspect import isabstract
from typing import Any

import numpy as np

import halfmoon as hm
from exports.own_layers import Blend
from halfmoon.estimators.losses import CLASSIFICATION_LOSSES
from halfmoon.layers.activations import ACTIVATIONS, Activation
from halfmoon.layers.contract import Layer
from halfmoon.losses.links import PointwiseLink
from halfmoon.losses.pointwise import PointwiseLoss
from halfmoon.network.model import Model
from twins import LOSS_CASES, TWINS, WIDTH

TOLERANCE = {"float32": 1e-5, "float64": 1e-10}
"""Of max(1, ‖y‖∞)."""

ROWS = 7
DTYPES = ("float32", "float64")
RANDOM_NETWORKS = 60
"""In all there are more than 200 networks."""


@dataclass(frozen=True)
class Case:
    """A model, rows for it, and what the library makes of them by the name of the function."""

    name: str
    model: Any
    X: Any
    expected: dict[str, Any]
    dtype: str


# ---- networks ---------------------------------------------------------------------------------------------------------------

EVEN = PointwiseLink("even", hm.Activation("half", lambda z: 0.5 + z / (2 + 2 * abs(z))).value, classifies=True)
SKEWED = PointwiseLink("skewed", hm.Activation("cloglog", lambda z: 1 - np.exp(-np.exp(z))).value, classifies=True)
OWN_LOSSES = [PointwiseLoss("own", lambda s, y: (s - y) ** 2, link=link) for link in (EVEN, SKEWED)]

OWN = {
    "bump": Activation("bump", lambda z: z / (1 + z * z)),
    "powers": Activation("powers", lambda z: 0.1 * abs(z) ** 1.5 + z**2 - 2.0**z),
    "every word": Activation(
        "every word",
        lambda z, c: np.where(
            ((z > 0) & (z <= 2)) | ~(z >= -1),
            np.arctan(z) + np.floor(3 * z) - np.sign(z) * hm.vocabulary.erf(z),
            c * np.log(1 + z * z) + np.sqrt(abs(z)) - np.cos(z) * np.maximum(np.minimum(z, 1), -z),
        ),
        constants={"c": (0.1, 0.2, 0.3, 0.4, 0.5)},
    ),
    "truth": Activation("truth", lambda z: z * (z > 0.2)),
    "two constants": Activation("two constants", lambda z: z * np.where(z < 0, 0.0, 1.0)),
    "a number for a condition": Activation("a number for a condition", lambda z: np.where(np.maximum(z, 0), -z, z - 3)),
    "signs": Activation("signs", lambda z: -(-(z - 2) - -0.5 * z) / -(1 - (z - 3) ** 2 - 20)),
}
"""Users' own activations; between them they have every word of the vocabulary."""

NESTS: dict[str, list[Any]] = {
    "nothing": [],
    "a branch first": [hm.Residual(hm.Dense(WIDTH), hm.Tanh)],
    "a branch in a branch": [
        hm.Dense(6),
        hm.Residual(hm.Dense(6), hm.ReLU, hm.Residual(hm.LayerNorm(), hm.Dense(6), hm.Dropout(0.5)), hm.BatchNorm()),
        hm.Dense(2),
    ],
    "a branch that is dropped out of": [hm.Residual(hm.Dropout(0.3)), hm.Dense(2)],
    "branches in a row": [hm.Dense(3), hm.Residual(hm.Dense(3)), hm.Residual(hm.Tanh), hm.Softmax()],
    "activations alone": [hm.Tanh, hm.ReLU],
    "dropout alone": [hm.Dropout(0.4)],
    "one column": [hm.Dense(1), hm.BatchNorm(), hm.Dense(1), hm.LayerNorm(), hm.Dense(1)],
    "wide": [hm.Dense(300), hm.GELU, hm.Dense(3)],
}


OWN_LAYERS: dict[str, list[Any]] = {"a blend": [hm.Dense(4), Blend(), hm.Dense(2)]}


def random_model(network: hm.Network, n_inputs: int, dtype: str, seed: int = 4) -> Model:
    """Return a model with random numbers everywhere, its running statistics among them."""
    model, random = network.init(n_inputs, seed=seed, dtype=dtype), np.random.RandomState(seed)
    model.theta[...] += 0.3 * random.standard_normal(model.theta.shape)
    model.state.vector[...] = random.uniform(0.5, 1.5, model.state.vector.shape)
    return model


def _network(name: str, layers: Any, loss: Any, dtype: str, seed: int = 4) -> Case:
    return case_of(name, random_model(hm.Network(layers, loss), WIDTH, dtype, seed), dtype, seed)


def case_of(name: str, model: Any, dtype: str, seed: int = 4, X: Any = None) -> Case:
    """Return a case of a model or an estimator, which takes X with ``WIDTH`` columns unless that is given."""
    rows = np.random.RandomState(seed + 1).standard_normal((ROWS, WIDTH)).astype(dtype) if X is None else X
    return Case(f"{name}, {dtype}", model, rows, expected(model, rows), dtype)


def expected(model: Any, X: Any) -> dict[str, Any]:
    """Return what the library's own functions return."""
    if isinstance(model, Model):
        found = {"scores": model.scores(X), "predict": model.predict(X)}
        return found | ({"predict_proba": model.predict_proba(X)} if model.network.loss.link.classifies else {})
    found = {"scores": np.hstack(model._scores(X)[1]), "predict": model.predict(X)}
    if hasattr(model, "predict_proba"):
        found["predict_proba"] = model.predict_proba(X)
    if getattr(model, "quantiles", None) is not None:
        found["predict_quantiles"] = model.predict_quantiles(X)
    return found


def _layers() -> list[tuple[str, Any]]:
    """Return every kind of layer that needs no other width, with each of its examples."""
    return [(f"{name} {number}", record) for name, row in TWINS.items() for number, record in enumerate(row.examples)]


def _of_layer(record: Any) -> list[Any]:
    return [hm.Dense(WIDTH), record, hm.Dense(2)]


def _random_network(seed: int) -> tuple[list[Any], Any]:
    """Return some layers and a loss that fits them, drawn by a seed."""
    random = np.random.RandomState(seed)
    loss = LOSS_CASES[seed % len(LOSS_CASES)]
    known = [*ACTIVATIONS.values(), *(each for each in OWN.values() if not each.constants)]
    layers: list[Any] = []
    for place in range(random.randint(1, 4)):
        width = int(random.randint(1, 12))
        layers.append(hm.Dense(width, bias=bool(random.randint(2))))
        layers += [[hm.BatchNorm()], [hm.LayerNorm()], [hm.Dropout(0.2)], []][random.randint(4)]
        activation = known[(7 * seed + place) % len(known)]
        layers += [[activation], [hm.Residual(hm.Dense(width), activation)], [hm.Residual(activation, hm.BatchNorm())]][random.randint(3)]
    return [*layers, hm.Dense(loss.outputs)], loss.loss


def _networks_of_layers() -> list[Case]:
    return [_network(name, _of_layer(record), hm.SquaredError, dtype) for name, record in _layers() for dtype in DTYPES]


def _networks_of_losses() -> list[Case]:
    every = [(str(each), each.loss, each.outputs) for each in LOSS_CASES] + [("own link", loss, k) for loss in OWN_LOSSES for k in (1, 3)]
    return [_network(name, [hm.Dense(4), hm.Tanh, hm.Dense(k)], loss, dtype) for name, loss, k in every for dtype in DTYPES]


def _networks_of_own() -> list[Case]:
    return [_network(name, _of_layer(record), hm.SquaredError, dtype) for name, record in OWN.items() for dtype in DTYPES]


def _nested_networks() -> list[Case]:
    return [_network(name, layers, hm.SquaredError, dtype) for name, layers in NESTS.items() for dtype in DTYPES]


def _networks_of_own_layers() -> list[Case]:
    return [_network(name, layers, hm.SquaredError, dtype) for name, layers in OWN_LAYERS.items() for dtype in DTYPES]


def _random_networks() -> list[Case]:
    return [
        _network(f"network {seed}", *_random_network(seed), DTYPES[seed // len(LOSS_CASES) % 2], seed) for seed in range(RANDOM_NETWORKS)
    ]


# ---- estimators -------------------------------------------------------------------------------------------------------------

RANDOM = np.random.RandomState(0)
X = RANDOM.standard_normal((40, WIDTH))
TWO = (X[:, 0] > 0).astype(int)
THREE = TWO + (X[:, 1] > 0)
MANY = (X[:, :3] > 0).astype(int)
REAL = X[:, 0] - X[:, 1] ** 2
SEVERAL = np.column_stack([REAL, 3 * X[:, 2], 100 + X[:, 3]])
COUNTS = RANDOM.poisson(2.0, 40)

LABELS = {
    "int": np.array([3, 7, -2]),
    "int8": np.array([3, 7, -2], np.int8),
    "uint64": np.array([1, 2, 2**63 + 5], np.uint64),
    "beyond 2^53": np.array([1, 2**53 + 1, -(2**62) - 1]),
    "float": np.array([0.0, 1.0, -2.0]),
    "str": np.array(["no", "yes", "a \"quoted\" \\ 'name'\n→ 中"]),
    "object": np.array(["no", "yes", "perhaps"], object),
    "bool": np.array([False, True]),
    "two": np.array(["off", "on"]),
}

_quick: dict[str, Any] = {"hidden_layer_sizes": (6,), "max_iter": 3, "random_state": 0, "n_iter_no_change": 10}


def _fitted(name: str, y: Any, dtype: str, **options: Any) -> Any:
    import warnings

    given = X.astype(dtype)
    with warnings.catch_warnings(action="ignore"):  # of so few epochs
        return getattr(hm, name)(**_quick | options).fit(given, y)


CLASSIFIERS: dict[str, tuple[Any, dict[str, Any]]] = {
    **{f"labels {name}": (labels[(THREE if len(labels) > 2 else TWO)], {}) for name, labels in LABELS.items()},
    **{
        f"{loss}, {count}": (y, {"loss": loss})
        for loss in CLASSIFICATION_LOSSES
        for count, y in {"two": TWO, "three": THREE, "labels": MANY}.items()
        if (loss, count) != ("softmax_cross_entropy", "labels")
    },
    "one class": (np.full(40, 5), {}),
    "ensemble, two": (TWO, {"n_ensemble": 3}),
    "ensemble, three": (THREE, {"n_ensemble": 3}),
    "ensemble, labels": (MANY, {"n_ensemble": 2}),
    "ensemble, each against the rest": (THREE, {"n_ensemble": 2, "loss": "logistic"}),
    "ensemble of many": (TWO, {"n_ensemble": 11}),
    "normalised": (THREE, {"batch_norm": True, "dropout": 0.2, "activation": ["tanh"]}),
}

REGRESSORS: dict[str, tuple[Any, dict[str, Any]]] = {
    "one output": (REAL, {}),
    "several outputs": (SEVERAL, {}),
    "counts": (COUNTS, {"loss": "poisson"}),
    "absolute error": (REAL, {"loss": "absolute_error"}),
    "huber": (SEVERAL, {"loss": "huber"}),
    "quantiles": (REAL, {"quantiles": (0.9, 0.1, 0.4)}),
    "two quantiles": (REAL, {"quantiles": (0.9, 0.1)}),
    "ensemble": (REAL, {"n_ensemble": 3}),
    "ensemble of several outputs": (SEVERAL, {"n_ensemble": 2}),
    "ensemble of quantiles": (REAL, {"n_ensemble": 2, "quantiles": (0.1, 0.5, 0.9)}),
    "ensemble of counts": (COUNTS, {"n_ensemble": 2, "loss": "poisson"}),
}

CALIBRATED = ("labels int", "labels bool", "logistic, three", "logistic, labels", "ensemble, three", "squared_error, two")
"""Of the classifiers."""


def _classifiers() -> list[Case]:
    return [
        case_of(name, _fitted("MLPClassifier", y, dtype, **options), dtype)
        for dtype in DTYPES
        for name, (y, options) in CLASSIFIERS.items()
    ]


def _calibrated() -> list[Case]:
    found = []
    for name in CALIBRATED:
        y, options = CLASSIFIERS[name]
        for dtype in DTYPES:
            classifier = _fitted("MLPClassifier", y, dtype, **options).calibrate(X.astype(dtype), y)
            found.append(case_of(f"{name}, calibrated", classifier, dtype))
    return found


def _regressors() -> list[Case]:
    return [
        case_of(name, _fitted("MLPRegressor", y, dtype, **options), dtype) for dtype in DTYPES for name, (y, options) in REGRESSORS.items()
    ]


CASES = {
    "layers": _networks_of_layers,
    "losses": _networks_of_losses,
    "own activations": _networks_of_own,
    "own layers": _networks_of_own_layers,
    "nests": _nested_networks,
    "random networks": _random_networks,
    "classifiers": _classifiers,
    "calibrated": _calibrated,
    "regressors": _regressors,
}


@cache
def cases(kind: str) -> tuple[Case, ...]:
    """Return the cases of a kind; those of a process are made once."""
    return tuple(CASES[kind]())


def layer_classes() -> set[type]:
    """Return every class of layers that the library has."""
    found, waiting = set(), [Layer]
    while waiting:
        waiting += waiting.pop().__subclasses__()
        found.update(each for each in waiting if each.__module__.startswith("halfmoon.layers.") and not isabstract(each))
    return found


def check(case: Any, found: dict[str, Any]) -> None:
    """Hold what a file's functions returned to the library: numbers to the tolerance, labels to equality and dtype."""
    assert found.keys() == case.expected.keys(), case.name
    for function, theirs in case.expected.items():
        ours, wanted = np.asarray(found[function]), np.asarray(theirs)
        where = f"{case.name}: {function}"
        assert ours.shape == wanted.shape, where
        if wanted.dtype.kind != "f" or (function == "predict" and "predict_proba" in case.expected):
            assert same_kind(ours, wanted), (where, ours.dtype, wanted.dtype)
            np.testing.assert_array_equal(ours, wanted, where)
        else:
            scale = max(1.0, float(np.abs(wanted).max()))
            np.testing.assert_allclose(ours, wanted, rtol=0, atol=TOLERANCE[case.dtype] * scale, err_msg=where)


def same_kind(ours: Any, wanted: Any) -> bool:
    """Return whether labels are of one kind: whole numbers, numbers with fractions, truth values or texts."""
    kinds = {"i": "i", "u": "i", "f": "f", "b": "b", "U": "U", "O": "U", "T": "U"}
    return kinds[ours.dtype.kind] == kinds[wanted.dtype.kind]
