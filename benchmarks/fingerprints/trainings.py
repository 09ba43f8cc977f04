"""Trainings: every layer, loss, optimiser, schedule and initialiser, and the options of ``train``."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import partial
from typing import Any

import numpy as np

import halfmoon as hm
from benchmarks.fingerprints.data import LARGE, SMALL, SPARSE, SPARSE_LARGE, VALIDATION, Array, Data
from benchmarks.fingerprints.hashes import Case, Values, fingerprint, history_values, model_values, prediction_values
from benchmarks.fingerprints.networks import CAUCHY, DEEP, LAYERS, LOG_COSH, MIXED, NORMALISED, PLAIN, WIDE


@dataclass(frozen=True, eq=False)
class Training:
    """One call of ``train``: the layers before the last, the loss, the rows, the name of their targets, and the options."""

    hidden: tuple[Any, ...]
    loss: hm.Loss
    target: str
    data: Data
    options: Values

    @property
    def rows(self) -> tuple[Any, Array]:
        """X and y."""
        return self.data.X, self.data.targets[self.target]

    def model(self, dtype: str) -> hm.Model:
        """Return the untrained model."""
        outputs = 3 if self.target in {"several", "class", "labels", "shares"} else 1
        return hm.Network((*self.hidden, hm.Dense(outputs)), self.loss).init(self.data.X.shape[1], 1, dtype)


OPTIONS: Values = {"optimizer": hm.SGD(0.05), "epochs": 4, "batch_size": 16, "seed": 3}
SOFTMAX = hm.SoftmaxCrossEntropy()


def training(hidden: Any = PLAIN, loss: hm.Loss = hm.SquaredError, target: str = "number", data: Data = SMALL, **options: Any) -> Training:
    """Return a training, by default of a plain network on few rows."""
    return Training(hidden, loss, target, data, OPTIONS | options)


def large(hidden: tuple[Any, ...] = WIDE, data: Data = LARGE, **options: Any) -> Training:
    """Return a training whose batches are large enough for several threads."""
    adam = {"optimizer": hm.Adam(0.005, clip_norm=1.0), "batch_size": 250, "epochs": 3}
    return training(hidden, SOFTMAX, "class", data, **adam | options)


TARGETS = {"poisson": "count", "logistic": "binary", "softmax_cross_entropy": "class"}
"""Targets of the losses that do not take numbers."""

LOSSES: dict[str, tuple[hm.Loss, str]] = {
    **{name: (loss, TARGETS.get(name, "number")) for name, loss in hm.LOSSES.items()},
    "logistic, labels": (hm.Logistic, "labels"),
    "logistic, smoothed": (hm.Logistic(label_smoothing=0.1), "binary"),
    "softmax, shares": (SOFTMAX, "shares"),
    "softmax, smoothed": (hm.SoftmaxCrossEntropy(0.1), "class"),
    "softmax, clipped": (hm.SoftmaxCrossEntropy(clip=0.2), "class"),
    "of one's own": (LOG_COSH, "number"),
    "of one's own, derived": (CAUCHY, "several"),
}

OPTIMIZERS: dict[str, Any] = {
    **{name: make() for name, make in hm.OPTIMIZERS.items()},
    "momentum of steps": hm.Momentum(0.02, momentum=0.8, rate_in_velocity=True, schedule=hm.Exponential(0.7)),
    "nesterov of steps": hm.Momentum(0.02, nesterov=True, rate_in_velocity=True, weight_decay=0.01, clip_norm=0.5),
    "adam constants": hm.Adam(0.01, beta1=0.8, beta2=0.99, epsilon=1e-4),
    "adam epsilon first": hm.Adam(0.01, epsilon=1e-3, epsilon_before_correction=True),
    "rmsprop constants": hm.RMSprop(0.01, decay=0.9, epsilon=1e-4),
    "adagrad constants": hm.Adagrad(0.1, epsilon=1e-3),
    "lion constants": hm.Lion(0.01, beta1=0.8, beta2=0.9, weight_decay=0.1),
    "lbfgs memory": hm.LBFGS(memory=3, line_search=5),
    "lbfgs evaluations": hm.LBFGS(evaluations=8),
    "lbfgs tolerance": hm.LBFGS(tolerance=0.05, relative_decrease=0.01),
}

ARGUMENTS: dict[str, tuple[Any, ...]] = {"step": (2, 0.5), "warm_up": (5,)}
"""Required arguments of schedules."""

SCHEDULES: dict[str, Any] = {
    **{name: kind(*ARGUMENTS.get(name, ())) for name, kind in hm.SCHEDULES.items()},
    "inverse_scaling by rows": hm.InverseScaling(0.7, 61),
    "warm_up, then plateau": hm.WarmUp(3, hm.Plateau(0.5, 0, tolerance=0.1), start=0.2),
}

INITIALIZERS: dict[str, tuple[Any, Any]] = {
    **{name: (name, "zeros") for name in hm.INITIALIZERS},
    "normal 0.3": (hm.Normal(0.3), hm.Uniform(0.2)),
    "scaled by outputs": (hm.Scaled(2, "out", "normal"), hm.Ones()),
    "orthogonal 0.5": (hm.Orthogonal(0.5), hm.Constant(np.linspace(-1, 1, 7))),
}

LBFGS: Values = {"optimizer": hm.LBFGS(), "batch_size": None}
NUMBERS, CLASSES = ((VALIDATION.X, VALIDATION.targets[target]) for target in ("number", "class"))
STOPPING: Values = {"validation": NUMBERS, "optimizer": hm.Adam(0.05), "epochs": 40}
BY_ACCURACY: Values = STOPPING | {"validation": CLASSES, "metrics": "accuracy", "stopping": hm.EarlyStopping("accuracy", 4, 0.01)}
SAMPLE_WEIGHT: Values = {"sample_weight": SMALL.weights}

TRAININGS: dict[str, Training] = {
    **{name: training(hidden) for name, hidden in LAYERS.items()},
    **{f"loss {name}": training(PLAIN, loss, target) for name, (loss, target) in LOSSES.items()},
    **{
        f"optimizer {name}": training(optimizer=each, **{"batch_size": None, "epochs": 25} if isinstance(each, hm.LBFGS) else {})
        for name, each in OPTIMIZERS.items()
    },
    **{f"schedule {name}": training(optimizer=hm.Adam(0.02, schedule=schedule)) for name, schedule in SCHEDULES.items()},
    **{f"start {name}": training((hm.Dense(7, W, biases=b), hm.Tanh)) for name, (W, b) in INITIALIZERS.items()},
    "penalty, lbfgs": training(penalty=hm.Penalty(0.01, 0.1), **LBFGS),
    "penalty, weights": training(penalty=hm.Penalty(0.1, 0.2, per_batch=True), optimizer=hm.AdamW(0.01), **SAMPLE_WEIGHT),
    "batch full": training(batch_size=None, epochs=20),
    "batch of one row, batch norm": training(NORMALISED, batch_size=1),
    "batch 17, all layers": training(MIXED, batch_size=17, optimizer=hm.Adam(0.01)),
    "some rows": training(rows=np.arange(1, 60, 3)[::-1]),
    "batches that do not count": training(sample_weight=np.repeat([1.0, 0.0], [20, 41]), shuffle=False),
    "class weights, balanced": training(PLAIN, SOFTMAX, "class", class_weight="balanced", rows=np.arange(50), **SAMPLE_WEIGHT),
    "validation, plateau": training(validation=NUMBERS, optimizer=hm.SGD(0.5, schedule=hm.Plateau(0.5, 0)), epochs=12),
    "stopping": training(stopping=hm.EarlyStopping(patience=2), optimizer=hm.SGD(0.6), epochs=40),
    "stopping, restored": training(MIXED, stopping=hm.EarlyStopping(patience=3), **STOPPING),
    "stopping, not restored": training(MIXED, stopping=hm.EarlyStopping(patience=3, restore_best=False), **STOPPING),
    "stopping by accuracy": training(PLAIN, SOFTMAX, "class", **BY_ACCURACY),
    "sparse": training(data=SPARSE),
    "sparse, some rows": training(data=SPARSE, rows=np.arange(1, 60, 3), **SAMPLE_WEIGHT),
}

LARGE_TRAININGS: dict[str, Training] = {
    "many rows, uneven batches": large(batch_size=300, sample_weight=LARGE.weights, class_weight="balanced"),
    "many rows, all layers, penalty and stopping": large(
        DEEP, penalty=hm.Penalty(1e-3, 1e-3), metrics="accuracy", stopping=hm.EarlyStopping(patience=1), epochs=6
    ),
    "many rows, momentum with rate factors": large((hm.Dense(64, rate_factor=0.5), hm.ReLU), optimizer=hm.Momentum(0.02, nesterov=True)),
    "many rows, lbfgs": large(optimizer=hm.LBFGS(), batch_size=None, epochs=5),
    "many rows, sparse": large(data=SPARSE_LARGE),
}

COMBINATIONS = ("fused", "float32"), ("reference", "float64")
"""Engine and dtype of each training; jobs and estimators cover the other two combinations."""


def trained(each: Training, dtype: str, **given: Any) -> Values:
    """Return what a training computes."""
    model = each.model(dtype)
    start = fingerprint(model.theta)
    history = hm.train(model, *each.rows, **each.options, **given)
    return {"start": start} | model_values(model) | {"history": history_values(history)} | prediction_values(model, each.data.X)


def trainings() -> Iterator[Case]:
    """Yield the trainings."""
    for name, each in TRAININGS.items():
        compiled = name.startswith(("activation", "loss"))  # the compiled functions of the two dtypes are different code
        for engine, dtype in (*COMBINATIONS, ("fused", "float64")) if compiled else COMBINATIONS:
            yield f"train: {name}, {engine} {dtype}", partial(trained, each, dtype, engine=engine)
    for name, each in LARGE_TRAININGS.items():
        for threads, dtype in (1, "float32"), (2, "float32"), (2, "float64"):
            yield f"train: {name}, {threads} threads {dtype}", partial(trained, each, dtype, threads=threads)
