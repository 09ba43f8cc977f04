"""Many networks trained at once, and comparisons."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial
from typing import Any

import halfmoon as hm
from benchmarks.fingerprints.data import SMALL
from benchmarks.fingerprints.hashes import Case, Values, history_values
from benchmarks.fingerprints.trainings import TRAININGS

JOBS = ("batch full", "all layers", "optimizer lbfgs", "loss softmax_cross_entropy", "stopping, restored", "sparse", "some rows", "softmax")
"""Trainings that run at once, in each dtype by each engine."""

GRIDS: dict[str, tuple[str, Any]] = {
    "classes": ("class", {"hidden_layer_sizes": [(4,), (8, 4)], "learning_rate_init": [0.01, 0.1]}),
    "numbers": ("number", {"activation": ["tanh", "relu"], "solver": ["sgd", "lbfgs"]}),
    "listed": ("colour", [{"dropout": 0.2}, {"n_ensemble": 2}]),
    "one diverges": ("number", [{"batch_norm": True}, {"solver": "sgd", "learning_rate_init": 1e9}]),
}
"""Targets and settings of comparisons."""

IGNORED = {"seconds", "key", "message"}
"""Columns that hold times, sentences, or what depends on the version."""

RUN = ("status", "score", "train_score", "loss", "epochs", "updates", "parameters", "curves", "snapshot_epochs", "maps", "predictions")


def many(threads: int) -> Values:
    """Return what the jobs compute."""
    kinds = [(TRAININGS[name], dtype, engine) for name in JOBS for dtype in ("float32", "float64") for engine in ("fused", "reference")]
    models = [each.model(dtype) for each, dtype, _ in kinds]
    jobs = [hm.Job(model, *each.rows, engine=engine, **each.options) for model, (each, _, engine) in zip(models, kinds, strict=True)]
    histories = hm.train_many(jobs, threads=threads)
    return {
        "theta": [model.theta for model in models],
        "state": [model.state.vector for model in models],
        "history": [history_values(history) for history in histories],
    }


def compared(target: str, grid: Any) -> Values:
    """Return the scores, runs and tables of a comparison with two seeds."""
    comparison = hm.compare(grid, SMALL.X, SMALL.targets[target], seeds=2, epochs=8, threads=2)
    tables = [frame.drop(IGNORED & set(frame.columns)).to_dict(as_series=False) for frame in (comparison.frame(), comparison.table())]
    return {
        "scores": comparison.scores,
        "runs": [[getattr(run, name) for name in RUN] for run in comparison.runs],
        "tables": [{name: [str(value) for value in column] for name, column in table.items()} for table in tables],
        "data": {name: comparison.data[name] for name in sorted(comparison.data)},
    }


def comparisons() -> Iterator[Case]:
    """Yield jobs and comparisons."""
    for threads in (1, 2):
        yield f"many: {len(JOBS)} jobs in each dtype by each engine, {threads} threads", partial(many, threads)
    for name, (target, grid) in GRIDS.items():
        yield f"compare: {name}, 2 threads", partial(compared, target, grid)
