"""Fingerprints: what Halfmoon computes, as short hashes of every bit, one line a configuration.

It is for comparing two versions of the source on one machine: where both print the same line, both compute the same numbers::

    python -m benchmarks.fingerprints > one.txt     # and with the other version > other.txt
    diff one.txt other.txt

Only what ``halfmoon`` itself exports is used, so that a version whose files lie elsewhere can be run too. A line does not depend on
the number of threads, on times, or on sentences such as why a training ended. What fails is a line that says so.
"""

from __future__ import annotations

import hashlib
import sys
import warnings
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import redirect_stderr, redirect_stdout
from copy import deepcopy
from dataclasses import dataclass, field
from functools import partial
from importlib.metadata import entry_points
from io import StringIO
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, ClassVar
from unittest.mock import patch

import click
import numpy as np
from scipy import sparse
from threadpoolctl import threadpool_limits

import halfmoon as hm

Array = np.ndarray[Any, Any]
Values = dict[str, Any]
Case = tuple[str, Callable[[], Values]]
"""A configuration: its name, and what computes its values, each of which becomes a hash."""

DIGITS = 16
"""Hexadecimal digits of a hash."""

ENGINES, DTYPES, THREADS = ("fused", "reference"), ("float32", "float64"), (1, 2)


# ---- hashes -----------------------------------------------------------------------------------------------------------


def feed(found: Any, value: Any) -> None:
    """Add a value to a hash: arrays by dtype, shape and bytes; what holds other values with the number of them."""
    match value:
        case Mapping():
            feed(found, list(value))
            feed(found, [value[name] for name in value])
        case list() | tuple():
            found.update(f"[{len(value)}".encode())
            for each in value:
                feed(found, each)
        case np.ndarray():
            plain = np.ascontiguousarray(value.astype(str) if value.dtype.kind == "O" else value)
            found.update(f"{plain.dtype.str}{value.shape}".encode())
            found.update(plain.tobytes())
        case np.generic():
            feed(found, value.item())
        case bytes():
            found.update(value)
        case None | bool() | int() | float() | str():
            found.update(f"{type(value).__name__} {value!r};".encode())
        case _:
            raise TypeError(f"there is no hash of {type(value).__name__}")


def fingerprint(value: Any) -> str:
    """Return the hash of a value."""
    found = hashlib.sha256()
    feed(found, value)
    return found.hexdigest()[:DIGITS]


def recorded(history: hm.History) -> Values:
    """Return what a history holds, without times and sentences."""
    return {name: history[name] for name in history if name != "seconds"} | {"best_epoch": history.best_epoch}


def numbers(model: hm.Model) -> Values:
    """Return the parameters of a model and, where it has some, its running statistics."""
    return {"theta": model.theta} | ({"state": model.state.vector} if model.state.vector.size else {})


def predictions(model: hm.Model, X: Any) -> Values:
    """Return what a model makes of many rows and of a few, compiled and written with NumPy."""
    dense = X.toarray() if sparse.issparse(X) else X
    compiled = [model.scores(X), model.scores(dense[:3]), model.predict(X), model.predict_class(X)]
    return {"scores": compiled, "forward": model.forward(dense).scores}


# ---- data -------------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, eq=False)
class Data:
    """Rows, with targets of every kind.

    Attributes
    ----------
    X : ndarray, shape (n, columns)
    zeros : ndarray
        X with most numbers zero.
    targets : dict of str to ndarray
    weights : ndarray, shape (n,)
        Some of them zero.
    """

    X: Array
    zeros: Array
    targets: dict[str, Array]
    weights: Array


WIDTHS = {"number": 1, "several": 3, "count": 1, "binary": 1, "class": 3, "labels": 3, "shares": 3}
"""How many scores a network has for targets of each kind."""

FILLED, COUNTED = 0.2, 0.9
"""Share of the numbers that are not zero in ``Data.zeros``, and of the rows whose weight is not."""


def draw(rows: int, columns: int, seed: int) -> Data:
    """Draw rows, and targets that depend on them."""
    random = np.random.RandomState(seed)
    X = random.standard_normal((rows, columns))
    z = np.tanh(X) @ random.standard_normal((columns, 3)) + 0.3 * random.standard_normal((rows, 3))
    odds = np.exp(z)
    targets = {
        "number": z[:, 0], "several": z, "count": np.floor(odds[:, 0].clip(0, 9)), "binary": (z[:, 0] > 0).astype(int),
        "class": z.argmax(axis=1), "labels": (z > 0).astype(int), "shares": odds / odds.sum(axis=1, keepdims=True),
        "colour": np.array(["red", "green", "blue"])[z.argmax(axis=1)],
    }  # fmt: skip
    zeros = np.where(random.uniform(size=X.shape) < FILLED, X, 0)
    return Data(X, zeros, targets, random.uniform(size=rows) * (random.uniform(size=rows) < COUNTED))


FEW, OTHERS, MANY = draw(61, 4, 0), draw(40, 4, 1), draw(1000, 20, 2)
"""Rows for one thread, rows to validate on, and rows that several threads share."""


# ---- what a user may add of his own -----------------------------------------------------------------------------------


@dataclass(frozen=True)
class Twice(hm.Layer):
    """A layer with Python code of its own."""

    factor: float = 2.0

    def forward(self, p: Any, x: Array, pass_: hm.Pass) -> Array:
        return x * x.dtype.type(self.factor)

    def backward(self, p: Any, x: Array, y: Array, dy: Array, pass_: hm.Pass) -> tuple[Array, dict[str, Array]]:
        return dy * dy.dtype.type(self.factor), {}


@dataclass(frozen=True)
class Sawtooth(hm.Schedule):
    """A schedule that falls and begins again."""

    def factor(self, clock: Any, memory: Any) -> float:
        return 1 / (1 + clock.update % 5)


@dataclass(frozen=True)
class Half(hm.SGD):
    """An optimiser with a rule of its own."""

    def rule(self, theta: Any, g: Any, rate: Any) -> tuple[Any, ...]:
        return (theta - 0.5 * rate * g,)


class Listener(hm.Callback):
    """Keeps what each update and each epoch tells, and ends the training after some epochs."""

    def __init__(self, last: int) -> None:
        self.last = last
        self.heard: list[Any] = []

    def on_update(self, run: Any) -> None:
        self.heard.append(run.loss)

    def on_epoch(self, run: Any) -> None:
        self.heard += [run.epoch, run.model.theta.copy()]
        if run.epoch == self.last:
            run.stop("it was enough")


class Snapshots(hm.Callback):
    """Takes the numbers after some epochs while many go by at a time."""

    every_epoch: ClassVar[bool] = False

    def __init__(self) -> None:
        self.heard: list[Any] = []

    def snapshots(self, run: Any) -> tuple[int, ...]:
        return 1, 5, 30

    def on_snapshot(self, run: Any, epoch: int, numbers: Any) -> None:
        self.heard += [epoch, *numbers]


CUBE = hm.Activation("cube", lambda z: 0.1 * z**3, lambda z, a: 0.3 * z * z)
BEND = hm.Activation("bend", lambda z, at: np.where(z > at, np.log1p(np.maximum(z - at, 0)), np.arctan(z - at)), constants={"at": 0.1})
LOG_COSH = hm.PointwiseLoss("log_cosh", lambda s, y: np.log(0.5 * (np.exp(s - y) + np.exp(y - s))), lambda s, y: np.tanh(s - y))
CAUCHY = hm.PointwiseLoss("cauchy", lambda s, y, width: np.log1p(((s - y) / width) ** 2), constants={"width": 2.0})
WORST = hm.Metric("worst", lambda model, X, y, weights: float(np.abs(model.scores(X) - y).max()), higher_is_better=False)


# ---- trainings --------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, eq=False)
class Training:
    """One call of ``train``.

    Attributes
    ----------
    hidden : tuple
        All layers but the last, which gives the scores.
    loss : Loss
    target : str
        Of ``Data.targets``.
    outputs : int, optional
        Scores of the network; by default as many as the targets need.
    options : dict
        What ``train`` is given, beside OPTIONS.
    X : array or sparse matrix, optional
        Instead of the rows of ``data``.
    data : Data
    """

    hidden: tuple[Any, ...] = (hm.Dense(7), hm.Tanh)
    loss: hm.Loss = hm.SquaredError
    target: str = "number"
    outputs: int | None = None
    options: Values = field(default_factory=dict)
    X: Any = None
    data: Data = FEW


OPTIONS: Values = {"optimizer": hm.SGD(0.05), "epochs": 4, "batch_size": 16, "seed": 3}


def by(**options: Any) -> Training:
    """Return the plain training with other options."""
    return Training(options=options)


def classes(**options: Any) -> Training:
    """Return a training on classes."""
    return Training(loss=hm.SoftmaxCrossEntropy(), target="class", options=options)


def through(*hidden: Any, **options: Any) -> Training:
    """Return the plain training of other hidden layers."""
    return Training(hidden, options=options)


def start(weights: Any, biases: Any = "zeros") -> Training:
    """Return the training of a network whose numbers start in a certain way."""
    return through(hm.Dense(7, weights, biases=biases), hm.Tanh)


TARGETS = {"poisson": "count", "logistic": "binary", "softmax_cross_entropy": "class"}
"""Of the losses that do not take numbers."""

SCHEDULED: dict[str, tuple[Any, ...]] = {"step": (2, 0.5), "warm_up": (5,)}
"""Arguments of the schedules that need some."""

NORMALISED = (hm.Dense(7), hm.BatchNorm(), hm.ReLU)
BRANCHED = (hm.Dense(6), hm.Residual(hm.Dense(6), hm.Tanh, hm.Residual(hm.ReLU, hm.Dense(6))), hm.GELU)
MIXED = (
    hm.Dense(8), hm.BatchNorm(), hm.ReLU, hm.Dropout(0.3), hm.Residual(hm.Dense(8), hm.LayerNorm(), hm.SiLU, hm.Dropout(0.1)),
    hm.Dense(5, bias=False), hm.Tanh,
)  # fmt: skip

LAYERS: dict[str, tuple[Any, ...]] = {
    **{f"activation {name}": (hm.Dense(7), activation) for name, activation in hm.ACTIVATIONS.items()},
    "activation leaky_relu 0.2": (hm.Dense(7), hm.LeakyReLU(alpha=0.2)),
    "activation leaky_relu by column": (hm.Dense(3), hm.LeakyReLU(alpha=(0.1, 0.2, 0.3))),
    "activation elu 0.5": (hm.Dense(7), hm.ELU(alpha=0.5)),
    "activation of one's own": (hm.Dense(7), CUBE),
    "activation of one's own, derived": (hm.Dense(7), BEND),
    "activation of one's own, another constant": (hm.Dense(7), BEND(at=-0.2)),
    "no hidden layer": (),
    "dense alone": (hm.Dense(7),),
    "dense without bias": (hm.Dense(7, bias=False), hm.Tanh),
    "dense with rate factors": (hm.Dense(7, rate_factor=0.1), hm.Tanh, hm.Dense(5, rate_factor=0), hm.Tanh),
    "five dense layers": (hm.Dense(9), hm.ReLU, hm.Dense(8), hm.Sigmoid, hm.Dense(7), hm.ELU, hm.Dense(6), hm.Softsign),
    "dropout": (hm.Dense(7), hm.Tanh, hm.Dropout()),
    "dropout twice": (hm.Dropout(0.1), hm.Dense(7), hm.ReLU, hm.Dropout(0.3)),
    "batch norm": NORMALISED,
    "batch norm with biases": (hm.Dense(7, bias=True), hm.BatchNorm(momentum=0.4, epsilon=1e-3), hm.Tanh),
    "batch norm first": (hm.BatchNorm(), hm.Dense(7), hm.Tanh),
    "layer norm": (hm.Dense(7), hm.LayerNorm(), hm.ReLU),
    "layer norm epsilon": (hm.LayerNorm(epsilon=0.1), hm.Dense(7), hm.Tanh),
    "residual": (hm.Dense(6), hm.Residual(hm.Dense(6), hm.Tanh)),
    "residual in residual": BRANCHED,
    "softmax": (hm.Dense(7), hm.Softmax()),
    "all layers": MIXED,
    "layer of one's own": (hm.Dense(7), Twice(1.5), hm.Tanh),
}

LOSSES: dict[str, Training] = {
    **{f"loss {name}": Training(loss=loss, target=TARGETS.get(name, "number")) for name, loss in hm.LOSSES.items()},
    "loss squared_error, several": Training(target="several"),
    "loss huber 0.3": Training(loss=hm.Huber(delta=0.3)),
    "loss quantile 0.9": Training(loss=hm.Quantile(level=0.9)),
    "loss quantiles": Training(loss=hm.Quantile(level=(0.1, 0.5, 0.9)), outputs=3),
    "loss logistic, labels": Training(loss=hm.Logistic, target="labels"),
    "loss logistic, smoothed": Training(loss=hm.Logistic(label_smoothing=0.1), target="binary"),
    "loss softmax, shares": Training(loss=hm.SoftmaxCrossEntropy(), target="shares"),
    "loss softmax, smoothed": Training(loss=hm.SoftmaxCrossEntropy(0.1), target="class"),
    "loss softmax, clipped": Training(loss=hm.SoftmaxCrossEntropy(clip=0.2), target="class"),
    "loss of one's own": Training(loss=LOG_COSH),
    "loss of one's own, derived": Training(loss=CAUCHY, target="several"),
}

OPTIMIZERS: dict[str, Any] = {
    **{name: make() for name, make in hm.OPTIMIZERS.items()},
    "sgd decay": hm.SGD(0.05, weight_decay=0.1),
    "sgd clipped": hm.SGD(0.05, clip_norm=0.2),
    "nesterov": hm.Momentum(0.02, nesterov=True),
    "momentum of steps": hm.Momentum(0.02, momentum=0.8, rate_in_velocity=True, schedule=hm.Exponential(0.7)),
    "nesterov of steps": hm.Momentum(0.02, nesterov=True, rate_in_velocity=True, weight_decay=0.01, clip_norm=0.5),
    "adam constants": hm.Adam(0.01, beta1=0.8, beta2=0.99, epsilon=1e-4),
    "adam epsilon first": hm.Adam(0.01, epsilon=1e-3, epsilon_before_correction=True),
    "adam clipped": hm.Adam(0.01, clip_norm=0.1),
    "adamw 0.1": hm.AdamW(0.01, weight_decay=0.1),
    "rmsprop constants": hm.RMSprop(0.01, decay=0.9, epsilon=1e-4),
    "adagrad constants": hm.Adagrad(0.1, epsilon=1e-3),
    "lion constants": hm.Lion(0.01, beta1=0.8, beta2=0.9, weight_decay=0.1),
    "lbfgs memory": hm.LBFGS(memory=3, line_search=5),
    "lbfgs evaluations": hm.LBFGS(evaluations=8),
    "lbfgs tolerance": hm.LBFGS(tolerance=0.05, relative_decrease=0.01),
    "of one's own": Half(0.05),
}

SCHEDULES: dict[str, Any] = {
    **{name: kind(*SCHEDULED.get(name, ())) for name, kind in hm.SCHEDULES.items()},
    "cosine of two epochs": hm.Cosine(0.1, epochs=2),
    "one_cycle steep": hm.OneCycle(0.5, 0.1, 0.01),
    "inverse_scaling by rows": hm.InverseScaling(0.7, 61),
    "plateau at once": hm.Plateau(0.5, 0, tolerance=0.1),
    "warm_up, then plateau": hm.WarmUp(3, hm.Plateau(0.5, 0, tolerance=0.1), start=0.2),
    "of one's own": Sawtooth(),
}

INITIALIZERS: dict[str, tuple[Any, ...]] = {
    **{name: (name,) for name in hm.INITIALIZERS},
    "biases": ("he_normal", "normal"),
    "normal 0.3": (hm.Normal(0.3), hm.Uniform(0.2)),
    "scaled by outputs": (hm.Scaled(2, "out", "normal"), hm.Ones()),
    "orthogonal 0.5": (hm.Orthogonal(0.5), hm.Constant(np.linspace(-1, 1, 7))),
    "constant": (hm.Constant(np.linspace(-1, 1, 28).reshape(4, 7)),),
}

VALIDATION = OTHERS.X, OTHERS.targets["number"]
CLASSES = OTHERS.X, OTHERS.targets["class"]

TRAININGS: dict[str, Training] = {
    **{name: through(*hidden) for name, hidden in LAYERS.items()},
    **LOSSES,
    **{
        f"optimizer {name}": by(optimizer=optimizer, **({"batch_size": None, "epochs": 25} if isinstance(optimizer, hm.LBFGS) else {}))
        for name, optimizer in OPTIMIZERS.items()
    },
    **{f"schedule {name}": by(optimizer=hm.Adam(0.02, schedule=schedule)) for name, schedule in SCHEDULES.items()},
    **{f"start {name}": start(*given) for name, given in INITIALIZERS.items()},
    "penalty l1": by(penalty=hm.Penalty(l1=0.01)),
    "penalty l2": by(penalty=hm.Penalty(l2=0.1)),
    "penalty per batch": by(penalty=hm.Penalty(0.1, 0.2, per_batch=True)),
    "penalty, lbfgs": by(penalty=hm.Penalty(0.01, 0.1), optimizer=hm.LBFGS(), batch_size=None),
    "penalty, weights": by(penalty=hm.Penalty(0.1, 0.2, per_batch=True), sample_weight=FEW.weights, optimizer=hm.AdamW(0.01)),
    "batch full": by(batch_size=None, epochs=20),
    "batch of one row": by(batch_size=1),
    "batch of one row, batch norm": through(*NORMALISED, batch_size=1),
    "batch 17": by(batch_size=17),
    "batch 17, all layers": through(*MIXED, batch_size=17, optimizer=hm.Adam(0.01)),
    "batch larger than all rows": by(batch_size=1000),
    "batches unshuffled": by(shuffle=False),
    "one epoch": by(epochs=1),
    "hundred epochs": by(epochs=100, optimizer=hm.Adam(0.01)),
    "seed of a generator": through(hm.Dense(7), hm.Tanh, hm.Dropout(0.2), seed=partial(np.random.RandomState, 5)),
    "seed of another generator": through(hm.Dense(7), hm.Tanh, hm.Dropout(0.2), seed=partial(np.random.default_rng, 5)),
    "some rows": by(rows=np.arange(1, 60, 3)[::-1]),
    "some rows, full batch": by(rows=np.arange(1, 60, 3), batch_size=None, sample_weight=FEW.weights),
    "some rows, metrics": by(rows=np.arange(0, 60, 2), metrics=("r2", "mean_absolute_error")),
    "sample weights": by(sample_weight=FEW.weights),
    "sample weights, lbfgs": by(sample_weight=FEW.weights, optimizer=hm.LBFGS(), batch_size=None),
    "batches that do not count": by(sample_weight=np.repeat([1.0, 0.0], [20, 41]), shuffle=False),
    "class weights": classes(class_weight={0: 2.0, 1: 1.0, 2: 0.5}),
    "class weights, balanced": classes(class_weight="balanced", sample_weight=FEW.weights, rows=np.arange(50)),
    "validation": by(validation=VALIDATION),
    "validation, weights and metrics": by(
        validation=(*VALIDATION, OTHERS.weights), metrics=("r2", "mean_absolute_error", WORST), penalty=hm.Penalty(l2=0.1)
    ),
    "validation, plateau": by(validation=VALIDATION, optimizer=hm.SGD(0.5, schedule=hm.Plateau(0.5, 0)), epochs=12),
    "metrics": classes(metrics="accuracy", epochs=8),
    "stopping": by(stopping=hm.EarlyStopping(patience=2), optimizer=hm.SGD(0.6), epochs=40),
    "stopping, restored": through(*MIXED, stopping=hm.EarlyStopping(patience=3), validation=VALIDATION, optimizer=hm.Adam(0.05), epochs=40),
    "stopping, not restored": through(
        *MIXED, stopping=hm.EarlyStopping(patience=3, restore_best=False), validation=VALIDATION, optimizer=hm.Adam(0.05), epochs=40
    ),
    "stopping by accuracy": classes(
        stopping=hm.EarlyStopping("accuracy", 4, 0.01), metrics="accuracy", validation=CLASSES, optimizer=hm.Adam(0.05), epochs=40
    ),
    "sparse": Training(X=sparse.csr_array(FEW.zeros)),
    "sparse by columns, all layers": Training(MIXED, X=sparse.csc_array(FEW.zeros), options={"optimizer": hm.Adam(0.01)}),
    "sparse, some rows": Training(X=sparse.csr_array(FEW.zeros), options={"rows": np.arange(1, 60, 3), "sample_weight": FEW.weights}),
    "sparse, lbfgs": Training(X=sparse.csr_array(FEW.zeros), options={"optimizer": hm.LBFGS(), "batch_size": None}),
    "mostly zeros": Training(X=FEW.zeros),
    "lists": Training(X=FEW.X.tolist()),
    "columns first": Training(X=np.asfortranarray(FEW.X)),
}

WIDE = (hm.Dense(48), hm.ReLU, hm.Dense(24), hm.Tanh)
DEEP = (hm.Dense(40), hm.BatchNorm(), hm.ReLU, hm.Dropout(0.2), hm.Residual(hm.Dense(40), hm.LayerNorm(), hm.SiLU))
ADAM = {"optimizer": hm.Adam(0.005, clip_norm=1.0), "batch_size": 250, "epochs": 3}


def many(hidden: tuple[Any, ...] = WIDE, X: Any = None, **options: Any) -> Training:
    """Return a training whose batches several threads share."""
    return Training(hidden, hm.SoftmaxCrossEntropy(), "class", options=ADAM | options, X=X, data=MANY)


SHARED: dict[str, Training] = {
    "many rows": many(),
    "many rows, full batch": many(batch_size=None, epochs=6),
    "many rows, uneven batches": many(batch_size=300, sample_weight=MANY.weights, class_weight="balanced"),
    "many rows, all layers": many(DEEP),
    "many rows, all layers, penalty and stopping": many(
        DEEP, penalty=hm.Penalty(1e-3, 1e-3), metrics="accuracy", stopping=hm.EarlyStopping(patience=1), epochs=6
    ),
    "many rows, momentum with rate factors": many((hm.Dense(64, rate_factor=0.5), hm.ReLU), optimizer=hm.Momentum(0.02, nesterov=True)),
    "many rows, lbfgs": many(optimizer=hm.LBFGS(), batch_size=None, epochs=5),
    "many rows, mostly zeros": many(X=MANY.zeros),
    "many rows, sparse": many(X=sparse.csr_array(MANY.zeros)),
}
"""Trained on each number of THREADS."""


def fresh(training: Training, dtype: str) -> hm.Model:
    """Return the untrained model of a training."""
    outputs = training.outputs or WIDTHS[training.target]
    return hm.Network((*training.hidden, hm.Dense(outputs)), training.loss).init(training.data.X.shape[1], 1, dtype)


def arguments(training: Training) -> tuple[Any, Array, Values]:
    """Return rows, targets and options of a training; a seed that is made anew each time is made here."""
    options = OPTIONS | training.options
    if callable(options["seed"]):
        options["seed"] = options["seed"]()
    return training.data.X if training.X is None else training.X, training.data.targets[training.target], options


def trained(training: Training, dtype: str, **given: Any) -> Values:
    """Return what comes of one training."""
    model, (X, y, options) = fresh(training, dtype), arguments(training)
    first = fingerprint(model.theta)
    history = hm.train(model, X, y, **options, **given)
    X = np.array(X) if isinstance(X, list) else X
    return {"start": first} | numbers(model) | {"history": recorded(history)} | predictions(model, X)


def trainings() -> Iterator[Case]:
    """Yield the trainings, by every engine in every dtype."""
    for dtype in DTYPES:
        for engine in ENGINES:
            for name, each in TRAININGS.items():
                yield f"train: {name}, {engine} {dtype}", partial(trained, each, dtype, engine=engine)
            for name, each in SHARED.items():
                for threads in THREADS if engine == "fused" else ():
                    yield f"train: {name}, {threads} threads {dtype}", partial(trained, each, dtype, threads=threads)
                if engine == "reference":
                    yield f"train: {name}, {engine} {dtype}", partial(trained, each, dtype, engine=engine)


# ---- single passes ----------------------------------------------------------------------------------------------------

CHECKED = ("name", "error", "place", "written", "numeric", "checked")
"""What a check of gradients says of each array."""

PASSES = {"inference": hm.Pass(), "training": hm.Pass(training=True, seed=7, update=2)}


def passed(training: Training, dtype: str, pass_: hm.Pass) -> Values:
    """Return every number of a forward pass, the gradients, and what their check finds."""
    model, (X, y, _) = fresh(training, dtype), arguments(training)
    trace = model.forward(X, pass_)
    loss, gradients = model.gradients(X, y, FEW.weights, penalty=hm.Penalty(0.01, 0.1), pass_=pass_)
    report = hm.check_gradients(model, X[:9], y[:9], pass_=pass_, entries=20)
    return {
        "forward": {name: trace[name] for name in trace.names()},
        "loss": [loss, model.loss(X, y), model.loss(X, y, FEW.weights, penalty=hm.Penalty(0.01, 0.1))],
        "gradients": gradients.vector,
        "check": [[getattr(each, name) for name in CHECKED] for each in report.arrays],
    }


def passes() -> Iterator[Case]:
    """Yield a forward and a backward pass of every stack of layers and of every loss."""
    for name, each in {**{name: through(*hidden) for name, hidden in LAYERS.items()}, **LOSSES}.items():
        for dtype in DTYPES:
            for kind, pass_ in PASSES.items():
                yield f"pass: {name}, {kind} {dtype}", partial(passed, each, dtype, pass_)


# ---- trainers, files, callbacks ---------------------------------------------------------------------------------------


def stepped(trainer: hm.Trainer, training: Training) -> float:
    """Make a single update, and return the loss before it."""
    X, y, _ = arguments(training)
    return trainer.step(X[:25], y[:25], FEW.weights[:25])


def run(trainer: hm.Trainer, training: Training) -> Values:
    """Make some epochs, and return their history."""
    X, y, options = arguments(training)
    return recorded(trainer.train(X, y, **{name: value for name, value in options.items() if name not in OF_TRAINERS}))


def reloaded(trainer: hm.Trainer) -> hm.Trainer:
    """Return the trainer that a file of this one holds."""
    with TemporaryDirectory() as folder:
        trainer.save(Path(folder) / "trainer")
        return hm.Trainer.load(Path(folder) / "trainer")


OF_TRAINERS = {"optimizer", "seed", "penalty"}
"""What a trainer is given when it is made."""

ACTIONS: dict[str, Callable[[hm.Trainer, Training], Any]] = {"step": stepped, "train": run}
CHANGES: dict[str, Callable[[hm.Trainer], hm.Trainer]] = {"reload": reloaded, "copy": deepcopy}

SEQUENCES = ("step step step", "train train", "train reload train", "step copy step reload step train step", "train step copy train")
"""What is done with a trainer."""

TRAINERS: dict[str, Training] = {
    "sgd": by(),
    "adam, all layers": through(*MIXED, optimizer=hm.AdamW(0.01, clip_norm=1.0), penalty=hm.Penalty(0.01)),
    "nesterov, plateau": by(optimizer=hm.Momentum(0.2, nesterov=True, schedule=hm.Plateau(0.5, 0))),
    "rmsprop, cosine": by(optimizer=hm.RMSprop(0.01, schedule=hm.Cosine(0.1, epochs=3))),
}


def sequence(training: Training, actions: str, dtype: str, engine: str) -> Values:
    """Return what comes of one trainer that does several things."""
    options = {name: value for name, value in arguments(training)[2].items() if name in OF_TRAINERS}
    trainer, heard = hm.Trainer(fresh(training, dtype), engine=engine, **options), []
    for action in actions.split():
        if action in CHANGES:
            trainer = CHANGES[action](trainer)
        else:
            heard.append(ACTIONS[action](trainer, training))
    return numbers(trainer.model) | {"history": heard}


def filed(training: Training, dtype: str) -> Values:
    """Return the bytes of a model's file and of a trainer's, and the model that is read back."""
    model, (X, y, options) = fresh(training, dtype), arguments(training)
    trainer = hm.Trainer(model, options["optimizer"], seed=3)
    trainer.train(X, y, epochs=2, batch_size=16)
    with TemporaryDirectory() as folder:
        paths = Path(folder) / "model", Path(folder) / "trainer"
        hm.save(paths[0], model)
        trainer.save(paths[1])
        read = hm.load(paths[0])
        return numbers(read) | {"files": [path.read_bytes() for path in paths]} | predictions(read, X)


def recording(training: Training, dtype: str, engine: str, **given: Any) -> Values:
    """Return what a recorder keeps of a training, before and after it was in a file."""
    model, (X, y, options) = fresh(training, dtype), arguments(training)
    recorder = hm.Recorder(X, y, **given)
    hm.train(model, X, y, **options, engine=engine, callbacks=recorder)
    with TemporaryDirectory() as folder:
        recorder.recording.save(Path(folder) / "recording")
        read = hm.Recording.load(Path(folder) / "recording")
    found = recorder.recording
    kept = [found.epochs, found.theta, found.state, found.layers, recorded(found.history)]
    return numbers(model) | {"kept": kept, "statistics": found.statistics, "read": read.theta, "at 3": read.at(3).theta}


def listened(callback: Callable[[], Any], dtype: str, engine: str) -> Values:
    """Return what a callback hears, and what comes of the training."""
    training, listener = through(*MIXED, epochs=40), callback()
    model, (X, y, options) = fresh(training, dtype), arguments(training)
    history = hm.train(model, X, y, **options, engine=engine, callbacks=[listener])
    return numbers(model) | {"history": recorded(history), "heard": listener.heard}


def diverged(training: Training, dtype: str, engine: str) -> Values:
    """Return what is left of a training that diverges."""
    model, (X, y, options) = fresh(training, dtype), arguments(training)
    try:
        hm.train(model, X, y, **options, engine=engine)
    except hm.DivergenceError as error:
        return numbers(model) | {"history": recorded(error.history)}
    raise ValueError("the training did not diverge")


RECORDERS: dict[str, tuple[Training, Values]] = {
    "recorder": (through(*MIXED, epochs=12), {}),
    "recorder, chosen epochs": (through(*BRANCHED, epochs=12), {"epochs": (0, 3, 7, 11), "bins": 9}),
    "recorder, little room": (through(*NORMALISED, epochs=30), {"budget": 20000}),
    "recorder, stopping": (
        by(validation=VALIDATION, stopping=hm.EarlyStopping(patience=3), optimizer=hm.Adam(0.05), epochs=40),
        {"epochs": (1, 20)},
    ),
}
CALLBACKS: dict[str, Callable[[], Any]] = {"listener": partial(Listener, 7), "snapshots": Snapshots}
DIVERGING = {
    "by a rate": by(optimizer=hm.SGD(2.0), epochs=50),
    "by momentum": through(hm.Dense(7), hm.ReLU, optimizer=hm.Momentum(0.8), epochs=50),
}


def trainers() -> Iterator[Case]:
    """Yield what is done with trainers, files, recorders and other callbacks."""
    for dtype in DTYPES:
        for engine in ENGINES:
            of = f"{engine} {dtype}"
            for name, training in TRAINERS.items():
                for actions in SEQUENCES:
                    yield f"trainer: {name}, {actions}, {of}", partial(sequence, training, actions, dtype, engine)
            for name, (training, given) in RECORDERS.items():
                yield f"callback: {name}, {of}", partial(recording, training, dtype, engine, **given)
            for name, callback in CALLBACKS.items():
                yield f"callback: {name}, {of}", partial(listened, callback, dtype, engine)
            for name, training in DIVERGING.items():
                yield f"divergence: {name}, {of}", partial(diverged, training, dtype, engine)
        for name, training in TRAINERS.items():
            yield f"file: {name}, {dtype}", partial(filed, training, dtype)


# ---- many at once -----------------------------------------------------------------------------------------------------

JOBS = ("batch full", "all layers", "optimizer lbfgs", "loss softmax_cross_entropy", "stopping, restored", "sparse", "some rows", "softmax")
"""Of TRAININGS, trained at once in each dtype by each engine."""


def at_once(threads: int) -> Values:
    """Return what comes of a mixed list of jobs."""
    kinds = [(TRAININGS[name], dtype, engine) for name in JOBS for dtype in DTYPES for engine in ENGINES]
    models = [fresh(training, dtype) for training, dtype, _ in kinds]
    jobs = []
    for model, (training, _, engine) in zip(models, kinds, strict=True):
        X, y, options = arguments(training)
        jobs.append(hm.Job(model, X, y, engine=engine, **options))
    histories = hm.train_many(jobs, threads=threads)
    return {
        "theta": [model.theta for model in models],
        "state": [model.state.vector for model in models],
        "history": [recorded(history) for history in histories],
    }


# ---- estimators -------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, eq=False)
class Fit:
    """A fit of an estimator.

    Attributes
    ----------
    target : str
        Of ``Data.targets``; decides whether it is a classifier.
    calls : str
        Of CALLS, in their order.
    parameters : dict
        Beside PARAMETERS.
    """

    target: str
    calls: str = "fit"
    parameters: Values = field(default_factory=dict)


PARAMETERS: Values = {"hidden_layer_sizes": (6, 5), "max_iter": 6, "random_state": 3, "batch_size": 16, "learning_rate_init": 0.01}
ADAPTIVE: Values = {"solver": "sgd", "learning_rate": "adaptive", "learning_rate_init": 0.5, "tol": 0.1, "n_iter_no_change": 1}
CLASSIFIED = {"binary", "class", "colour", "labels"}


def fit(target: str, calls: str = "fit", **parameters: Any) -> Fit:
    """Return a fit with some parameters."""
    return Fit(target, calls, parameters)


def _partial_fits(estimator: Any, X: Array, y: Array) -> None:
    first = {"classes": np.unique(y)} if hasattr(estimator, "predict_proba") else {}
    for step in range(4):
        estimator.partial_fit(X[step % 2 :: 2], y[step % 2 :: 2], **({} if step else first))


def _refit(estimator: Any, X: Array, y: Array) -> None:
    estimator.set_params(warm_start=True, alpha=0.1).fit(X, y)


def _resume(estimator: Any, X: Array, y: Array) -> None:
    estimator.set_params(max_iter=2 * estimator.max_iter).resume(X, y)


def _validated(estimator: Any, X: Array, y: Array) -> None:
    estimator.fit(X[:40], y[:40], FEW.weights[:40], X_val=X[40:], y_val=y[40:], sample_weight_val=1 + FEW.weights[40:])


CALLS: dict[str, Callable[[Any, Array, Array], Any]] = {
    "fit": lambda estimator, X, y: estimator.fit(X, y),
    "weighted": lambda estimator, X, y: estimator.fit(X, y, FEW.weights),
    "validated": _validated,
    "grouped": lambda estimator, X, y: estimator.fit(X, y, groups=np.arange(len(y)) // 5),
    "sparse": lambda estimator, X, y: estimator.fit(sparse.csr_array(FEW.zeros), y),
    "single": lambda estimator, X, y: estimator.fit(X.astype(np.float32), y),
    "refit": _refit,
    "resume": _resume,
    "partial": _partial_fits,
    "once": lambda estimator, X, y: estimator.partial_fit(X, y),
    "calibrate": lambda estimator, X, y: estimator.calibrate(X[:30], y[:30]),
}

FITS: dict[str, Fit] = {
    **{f"classifier, {target}": fit(target) for target in sorted(CLASSIFIED)},
    **{f"regressor, {target}": fit(target) for target in ("number", "several")},
    **{f"solver {name}": fit("class", solver=name) for name in hm.OPTIMIZERS},
    **{f"solver {name}, several numbers": fit("several", solver=name, alpha=0.1) for name in ("sgd", "adam", "lbfgs")},
    **{f"activation {name}": fit("binary", activation=name) for name in ("identity", "logistic", "tanh", "gelu")},
    **{f"loss {name}": fit("number", loss=name) for name in ("absolute_error", "huber", "quantile")},
    **{f"rate {name}, sgd": fit("binary", solver="sgd", learning_rate=name) for name in ("invscaling", "cosine", "one_cycle", "plateau")},
    "rate adaptive, sgd": fit("class", max_iter=30, **ADAPTIVE),
    "rate adaptive, refit": fit("class", "fit refit once", **ADAPTIVE),
    "rate invscaling, partial": fit("number", "partial", solver="sgd", learning_rate="invscaling", power_t=0.3),
    "rate of a record": fit("number", solver=hm.Momentum(0.02), learning_rate=hm.WarmUp(4)),
    "solver of a record": fit("labels", solver=hm.AdamW(0.01, weight_decay=0.1)),
    "solver of a record, lbfgs": fit("number", solver=hm.LBFGS(memory=4)),
    "solver of one's own": fit("number", solver=Half(0.05)),
    "solver sgd, plain": fit("class", solver="sgd", momentum=0.0, nesterovs_momentum=False, alpha=0.5),
    "loss poisson": fit("count", loss="poisson"),
    "loss of a record": fit("class", loss=hm.SoftmaxCrossEntropy(0.1)),
    "loss of one's own": fit("several", loss=LOG_COSH),
    "quantiles": fit("number", quantiles=(0.9, 0.1, 0.5)),
    "activations by layer": fit("binary", activation=["relu", CUBE], dropout=[0.1, 0.3]),
    "no hidden layer": fit("class", hidden_layer_sizes=()),
    "layers": fit("class", layers=MIXED),
    "layer of one's own": fit("number", layers=[hm.Dense(5), Twice(), hm.Tanh]),
    "dropout": fit("class", dropout=0.3),
    "batch norm": fit("class", batch_norm=True, initializer="he_normal"),
    "layer norm": fit("several", layer_norm=True, initializer=hm.Orthogonal()),
    "penalties and clipping": fit("number", alpha=0.5, l1=0.1, weight_decay=0.05, clip_norm=0.5),
    "class weight": fit("colour", class_weight={"red": 3.0, "green": 1.0, "blue": 0.5}),
    "class weight, balanced": fit("binary", "weighted", class_weight="balanced"),
    "sample weight": fit("class", "weighted"),
    "sample weight, regressor": fit("several", "weighted"),
    "sample weight, lbfgs": fit("number", "weighted", solver="lbfgs"),
    "until it converges": fit("class", max_iter=300, tol=0.01, n_iter_no_change=3, learning_rate_init=0.05),
    "early stopping": fit("binary", early_stopping=True, max_iter=40, n_iter_no_change=3, learning_rate_init=0.05),
    "early stopping, classes": fit("colour", "weighted", early_stopping=True, max_iter=40, n_iter_no_change=3, validation_fraction=0.3),
    "early stopping, regressor": fit("number", early_stopping=True, max_iter=40, n_iter_no_change=3, learning_rate_init=0.05),
    "early stopping, scoring": fit("class", early_stopping=True, scoring="neg_log_loss", max_iter=20),
    "early stopping, loss": fit("several", early_stopping=True, scoring="loss", max_iter=20, batch_norm=True),
    "early stopping, groups": fit("class", "grouped", early_stopping=True, max_iter=20),
    "early stopping, resume": fit("binary", "fit resume", early_stopping=True, n_iter_no_change=30),
    "validation set": fit("class", "validated"),
    "validation set, early stopping": fit("number", "validated", early_stopping=True, max_iter=40, n_iter_no_change=2),
    "sparse": fit("class", "sparse"),
    "sparse, lbfgs": fit("class", "sparse", solver="lbfgs"),
    "float32": fit("class", "single"),
    "float32 asked for": fit("number", dtype="float32"),
    "float32, lbfgs": fit("class", "single", solver="lbfgs"),
    "full batch, auto": fit("class", batch_size="auto"),
    "unshuffled": fit("class", shuffle=False),
    "fit twice": fit("class", "fit fit"),
    "warm start": fit("class", "fit refit"),
    "warm start, lbfgs": fit("number", "fit refit", solver="lbfgs"),
    "partial fits": fit("class", "partial"),
    "partial fits, regressor": fit("number", "partial", solver="sgd"),
    "partial fit after fit": fit("binary", "fit once once"),
    "resume": fit("class", "fit resume"),
    "resume, dropout": fit("number", "fit resume", dropout=0.2, solver="sgd", learning_rate="invscaling"),
    "calibrated": fit("class", "fit calibrate"),
    "calibrated, binary": fit("binary", "fit calibrate"),
    "calibrated, labels": fit("labels", "fit calibrate", max_iter=60),
    "ensemble": fit("class", n_ensemble=3),
    "ensemble, regressor": fit("number", "weighted", n_ensemble=2, quantiles=(0.2, 0.8)),
    "ensemble, calibrated": fit("binary", "fit calibrate", n_ensemble=2, early_stopping=True),
    "ensemble, refit": fit("class", "fit refit", n_ensemble=2),
}

FITTED = ("n_iter_", "t_", "loss_", "best_loss_", "best_validation_score_", "loss_curve_", "validation_scores_", "validation_loss_curve_",
          "temperature_")  # fmt: skip
ANSWERS = ("predict", "predict_proba", "predict_log_proba", "decision_function", "transform")


def unfitted(chosen: Fit, **given: Any) -> Any:
    """Return the estimator of a fit."""
    kind = hm.MLPClassifier if chosen.target in CLASSIFIED else hm.MLPRegressor
    return kind(**PARAMETERS | chosen.parameters | given)


def answers(estimator: Any, X: Array) -> Values:
    """Return what a fitted estimator says of rows."""
    found = {name: getattr(estimator, name)(X) for name in ANSWERS if hasattr(estimator, name)}
    return found | ({"quantiles": estimator.predict_quantiles(X)} if getattr(estimator, "quantiles", None) else {})


def fitted(chosen: Fit, engine: str) -> Values:
    """Return what comes of fitting an estimator."""
    estimator, X, y = unfitted(chosen, engine=engine), FEW.X, FEW.targets[chosen.target]
    for call in chosen.calls.split():
        CALLS[call](estimator, X, y)
    return {
        "theta": [model.theta for model in estimator.models_],
        "state": [model.state.vector for model in estimator.models_],
        "coefs": [*estimator.coefs_, *estimator.intercepts_],
        "curves": [getattr(estimator, name, None) for name in FITTED],
        "history": recorded(estimator.history_),
        "answers": answers(estimator, X),
    }


def filed_estimator(chosen: Fit) -> Values:
    """Return what comes of an estimator that was in a file, and is then trained further."""
    estimator, X, y = unfitted(chosen), FEW.X, FEW.targets[chosen.target]
    with TemporaryDirectory() as folder:
        estimator.fit(X, y).save(Path(folder) / "estimator")
        read = type(estimator).load(Path(folder) / "estimator")
    found = {"theta": read.model_.theta.copy(), "answers": answers(read, X)}
    _resume(read, X, y)
    return found | {"resumed": read.model_.theta, "curves": [getattr(read, name, None) for name in FITTED]}


FILED: dict[str, Fit] = {
    "classifier": fit("colour", dropout=0.2),
    "regressor": fit("several", solver="sgd", learning_rate="invscaling"),
    "early stopping": fit("binary", early_stopping=True, n_iter_no_change=30),
}

FINDERS: dict[str, Fit] = {"classifier": fit("class"), "regressor": fit("several", solver="sgd", batch_norm=True, dtype="float32")}


def found_rate(chosen: Fit, engine: str) -> Values:
    """Return what the learning rate finder finds."""
    found = hm.find_learning_rate(unfitted(chosen, engine=engine), FEW.X, FEW.targets[chosen.target], FEW.weights, updates=60)
    return {"rates": found.rates, "losses": found.losses, "smoothed": found.smoothed, "suggestion": found.suggestion}


def estimators() -> Iterator[Case]:
    """Yield fits of estimators."""
    for engine in ENGINES:
        for name, chosen in FITS.items():
            yield f"fit: {name}, {engine}", partial(fitted, chosen, engine)
        for name, chosen in FINDERS.items():
            yield f"rate finder: {name}, {engine}", partial(found_rate, chosen, engine)
    for name, chosen in FILED.items():
        yield f"estimator's file: {name}", partial(filed_estimator, chosen)


# ---- comparisons and searches -----------------------------------------------------------------------------------------

GRIDS: dict[str, tuple[str, Any]] = {
    "classes": ("class", {"hidden_layer_sizes": [(4,), (8, 4)], "learning_rate_init": [0.01, 0.1]}),
    "numbers": ("number", {"activation": ["tanh", "relu"], "solver": ["sgd", "lbfgs"]}),
    "listed": ("colour", [{"dropout": 0.2}, {"n_ensemble": 2}]),
    "one diverges": ("number", [{"batch_norm": True}, {"solver": "sgd", "learning_rate_init": 1e9}]),
}
UNTOLD = {"seconds", "key", "message"}
"""Columns of a comparison that are times, sentences, or depend on the version."""

RUN = ("status", "score", "train_score", "loss", "epochs", "updates", "parameters", "curves", "snapshot_epochs", "maps", "predictions")


def told(comparison: Any) -> Values:
    """Return what a comparison found."""
    tables = [frame.drop(UNTOLD & set(frame.columns)).to_dict(as_series=False) for frame in (comparison.frame(), comparison.table())]
    return {
        "scores": comparison.scores,
        "runs": [[getattr(run, name) for name in RUN] for run in comparison.runs],
        "tables": [{name: [str(value) for value in column] for name, column in table.items()} for table in tables],
        "data": {name: comparison.data[name] for name in sorted(comparison.data)},
    }


def compared(target: str, grid: Any, threads: int) -> Values:
    """Return what a comparison with two seeds finds."""
    return told(hm.compare(grid, FEW.X, FEW.targets[target], seeds=2, epochs=8, threads=threads))


def searched() -> Values:
    """Return what a short search finds, which proposes one setting at a time."""
    import optuna

    optuna.logging.set_verbosity(optuna.logging.ERROR)
    space = {"hidden_layer_sizes": [(4,), (8,)], "learning_rate_init": optuna.distributions.FloatDistribution(1e-3, 1, log=True)}
    sampler = optuna.samplers.TPESampler(seed=0, n_startup_trials=3)
    found = hm.search(space, FEW.X, FEW.targets["class"], trials=6, seeds=2, epochs=5, at_once=1, sampler=sampler)
    trials = [[trial.value, {name: str(value) for name, value in trial.params.items()}] for trial in found.study.trials]
    return told(found) | {"trials": trials}


def comparisons() -> Iterator[Case]:
    """Yield trainings of many networks, comparisons, and a search."""
    for threads in THREADS:
        yield f"many: {len(JOBS)} jobs in each dtype by each engine, {threads} threads", partial(at_once, threads)
        for name, (target, grid) in GRIDS.items():
            yield f"compare: {name}, {threads} threads", partial(compared, target, grid, threads)
    yield "search", searched


# ---- the command: tables, splits, preparation -------------------------------------------------------------------------

BUILTIN = ("moons", "circles", "blobs", "xor", "spirals", "iris", "wine", "breast-cancer", "digits", "diabetes")
SHORT = ("--epochs", "2")

COLUMNS = ("age", "city", "income", "member", "plan", "spent")
CITIES, PLANS = ("Oslo", "", "Lima", "Rome"), ("free", "basic", "full")


def rows_of_text() -> Iterator[str]:
    """Yield the lines of a table with numbers, texts, truth values and gaps."""
    yield ",".join(COLUMNS)
    for row, (x, city) in enumerate(zip(OTHERS.X, np.arange(40) * 7 % 4, strict=True)):
        age = "" if row % 9 == 4 else str(round(40 + 10 * x[0]))  # noqa: PLR2004 - a gap now and then
        plan = PLANS[OTHERS.targets["class"][row]]
        yield f"{age},{CITIES[city]},{x[1]:.4f},{'yes' if x[2] > 0 else 'no'},{plan},{OTHERS.targets['number'][row]:.4f}"


TABLES: dict[str, tuple[str, ...]] = {
    "classes": ("--target", "plan", "--hidden", "6,5", "--activation", "tanh,relu", "--dropout", "0.1"),
    "numbers": ("--target", "spent", "--as-is", "--optimizer", "lbfgs", "--dtype", "float64"),
    "yes or no": ("--target", "member", "--loss", "squared_error", "--weights", "he_normal", "--seed", "5"),
}


def call(*words: Any) -> None:
    """Run the command ``halfmoon`` in this process, and show nothing of what it says."""
    entry = next(iter(entry_points(group="console_scripts", name="halfmoon")))
    shown = StringIO()
    with patch.object(sys, "argv", ["halfmoon", *map(str, words)]), redirect_stdout(shown), redirect_stderr(shown):
        try:
            entry.load()()
        except SystemExit as end:
            if end.code:
                raise ValueError(shown.getvalue()) from end


def builtin(name: str) -> Values:
    """Return the network that a short training on a built-in table gives: it depends on every row, on the split and on the recipe."""
    with TemporaryDirectory() as folder:
        call("train", name, *SHORT, "-o", folder)
        return numbers(hm.load(Path(folder) / "model.safetensors"))


def table(options: tuple[str, ...]) -> Values:
    """Return the network of a table of one's own, and what it predicts."""
    with TemporaryDirectory() as folder:
        source, answer = Path(folder) / "table.csv", Path(folder) / "answer.csv"
        source.write_text("\n".join(rows_of_text()) + "\n", encoding="utf-8")
        call("train", source, *options, "--epochs", 5, "-o", folder)
        call("predict", Path(folder) / "model.safetensors", source, "-o", answer)
        return numbers(hm.load(Path(folder) / "model.safetensors")) | {"answers": answer.read_bytes()}


def commands() -> Iterator[Case]:
    """Yield trainings by the command, on the tables that come with Halfmoon and on one of one's own."""
    for name in BUILTIN:
        yield f"command: {name}", partial(builtin, name)
    for name, options in TABLES.items():
        yield f"command: table, {name}", partial(table, options)


# ---- lines ------------------------------------------------------------------------------------------------------------

SECTIONS: tuple[Callable[[], Iterable[Case]], ...] = (passes, trainings, trainers, estimators, comparisons, commands)


def line(name: str, compute: Callable[[], Values]) -> tuple[str, bool]:
    """Return the line of a configuration, and whether it could be computed."""
    try:
        with warnings.catch_warnings(), np.errstate(all="ignore"):
            warnings.simplefilter("ignore")
            found = compute()
    except Exception as error:  # noqa: BLE001 - what fails in one version is a difference, and the others are wanted too
        return f"{name}: FAILED: {type(error).__name__}: {' '.join(str(error).split())}", False
    return f"{name}: {' '.join(f'{part}={fingerprint(value)}' for part, value in found.items())}", True


@click.command()
@click.option("--only", default="", help="Part of the names of the configurations that are wanted; all by default.")
def main(only: str) -> None:
    """Print a line of hashes for each configuration."""
    good = True
    with threadpool_limits(1):  # products of NumPy's have other bits on several threads
        for name, compute in (case for section in SECTIONS for case in section() if only in case[0]):
            text, fine = line(name, compute)
            good = good and fine
            click.echo(text)
    sys.exit(not good)


if __name__ == "__main__":
    main()
